"""Agreement as shared information: V-measure with both directions, variation of information.

Notation: ``N[i, j]`` weight, ``r``, ``c`` its margins, ``n`` its sum, ``H`` Shannon entropy in nats, 0·ln 0 = 0.
Conditional entropies are summed cell by cell (``H(c|r) = -Σ N/n ln(N/r)``) rather than taken as differences,
so that a nested partition gives exactly 0 and exactly 1.

Sources: Rosenberg & Hirschberg 2007 (V-measure); Nowosad & Stepinski 2018 (its use for maps, and the
inhomogeneity of a region); Meilă 2007 (variation of information).
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from geometry.contingency import Contingency, Floats, Table

Mean = Literal["arithmetic", "geometric", "min", "max"]


def homogeneity(table: Table) -> float:
    """How far every **column lies within one row**: ``1 - H(r|c) / H(r)``, 0..1, 1 when the columns nest in the rows.

    Nowosad & Stepinski's *h* with the rows as their first map. 1 when there is only one row.
    """
    return _nested(Contingency.of(table))


def completeness(table: Table) -> float:
    """How far every **row lies within one column**: ``1 - H(c|r) / H(c)``, 0..1, 1 when the rows nest in the columns.

    With PCNs as rows and neighbourhoods as columns this is the direction that asks whether PCNs fit. 1 when
    there is only one column.
    """
    return _nested(Contingency.of(table).T)


def v_measure(table: Table, beta: float = 1.0) -> float:
    """``(1+β) h c / (β h + c)`` of homogeneity *h* and completeness *c*; 0 when both are 0.

    ``beta`` above 1 gives completeness (rows within columns) more say, below 1 homogeneity. Raises
    ``ValueError`` unless ``beta`` is positive.
    """
    if not beta > 0:
        raise ValueError(f"beta must be positive, got {beta}")
    cells = Contingency.of(table)
    h, c = homogeneity(cells), completeness(cells)
    return (1 + beta) * h * c / (beta * h + c) if h + c > 0 else 0.0


def mutual_information(table: Table) -> float:
    """``H(r) - H(r|c)`` in nats, at least 0."""
    cells = Contingency.of(table)
    return max(0.0, _entropy(cells.row_sums) - _conditional(cells))


def normalised_mutual_information(table: Table, mean: Mean = "arithmetic") -> float:
    """Mutual information over a mean of the two entropies, 0..1; the arithmetic mean gives V with β = 1.

    1 when both partitions are one region; 0 when only one of them is.
    """
    cells = Contingency.of(table)
    of_rows, of_columns = _entropy(cells.row_sums), _entropy(cells.column_sums)
    if of_rows == 0 and of_columns == 0:
        return 1.0
    scale = {
        "arithmetic": (of_rows + of_columns) / 2,
        "geometric": float(np.sqrt(of_rows * of_columns)),
        "min": min(of_rows, of_columns),
        "max": max(of_rows, of_columns),
    }[mean]
    return min(1.0, mutual_information(cells) / scale) if scale > 0 else 0.0


def variation_of_information(table: Table) -> float:
    """``H(r|c) + H(c|r)`` in nats: 0 for equal partitions, a true distance (it obeys the triangle inequality)."""
    cells = Contingency.of(table)
    return _conditional(cells) + _conditional(cells.T)


def normalised_variation_of_information(table: Table) -> float:
    """Variation of information over the joint entropy ``H(N)``: 0 equal, 1 independent; 0 for a single cell."""
    cells = Contingency.of(table)
    joint = _entropy(cells.weight)
    return min(1.0, variation_of_information(cells) / joint) if joint > 0 else 0.0


def row_inhomogeneity(table: Table) -> Floats:
    """How mixed each row is: ``H(N[i,·]) / H(c)``, one a row; 0 wholly in one column, 1 as mixed as the whole.

    It can exceed 1. All 0 when there is only one column. Order and length follow the rows that have weight.
    """
    return _inhomogeneity(Contingency.of(table))


def column_inhomogeneity(table: Table) -> Floats:
    """How mixed each column is: ``H(N[·,j]) / H(r)``, one a column that has weight; see ``row_inhomogeneity``."""
    return _inhomogeneity(Contingency.of(table).T)


def effective_number_of_columns(table: Table) -> Floats:
    """In how many columns each row seems to lie: ``1 / Σ q²`` of its shares (inverse Simpson), at least 1."""
    return _effective(Contingency.of(table))


def effective_number_of_rows(table: Table) -> Floats:
    """Of how many rows each column seems to consist: ``1 / Σ q²``, one a column that has weight."""
    return _effective(Contingency.of(table).T)


def _entropy(weights: Floats) -> float:
    share = weights / weights.sum()
    return float(-(share * np.log(share)).sum()) + 0.0  # + 0.0 turns -0.0 into 0.0


def _conditional(cells: Contingency) -> float:
    """``H(rows | columns)`` in nats; exactly 0 when every column has one row."""
    within = cells.weight / cells.column_sums[cells.column]
    return float(-(cells.weight * np.log(within)).sum() / cells.total) + 0.0


def _nested(cells: Contingency) -> float:
    of_rows = _entropy(cells.row_sums)
    return min(1.0, max(0.0, 1 - _conditional(cells) / of_rows)) if of_rows > 0 else 1.0


def _inhomogeneity(cells: Contingency) -> Floats:
    of_columns = _entropy(cells.column_sums)
    if of_columns == 0:
        return np.zeros(len(cells.rows))
    share = cells.weight / cells.row_sums[cells.row]
    return cells.sum_by_row(-share * np.log(share)) / of_columns + 0.0


def _effective(cells: Contingency) -> Floats:
    share = cells.weight / cells.row_sums[cells.row]
    return 1 / cells.sum_by_row(share**2)
