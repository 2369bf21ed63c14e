"""The tile matrix set WebMercatorQuad (OGC 17-083r4, annex D.1): which square of the map a tile is.

A tile has ``EXTENT`` units a side, counted from its north-western corner: right, and down.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from geometry.crs import to_wgs84

EXTENT = 4096
BUFFER = 64
"""Units beyond each side that a tile goes on for, so that outlines do not show where tiles meet."""

RADIUS = 6_378_137.0
HALF = math.pi * RADIUS
"""Half the side of the whole map, in its metres."""

LAST = 14
"""The last zoom: a unit is then 0.6 of the map's metres, 0.4 m on the ground in London. Maps enlarge it beyond."""


@dataclass(frozen=True)
class Square:
    """One tile: ``row`` from the north, ``column`` from the west."""

    zoom: int
    row: int
    column: int

    @property
    def exists(self) -> bool:
        return 0 <= self.zoom <= LAST and 0 <= self.row < 2**self.zoom and 0 <= self.column < 2**self.zoom

    @property
    def corner(self) -> tuple[float, float]:
        """The north-western corner, in the map's metres."""
        side = EXTENT * unit(self.zoom)
        return -HALF + self.column * side, HALF - self.row * side

    @property
    def own(self) -> tuple[float, float, float, float]:
        """West, south, east, north in the map's metres, without ``BUFFER``."""
        west, north = self.corner
        side = EXTENT * unit(self.zoom)
        return west, north - side, west + side, north

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north in the map's metres, ``BUFFER`` included."""
        west, north = self.corner
        side, beyond = EXTENT * unit(self.zoom), BUFFER * unit(self.zoom)
        return west - beyond, north - side - beyond, west + side + beyond, north + beyond


def unit(zoom: int) -> float:
    """The length of a tile's unit, in the map's metres."""
    return 2 * HALF / float(2**zoom) / EXTENT


def on_the_map(shapes: Any) -> Any:
    """Shapes (EPSG:27700, an array, ``None`` where missing) in the map's metres (EPSG:3857).

    Equal points stay equal, so that borders that are shared stay shared.
    """
    return shapely.transform(to_wgs84(shapes).geometry, _mercator)


def limits(bounds: tuple[float, float, float, float], zoom: int) -> tuple[int, int, int, int]:
    """First and last row, first and last column of the tiles that bounds (degrees) lie in."""
    (west, south), (east, north) = _mercator(np.array([bounds[:2], bounds[2:]]))
    side, most = EXTENT * unit(zoom), 2**zoom - 1

    def at(metres: float) -> int:
        return int(min(max(metres // side, 0), most))

    return at(HALF - north), at(HALF - south), at(west + HALF), at(east + HALF)


def _mercator(degrees: np.ndarray) -> np.ndarray:
    turned = np.radians(degrees)
    return RADIUS * np.column_stack([turned[:, 0], np.arctanh(np.sin(turned[:, 1]))])
