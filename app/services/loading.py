"""Load files: recognise, read, match with what is already there, and keep all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import PurePath

from app.domain.naming import slug
from app.domain.problem import Fault, Problem
from app.domain.records import DatasetRecord, FootprintVersion, dataset_id
from app.ingest.kinds import Kind
from app.ingest.reader import Reader, ReadOptions, Tell, silent
from app.ingest.reading import ImportReport, Reading
from app.ingest.recognise import reader_for, recognise
from app.ingest.source import Source
from app.services.matching import match
from app.store.store import Store
from app.store.unit import Unit

ORDER = (
    Kind.AREAS,
    Kind.AREA_LOOKUP,
    Kind.POPULATION,
    Kind.DEPRIVATION,
    Kind.POSTCODES,
    Kind.PRACTICES,
    Kind.PCNS,
    Kind.PCN_MEMBERSHIP,
    Kind.PCN_PARTNERS,
    Kind.PRACTICE_MAP,
    Kind.PRACTICE_POINTS,
    Kind.REGISTRATIONS,
    Kind.FOOTPRINTS,
    Kind.FOOTPRINT_LOOKUP,
)
"""Files of one command are taken in this order, whatever order they were named in, so that match rates can be told."""


@dataclass(frozen=True)
class LoadRequest:
    """One file and what the user said about it. ``name`` of a footprint proposal; its file's name if not given."""

    source: Source
    kind: Kind | None = None
    options: ReadOptions = field(default_factory=ReadOptions)
    footprint_name: str | None = None


@dataclass(frozen=True)
class Loaded:
    """What became of one file. ``already``: the same file was loaded before, and nothing was written."""

    dataset: DatasetRecord
    report: ImportReport
    already: bool
    footprint: FootprintVersion | None


class _DryRun(Exception):  # noqa: N818 - not an error: it undoes the writing
    """Raised inside the transaction to roll it back."""


def load(
    store: Store,
    requests: Sequence[LoadRequest],
    *,
    dry_run: bool = False,
    tell: Callable[[str], Tell] = lambda _name: silent,
    now: datetime | None = None,
) -> list[Loaded]:
    """Load files in one transaction and return what became of each, in the order they were taken.

    With ``dry_run`` everything is read, checked and matched, and nothing is kept. Raises ``Problem`` for the first
    file that cannot be used; the database is then unchanged.
    """
    moment = now or datetime.now(UTC)
    planned = sorted(
        ((_reader(request), request) for request in requests),
        key=lambda pair: (ORDER.index(pair[0].kind), pair[1].source.name),
    )
    loaded: list[Loaded] = []
    try:
        with store.write() as unit:
            for reader, request in planned:
                loaded.append(_load_one(unit, reader, request, moment, tell(request.source.name)))
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return loaded


def _reader(request: LoadRequest) -> Reader:
    return recognise(request.source) if request.kind is None else reader_for(request.kind)


def _load_one(unit: Unit, reader: Reader, request: LoadRequest, moment: datetime, tell: Tell) -> Loaded:
    source, options = request.source, request.options
    identity = _identity(reader.kind, request)
    known = unit.datasets.find(identity)
    if known is not None:
        return Loaded(known, _report_of(known, source.name), True, unit.footprints.of_dataset(known.id))
    reading = reader.read(source, options, tell)
    match(unit, reading)
    if reading.report.rows_kept == 0:
        raise _nothing_usable(source, reading.report)
    record = DatasetRecord(
        id=identity,
        kind=str(reading.kind),
        name=source.name,
        sha256=source.sha256,
        size=source.size,
        vintage=reading.report.vintage,
        effective_date=_effective_date(reading.report, options.as_of),
        loaded_at=moment,
        rows_read=reading.report.rows_read,
        rows_kept=reading.report.rows_kept,
        report=reading.report.as_dict(),
        restricted=False,
    )
    unit.datasets.add(record)
    footprint = _keep(unit, record, reading, request)
    return Loaded(record, reading.report, False, footprint)


def _keep(unit: Unit, record: DatasetRecord, reading: Reading, request: LoadRequest) -> FootprintVersion | None:
    """Hand each frame to the repository of its noun."""
    keepers = {
        "practice": unit.practices.add,
        "pcn": unit.pcns.add,
        "membership": unit.memberships.add,
        "registration": unit.registrations.add,
        "area": unit.areas.add,
        "area_measure": unit.areas.add_measures,
        "area_lookup": unit.lookups.add,
        "postcode": unit.postcodes.add,
    }
    for table, frame in reading.frames.items():
        if table in keepers:
            keepers[table](record.id, frame)
    if "neighbourhood" not in reading.frames:
        return None
    name = request.footprint_name or PurePath(record.name).stem
    pairs = reading.frames.get("neighbourhood_area")
    starts = [] if pairs is None else [s for s in pairs["start"] if isinstance(s, date)]
    return unit.footprints.add_version(
        slug(name), name, record.id, reading.frames["neighbourhood"], pairs, max(starts, default=None)
    )


def _identity(kind: Kind, request: LoadRequest) -> str:
    """A stable id: the same file read in the same way always has the same one."""
    options = request.options
    said = {
        "as_of": options.as_of,
        "columns": dict(options.columns),
        "layer": options.layer,
        "crs": options.crs,
        "footprint": slug(request.footprint_name) if request.footprint_name else None,
    }
    return dataset_id(str(kind), request.source.sha256, said)


def _effective_date(report: ImportReport, as_of: date | None) -> date | None:
    """The date the file states; only where it states none, the date the user gave."""
    return report.extract_date or as_of


def _report_of(record: DatasetRecord, name: str) -> ImportReport:
    return ImportReport.from_dict({**record.report, "file": name})


def _nothing_usable(source: Source, report: ImportReport) -> Problem:
    reasons = "; ".join(f"{rows:,} rows: {reason}" for reason, rows in report.dropped.items())
    return Problem(
        Fault.BAD_INPUT,
        "Nothing in the file can be used",
        f"{report.rows_read:,} rows were read as {report.kind} and none was kept ({reasons or 'the file is empty'}).",
        remedy="Check that this is the file you meant; give its kind with --kind if it was taken for another.",
        file=source.name,
        findings=report.findings,
    )
