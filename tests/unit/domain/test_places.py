from __future__ import annotations

import pytest

from app.domain.naming import slug
from app.domain.places import belonging
from app.domain.problem import Problem
from app.domain.thresholds import Thresholds


def test_a_practice_belongs_to_the_place_of_its_pcn_not_to_where_it_stands() -> None:
    found = belonging(
        patients={"A": 9_000, "B": 5_000, "C": 1_000},
        standing_in={"A": "N1", "B": "N2", "C": "N2"},
        main_neighbourhood={},
        place_of={"N1": "East", "N2": "West"},
        pcn_of={"A": "U1", "B": "U1"},
    )
    assert found.pcn == {"U1": "East"}
    assert found.practice == {"A": "East", "B": "East", "C": "West"}


def test_a_practice_without_location_stands_where_most_of_its_patients_live() -> None:
    found = belonging({"A": 1, "B": 1}, {"B": None}, {"A": "N1", "B": "N1"}, {"N1": "East"}, {})
    assert found.practice == {"A": "East", "B": None}


def test_a_tie_goes_to_a_place_before_outside_and_then_to_code_order() -> None:
    found = belonging({"A": 1, "B": 1}, {"A": None, "B": "N1"}, {}, {"N1": "East"}, {"A": "U1", "B": "U1"})
    assert found.pcn == {"U1": "East"}


@pytest.mark.parametrize(
    ("containment", "expected"),
    [(None, None), (0.8, "aligned"), (0.7999, "partly"), (0.5, "partly"), (0.4999, "split")],
)
def test_classes_at_their_edges(containment: float | None, expected: str | None) -> None:
    assert Thresholds().class_of(containment) == expected


def test_thresholds_must_make_sense() -> None:
    with pytest.raises(ValueError, match="split <= aligned"):
        Thresholds(aligned=0.4, split=0.5)


@pytest.mark.parametrize(
    ("name", "expected"), [("Plan A (draft)", "plan-a-draft"), ("Żółw_2", "zow-2"), ("a--b", "a-b")]
)
def test_slugs(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_a_slug_needs_a_letter_or_digit() -> None:
    with pytest.raises(Problem, match="letter or a digit"):
        slug("—")
