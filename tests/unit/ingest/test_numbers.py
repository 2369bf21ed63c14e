from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from app.domain.problem import Problem
from app.ingest.faults import Faults
from app.ingest.numbers import parse_counts, parse_decimals


def test_counts_in_their_spellings() -> None:
    faults = Faults("x")
    read = parse_counts(pd.Series(["7", "1,234", "12.0", "0", "+3"]), faults, "n")
    assert list(read) == [7, 1234, 12, 0, 3]
    assert read.dtype == np.int64
    assert not faults.total


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "blank"),
        ("-5", "negative"),
        ("1.5", "not a whole number"),
        ("many", "not a whole number"),
        ("*", "hides a small number"),
        ("1,23", "not a whole number"),
        ("999999999", "more people"),
        ("nan", "not a whole number"),
        ("1e3", "not a whole number"),
    ],
)
def test_what_is_no_count_is_named_with_its_row(text: str, why: str) -> None:
    faults = Faults("x")
    parse_counts(pd.Series(["1", text], index=[2, 3]), faults, "NUMBER_OF_PATIENTS")
    assert faults.total == 1
    assert faults.findings[0].row == 3
    assert why in faults.findings[0].message


def test_blank_counts_may_be_given_a_value() -> None:
    faults = Faults("x")
    assert list(parse_counts(pd.Series(["", "2"]), faults, "n", blank=0)) == [0, 2]
    assert not faults.total


def test_decimals_keep_blanks_missing_and_refuse_infinity() -> None:
    faults = Faults("x")
    read = parse_decimals(pd.Series(["1.25", "", "inf", "abc", "1,000.5"], index=[2, 3, 4, 5, 6]), faults, "score")
    assert read[0] == 1.25
    assert np.isnan(read[1])
    assert read[4] == 1000.5
    assert [f.row for f in faults.findings] == [4, 5]


def test_only_the_first_twenty_faults_are_listed_and_all_are_counted() -> None:
    faults = Faults("x.csv")
    parse_counts(pd.Series(["?"] * 37, index=range(2, 39)), faults, "n")
    assert [f.row for f in faults.findings] == list(range(2, 22))
    with pytest.raises(Problem, match="37 errors were found; the first 20 are listed") as raised:
        faults.raise_any("Counts are wrong", "Mend them.")
    assert raised.value.file == "x.csv"
    assert raised.value.remedy == "Mend them."
