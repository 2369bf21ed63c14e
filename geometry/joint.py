"""The table two partitions of the same areas share, also where the lines of both cut one area.

An area that one partition holds whole adds its weight to the cells of that row or column by the other's shares: that
is exact. Where both cut an area, their shares alone do not say how the parts lie to each other: the shapes do. The
parts that the shapes make are scaled until they agree with the shares of both (iterative proportional fitting, Deming
& Stephan 1940), because shares may count people and not square metres.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from scipy import sparse

from geometry.contingency import Floats
from geometry.labelled import Labelled

WHOLE = 1 - 1e-9
"""A share from which an area counts as held whole."""

ROUNDS = 200
CLOSE = 1e-12


@dataclass(frozen=True, eq=False)
class Joint:
    """``table`` is regions of the first × regions of the second, in the unit of the weights.

    ``first_only`` (one a row) lies in no region of the second, ``second_only`` (one a column) in none of the first:
    a row of the table and ``first_only`` add up to a region's weight. ``cut_by_both`` counts areas divided by both;
    in ``independent`` of them nothing was known of how the parts lie, and they were taken as independent.
    """

    table: Labelled
    first_only: Floats
    second_only: Floats
    cut_by_both: int
    independent: int


Shapes = Callable[[], gpd.GeoSeries]
"""Polygons by code, only asked for where they are needed."""


def joint_table(
    first: Labelled,
    second: Labelled,
    weight: Mapping[str, float],
    *,
    areas: Shapes | None = None,
    first_shapes: Shapes | None = None,
    second_shapes: Shapes | None = None,
) -> Joint:
    """Cross two partitions.

    first, second: areas × regions, shares of which no row sums to more than 1 (see ``crosstab.conserving``).
    weight: by area, at least 0; an area without one weighs nothing. Shapes are in EPSG:27700; a region without one
    makes the areas it cuts independent. Raises ``ValueError`` for a negative weight or shares beyond 1.
    """
    codes = sorted(set(first.rows) | set(second.rows))
    one, two = first.with_rows(codes), second.with_rows(codes)
    for shares in (one, two):
        if shares.row_sums().max(initial=0.0) > 1 + 1e-6:
            raise ValueError("an area has shares that sum to more than 1: its weight would be counted twice")
    weights = np.array([float(weight.get(code, 0.0)) for code in codes])
    if not np.isfinite(weights).all() or (weights < 0).any():
        raise ValueError("weights must be finite and not negative")
    both = np.flatnonzero(_divided(one) & _divided(two) & (weights > 0))
    plain = weights.copy()
    plain[both] = 0.0
    table = (one.values.T @ sparse.diags_array(plain) @ two.values).tolil()
    independent = 0
    if len(both):
        parts = _Parts(areas, first_shapes, second_shapes)
        for at in both:
            held, other = (shares.values[[at], :].toarray().ravel() for shares in (one, two))
            rows, columns = np.flatnonzero(held), np.flatnonzero(other)
            cells, known = parts.of(
                codes[at],
                {one.columns[i]: float(held[i]) for i in rows},
                {two.columns[j]: float(other[j]) for j in columns},
            )
            independent += not known
            for i, row in zip(rows, cells, strict=False):
                for j, share in zip(columns, row, strict=False):
                    table[i, j] += weights[at] * share
    made = Labelled(one.columns, two.columns, sparse.csr_array(table))
    first_only = np.maximum(one.values.T @ weights - made.row_sums(), 0.0)
    second_only = np.maximum(two.values.T @ weights - made.column_sums(), 0.0)
    return Joint(made, first_only, second_only, len(both), independent)


def _divided(shares: Labelled) -> np.ndarray:
    """Areas of which some region holds a part and none the whole."""
    largest = np.asarray(shares.values.max(axis=1).todense()).ravel()
    return (largest > 0) & (largest < WHOLE)


class _Parts:
    """How the parts of a divided area lie to each other."""

    def __init__(self, areas: Shapes | None, first: Shapes | None, second: Shapes | None) -> None:
        self._areas = areas() if areas else None
        self._first = first() if first else None
        self._second = second() if second else None

    def of(self, area: str, first: Mapping[str, float], second: Mapping[str, float]) -> tuple[Floats, bool]:
        """Shares of the area by region of the first (and outside, last) × region of the second (and outside).

        ``False`` beside them where they were taken as independent.
        """
        margins = [np.array([*held.values(), max(0.0, 1 - sum(held.values()))]) for held in (first, second)]
        seed = self._seed(area, list(first), list(second))
        if seed is not None:
            fitted = _fitted(seed, *margins)
            if fitted is not None:
                return fitted, True
        return np.outer(*margins), False

    def _seed(self, area: str, first: list[str], second: list[str]) -> Floats | None:
        if self._areas is None or self._first is None or self._second is None:
            return None
        known = area in self._areas.index and set(first) <= set(self._first.index)
        if not known or not set(second) <= set(self._second.index):
            return None
        whole = self._areas[area]
        ones = shapely.intersection(whole, self._first[first].to_numpy())
        twos = shapely.intersection(whole, self._second[second].to_numpy())
        common = shapely.area(shapely.intersection(ones[:, None], twos[None, :]))
        cells = np.zeros((len(first) + 1, len(second) + 1))
        cells[:-1, :-1] = common
        cells[:-1, -1] = shapely.area(ones) - common.sum(axis=1)
        cells[-1, :-1] = shapely.area(twos) - common.sum(axis=0)
        cells[-1, -1] = whole.area - cells.sum()
        # A strip of less than a thousandth of the area is how lines were digitised, not where anybody lives.
        cells[cells < whole.area / 1000] = 0.0
        return cells


def _fitted(seed: Floats, rows: Floats, columns: Floats) -> Floats | None:
    """The seed scaled to both margins; ``None`` where that cannot be."""
    cells = seed.copy()
    for _ in range(ROUNDS):
        for margin, axis in ((rows, 1), (columns, 0)):
            sums = cells.sum(axis=axis)
            scale = np.divide(margin, sums, out=np.zeros_like(margin), where=sums > 0)
            cells *= scale[:, None] if axis == 1 else scale[None, :]
        if np.abs(cells.sum(axis=1) - rows).max() < CLOSE and np.abs(cells.sum(axis=0) - columns).max() < CLOSE:
            return cells
    near = np.abs(cells.sum(axis=1) - rows).max() < 1e-3 and np.abs(cells.sum(axis=0) - columns).max() < 1e-3
    return cells if near else None
