from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from app.domain.vintage import conversion

LOOKUP = pd.DataFrame(
    {
        "from_code": ["A", "B", "B", "C", "D"],
        "to_code": ["A", "B1", "B2", "M", "M"],
        "change": ["U", "S", "S", "M", "M"],
    }
)


def test_split_areas_are_shared_out_by_the_population_of_their_parts() -> None:
    made = conversion(LOOKUP, {"B1": 300, "B2": 100})
    row = made.matrix.dense()[made.matrix.row_index["B"]]
    assert dict(zip(made.matrix.columns, row, strict=True)) == {"A": 0, "B1": 0.75, "B2": 0.25, "M": 0}
    assert (made.by_population, made.in_equal_parts) == (1, 0)


@pytest.mark.parametrize("population", [{}, {"B1": 300}, {"B1": 0, "B2": 0}])
def test_without_the_population_of_all_parts_they_are_equal(population: dict[str, float]) -> None:
    made = conversion(LOOKUP, population)
    assert made.matrix.dense()[made.matrix.row_index["B"]].max() == 0.5
    assert (made.by_population, made.in_equal_parts) == (0, 1)


@pytest.mark.parametrize("reverse", [False, True])
def test_every_row_sums_to_one_so_nobody_is_lost(reverse: bool) -> None:
    made = conversion(LOOKUP, {"B1": 7, "B2": 13, "C": 3, "D": 1}, reverse=reverse)
    np.testing.assert_allclose(made.matrix.row_sums(), 1.0, rtol=0, atol=1e-15)


def test_going_back_divides_what_was_merged() -> None:
    made = conversion(LOOKUP, {"C": 30, "D": 10}, reverse=True)
    row = dict(zip(made.matrix.columns, made.matrix.dense()[made.matrix.row_index["M"]], strict=True))
    assert row["C"] == 0.75
    assert row["D"] == 0.25


def test_it_says_how_areas_were_divided() -> None:
    assert "population of their parts" in conversion(LOOKUP, {"B1": 1, "B2": 1}).describe()
    assert "equal parts" in conversion(LOOKUP, {}).describe()
    assert conversion(LOOKUP.iloc[[0]], {}).describe() == "no area is divided"
