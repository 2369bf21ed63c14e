"""A sparse matrix that knows the codes of its rows and columns.

Everything the service says is a product of such matrices (registered patients, membership, shares of
areas), so rows are matched by code and never by position.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse


@dataclass(frozen=True, eq=False)
class Labelled:
    """``values[i, j]`` belongs to ``rows[i]`` and ``columns[j]``; codes are unique strings.

    ``values`` is a CSR array of float64, shape (len(rows), len(columns)).
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: sparse.csr_array

    def __post_init__(self) -> None:
        if self.values.shape != (len(self.rows), len(self.columns)):
            raise ValueError(f"{self.values.shape} values for {len(self.rows)} × {len(self.columns)} codes")
        if len(set(self.rows)) != len(self.rows) or len(set(self.columns)) != len(self.columns):
            raise ValueError("row and column codes must be unique")

    @classmethod
    def from_triples(
        cls,
        rows: Sequence[str] | NDArray[np.object_] | pd.Series[str],
        columns: Sequence[str] | NDArray[np.object_] | pd.Series[str],
        values: Sequence[float] | NDArray[np.float64] | pd.Series[float],
        *,
        row_order: Iterable[str] | None = None,
        column_order: Iterable[str] | None = None,
    ) -> Labelled:
        """Sum (row code, column code, value) triples into a matrix.

        Codes are sorted unless an order is given; a triple whose code is not in a given order raises
        ``KeyError`` and a missing code ``ValueError``, so nothing is dropped in silence.
        """
        row_codes, row_at = _positions(rows, row_order)
        column_codes, column_at = _positions(columns, column_order)
        shape = (len(row_codes), len(column_codes))
        data = np.asarray(values, dtype=np.float64)
        return cls(row_codes, column_codes, sparse.coo_array((data, (row_at, column_at)), shape=shape).tocsr())

    @cached_property
    def row_index(self) -> dict[str, int]:
        return {code: at for at, code in enumerate(self.rows)}

    @cached_property
    def column_index(self) -> dict[str, int]:
        return {code: at for at, code in enumerate(self.columns)}

    def __matmul__(self, other: Labelled) -> Labelled:
        """Matrix product, columns of ``self`` matched to rows of ``other`` by code.

        A column of ``self`` that ``other`` lacks contributes nothing (its weight stays out of the product:
        the caller accounts for it with ``row_sums``).
        """
        return Labelled(self.rows, other.columns, self.values @ other.with_rows(self.columns).values)

    @property
    def T(self) -> Labelled:  # noqa: N802 - the name numpy gave the transpose
        return Labelled(self.columns, self.rows, self.values.T.tocsr())

    def with_rows(self, codes: Sequence[str]) -> Labelled:
        """The same matrix with exactly these rows, in this order; codes it does not have become zero rows."""
        wanted = tuple(codes)
        if wanted == self.rows:
            return self
        return Labelled(wanted, self.columns, _reindex(self.values, self.row_index, wanted))

    def with_columns(self, codes: Sequence[str]) -> Labelled:
        """The same matrix with exactly these columns, in this order; unknown codes become zero columns."""
        wanted = tuple(codes)
        if wanted == self.columns:
            return self
        turned = _reindex(self.values.T.tocsr(), self.column_index, wanted)
        return Labelled(self.rows, wanted, turned.T.tocsr())

    def row_sums(self) -> NDArray[np.float64]:
        return np.asarray(self.values.sum(axis=1), dtype=np.float64).ravel()

    def column_sums(self) -> NDArray[np.float64]:
        return np.asarray(self.values.sum(axis=0), dtype=np.float64).ravel()

    def total(self) -> float:
        return float(self.values.sum())

    def dense(self) -> NDArray[np.float64]:
        return np.asarray(self.values.toarray(), dtype=np.float64)


def _positions(
    codes: Sequence[str] | NDArray[np.object_] | pd.Series[str], order: Iterable[str] | None
) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    if order is None:
        at, unique = pd.factorize(np.asarray(codes, dtype=object), sort=True)
        if (at < 0).any():
            raise ValueError(f"{int((at < 0).sum())} codes are missing")
        return tuple(unique), at
    ordered = pd.Index(tuple(order), dtype=object)
    at = ordered.get_indexer(pd.Index(np.asarray(codes, dtype=object)))
    if (at < 0).any():
        missing = sorted({str(code) for code, place in zip(codes, at, strict=True) if place < 0})
        raise KeyError(f"codes outside the given order: {', '.join(missing[:5])}")
    return tuple(ordered), at


def _reindex(values: sparse.csr_array, index: dict[str, int], codes: Sequence[str]) -> sparse.csr_array:
    """Pick rows by code with one sparse product, which keeps absent codes as zero rows."""
    found = [(new, index[code]) for new, code in enumerate(codes) if code in index]
    picker = sparse.csr_array(
        (np.ones(len(found)), ([new for new, _ in found], [old for _, old in found])),
        shape=(len(codes), values.shape[0]),
    )
    picked: sparse.csr_array = (picker @ values).tocsr()
    return picked
