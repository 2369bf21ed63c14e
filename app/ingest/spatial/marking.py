"""Where on the map each feature of a file lies, as well as anybody can tell: to mark faults, never to analyse.

A feature with a fault has no shape fit for analysis, but whoever is to mend it wants to see it.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from app.domain.problem import Problem
from app.ingest.reader import ReadOptions
from app.ingest.source import Source
from app.ingest.spatial.isolate import RawFeatures
from app.ingest.spatial.reference import crs_of

Shapes = NDArray[np.object_]

_PLACE = re.compile(r"\[(-?[\d.e+]+) (-?[\d.e+]+)\]")
_BRITAIN = (-9.01, 49.75, 2.1, 61.1)


@dataclass(frozen=True, eq=False)
class Marks:
    """``shapes[i]`` is feature i + 1 in longitude and latitude, None where nobody can tell; ``crossings`` the point at
    which its outline is invalid."""

    shapes: Shapes
    crossings: Shapes


def marks(raw: RawFeatures, source: Source, options: ReadOptions) -> Marks:
    """Places of all features. Where the coordinates cannot be what the file says, they are shown where they would lie
    if axes or units were exchanged, as long as that is in Great Britain."""
    with np.errstate(invalid="ignore"):
        shapes = shapely.force_2d(shapely.from_wkb(raw.table.column("geometry").to_numpy().copy(), on_invalid="ignore"))
    nothing: Shapes = np.full(len(shapes), None, dtype=object)
    try:
        crs, _ = crs_of(raw, options.crs, source)
    except Problem:
        return Marks(nothing, nothing.copy())
    out, crossings = nothing, nothing.copy()
    for at, shape in enumerate(shapes):
        if shape is None or shape.is_empty or not np.isfinite(shapely.get_coordinates(shape)).all():
            continue
        out[at] = _placed(shape, crs)
        if out[at] is not None and not shape.is_valid:
            found = _PLACE.search(shapely.is_valid_reason(shape))
            if found:
                crossings[at] = _placed(shapely.Point(float(found[1]), float(found[2])), crs)
    return Marks(out, crossings)


def _placed(shape: shapely.Geometry, crs: CRS) -> shapely.Geometry | None:
    for system, swapped in ((crs, False), (crs, True), (CRS(27700), False), (CRS(4326), False), (CRS(4326), True)):
        turned = shapely.transform(shape, lambda x, y: (y, x), interleaved=False) if swapped else shape
        moved = _to_degrees(turned, system)
        if moved is not None and _in_britain(moved):
            return moved
    moved = _to_degrees(shape, crs)
    inside = moved is not None and (np.abs(np.asarray(moved.bounds)) <= (180, 90, 180, 90)).all()
    return moved if inside else None


def _to_degrees(shape: shapely.Geometry, crs: CRS) -> shapely.Geometry | None:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            step = Transformer.from_crs(crs, 4326, always_xy=True)
            moved = shapely.transform(shape, step.transform, interleaved=False)
        except (ProjError, shapely.errors.GEOSException):
            return None
    return moved if np.isfinite(shapely.get_coordinates(moved)).all() else None


def _in_britain(shape: shapely.Geometry) -> bool:
    west, south, east, north = shape.bounds
    return bool(west >= _BRITAIN[0] and south >= _BRITAIN[1] and east <= _BRITAIN[2] and north <= _BRITAIN[3])
