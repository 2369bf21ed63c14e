"""To and from the British National Grid, saying which transformation was used and how accurate it is.

The accurate way between WGS 84 and EPSG:27700 is the Ordnance Survey's OSTN15 grid. pyproj's wheels do not
carry it; without it PROJ uses a Helmert transformation with a stated accuracy of 2 m (EPSG:1314).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from threading import Lock
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError
from pyproj.transformer import Transformer, TransformerGroup

NATIONAL_GRID = "EPSG:27700"
WGS84 = "EPSG:4326"

Box = tuple[float, float, float, float]
GREAT_BRITAIN: Box = (0.0, 0.0, 700_000.0, 1_300_000.0)
"""Easting and northing, metres: the extent of the National Grid."""

_GREAT_BRITAIN_DEGREES: Box = (-9.01, 49.75, 2.1, 61.1)
_filtering = Lock()


class CoordinateFault(StrEnum):
    """What is wrong with coordinates, for callers that build their own message."""

    UNKNOWN_CRS = "unknown-crs"
    NOT_FINITE = "not-finite"
    DEGREES_AS_METRES = "degrees-as-metres"
    METRES_AS_DEGREES = "metres-as-degrees"
    SWAPPED_AXES = "swapped-axes"
    OUTSIDE = "outside"


class CoordinateError(ValueError):
    """Coordinates that cannot be what they are said to be. ``why`` says what is wrong, ``remedy`` what to do."""

    def __init__(self, fault: CoordinateFault, why: str, remedy: str) -> None:
        super().__init__(f"{why}; {remedy}")
        self.fault, self.why, self.remedy = fault, why, remedy


@dataclass(frozen=True)
class Transformation:
    """How coordinates were converted. ``accuracy`` is in metres, None where PROJ states none.

    ``best_available`` is false where PROJ knows a better transformation whose grid (``missing_grids``) is not
    installed: between WGS 84 and the National Grid, that is OSTN15.
    """

    source: str
    target: str
    name: str
    accuracy: float | None
    best_available: bool
    missing_grids: tuple[str, ...] = ()

    def __str__(self) -> str:
        accuracy = "no stated accuracy" if self.accuracy is None else f"accurate to {self.accuracy:g} m"
        lacking = f"; not installed: {', '.join(self.missing_grids)}" if self.missing_grids else ""
        return f"{self.source} to {self.target} by {self.name}, {accuracy}{lacking}"


class Converted(NamedTuple):
    """The converted geometry, of the type that was given, and how it was converted."""

    geometry: Any
    transformation: Transformation


def to_national_grid(geometry: Any, source: Any = None, *, within: Box = GREAT_BRITAIN) -> Converted:
    """Convert a geometry, an array of geometries or a GeoSeries to EPSG:27700, axes easting, northing.

    ``source`` is anything pyproj reads (default: the GeoSeries' own). Coordinates are always taken as x, y:
    longitude first. Heights are dropped. ``within`` is where results may lie: give a place's own box to find
    swapped axes that the whole country would hide. Raises ``CoordinateError`` (a ``ValueError``).
    """
    crs = _crs_of(geometry, source)
    shapes = _shapes(geometry)
    _check(shapes, crs, within)
    moved, transformation = _moved(shapes, crs, CRS(NATIONAL_GRID))
    _inside(_box(moved), within, "easting, northing")
    return Converted(_like(geometry, moved, NATIONAL_GRID), transformation)


def to_wgs84(geometry: Any, source: Any = NATIONAL_GRID, *, within: Box = GREAT_BRITAIN) -> Converted:
    """Convert a geometry, an array of geometries or a GeoSeries to longitude, latitude in WGS 84.

    ``source`` and ``within`` (easting and northing, used if the source is the National Grid) as for
    ``to_national_grid``; a GeoSeries' own coordinate system comes first. Raises ``CoordinateError``.
    """
    own = geometry.crs if isinstance(geometry, gpd.GeoSeries) else None
    crs = _crs_of(geometry, own or source)
    shapes = _shapes(geometry)
    _check(shapes, crs, within)
    moved, transformation = _moved(shapes, crs, CRS(WGS84))
    return Converted(_like(geometry, moved, WGS84), transformation)


def transformation(source: Any, target: Any = NATIONAL_GRID) -> Transformation:
    """Which transformation is used between two coordinate systems on this machine."""
    return _operation(CRS.from_user_input(source).to_wkt(), CRS.from_user_input(target).to_wkt())[1]


@lru_cache(maxsize=64)
def _operation(source: str, target: str) -> tuple[Transformer | None, Transformation]:
    """PROJ's first choice over the whole area, so that every point of a layer goes the same way."""
    start, end = CRS(source), CRS(target)
    names = (_name(start), _name(end))
    if start.equals(end, ignore_axis_order=True):
        return None, Transformation(*names, "no change", 0.0, best_available=True)
    # The filter of warnings is one for the whole process: two threads must not set and restore it at once.
    with _filtering, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a missing grid is reported in the result instead
        group = TransformerGroup(start, end, always_xy=True)
    if not group.transformers:
        raise CoordinateError(
            CoordinateFault.UNKNOWN_CRS,
            f"no transformation from {names[0]} to {names[1]} is known",
            "give the coordinates in EPSG:27700 or EPSG:4326",
        )
    first = group.transformers[0]
    missing: tuple[str, ...] = ()
    if not group.best_available:
        missing = tuple(grid.short_name for grid in group.unavailable_operations[0].grids if not grid.available)
    # A member of the group is one object for all threads, where PROJ wants one for each: two requests at once would end
    # the process. A transformer made of its definition keeps a copy for each thread.
    return Transformer.from_pipeline(first.definition), Transformation(
        *names,
        first.description,
        first.accuracy if first.accuracy is not None and first.accuracy >= 0 else None,
        best_available=group.best_available,
        missing_grids=missing,
    )


def _moved(shapes: NDArray[np.object_], source: CRS, target: CRS) -> tuple[NDArray[np.object_], Transformation]:
    transformer, described = _operation(source.to_wkt(), target.to_wkt())
    if transformer is None:
        return shapely.force_2d(shapes), described

    def convert(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[Any, Any]:
        return transformer.transform(x, y)

    return shapely.transform(shapes, convert, interleaved=False), described


def _check(shapes: NDArray[np.object_], crs: CRS, within: Box) -> None:
    """Raise for coordinates that cannot be of ``crs``, before PROJ turns them into nonsense."""
    box = _box(shapes)
    if box is None:
        return
    looks_like_degrees = all(abs(x) <= 180 for x in box[::2]) and all(abs(y) <= 180 for y in box[1::2])
    if crs.is_geographic:
        if not looks_like_degrees:
            raise CoordinateError(
                CoordinateFault.METRES_AS_DEGREES,
                f"coordinates up to {box[2]:.6g}, {box[3]:.6g} cannot be the degrees of {_name(crs)}",
                "they look like metres: if they are eastings and northings, say EPSG:27700",
            )
        _inside(box, _GREAT_BRITAIN_DEGREES, "longitude, latitude")
    elif crs.equals(CRS(NATIONAL_GRID)):
        if looks_like_degrees:
            raise CoordinateError(
                CoordinateFault.DEGREES_AS_METRES,
                f"coordinates from {box[0]:.6g}, {box[1]:.6g} to {box[2]:.6g}, {box[3]:.6g} are said to be metres"
                " of the National Grid",
                "they look like degrees: if they are longitudes and latitudes, say EPSG:4326",
            )
        _inside(box, within, "easting, northing")


def _inside(box: Box | None, limits: Box, axes: str) -> None:
    if box is None or _holds(limits, box):
        return
    found = f"coordinates from {box[0]:.8g}, {box[1]:.8g} to {box[2]:.8g}, {box[3]:.8g}"
    if _holds(limits, (box[1], box[0], box[3], box[2])):
        raise CoordinateError(CoordinateFault.SWAPPED_AXES, f"{found} have their axes swapped", f"give them as {axes}")
    wanted = f"{limits[0]:g} to {limits[2]:g} and {limits[1]:g} to {limits[3]:g}"
    raise CoordinateError(
        CoordinateFault.OUTSIDE,
        f"{found} lie outside {wanted} ({axes})",
        "check the coordinate system and look for a misplaced point",
    )


def _holds(limits: Box, box: Box) -> bool:
    return limits[0] <= box[0] and limits[1] <= box[1] and box[2] <= limits[2] and box[3] <= limits[3]


def _box(shapes: NDArray[np.object_]) -> Box | None:
    """West, south, east, north of all coordinates; None if there are none."""
    points = shapely.get_coordinates(shapes)
    if not len(points):
        return None
    if not np.isfinite(points).all():
        bad = int((~np.isfinite(points).all(axis=1)).sum())
        raise CoordinateError(
            CoordinateFault.NOT_FINITE,
            f"{bad} of {len(points)} coordinates are not finite numbers in the system they are said to be in",
            "check the coordinate system, and remove points without coordinates",
        )
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    return float(west), float(south), float(east), float(north)


def _crs_of(geometry: Any, source: Any) -> CRS:
    given = source if source is not None else getattr(geometry, "crs", None)
    if given is None:
        raise CoordinateError(
            CoordinateFault.UNKNOWN_CRS, "the coordinate system is not known", "say which it is, such as EPSG:27700"
        )
    try:
        return CRS.from_user_input(given)
    except CRSError as error:
        raise CoordinateError(
            CoordinateFault.UNKNOWN_CRS,
            f"{str(given)[:80]!r} is no coordinate system that PROJ knows",
            "say it as an EPSG code, such as EPSG:27700",
        ) from error


def _name(crs: CRS) -> str:
    authority = crs.to_authority()
    return ":".join(authority) if authority else crs.name


def _shapes(geometry: Any) -> NDArray[np.object_]:
    array = geometry.array if isinstance(geometry, gpd.GeoSeries) else geometry
    return np.atleast_1d(np.asarray(array, dtype=object))


def _like(given: Any, shapes: NDArray[np.object_], crs: str) -> Any:
    """``shapes`` in the form of what was given."""
    if isinstance(given, gpd.GeoSeries):
        return gpd.GeoSeries(shapes, index=given.index, name=given.name, crs=crs)
    if isinstance(given, shapely.Geometry) or given is None:
        return shapes[0]
    return shapes
