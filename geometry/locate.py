"""Which polygon holds each point, the same answer every time, also on a border."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geometry.polygons import Polygons


@dataclass(frozen=True, eq=False)
class Placed:
    """Every (point, polygon) pair in order; ``inside`` is false for a point on the polygon's border."""

    point: NDArray[np.intp]
    polygon: NDArray[np.intp]
    inside: NDArray[np.bool_]


def locate(points: gpd.GeoSeries, polygons: gpd.GeoSeries) -> pd.Series[str]:
    """The code of the polygon that holds each point, or None; indexed like ``points``.

    Of several polygons that hold a point, or whose common border it lies on, the smallest code is taken. A
    missing or empty point is in no polygon. Raises ``ValueError`` for two coordinate systems, for shapes that
    are not points, and for polygons that ``Polygons.checked`` refuses.
    """
    require_one_system(points, polygons)
    checked = Polygons.checked(polygons, "polygons")
    pairs = place(np.asarray(points.array, dtype=object), checked)
    found = np.full(len(points), None, dtype=object)
    # Codes ascend, so writing them backwards leaves the smallest.
    found[pairs.point[::-1]] = np.asarray(checked.codes, dtype=object)[pairs.polygon[::-1]]
    return pd.Series(found, index=points.index, dtype=object)


def place(points: NDArray[np.object_], polygons: Polygons) -> Placed:
    """All polygons that cover each point, ordered by point, then by code."""
    strange = ~(shapely.is_missing(points) | (shapely.get_type_id(points) == shapely.GeometryType.POINT))
    if strange.any():
        raise ValueError(f"{int(strange.sum())} shapes are not points, the first at place {int(np.argmax(strange))}")
    polygon, point = shapely.STRtree(points).query(polygons.shapes, predicate="covers")
    order = np.lexsort((polygon, point))
    point, polygon = point[order], polygon[order]
    return Placed(point, polygon, shapely.contains(polygons.shapes[polygon], points[point]))


def require_one_system(first: gpd.GeoSeries, second: gpd.GeoSeries) -> None:
    """Raises ``ValueError`` if both say their coordinate system and it is not the same."""
    if first.crs is not None and second.crs is not None and first.crs != second.crs:
        raise ValueError(f"one side is in {first.crs.name}, the other in {second.crs.name}: convert them to one system")
