"""Outlines made fit for analysis: two-dimensional, valid, polygons only. What is repaired is said, with its row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from app.domain.problem import Finding

Shapes = NDArray[np.object_]

HARMLESS_SHARE = 0.01  # a repair that changes the area by less than 1 % …
HARMLESS_AREA = 100.0  # … and by less than 100 m² is taken, with a warning
_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7
_KINDS = {-1: "nothing", 0: "a point", 1: "a line", 2: "a line", 4: "points", 5: "lines"}


@dataclass
class Cleaned:
    """Shapes row by row (None where nothing usable is left, each with an error finding) and what was found."""

    shapes: Shapes
    findings: list[Finding] = field(default_factory=list)

    def add(
        self, code: str, at: int | np.integer[Any], message: str, severity: str = "error", **where: str | None
    ) -> None:
        self.findings.append(Finding(code, message, severity=severity, row=int(at) + 1, field="geometry", **where))


def parse(wkb: NDArray[np.object_]) -> Cleaned:
    """Shapes from WKB: readable, finite, not empty, polygonal and flat; still in the file's own coordinates."""
    with np.errstate(invalid="ignore"):  # what is not a number is found, with its row, below
        shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    out = Cleaned(shapes)
    missing = np.array([value is None for value in wkb], dtype=bool)
    for at in np.flatnonzero(shapely.is_missing(shapes) & ~missing):
        shapes[at] = shapely.from_wkb(wkb[at], on_invalid="fix")
        if shapes[at] is None:
            out.add(
                "unreadable-geometry",
                at,
                "The outline cannot be read (a ring of fewer than four points, or curves).",
                suggestion="Draw it again, or convert curves to straight segments.",
            )
        else:
            out.add("ring-closed", at, "A ring did not end where it began and was closed.", "warning")
    for at in np.flatnonzero(missing | (shapely.is_empty(shapes) & ~shapely.is_missing(shapes))):
        shapes[at] = None
        out.add("empty-geometry", at, "The feature has no outline.", suggestion="Draw it or remove the feature.")
    _polygons_only(out)
    _finite_only(out)
    _flatten(out)
    return out


def make_valid(shapes: Shapes) -> Cleaned:
    """Valid polygons in metres.

    A self-intersection whose repair changes little is repaired with a warning, any other is an error. Parts that lie in
    each other are merged: which ground they cover is not in doubt, only their area was counted twice.
    """
    out = Cleaned(shapes.copy())
    for at in np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)):
        shape = shapes[at]
        reason = shapely.is_valid_reason(shape)
        repaired = _polygonal_part(shapely.make_valid(shape, method="structure", keep_collapsed=False))
        if repaired is None:
            out.shapes[at] = None
            out.add("collapsed-geometry", at, f"The outline encloses no area ({reason}).", suggestion="Draw it again.")
            continue
        change, overlap = _area_changes(shape, repaired)
        share = change / repaired.area
        said = f"{reason}; repairing it changes the area by {change:,.1f} m² ({share:.2%})"
        if change < HARMLESS_AREA and share < HARMLESS_SHARE:
            out.shapes[at] = repaired
            if overlap > 0:
                said = f"{reason}; parts of it lie in each other ({overlap:,.1f} m²) and were merged"
            out.add("geometry-repaired", at, f"The outline was repaired: {said}.", "warning", value=f"{change:.1f} m²")
        else:
            out.shapes[at] = None
            out.add(
                "self-intersection",
                at,
                f"The outline crosses itself and it is not clear which area is meant: {said}.",
                value=f"{change:.1f} m²",
                suggestion="Mend it in a GIS (QGIS: Check geometries, then draw the crossing again).",
            )
    return out


def _area_changes(shape: shapely.Geometry, repaired: shapely.Geometry) -> tuple[float, float]:
    """By how much repairing each polygon changes its area, and the area in which polygons overlap, in m²."""
    parts = shapely.get_parts(shape)
    mended = shapely.make_valid(parts, method="structure", keep_collapsed=False)
    change = float(np.abs(shapely.area(mended) - shapely.area(parts)).sum())
    return change, max(float(shapely.area(mended).sum()) - repaired.area, 0.0)


def _polygons_only(out: Cleaned) -> None:
    kinds = shapely.get_type_id(out.shapes)
    for at in np.flatnonzero(~np.isin(kinds, (_POLYGON, _MULTIPOLYGON)) & ~shapely.is_missing(out.shapes)):
        part = _polygonal_part(out.shapes[at]) if kinds[at] == _COLLECTION else None
        out.shapes[at] = part
        if part is None:
            what = _KINDS.get(int(kinds[at]), "a collection without polygons")
            out.add(
                "not-a-polygon",
                at,
                f"The feature is {what}, where an area is needed.",
                suggestion="Send the layer of polygons.",
            )
        else:
            out.add("parts-dropped", at, "Points and lines beside the polygons were left out.", "warning")


def _finite_only(out: Cleaned) -> None:
    # Bounds skip what is not a number, so the coordinates themselves are asked.
    coordinates, owner = shapely.get_coordinates(out.shapes, return_index=True)
    for at in np.unique(owner[~np.isfinite(coordinates).all(axis=1)]):
        out.shapes[at] = None
        out.add("not-a-number", at, "A coordinate is not a number.", suggestion="Draw the outline again.")


def _flatten(out: Cleaned) -> None:
    raised = shapely.has_z(out.shapes) | shapely.has_m(out.shapes)
    if raised.any():
        out.shapes = shapely.force_2d(out.shapes)
        message = f"Heights or measures of {int(raised.sum()):,} features were left out."
        out.findings.append(Finding("made-flat", message, severity="note", field="geometry"))


def _polygonal_part(shape: shapely.Geometry) -> shapely.Geometry | None:
    """The polygons of any geometry as one Polygon or MultiPolygon; None if it has none with an area."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape if shape.area > 0 else None
    parts = [part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
    parts = [polygon for part in parts for polygon in shapely.get_parts(part) if polygon.area > 0]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
