"""Try a file before it is loaded: what would be read, kept and dropped, and every fault in it. Nothing is kept."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from app.domain.naming import slug
from app.domain.problem import Fault, Finding, Problem
from app.domain.uploads import UploadRecord
from app.ingest.kinds import Kind
from app.ingest.reader import ReadOptions, Tell, silent
from app.ingest.source import Source
from app.ingest.spatial.isolate import read
from app.ingest.spatial.limits import SpatialLimits
from app.services.loading import Loaded, LoadRequest, load
from app.services.records import version_row
from app.services.uploading.faults import MOST, FaultFound, counted, listed
from app.services.uploading.inspecting import chosen_mapping
from app.services.uploading.known import known_areas
from app.services.uploading.list_faults import list_faults
from app.services.uploading.map_faults import map_faults
from app.services.uploading.options import LoadOptions, Mode
from app.services.uploading.outlines import NONE, outlines
from app.services.uploading.staging import source_of
from app.store.store import Store

KEEPS_VALID = (Kind.FOOTPRINTS, Kind.FOOTPRINT_LOOKUP)
DRAWN = (Kind.FOOTPRINTS, Kind.AREAS)


def request_for(store: Store, record: UploadRecord, options: LoadOptions) -> LoadRequest:
    """What to load: what the user said, completed by what was seen in the file.

    Raises ``Problem``: bad input where something is still to be said, or cannot be; not found for footprints to be
    replaced that there are none of; conflict for a name that is taken by others.
    """
    seen = record.inspection
    kind = str(options.kind) if options.kind else seen["kind"]
    if kind is None:
        raise Problem(
            Fault.BAD_INPUT,
            "What is this file?",
            "Its content does not tell, and nobody has said it.",
            remedy="Say its kind, for example footprint-lookup for a list of LSOAs with their neighbourhoods.",
            file=record.name,
        )
    if options.mode is Mode.KEEP_VALID and kind not in map(str, KEEPS_VALID):
        raise Problem(
            Fault.BAD_INPUT,
            "This kind of file is loaded whole or not at all",
            f"Leaving rows out of {kind} would make figures wrong without anybody seeing it.",
            remedy="Mend the file, or take the mode all_or_nothing.",
            file=record.name,
        )
    named = {layer["name"] for layer in seen["layers"] if layer["name"] is not None}
    layer = options.layer or (seen["layer"] if len(named) > 1 else None)
    read = ReadOptions(
        as_of=options.as_of,
        columns=chosen_mapping(seen, options.layer, kind) | options.mapping,
        layer=layer,
        crs=options.crs,
        keep_valid=options.mode is Mode.KEEP_VALID,
    )
    source = source_of(record.folder, record.name)
    name, layer_of = _named(store, record, options, Kind(kind))
    return LoadRequest(source, Kind(kind), read, name, layer_of, options.restricted)


def _named(store: Store, record: UploadRecord, options: LoadOptions, kind: Kind) -> tuple[str | None, str | None]:
    """The name of the footprints and the service they are of; both None for a file that has none."""
    if kind not in KEEPS_VALID:
        return None, None
    with store.read() as unit:
        versions = unit.footprints.list()
    known = {version.footprint_id: version for version in versions}
    if options.replaces is not None:
        old = known.get(options.replaces)
        if old is None:
            raise Problem(
                Fault.NOT_FOUND,
                "There is nothing to replace",
                f"No footprints have the id “{options.replaces}”.",
                remedy=f"There are: {', '.join(sorted(known)) or 'none yet'}.",
            )
        return old.name, options.layer_of or old.service
    name = options.name or record.inspection["name"]
    if slug(name) in known and record.sha256 not in _files_of(store, slug(name)):
        raise Problem(
            Fault.CONFLICT,
            "There are footprints of this name already",
            f"“{name}” is known as “{slug(name)}”, and this file is another.",
            remedy=f"Give another name, or say replaces={slug(name)} to make it a new version.",
        )
    return options.name, options.layer_of


def _files_of(store: Store, footprint: str) -> set[str]:
    with store.read() as unit:
        return {unit.datasets.get(v.dataset_id).sha256 for v in unit.footprints.list() if v.footprint_id == footprint}


def check(store: Store, record: UploadRecord, options: LoadOptions, tell: Tell = silent) -> dict[str, Any]:
    """The report of a dry run, with every fault; plain JSON values.

    Raises ``Problem`` only for options that cannot be: whatever is wrong with the file stands in the report.
    """
    request = request_for(store, record, options)
    tell(0.1, "reading the file")
    strict = replace(request, options=replace(request.options, every_fault=True))
    loaded: Loaded | None = None
    problem: Problem | None = None
    try:
        loaded = load(store, [strict], dry_run=True)[0]
        findings = loaded.report.findings
    except Problem as met:
        problem, findings = met, met.findings
    tell(0.6, "looking at every fault")
    faults, drawn = _every_fault(store, request, findings, problem)
    counts = counted(faults)
    report = None if loaded is None else loaded.report.as_dict()
    if report is not None:
        report.pop("findings")
    return {
        "upload": record.id,
        "options": options.model_dump(mode="json"),
        "ok": problem is None,
        "already_loaded": loaded is not None and loaded.already,
        "would_become": _would_become(loaded),
        "problem": None if problem is None else _plain(problem),
        "report": report,
        "counts": {**counts, "listed": min(len(faults), MOST)},
        "faults": listed(faults),
        "outlines": drawn,
    }


def _every_fault(
    store: Store, request: LoadRequest, findings: Sequence[Finding], problem: Problem | None
) -> tuple[list[FaultFound], dict[str, Any]]:
    """The faults, and the outlines of a map file that could be read."""
    source, options, kind = request.source, request.options, request.kind
    if kind in DRAWN:
        try:
            raw = read(source, options.layer, SpatialLimits())
            return map_faults(source, kind, options, findings, raw), outlines(raw, source, options)
        except Problem as met:
            found = list(findings) or list(met.findings)
            return [FaultFound(finding) for finding in found] or [_whole(source, met)], NONE
    if kind is Kind.FOOTPRINT_LOOKUP:
        with store.read() as unit:
            known = known_areas(unit)
        faults = list_faults(store, known, source, options, findings)
    else:
        faults = [FaultFound(finding) for finding in findings]
    if problem is not None and not any(fault.finding.severity == "error" for fault in faults):
        faults.append(_whole(source, problem))
    return faults, NONE


def _whole(source: Source, problem: Problem) -> FaultFound:
    """A fault of the whole file."""
    said = f"{problem.title}. {problem.detail}"
    return FaultFound(Finding(str(problem.fault), said, suggestion=problem.remedy), source.name)


def _would_become(loaded: Loaded | None) -> dict[str, Any] | None:
    if loaded is None:
        return None
    version = loaded.footprint
    return {
        "kind": loaded.dataset.kind,
        "footprints": None if version is None else version_row(version),
    }


def _plain(problem: Problem) -> dict[str, Any]:
    said = {name: value for name, value in asdict(problem).items() if name != "findings"}
    return {**said, "fault": str(problem.fault)}


def packed(report: dict[str, Any]) -> bytes:
    """A report as it is kept: compressed JSON."""
    return zlib.compress(json.dumps(report, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode())


def unpacked(kept: bytes) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(zlib.decompress(kept))
    return report
