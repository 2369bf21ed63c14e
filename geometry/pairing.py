"""Agreement as pairs: of regions (Jaccard, MapCurves, one-to-one matching) and of people (Rand).

Notation as in ``geometry.entropy``: ``N[i, j]`` weight, ``r`` and ``c`` its margins, ``n`` its sum.

Sources: Hargrove, Hoffman & Hessburg 2006 (MapCurves); Hubert & Arabie 1985 (adjusted Rand); van Dongen 2000;
Kuhn 1955 (best one-to-one matching).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from geometry.contingency import Contingency, Floats, Table


@dataclass(frozen=True, eq=False)
class MapCurves:
    """Goodness of fit of each region, and the area under the curve "share of regions with at least this fit".

    ``score`` is the larger of the two directions. Regions count alike whatever their weight, so small regions
    weigh heavily; it is here to compare with the literature.
    """

    rows: float
    columns: float
    row_fit: Floats  # one a row, 0..1
    column_fit: Floats  # one a column, 0..1

    @property
    def score(self) -> float:
        return max(self.rows, self.columns)


@dataclass(frozen=True, eq=False)
class Jaccard:
    """Intersection over union of regions: ``N / (r + c - N)``, 0..1."""

    row_best: Floats  # each row with its best column
    column_best: Floats  # each column with its best row
    rows: float  # mean of row_best, weighted by the rows
    columns: float  # mean of column_best, weighted by the columns
    one_to_one: float  # best sum over one-to-one pairs, over the larger count of regions; 1 only for equal partitions


@dataclass(frozen=True)
class Matching:
    """The one-to-one pairing of rows and columns that keeps the most weight together."""

    pairs: tuple[tuple[str, str], ...]  # (row code, column code) with weight in common, in row order
    kept: float  # weight inside the pairs
    moved: float  # weight outside them: what changes its label
    moved_share: float  # moved over the total, 0..1


def map_curves(table: Table) -> MapCurves:
    """``GOF_i = Σ_j N² / (r_i c_j)`` for each row (and likewise each column), and the area under its curve.

    The curve runs by straight lines through (0, 1), the sorted fits against evenly falling shares of regions
    from 1 to 0, and (1, 0), as the R package sabre draws it; so the area is close to, not equal to, the mean fit.
    """
    cells = Contingency.of(table)
    fit = cells.weight**2 / (cells.row_sums[cells.row] * cells.column_sums[cells.column])
    by_row = np.minimum(cells.sum_by_row(fit), 1.0)
    by_column = np.minimum(np.bincount(cells.column, fit, len(cells.columns)), 1.0)
    return MapCurves(_area_under(by_row), _area_under(by_column), by_row, by_column)


def rand_index(table: Table, *, whole: bool | None = None) -> float:
    """Share of pairs of people that both partitions treat alike, 0..1. ``whole`` as in ``adjusted_rand_index``."""
    together, apart, rows_only, columns_only = _pairs(Contingency.of(table), whole)
    total = together + apart + rows_only + columns_only
    return (together + apart) / total if total > 0 else 1.0


def adjusted_rand_index(table: Table, *, whole: bool | None = None) -> float:
    """Rand index corrected for chance: 0 as good as chance, 1 equal partitions, below 0 worse than chance.

    What a weight means has to be said, because the index counts pairs:

    - ``whole=True``: weights are counts of people, pairs are of two different people (``N(N-1)/2`` in a cell).
      This is the index as published, and scikit-learn's. Raises ``ValueError`` for weights that are not whole.
    - ``whole=False``: weights are amounts; two points are drawn independently, each with chance proportional to
      weight (``N²``). Multiplying all weights changes nothing; it is the limit of the first for many people.
      With square metres only this form means anything.
    - ``None``: the first where every weight is whole, else the second. Between the two the difference is of
      the order of 1/n.
    """
    together, apart, rows_only, columns_only = _pairs(Contingency.of(table), whole)
    if rows_only == 0 and columns_only == 0:
        return 1.0
    above = 2 * (together * apart - rows_only * columns_only)
    below = (together + rows_only) * (rows_only + apart) + (together + columns_only) * (columns_only + apart)
    return above / below


def jaccard(table: Table) -> Jaccard:
    """Intersection over union: the best partner of each region, their weighted means, and one to one."""
    cells = Contingency.of(table)
    ratio = cells.weight / (cells.row_sums[cells.row] + cells.column_sums[cells.column] - cells.weight)
    flipped = cells.T
    flipped_ratio = flipped.weight / (
        flipped.row_sums[flipped.row] + flipped.column_sums[flipped.column] - flipped.weight
    )
    row_best, column_best = cells.largest_by_row(ratio), flipped.largest_by_row(flipped_ratio)
    dense = cells.dense(ratio)
    chosen = linear_sum_assignment(dense, maximize=True)
    return Jaccard(
        row_best=row_best,
        column_best=column_best,
        rows=float(row_best @ cells.row_sums / cells.total),
        columns=float(column_best @ cells.column_sums / cells.total),
        one_to_one=float(dense[chosen].sum() / max(dense.shape)),
    )


def purity_of_rows(table: Table) -> float:
    """Share of weight in the largest column of its row: ``Σ_i max_j N / n``. 1 when the rows nest in the columns."""
    cells = Contingency.of(table)
    return float(cells.largest_by_row(cells.weight).sum() / cells.total)


def purity_of_columns(table: Table) -> float:
    """Share of weight in the largest row of its column: ``Σ_j max_i N / n``. 1 when the columns nest in the rows."""
    return purity_of_rows(Contingency.of(table).T)


def van_dongen(table: Table) -> float:
    """``1 - (Σ_i max_j N + Σ_j max_i N) / 2n``: 0 for equal partitions, below 1."""
    cells = Contingency.of(table)
    return max(0.0, 1 - (purity_of_rows(cells) + purity_of_columns(cells)) / 2)


def plan_distance(table: Table) -> Matching:
    """Weight that changes its label between two plans, after the best one-to-one matching of their labels.

    Equal matchings (same weight kept) may pair labels differently; ``kept`` and ``moved`` are the same for all.
    """
    cells = Contingency.of(table)
    dense = cells.dense(cells.weight)
    at_rows, at_columns = linear_sum_assignment(dense, maximize=True)
    together = dense[at_rows, at_columns] > 0
    kept = float(dense[at_rows, at_columns].sum())
    moved = max(0.0, cells.total - kept)
    pairs = zip(at_rows[together], at_columns[together], strict=True)
    return Matching(
        pairs=tuple((cells.rows[i], cells.columns[j]) for i, j in pairs),
        kept=kept,
        moved=moved,
        moved_share=moved / cells.total,
    )


def _area_under(fit: Floats) -> float:
    at = np.concatenate(([0.0], np.sort(fit), [1.0]))
    share = np.concatenate(([1.0], np.linspace(1.0, 0.0, len(fit)), [0.0]))
    return float(np.trapezoid(share, at))


def _pairs(cells: Contingency, whole: bool | None) -> tuple[float, float, float, float]:
    """Pairs together in both, apart in both, together in rows only, together in columns only (each in both orders)."""
    counted = bool((cells.weight == np.floor(cells.weight)).all())
    if whole and not counted:
        raise ValueError("pairs of people can only be counted where every weight is a whole number")
    self_pairs = cells.total if (counted if whole is None else whole) else 0.0
    in_cell = float((cells.weight**2).sum())
    in_row, in_column = float((cells.row_sums**2).sum()), float((cells.column_sums**2).sum())
    return (
        in_cell - self_pairs,
        cells.total**2 - in_row - in_column + in_cell,
        in_row - in_cell,
        in_column - in_cell,
    )
