"""The coordinate systems in which features are asked for and given: names, axes, and the way to each and back."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely

from app.domain.problem import Fault, Problem
from app.domain.publication import Box
from app.services.publishing.writing import GRID_DECIMALS, LONLAT_DECIMALS, rounded, texts
from geometry.crs import to_national_grid, to_wgs84

RADIUS = 6_378_137.0
"""Of the sphere of EPSG:3857, in metres."""

LIMITS: Box = (-9.0, 49.76, 2.09, 61.09)
"""Degrees within which the National Grid is defined; nothing that is published lies outside."""

WIDE: Box = (-1_000_000.0, -1_000_000.0, 2_000_000.0, 2_500_000.0)
STEP = 0.02
"""Degrees (or the metres they are) after which a straight line gets a point, so that it stays straight on its map."""


@dataclass(frozen=True)
class Crs:
    """``swapped``: latitude comes first. ``decimals``: to which coordinates are given, about a centimetre."""

    uri: str
    code: str
    swapped: bool = False
    decimals: int = LONLAT_DECIMALS

    @property
    def is_degrees(self) -> bool:
        return self.code in ("CRS84", "4326")


_EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
CRS84 = Crs("http://www.opengis.net/def/crs/OGC/1.3/CRS84", "CRS84")
LATLON = Crs(f"{_EPSG}4326", "4326", swapped=True)
GRID = Crs(f"{_EPSG}27700", "27700", decimals=GRID_DECIMALS)
MERCATOR = Crs(f"{_EPSG}3857", "3857", decimals=3)
KNOWN = (CRS84, LATLON, GRID, MERCATOR)
STORED = GRID


def named(text: str, parameter: str) -> Crs:
    """The system of a URI, or of a safe CURIE such as ``[EPSG:27700]``. Raises ``Problem`` for any other."""
    short = {"[OGC:CRS84]": CRS84, "[EPSG:4326]": LATLON, "[EPSG:27700]": GRID, "[EPSG:3857]": MERCATOR}
    found = next((crs for crs in KNOWN if crs.uri == text), short.get(text))
    if found is None:
        raise Problem(
            Fault.BAD_INPUT,
            "A coordinate system that is not offered",
            f"{parameter}: “{text[:100]}” is none of those in which features are given.",
            remedy=f"Use one of {', '.join(crs.uri for crs in KNOWN)}.",
        )
    return found


def to_grid(shape: shapely.Geometry, crs: Crs) -> tuple[shapely.Geometry, bool]:
    """A shape in EPSG:27700, and whether all of it lies where the National Grid is defined; the rest is cut off."""
    xy = shapely.transform(shapely.force_2d(shape), lambda xy: xy[:, ::-1]) if crs.swapped else shapely.force_2d(shape)
    limits = shapely.box(*(LIMITS if crs.is_degrees else WIDE if crs is GRID else _mercator_limits()))
    whole = bool(shapely.covers(limits, xy))
    kept = xy if whole else shapely.intersection(xy, limits)
    if crs is GRID or kept.is_empty:
        return kept, whole
    if not crs.is_degrees:
        kept = shapely.transform(shapely.segmentize(kept, math.radians(STEP) * RADIUS), _from_mercator)
    moved = to_national_grid(shapely.segmentize(kept, STEP), "EPSG:4326", within=WIDE).geometry
    return moved, whole


def given(shapes: np.ndarray, crs: Crs) -> list[str]:
    """GeoJSON geometries, in the axes and decimals of ``crs``, of shapes in EPSG:27700."""
    if not len(shapes):
        return []
    if crs is GRID:
        return texts(rounded(shapes, crs.decimals))
    moved = rounded(shapely.orient_polygons(placed(shapes, crs)), crs.decimals)
    if crs.swapped:
        moved = shapely.transform(moved, lambda xy: xy[:, ::-1])
    return ["null" if text is None else text for text in shapely.to_geojson(moved).tolist()]


def placed(shapes: np.ndarray, crs: Crs) -> np.ndarray:
    """Shapes in EPSG:27700 moved to ``crs``, east before north in every system, not rounded."""
    if crs is GRID or not len(shapes):
        return shapes
    lonlat: np.ndarray = to_wgs84(shapes).geometry
    return shapely.transform(lonlat, _to_mercator) if crs is MERCATOR else lonlat


def _to_mercator(xy: np.ndarray) -> np.ndarray:
    radians = np.radians(xy)
    return RADIUS * np.column_stack([radians[:, 0], np.arcsinh(np.tan(radians[:, 1]))])


def _from_mercator(xy: np.ndarray) -> np.ndarray:
    lonlat: np.ndarray = np.degrees(np.column_stack([xy[:, 0] / RADIUS, np.arctan(np.sinh(xy[:, 1] / RADIUS))]))
    return lonlat


def _mercator_limits() -> Box:
    west, south, east, north = LIMITS
    (a, b), (c, d) = _to_mercator(np.array([[west, south], [east, north]])).tolist()
    return float(a), float(b), float(c), float(d)
