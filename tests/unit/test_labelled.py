"""Matrices that know the codes of their rows and columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from geometry.labelled import Labelled


def made(rows: str, columns: str, values: list[list[float]]) -> Labelled:
    return Labelled(tuple(rows), tuple(columns), sparse.csr_array(np.array(values, dtype=float)))


def test_triples_are_summed_and_codes_sorted():
    found = Labelled.from_triples(["q", "p", "q"], ["y", "x", "y"], [1, 2, 4])
    assert (found.rows, found.columns) == (("p", "q"), ("x", "y"))
    assert found.dense().tolist() == [[2, 0], [0, 5]]
    assert found.values.dtype == np.float64


def test_triples_follow_a_given_order_and_keep_codes_without_values():
    found = Labelled.from_triples(["q"], ["x"], [3], row_order=["q", "p"], column_order=["z", "x"])
    assert (found.rows, found.columns) == (("q", "p"), ("z", "x"))
    assert found.dense().tolist() == [[0, 3], [0, 0]]


def test_triples_may_come_from_a_table():
    table = pd.DataFrame({"practice": ["A", "B"], "area": ["y", "x"], "patients": [5, 7]})
    found = Labelled.from_triples(table.practice, table.area, table.patients)
    assert found.dense().tolist() == [[0, 5], [7, 0]]


def test_no_triples_are_an_empty_matrix():
    found = Labelled.from_triples([], [], [])
    assert (found.rows, found.columns, found.total()) == ((), (), 0.0)


def test_a_triple_outside_the_order_is_refused_and_named():
    with pytest.raises(KeyError, match="unknown"):
        Labelled.from_triples(["unknown"], ["x"], [1], row_order=["p"])
    with pytest.raises(KeyError, match="y"):
        Labelled.from_triples(["p"], ["y"], [1], column_order=["x"])


def test_a_missing_code_is_refused():
    with pytest.raises(ValueError, match="1 codes are missing"):
        Labelled.from_triples(["p", None], ["x", "x"], [1, 2])


def test_shape_and_codes_must_agree():
    with pytest.raises(ValueError, match="2 × 1"):
        Labelled(("p", "q"), ("x",), sparse.csr_array((1, 1)))
    with pytest.raises(ValueError, match="unique"):
        made("pp", "x", [[1], [2]])
    with pytest.raises(ValueError, match="unique"):
        made("p", "xx", [[1, 2]])


def test_a_product_matches_by_code_and_not_by_place():
    product = made("p", "xyz", [[1, 10, 100]]) @ made("zx", "N", [[2], [3]])
    assert (product.rows, product.columns) == (("p",), ("N",))
    assert product.dense().tolist() == [[203]]  # y is unknown on the right and contributes nothing


def test_reindexing_keeps_values_and_fills_with_nothing():
    matrix = made("pq", "xy", [[1, 2], [3, 4]])
    assert matrix.with_rows("qrp").dense().tolist() == [[3, 4], [0, 0], [1, 2]]
    assert matrix.with_columns("yzx").dense().tolist() == [[2, 0, 1], [4, 0, 3]]
    assert matrix.with_rows([]).values.shape == (0, 2)
    with pytest.raises(ValueError, match="unique"):
        matrix.with_rows("pp")


def test_margins_and_transpose():
    matrix = made("pq", "xyz", [[1, 2, 0], [3, 4, 5]])
    assert matrix.row_sums().tolist() == [3, 12]
    assert matrix.column_sums().tolist() == [4, 6, 5]
    assert matrix.total() == 15
    assert (matrix.T.rows, matrix.T.columns) == (matrix.columns, matrix.rows)
    assert matrix.T.dense().tolist() == matrix.dense().T.tolist()
    assert matrix.row_index == {"p": 0, "q": 1}
    assert matrix.column_index["z"] == 2
