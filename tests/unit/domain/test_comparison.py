"""What changes between two plans, on grids checked by eye."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.comparison import changes
from geometry.labelled import Labelled

PEOPLE = {"a": 100.0, "b": 50.0, "c": 30.0, "d": 20.0}


def plan(**held: str) -> Labelled:
    """Areas held whole: a="N1"."""
    return Labelled.from_triples(list(held), list(held.values()), [1.0] * len(held))


def test_a_plan_that_only_renames_changes_nobody() -> None:
    found = changes(plan(a="N1", b="N1", c="N2"), plan(a="X", b="X", c="Y"), PEOPLE)
    assert found.matched == {"N1": "X", "N2": "Y"}
    assert (found.areas, found.people_moved, found.people) == ((), 0.0, 180.0)


def test_one_area_that_changes_sides() -> None:
    found = changes(plan(a="N1", b="N1", c="N2", d="N2"), plan(a="N1", b="N2", c="N2", d="N2"), PEOPLE)
    assert [(c.code, c.source, c.target, c.people, c.whole) for c in found.areas] == [("b", "N1", "N2", 50.0, True)]
    assert found.people_moved == 50.0
    assert found.areas_moved == 1


def test_the_pairing_keeps_most_people_together_not_most_areas() -> None:
    found = changes(plan(a="N1", b="N1", c="N1"), plan(a="X", b="Y", c="Y"), PEOPLE)
    assert found.matched == {"N1": "X"}
    assert [c.code for c in found.areas] == ["b", "c"]
    assert found.people_moved == 80.0


def test_an_area_that_leaves_the_plan_or_joins_it_changes() -> None:
    found = changes(plan(a="N1", b="N1"), plan(a="N1", c="N1"), PEOPLE)
    assert [(c.code, c.source, c.target) for c in found.areas] == [("b", "N1", None), ("c", None, "N1")]
    assert found.people == 180.0
    assert found.people_moved == 80.0


def test_part_of_an_area_that_changes_is_counted_but_not_as_an_area() -> None:
    one = Labelled.from_triples(["a", "a", "b"], ["N1", "N2", "N2"], [0.7, 0.3, 1.0])
    two = Labelled.from_triples(["a", "a", "b"], ["N1", "N2", "N2"], [0.9, 0.1, 1.0])
    found = changes(one, two, PEOPLE)
    assert [(c.code, c.whole) for c in found.areas] == [("a", False)]
    assert found.people_moved == pytest.approx(20.0)
    assert found.areas_moved == 0


def test_outside_both_is_the_same_and_an_unmatched_neighbourhood_is_none() -> None:
    found = changes(plan(a="N1", b="N2"), plan(a="X", b="X"), PEOPLE)
    assert found.same(None, None)
    assert found.same("N1", "X")
    assert not found.same("N2", "X")
    assert not found.same(None, "X")


holders = st.lists(st.sampled_from(["N1", "N2", "N3"]), min_size=4, max_size=4)


@given(holders, holders)
def test_it_is_a_distance(first: list[str], second: list[str]) -> None:
    one, two = (plan(**dict(zip("abcd", held, strict=True))) for held in (first, second))
    there, back = changes(one, two, PEOPLE), changes(two, one, PEOPLE)
    assert there.people_moved == pytest.approx(back.people_moved)
    assert there.people_moved == pytest.approx(sum(c.people for c in there.areas))
    assert 0 <= there.people_moved < there.people
    assert changes(one, one, PEOPLE).people_moved == 0
