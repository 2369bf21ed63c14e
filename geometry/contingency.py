"""The table two partitions share: how much weight lies in each pair of their regions.

Every measure of how well two partitions agree is a function of this table alone. Area (m²), residents and
registered patients are only different weights of the same table.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from geometry.labelled import Labelled

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Contingency:
    """The positive cells of a table, with its all-zero rows and columns taken out.

    ``weight[t]`` lies in row ``row[t]`` and column ``column[t]`` (positions in ``rows`` and ``columns``, which
    hold the codes that are left). Cells are in row order, then column order. At least one cell is positive.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    row: Positions
    column: Positions
    weight: Floats

    @classmethod
    def of(cls, table: Table) -> Contingency:
        """Read a table. A bare array gets its positions as codes (``"0"``, ``"1"``, …).

        Raises ``ValueError`` for a table that is not two-dimensional, holds a negative, infinite or missing weight, or
        holds no weight at all.
        """
        if isinstance(table, Contingency):
            return table
        if isinstance(table, Labelled):
            rows, columns, values = table.rows, table.columns, table.values
        else:
            if table.ndim != 2:
                raise ValueError(f"a table of two partitions has two dimensions, this one has {table.ndim}")
            values = sparse.coo_array(np.asarray(table, dtype=np.float64)).tocsr()
            rows = tuple(str(at) for at in range(table.shape[0]))
            columns = tuple(str(at) for at in range(table.shape[1]))
        ordered = values.tocsr(copy=True)
        ordered.sum_duplicates()
        cells = ordered.tocoo()
        weight = np.asarray(cells.data, dtype=np.float64)
        if not np.isfinite(weight).all():
            raise ValueError("the table holds a missing or infinite weight")
        if (weight < 0).any():
            raise ValueError("the table holds a negative weight")
        kept = weight > 0
        if not kept.any():
            raise ValueError("the table holds no weight, so there is nothing to compare")
        row_codes, row = np.unique(cells.coords[0][kept], return_inverse=True)
        column_codes, column = np.unique(cells.coords[1][kept], return_inverse=True)
        return cls(
            rows=tuple(rows[at] for at in row_codes),
            columns=tuple(columns[at] for at in column_codes),
            row=row.astype(np.intp),
            column=column.astype(np.intp),
            weight=weight[kept],
        )

    @cached_property
    def row_sums(self) -> Floats:
        return _sums(self.row, self.weight, len(self.rows))

    @cached_property
    def column_sums(self) -> Floats:
        return _sums(self.column, self.weight, len(self.columns))

    @cached_property
    def total(self) -> float:
        return float(self.weight.sum())

    @cached_property
    def T(self) -> Contingency:  # noqa: N802 - the name numpy gave the transpose
        order = np.lexsort((self.row, self.column))
        return Contingency(self.columns, self.rows, self.column[order], self.row[order], self.weight[order])

    def sum_by_row(self, cells: Floats) -> Floats:
        """Sum one value a cell into one value a row."""
        return _sums(self.row, cells, len(self.rows))

    def largest_by_row(self, cells: Floats) -> Floats:
        """The largest of one value a cell in each row (every row has a cell)."""
        starts = np.searchsorted(self.row, np.arange(len(self.rows)))
        return np.maximum.reduceat(cells, starts)

    def dense(self, cells: Floats) -> Floats:
        """One value a cell laid out as a full array, zero where the table has no weight."""
        out = np.zeros((len(self.rows), len(self.columns)))
        out[self.row, self.column] = cells
        return out


def _sums(at: Positions, values: Floats, length: int) -> Floats:
    return np.bincount(at, values, length).astype(np.float64, copy=False)


Table = Contingency | Labelled | npt.NDArray[np.float64] | npt.NDArray[np.int64]
"""What the measures accept: rows × columns of weights ≥ 0 in any one unit (m², residents, patients)."""
