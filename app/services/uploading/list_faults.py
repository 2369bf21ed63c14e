"""What is wrong with a list of neighbourhoods when it is held against the areas that are loaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import shapely

from app.domain.problem import Finding, Problem
from app.ingest.reader import ReadOptions
from app.ingest.readers.footprint_lookup import area_rows
from app.ingest.source import Source
from app.services.uploading.faults import FaultFound
from app.services.uploading.known import KnownAreas, shapes_of
from app.store.store import Store
from geometry.crs import to_wgs84

COVERED = 0.5
"""A borough of whose small areas at least this share is listed is meant to be covered whole."""


def list_faults(
    store: Store, known: Sequence[KnownAreas], source: Source, options: ReadOptions, found: Sequence[Finding]
) -> list[FaultFound]:
    """``found``, what the reader said, with areas and places; codes that are not loaded; areas that are left out."""
    try:
        unit_name, codes = area_rows(source, options)
    except Problem:
        return [FaultFound(finding) for finding in found]
    findings = [(finding, codes.get(finding.row or 0)) for finding in found]
    if known:
        best = max(known, key=lambda each: (len(set(codes.values()) & (each.codes | each.wards)), each.vintage or ""))
        findings += _unknown(codes, best, known, unit_name)
        if unit_name == "lsoa":
            findings += [(finding, finding.value) for finding in _left_out(set(codes.values()), best)]
    with store.read() as unit:
        shapes = shapes_of(unit, known, {code for _finding, code in findings if code})
    drawn = _degrees(shapes)
    return [FaultFound(finding, code, drawn.get(code or "")) for finding, code in findings]


def _unknown(
    codes: dict[int, str], best: KnownAreas, known: Sequence[KnownAreas], unit: str
) -> list[tuple[Finding, str | None]]:
    here = best.codes if unit == "lsoa" else best.wards
    listed = set(codes.values()) - {""}
    if not listed & (best.codes | best.wards):
        said = f"None of the {len(listed):,} codes is among the areas loaded ({best.name}): they cannot be checked."
        hint = "Load the areas of that place."
        return [(Finding("areas-not-loaded", said, "warning", None, "area", None, hint), None)]
    elsewhere = {code: each for each in known for code in (each.codes if unit == "lsoa" else each.wards)}
    findings: list[tuple[Finding, str | None]] = []
    for row, code in codes.items():
        if not code or code in here:
            continue
        other = elsewhere.get(code)
        if other is not None and other.vintage != best.vintage:
            said = f"{code} is of {other.vintage}, where the other areas of the list are of {best.vintage}."
            hint = f"Take the code that the area has had since {best.vintage}."
            finding = Finding("wrong-vintage", said, "warning", row, "area", code, hint)
        else:
            said = f"{code} is not among the areas loaded ({best.name})."
            hint = "Check the code, or load the areas of that place."
            finding = Finding("unknown-area", said, "warning", row, "area", code, hint)
        findings.append((finding, code))
    return findings


def _left_out(codes: set[str], best: KnownAreas) -> list[Finding]:
    """Areas without a neighbourhood, in boroughs most of whose areas have one."""
    whole = Counter(best.lads.values())
    listed = Counter(best.lads[code] for code in codes if code in best.lads)
    covered = {lad for lad, number in listed.items() if number >= COVERED * whole[lad]}
    return [
        Finding(
            "not-listed",
            f"{code} is in no neighbourhood, although most of its borough ({lad}) is.",
            "warning",
            field="area",
            value=code,
            suggestion="Give it a neighbourhood, or check that it is meant to have none.",
        )
        for code, lad in sorted(best.lads.items())
        if lad in covered and code not in codes
    ]


def _degrees(shapes: dict[str, shapely.Geometry]) -> dict[str, shapely.Geometry]:
    codes = sorted(code for code, shape in shapes.items() if shape is not None)
    if not codes:
        return {}
    moved = to_wgs84(np.array([shapes[code] for code in codes], dtype=object)).geometry
    return dict(zip(codes, moved, strict=True))
