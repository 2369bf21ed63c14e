"""Small numbers of people, hidden so that no other published figure gives them back.

The rule of NHS Digital since 2018 (domain notes §6.1): counts of 1 to 7 are shown as ``*``, other counts are rounded
to the nearest 5, nothing is nothing. Rounding each total by itself is not enough: twelve practices with one patient
each, and a total of 12 shown as 10 (8 to 12), give every one of them away; so do four sevens and a total of 28 shown
as 30. Here a table is protected once, cell by cell, and every total, share, rank and class is then computed
from the protected table. Whatever is published about it is thus a function of what stands in its cells, and a hidden
cell looks the same whether it holds 1 or 7: nothing about it follows, by subtraction or in any other way.

A hidden count enters sums as 1, the least it can be. So a sum of whole counts that is really 1 to 7 stays between 1
and 7 in the protected table (it has at most 7 parts, all hidden), and the one rule serves cells and totals alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geometry.crosstab import Crosstab
from geometry.labelled import Labelled

Floats = NDArray[np.float64]

LARGEST_HIDDEN = 7
ROUND_TO = 5
COUNTED_AS = 1.0
NOTHING = 1e-6
"""Patients below which a sum of fractions counts as none."""

RULE = (
    f"Counts of 1 to {LARGEST_HIDDEN} are hidden and others rounded to the nearest {ROUND_TO}, practice by practice; "
    f"totals and percentages are computed from these, each hidden count taken as {COUNTED_AS:g}."
)

_HIDDEN_BELOW = LARGEST_HIDDEN + 0.5


def protected(counts: Floats) -> Floats:
    """Counts as they enter every published sum: 0, 1 for a hidden one, else the nearest multiple of 5 (halves up).

    A count with a fraction (part of a divided area) is hidden below 7.5.
    """
    nearest = ROUND_TO * np.floor(np.asarray(counts, dtype=np.float64) / ROUND_TO + 0.5)
    hidden = np.where(counts > NOTHING, COUNTED_AS, 0.0)
    return np.asarray(np.where(counts < _HIDDEN_BELOW, hidden, nearest), dtype=np.float64)


def protected_matrix(matrix: Labelled) -> Labelled:
    """The same rows and columns with every cell protected."""
    values = matrix.values.copy()
    values.sum_duplicates()
    values.data = protected(values.data)
    return Labelled(matrix.rows, matrix.columns, values)


def protected_table(table: Crosstab) -> Crosstab:
    """A crosstab with every cell, what lies outside and what is unknown protected; its totals follow from them."""
    return Crosstab(protected_matrix(table.table), protected(table.outside), protected(table.unknown))


def shown(count: float) -> int | None:
    """A count computed from a protected table as it may be shown; ``None`` where it is hidden, never 0."""
    if count < -NOTHING:  # a difference: hidden and rounded alike in both directions
        hidden = shown(-count)
        return None if hidden is None else -hidden
    if count <= NOTHING:
        return 0
    return None if count < _HIDDEN_BELOW else int(ROUND_TO * np.floor(count / ROUND_TO + 0.5))
