"""Footprints as they were drawn: read without judging, and two that claim the same ground."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geometry.pieces import EMPTY, is_noise, joined, parts, union
from geometry.polygons import Geometries


def drawn_footprints(footprints: gpd.GeoSeries, tolerance: float) -> tuple[tuple[str, ...], Geometries]:
    """Codes ascending and their shapes as they were drawn, valid or not."""
    if not tolerance > 0:
        raise ValueError(f"the tolerance must be a positive number of metres, got {tolerance}")
    if footprints.crs is not None and not footprints.crs.is_projected:
        raise ValueError("the footprints are in degrees: convert them to the National Grid (EPSG:27700)")
    codes = np.asarray(footprints.index.astype(str), dtype=object)
    order = np.argsort(codes, kind="stable")
    codes, drawn = codes[order], np.asarray(footprints.array, dtype=object)[order]
    repeated = sorted(set(codes[1:][codes[1:] == codes[:-1]]))
    if repeated:
        raise ValueError(f"each footprint needs a code of its own; repeated: {', '.join(repeated[:5])}")
    drawn = np.array([EMPTY if shape is None else shapely.force_2d(shape) for shape in drawn], dtype=object)
    flat = ~np.isin(shapely.get_type_id(drawn), (3, 6)) & ~shapely.is_empty(drawn)
    if flat.any():
        raise ValueError(f"footprints must be polygons; not so: {', '.join(codes[flat][:5])}")
    return tuple(codes), drawn


def mends_one_way(drawn: Any, sound: Any, tolerance: float) -> bool:
    """Whether the two ways to read an invalid ring differ by noise only, so that mending it decides nothing."""
    other = joined(parts(shapely.make_valid(drawn, method="linework"), least=0.0))
    return is_noise(joined(parts(shapely.symmetric_difference(union([sound]), union([other])))), tolerance)


def overlapping(sound: Geometries, tree: shapely.STRtree, invalid_edges: Geometries) -> list[tuple[int, int, Any]]:
    """Pairs of footprints with the shape they share, in order; only pairs with an edge out of place are computed."""
    suspects = ~shapely.is_empty(invalid_edges)
    # Identical polygons have identical edges, which the coverage test may not call invalid.
    first, second = tree.query(sound, predicate="intersects")
    kept = (first < second) & (suspects[first] | suspects[second])
    twice = (first < second) & shapely.equals(sound[first], sound[second])
    pairs = sorted(zip(first[kept | twice].tolist(), second[kept | twice].tolist(), strict=True))
    common = ((one, two, joined(parts(shapely.intersection(sound[one], sound[two])))) for one, two in pairs)
    return [(one, two, shape) for one, two, shape in common if not shapely.is_empty(shape)]


def same(first: Any, second: Any, common: Any, tolerance: float) -> bool:
    """Whether two footprints are one drawn twice: they differ by noise only."""
    if shapely.area(common) < 0.5 * max(shapely.area(first), shapely.area(second)):
        return False
    return is_noise(joined(parts(shapely.symmetric_difference(first, second))), tolerance)
