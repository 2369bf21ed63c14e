from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from app.store.columnar import pack, unpack
from geometry.labelled import Labelled

CODES = st.lists(st.text(min_size=1, max_size=9), unique=True, max_size=6)
NUMBERS = st.one_of(st.just(0.0), st.integers(1, 10**12).map(float), st.floats(allow_nan=False, allow_infinity=False))


@st.composite
def matrices(draw: st.DrawFn) -> Labelled:
    rows, columns = draw(CODES), draw(CODES)
    size = len(rows) * len(columns)
    values = np.array(draw(st.lists(NUMBERS, min_size=size, max_size=size)), dtype=np.float64)
    return Labelled(tuple(rows), tuple(columns), sparse.csr_array(values.reshape(len(rows), len(columns))))


@given(matrices())
def test_a_matrix_comes_back_exactly(matrix: Labelled) -> None:
    back = unpack(pack(matrix))
    assert (back.rows, back.columns) == (matrix.rows, matrix.columns)
    assert back.values.dtype == np.float64
    assert back.dense().tobytes() == (matrix.dense() + 0.0).tobytes()
    assert pack(back) == pack(matrix)


def test_order_of_codes_and_codes_without_values_are_kept() -> None:
    matrix = Labelled(("b", "a", "none"), ("y", "x"), sparse.csr_array([[0.25, 0.0], [0.0, 0.75], [0.0, 0.0]]))
    back = unpack(pack(matrix))
    assert back.rows == ("b", "a", "none")
    assert back.row_sums().tolist() == [0.25, 0.75, 0.0]


def test_entries_given_twice_are_summed() -> None:
    twice = sparse.csr_array((np.array([1.0, 2.0]), np.array([0, 0]), np.array([0, 2])), shape=(1, 1))
    assert unpack(pack(Labelled(("a",), ("x",), twice))).dense().tolist() == [[3.0]]
    assert twice.nnz == 2, "packing leaves the matrix it was given alone"


def test_patients_take_a_few_bytes_each() -> None:
    random = np.random.default_rng(7)
    values = sparse.random_array((200, 2_000), density=0.05, format="csr", rng=random)
    values.data = np.rint(values.data * 40) + 1
    matrix = Labelled(tuple(f"P{i:05}" for i in range(200)), tuple(f"E0100{i:04}" for i in range(2_000)), values)
    assert len(pack(matrix)) < 4 * values.nnz


def test_damaged_bytes_are_refused() -> None:
    content = pack(Labelled(("a",), ("x",), sparse.csr_array([[1.0]])))
    with pytest.raises((OSError, ValueError)):
        unpack(content[: len(content) // 2])
