"""One layer of polygons, ready for a reader: attributes, clean shapes in EPSG:27700, and what was found on the way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.domain.problem import Fault, Finding, Problem
from app.ingest.columns import normal
from app.ingest.privacy import refuse_personal_data
from app.ingest.reader import ReadOptions, Tell, silent
from app.ingest.reading import ImportReport
from app.ingest.source import Source
from app.ingest.spatial import clean
from app.ingest.spatial.isolate import RawFeatures, read
from app.ingest.spatial.limits import SpatialLimits
from app.ingest.spatial.reference import crs_of, place_on_grid
from app.ingest.text import refuse_nul

_ROWS_LOOKED_AT = 12


@dataclass(frozen=True, eq=False)
class PolygonLayer:
    """``attributes`` has one row per feature in the file's order (index 0, 1, …); ``shapes[i]`` belongs to row i.

    Shapes are valid 2D (Multi)Polygons in EPSG:27700, or None where an error finding says why.
    """

    attributes: pd.DataFrame
    shapes: NDArray[np.object_]
    findings: list[Finding]
    format: str
    layer: str


def read_polygons(source: Source, options: ReadOptions, limits: SpatialLimits, tell: Tell) -> PolygonLayer:
    """Read, convert and clean one layer. Raises ``Problem`` where the file or its CRS cannot be used at all."""
    tell(0.05, "unpacking and reading")
    return polygons_of(read(source, options.layer, limits), source, options, tell)


def polygons_of(raw: RawFeatures, source: Source, options: ReadOptions, tell: Tell = silent) -> PolygonLayer:
    """The polygons of what was read already. Raises ``Problem`` as ``read_polygons`` does."""
    if raw.table.num_rows == 0:
        raise Problem(
            Fault.BAD_INPUT,
            "The layer is empty",
            f"Layer {raw.layer!r} has no features.",
            remedy="Export the layer again, without a filter or selection.",
            file=source.name,
        )
    refuse_nul(source, raw.table)
    attributes = raw.table.drop_columns(["geometry"]).to_pandas()
    first = attributes.head(_ROWS_LOOKED_AT).astype(object)
    refuse_personal_data(
        source.name,
        [normal(name) for name in attributes.columns],
        [["" if pd.isna(value) else str(value) for value in row] for row in first.to_numpy()],
    )
    crs, findings = crs_of(raw, options.crs, source)
    tell(0.5, "checking coordinates")
    parsed = clean.parse(raw.table.column("geometry").to_numpy().copy())
    on_grid, placed = place_on_grid(parsed.shapes, crs, raw, source, set_aside=options.keep_valid)
    tell(0.7, "checking outlines")
    valid = clean.make_valid(on_grid)
    found = [*findings, *placed, *parsed.findings, *valid.findings]
    return PolygonLayer(attributes, valid.shapes, found, raw.format.label, raw.layer)


def without_errors(
    layer: PolygonLayer, report: ImportReport, title: str, source: Source, *, keep_valid: bool
) -> NDArray[np.bool_]:
    """Which features can be used. Errors stop the reading, unless what is valid is to be kept: then they are counted.

    Raises ``Problem`` that holds every error, in the order of rows.
    """
    usable = np.ones(len(layer.attributes), dtype=bool)
    if not keep_valid:
        stop_at_errors(report.findings, title, source)
        return usable
    faults = {f.row: f.code for f in report.findings if f.severity == "error" and f.row is not None}
    for row, code in sorted(faults.items()):
        usable[row - 1] = False
        report.drop(f"has an error ({code})")
    return usable


def stop_at_errors(findings: list[Finding], title: str, source: Source) -> None:
    """Raise one ``Problem`` that holds every error, in the order of rows; nothing where there is none."""
    errors = sorted((f for f in findings if f.severity == "error"), key=lambda f: (f.row or 0, f.code))
    if not errors:
        return
    features = len({f.row for f in errors})
    raise Problem(
        Fault.BAD_INPUT,
        title,
        f"{len(errors):,} errors in {features:,} features; nothing was loaded.",
        remedy="Mend the features named below and send the file again.",
        file=source.name,
        findings=errors,
    )
