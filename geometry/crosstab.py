"""N: how much of each group's weight (registered patients) lies in each footprint, with nothing lost.

``N = G · R · X · W`` where R is members × areas, W areas × footprints, G groups × members, and X, where the two
speak of areas of different vintages, areas × areas. Whatever of R no footprint holds is kept beside the table:
``outside`` (area known, no footprint) and ``unknown`` (area not known).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from geometry.labelled import Labelled

ROUNDING = 1e-6
"""Weight (patients) by which floating-point sums may be out before it counts as a loss."""


@dataclass(frozen=True, eq=False)
class Crosstab:
    """Weight of each row group inside each footprint, outside all of them, and with unknown area.

    ``table`` is groups × footprints; ``outside`` and ``unknown`` have one value a group. For every group
    ``table`` row sum + ``outside`` + ``unknown`` equals its whole weight.
    """

    table: Labelled
    outside: NDArray[np.float64]
    unknown: NDArray[np.float64]

    @property
    def inside(self) -> NDArray[np.float64]:
        return self.table.row_sums()

    @property
    def totals(self) -> NDArray[np.float64]:
        return self.inside + self.outside + self.unknown

    def grouped(self, groups: Labelled) -> Crosstab:
        """Sum rows into groups (groups × rows, 0/1); rows in no group are left out, by the caller's choice."""
        picked = groups.with_columns(self.table.rows)
        return Crosstab(
            picked @ self.table,
            np.asarray(picked.values @ self.outside),
            np.asarray(picked.values @ self.unknown),
        )

    def with_rows(self, codes: Sequence[str]) -> Crosstab:
        """Only these rows, in this order; every code must be there (``KeyError``)."""
        at = [self.table.row_index[code] for code in codes]
        return Crosstab(self.table.with_rows(codes), self.outside[at], self.unknown[at])

    def with_columns(self, codes: Sequence[str]) -> Crosstab:
        """Only these footprints; what lay in the others is counted as outside."""
        table = self.table.with_columns(codes)
        return Crosstab(table, self.outside + (self.inside - table.row_sums()), self.unknown)


def crosstab(registered: Labelled, shares: Labelled, unknown_areas: frozenset[str] = frozenset()) -> Crosstab:
    """Cross members' weight by area with areas' shares in footprints.

    registered: members × areas, weight ≥ 0. shares: areas × footprints, each row summing to at most 1; an area
    that ``shares`` does not have lies outside every footprint. unknown_areas: columns of ``registered`` that stand
    for "not known where".

    Raises ``ValueError`` where an area's shares sum to more than 1, which would count its people twice.
    """
    heaviest = float(shares.row_sums().max(initial=0.0))
    if heaviest > 1 + 1e-9:
        raise ValueError(f"an area has shares summing to {heaviest:.6f}: its people would be counted twice")
    is_unknown = np.array([code in unknown_areas for code in registered.columns], dtype=np.float64)
    unknown = np.asarray(registered.values @ is_unknown, dtype=np.float64)
    known = registered.values @ sparse.diags_array(1.0 - is_unknown)
    table = Labelled(registered.rows, registered.columns, known.tocsr()) @ shares
    outside = registered.row_sums() - unknown - table.row_sums()
    outside[np.abs(outside) < ROUNDING] = 0.0
    return Crosstab(table, outside, unknown)


def conserving(shares: Labelled) -> tuple[Labelled, tuple[str, ...]]:
    """Scale down the rows that sum to more than 1 (overlapping footprints) and name their areas.

    An area that two footprints both claim is split between them in proportion to the parts they claim, so that
    nobody is counted twice; the caller says so.
    """
    sums = shares.row_sums()
    over = sums > 1 + 1e-9
    if not over.any():
        return shares, ()
    scale = np.where(sums > 1.0, 1.0 / np.maximum(sums, 1.0), 1.0)
    scaled = (sparse.diags_array(scale) @ shares.values).tocsr()
    return Labelled(shares.rows, shares.columns, scaled), tuple(np.asarray(shares.rows, dtype=object)[over])
