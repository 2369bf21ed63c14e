"""Where on the map each feature of a file lies, as well as anybody can tell: to mark faults, never to analyse.

A feature with a fault has no shape fit for analysis, but whoever is to mend it wants to see it.
"""

from __future__ import annotations

import re
import warnings
from contextlib import suppress
from functools import lru_cache

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from app.domain.problem import Problem
from app.ingest.reader import ReadOptions
from app.ingest.source import Source
from app.ingest.spatial.isolate import RawFeatures
from app.ingest.spatial.reference import crs_of

_PLACE = re.compile(r"\[(-?[\d.e+]+) (-?[\d.e+]+)\]")
_BRITAIN = (-9.01, 49.75, 2.1, 61.1)


class Marks:
    """Places of the features of a file, each worked out when it is asked for."""

    def __init__(self, raw: RawFeatures, source: Source, options: ReadOptions) -> None:
        self._wkb = raw.table.column("geometry").to_numpy()
        self._crs: CRS | None = None
        with suppress(Problem):  # nobody knows the system: then nobody knows the places
            self._crs, _ = crs_of(raw, options.crs, source)

    def shape(self, at: int) -> shapely.Geometry | None:
        """Feature ``at`` (from 0) in longitude and latitude; None where nobody can tell.

        Where the coordinates cannot be what the file says, it is shown where it would lie if axes or units were
        exchanged, as long as that is in Great Britain.
        """
        shape = self._own(at)
        return None if shape is None or self._crs is None else _placed(shape, self._crs)

    def crossing(self, at: int) -> shapely.Geometry | None:
        """The point at which the outline of feature ``at`` is invalid; None for a valid one."""
        shape = self._own(at)
        if shape is None or self._crs is None or shape.is_valid:
            return None
        found = _PLACE.search(shapely.is_valid_reason(shape))
        return _placed(shapely.Point(float(found[1]), float(found[2])), self._crs) if found else None

    def _own(self, at: int) -> shapely.Geometry | None:
        with np.errstate(invalid="ignore"):
            shape = shapely.force_2d(shapely.from_wkb(self._wkb[at], on_invalid="ignore"))
        if shape is None or shape.is_empty or not np.isfinite(shapely.get_coordinates(shape)).all():
            return None
        return shape


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
            moved = shapely.transform(shape, _step(crs).transform, interleaved=False)
        except (ProjError, shapely.errors.GEOSException):
            return None
    return moved if np.isfinite(shapely.get_coordinates(moved)).all() else None


@lru_cache(maxsize=16)
def _step(crs: CRS) -> Transformer:
    return Transformer.from_crs(crs, 4326, always_xy=True)


def _in_britain(shape: shapely.Geometry) -> bool:
    west, south, east, north = shape.bounds
    return bool(west >= _BRITAIN[0] and south >= _BRITAIN[1] and east <= _BRITAIN[2] and north <= _BRITAIN[3])
