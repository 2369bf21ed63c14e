"""What is wrong with drawn neighbourhoods: feature by feature, and between them."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from app.domain.problem import Finding, Problem
from app.ingest.kinds import Kind
from app.ingest.reader import ReadOptions
from app.ingest.readers import areas, footprints
from app.ingest.source import Source
from app.ingest.spatial.columns import as_codes, find_columns
from app.ingest.spatial.isolate import RawFeatures, read
from app.ingest.spatial.layer import polygons_of
from app.ingest.spatial.limits import SpatialLimits
from app.ingest.spatial.marking import Marks
from app.services.uploading.faults import FaultFound
from geometry.coverage import CoverageFault, check_coverage
from geometry.crs import to_wgs84

BETWEEN = {
    CoverageFault.DUPLICATE: "Keep one of the two.",
    CoverageFault.OVERLAP: "Decide to which neighbourhood the ground belongs.",
    CoverageFault.GAP: "Give the ground to a neighbourhood, or check that nobody lives there.",
    CoverageFault.HOLE: "Fill the hole, or check that it is meant.",
    CoverageFault.SLIVER: "Slivers are mended by “coterminous mend” once the file is loaded.",
    CoverageFault.DETACHED_PART: "Check that the part belongs to this neighbourhood.",
}
"""Faults between neighbourhoods that matter before a load, and what to do about each."""


def map_faults(
    source: Source,
    kind: Kind,
    options: ReadOptions,
    found: Sequence[Finding],
    raw: RawFeatures | None = None,
) -> list[FaultFound]:
    """``found``, what the reader said, with features and places; and what is wrong between neighbourhoods.

    ``raw``: the features, where they have been read already. Raises ``Problem`` where they cannot be.
    """
    raw = read(source, options.layer, SpatialLimits()) if raw is None else raw
    placed = Marks(raw, source, options)
    wanted = footprints.FIELDS if kind is Kind.FOOTPRINTS else areas.FIELDS
    names = [name for name in raw.table.schema.names if name != "geometry"]
    try:
        columns = find_columns(names, wanted, options.columns, source.name)
    except Problem:
        columns = {}
    label = columns.get("code") or columns.get("name")
    ids = (
        as_codes(raw.table.column(label).to_pandas())
        if label is not None
        else pd.Series([None] * raw.table.num_rows, dtype=object)
    )
    faults = [_of_feature(finding, ids, placed) for finding in found]
    if kind is Kind.FOOTPRINTS and label is not None:
        faults += _repeated(ids, columns, placed)
        try:
            layer = polygons_of(raw, source, ReadOptions(crs=options.crs, keep_valid=True))
        except Problem:
            return faults
        faults += _between(ids, layer.shapes)
    return faults


def _of_feature(finding: Finding, ids: pd.Series, placed: Marks) -> FaultFound:
    at = (finding.row or 0) - 1
    if not 0 <= at < len(ids):
        return FaultFound(finding)
    place = placed.crossing(at) if finding.code in ("self-intersection", "geometry-repaired") else None
    return FaultFound(finding, ids.iloc[at], place if place is not None else placed.shape(at))


def _repeated(ids: pd.Series, columns: dict[str, str], placed: Marks) -> list[FaultFound]:
    """Features of one code, which will be merged."""
    faults = []
    first: dict[str, int] = {}
    for at, code in enumerate(ids):
        if code is None:
            continue
        if code in first:
            finding = Finding(
                "duplicate-code",
                f"Feature {first[code] + 1} has the code {code} too: the two will be one neighbourhood.",
                "warning",
                row=at + 1,
                field=columns.get("code"),
                value=str(code),
                suggestion="Give one of them another code, unless they are parts of one neighbourhood.",
            )
            faults.append(FaultFound(finding, str(code), placed.shape(at)))
        first.setdefault(code, at)
    return faults


def _between(ids: pd.Series, shapes: np.ndarray) -> list[FaultFound]:
    usable = ids.notna().to_numpy() & ~shapely.is_missing(shapes)
    rows = {str(code): at + 1 for at, code in reversed(list(enumerate(ids))) if code is not None}
    groups = pd.Series(shapes[usable]).groupby(ids[usable].to_numpy(), sort=True)
    merged = {str(code): shapely.union_all(group.to_numpy()) for code, group in groups}
    if not merged:
        return []
    faults = []
    for each in check_coverage(gpd.GeoSeries(merged, crs=27700)):
        if each.fault not in BETWEEN:
            continue
        finding = Finding(
            str(each.fault),
            each.message,
            "note" if each.severity == "advice" else "warning",
            row=rows.get(each.footprints[0]) if each.footprints else None,
            field="geometry",
            value=f"{each.area:,.0f} m²",
            suggestion=BETWEEN[each.fault],
        )
        place = None if shapely.is_empty(each.geometry) else to_wgs84(np.array([each.geometry])).geometry[0]
        faults.append(FaultFound(finding, "; ".join(each.footprints) or None, place))
    return faults
