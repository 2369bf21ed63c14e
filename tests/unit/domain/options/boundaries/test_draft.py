"""A draft is built from shares, people and patients by area; divided areas are there in parts that stay."""

from __future__ import annotations

import numpy as np
import pytest

from app.domain.options.boundaries.frontier import boundary_frontier
from app.domain.problem import Problem
from geometry.labelled import Labelled

from .row import AREAS, EAST, HOME, WEST, row


def test_every_area_is_in_its_neighbourhood() -> None:
    made = row()
    assert made.areas == AREAS
    assert [made.neighbourhoods[k] for k in made.home] == [WEST] * 3 + [EAST] * 3
    assert made.pcns == ("A", "B")
    assert made.patients.sum() == 5900
    assert made.touching[2] == (1, 3)


def test_an_area_divided_between_neighbourhoods_is_there_for_each_and_stays() -> None:
    rows = [*HOME.items(), ("E1", EAST)]
    shares = Labelled.from_triples(
        [area for area, _ in rows], [code for _, code in rows], np.array([0.75, 1, 1, 1, 1, 1, 0.25])
    )
    made = row(shares)
    assert made.divided == {f"E1/{EAST}", f"E1/{WEST}"}
    at = made.areas.index(f"E1/{EAST}")
    assert made.people[at] == 250
    assert made.patients[0, at] == 225
    assert made.people.sum() == 6000
    assert made.may_join[at].sum() == 1
    moved = {move.area for point in boundary_frontier(made, shares=(0.5,)).points for move in point.moves}
    assert moved == {"E4"}


def test_an_area_shared_with_another_place_is_divided_too() -> None:
    shares = Labelled.from_triples(list(HOME), list(HOME.values()), np.array([0.5, 1, 1, 1, 1, 1]))
    made = row(shares)
    assert made.divided == {f"E1/{WEST}"}
    assert made.people.sum() == 5500


def test_what_stays_and_what_is_settled_does_not_move() -> None:
    assert row(staying=["E4"]).may_join[3].sum() == 1
    assert row(kept=[WEST]).may_join.sum() == 6


def test_within_one_step_only_the_areas_at_the_line_may_move() -> None:
    assert np.flatnonzero(row(steps=1).may_join.sum(axis=1) > 1).tolist() == [2, 3]
    found = boundary_frontier(row(steps=1), shares=(0.2,))
    assert (
        found.restriction == "Only among areas within one step of a line: moves that reach farther were not looked at."
    )
    assert boundary_frontier(row(), shares=(0.2,)).restriction is None


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"staying": ["E9"]}, "E9"),
        ({"kept": ["N-X"]}, "N-X"),
        ({"neighbourhoods": (EAST, WEST, "N-X")}, "N-X"),
        ({"people": {}}, "people"),
    ],
)
def test_what_is_not_there_is_named(said: dict[str, object], told: str) -> None:
    with pytest.raises(Problem) as raised:
        row(**said)
    assert told in str(raised.value.detail) + str(raised.value.remedy) + raised.value.title


def test_a_share_above_one_is_refused() -> None:
    with pytest.raises(ValueError, match="share"):
        boundary_frontier(row(), shares=(1.5,))
