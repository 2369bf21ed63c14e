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
    """One file and what the user said about it. ``name`` of a footprint proposal; its file's name if not given.

    ``layer_of``: the footprints in the file are no proposal but those of this service ("Community nursing").
    ``restricted``: small numbers must be hidden in everything that stands on the file.
    """

    source: Source
    kind: Kind | None = None
    options: ReadOptions = field(default_factory=ReadOptions)
    footprint_name: str | None = None
    layer_of: str | None = None
    restricted: bool = False


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
    """Load files and return what became of each, in the order they were taken.

    Files are read first, while others may still write; then all are matched and kept in one transaction.

    With ``dry_run`` everything is read, checked and matched, and nothing is kept. Raises ``Problem`` for the first
    file that cannot be used; the database is then unchanged.
    """
    moment = now or datetime.now(UTC)
    planned = sorted(
        ((_reader(request), request) for request in requests),
        key=lambda pair: (ORDER.index(pair[0].kind), pair[1].source.name),
    )
    read = [_read(store, reader, request, tell(request.source.name)) for reader, request in planned]
    loaded: list[Loaded] = []
    try:
        with store.write() as unit:
            loaded.extend(_keep(unit, item, moment) for item in read)
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return loaded


def _reader(request: LoadRequest) -> Reader:
    return recognise(request.source) if request.kind is None else reader_for(request.kind)


@dataclass(frozen=True)
class _Read:
    """A file read, or known already (``reading`` is then ``None``)."""

    identity: str
    request: LoadRequest
    reading: Reading | None


def _read(store: Store, reader: Reader, request: LoadRequest, tell: Tell) -> _Read:
    identity = _identity(reader.kind, request)
    with store.read() as unit:
        if unit.datasets.find(identity) is not None:
            return _Read(identity, request, None)
    return _Read(identity, request, reader.read(request.source, request.options, tell))


def _keep(unit: Unit, item: _Read, moment: datetime) -> Loaded:
    source, reading = item.request.source, item.reading
    if item.request.restricted:
        unit.datasets.restrict(source.sha256)
    known = unit.datasets.find(item.identity)
    if known is not None:
        return Loaded(known, _report_of(known, source.name), True, unit.footprints.of_dataset(known.id))
    assert reading is not None  # noqa: S101 - a dataset is never removed, so one not found now was not found before
    match(unit, reading)
    if reading.report.rows_kept == 0:
        raise _nothing_usable(source, reading.report)
    record = DatasetRecord(
        id=item.identity,
        kind=str(reading.kind),
        name=source.name,
        sha256=source.sha256,
        size=source.size,
        vintage=reading.report.vintage,
        effective_date=_effective_date(reading.report, item.request.options.as_of),
        loaded_at=moment,
        rows_read=reading.report.rows_read,
        rows_kept=reading.report.rows_kept,
        report=reading.report.as_dict(),
        restricted=item.request.restricted or unit.datasets.is_restricted(source.sha256),
    )
    unit.datasets.add(record)
    return Loaded(record, reading.report, False, _fill(unit, record, reading, item.request))


def _fill(unit: Unit, record: DatasetRecord, reading: Reading, request: LoadRequest) -> FootprintVersion | None:
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
        slug(name),
        name,
        record.id,
        reading.frames["neighbourhood"],
        pairs,
        max(starts, default=None),
        service=request.layer_of,
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
        "layer_of": request.layer_of,
        "keep_valid": options.keep_valid or None,
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
