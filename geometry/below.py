"""Dividing cut areas by the people of smaller units inside them, instead of by square metres."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy import sparse

from geometry.labelled import Labelled
from geometry.locate import place, require_one_system
from geometry.overlay import shares
from geometry.polygons import Polygons
from geometry.shares import Basis, Shares


def weighted_shares(
    by_area: Shares,
    footprints: gpd.GeoSeries,
    units: gpd.GeoSeries,
    people: pd.Series[float],
    area_of: pd.Series[str],
) -> Shares:
    """``by_area`` with the areas that are really cut divided by the people of their units.

    ``units`` are points (postcodes) or polygons (output areas) indexed by code, in EPSG:27700; ``people`` and
    ``area_of`` give each unit's people and the code of its area, by the same index. A point on a common border
    belongs to the smallest code; a polygon that is cut itself is divided by square metres. People in no
    footprint stay out of every share, and people whom overlapping footprints both claim count in both, so rows
    sum to one only where the footprints have no gaps or overlaps. An area without units, or whose units have no
    people, keeps its shares by area: ``basis`` says which of the two each area has.

    Raises ``ValueError`` for missing or negative people, missing shapes, points mixed with polygons, and
    footprints that ``by_area`` was not made from.
    """
    require_one_system(units, footprints)
    columns = by_area.weights.columns
    if tuple(sorted(footprints.index.astype(str))) != columns:
        raise ValueError("the footprints are not those that the shares by area were made from")
    counts, home = _of_units(units, people, area_of)
    chosen = np.isin(home, np.asarray(by_area.cut, dtype=object))
    units, counts, home = units[chosen], counts[chosen], home[chosen]
    within = _units_in_footprints(units, footprints, by_area.tolerance)

    rows = by_area.weights.row_index
    at = np.array([rows[code] for code in home], dtype=np.intp)
    totals = np.bincount(at, weights=counts, minlength=len(rows))
    populated = totals > 0
    belongs = sparse.csr_array((counts, (at, np.arange(len(at)))), shape=(len(rows), len(at)))
    per_person = sparse.diags_array(np.divide(1.0, totals, out=np.zeros(len(rows)), where=populated))
    kept = sparse.diags_array((~populated).astype(float)) @ by_area.weights.values
    values = sparse.csr_array(kept + per_person @ (belongs @ within))
    values.eliminate_zeros()
    values.sort_indices()
    basis = tuple(
        Basis.POPULATION if counted else before for counted, before in zip(populated, by_area.basis, strict=True)
    )
    return Shares(Labelled(by_area.weights.rows, columns, values), basis, by_area.tolerance, by_area.unclipped)


def _of_units(
    units: gpd.GeoSeries, people: pd.Series[float], area_of: pd.Series[str]
) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
    """People and area code of each unit, in the order of ``units``."""
    if not units.index.is_unique:
        raise ValueError("a unit stands twice: give each its own code")
    counts = people.reindex(units.index).to_numpy(dtype=np.float64)
    home = area_of.reindex(units.index)
    lacking = units.isna() | units.is_empty | home.isna() | np.isnan(counts) | (counts < 0)
    if lacking.any():
        named = ", ".join(str(code) for code in units.index[lacking][:5])
        raise ValueError(f"{int(lacking.sum())} units lack a shape, an area or a number of people: {named}")
    return np.asarray(counts, dtype=np.float64), np.asarray(home.to_numpy(dtype=object), dtype=object)


def _units_in_footprints(units: gpd.GeoSeries, footprints: gpd.GeoSeries, tolerance: float) -> sparse.csr_array:
    """The share of each unit in each footprint, units × footprints, footprints in order of code."""
    shapes = np.asarray(units.array, dtype=object)
    points = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    if not points.any() and len(points):
        inside = shares(units, footprints, tolerance).weights
        return inside.with_rows([str(code) for code in units.index]).values
    if not points.all():
        raise ValueError("the units mix points with other shapes: give either points or polygons")
    polygons = Polygons.checked(footprints, "footprints")
    pairs = place(shapes, polygons)
    settled = np.isin(pairs.point, pairs.point[pairs.inside])
    first = np.zeros(len(pairs.point), dtype=bool)
    first[np.unique(pairs.point, return_index=True)[1]] = True
    counted = pairs.inside | (~settled & first)
    return sparse.csr_array(
        (np.ones(int(counted.sum())), (pairs.point[counted], pairs.polygon[counted])),
        shape=(len(shapes), len(polygons)),
    )
