"""Searching on places where the answer can be seen."""

from __future__ import annotations

import math

import numpy as np
import pytest

from app.domain.problem import Problem
from app.domain.proposing.band import DEFAULT, Band
from app.domain.proposing.candidates import Limits, TooMany, candidates
from app.domain.proposing.choosing import choose
from app.domain.proposing.growing import divided, shared_out
from app.domain.proposing.naming import named
from app.domain.proposing.plan import contiguous, people_of, share_moved, worth
from app.domain.proposing.searching import search
from app.domain.proposing.wish import Wish

from .grid import grid

WEST_EAST = [[9, 9, 0, 0] * 3, [0, 0, 9, 9] * 3]
"""Two PCNs on three rows of four: one has the west, the other the east."""


def test_the_line_between_two_pcns_is_found_and_proven() -> None:
    place = grid(3, 4, patients=WEST_EAST)
    found = search(place, Wish(band=Band(50, 70)), 2)
    assert found.labels == (0, 0, 1, 1) * 3
    assert found.proven
    assert found.worth is not None
    assert (found.worth.beyond, found.worth.patients, found.worth.border) == (0, 108, 3_000)
    assert found.worth.score == pytest.approx(108 - 200 * 3)
    assert found.bound == pytest.approx(found.worth.score, abs=0.01)


def test_without_pcns_that_differ_the_shortest_line_wins() -> None:
    found = search(grid(2, 6), Wish(band=Band(60, 60)), 2)
    assert found.labels == (0, 0, 0, 1, 1, 1) * 2


def test_numbers_of_neighbourhoods_stand_nearest_the_middle_of_the_band_first() -> None:
    assert DEFAULT.counts(300_529) == (6, 7, 5, 8)
    assert Band(50_000, 100_000).counts(300_000) == (4, 3, 5, 6)
    assert Band(50, 60).counts(80) == (1, 2)
    assert not Band(50, 60).fits(80)


@pytest.mark.parametrize(("low", "high"), [(5, 4), (-1, 4), (0, 0), (math.nan, 4), (1, math.inf)])
def test_a_band_that_is_none_is_refused(low: float, high: float) -> None:
    with pytest.raises(Problem, match="band"):
        Band(low, high)


def test_a_block_larger_than_the_band_is_named_and_the_rest_kept_within_it() -> None:
    place = grid(1, 5, people=[10, 10, 70, 10, 10])
    found = choose(place, Wish(band=Band(20, 60), number=3, alternatives=1), {"B02": "Great Ward"})
    (only,) = found.alternatives
    assert only.labels == (0, 0, 1, 2, 2)
    assert only.worth.beyond == pytest.approx(10)
    assert only.proven
    assert any("Great Ward (70 people)" in note for note in found.notes)
    assert any("none can be within" in note for note in found.notes)


def test_pieces_that_do_not_touch_share_the_neighbourhoods_by_their_people() -> None:
    place = grid(1, 6, cut=[(1, 2)])
    assert [len(part) for part in place.parts] == [2, 4]
    assert shared_out(place, 3) == (1, 2)
    found = search(place, Wish(band=Band(20, 20)), 3)
    assert found.labels == (0, 0, 1, 1, 2, 2)
    with pytest.raises(Problem, match="more pieces"):
        shared_out(place, 1)
    with pytest.raises(Problem, match="fewer areas"):
        shared_out(place, 7)


def test_a_piece_too_small_for_the_band_is_said() -> None:
    found = choose(grid(1, 6, cut=[(0, 1)]), Wish(band=Band(20, 30), alternatives=1), {"B00": "The Isle"})
    assert any("The Isle touches no other" in note for note in found.notes)


def test_starts_are_whole_and_in_one_piece_also_on_a_star() -> None:
    chance = np.random.default_rng(3)
    star = grid(1, 1)
    star = type(star)(
        codes=tuple(f"B{at}" for at in range(6)),
        people=np.array([1, 5, 1, 1, 1, 1], dtype=np.float64),
        pcns=("U0",),
        patients=np.ones((1, 6)),
        edges=np.array([(0, at) for at in range(1, 6)], dtype=np.intp),
        lengths=np.ones(5),
    )
    for number in range(1, 7):
        labels = divided(star, number, chance, 0.0)
        assert len(set(labels)) == number
        assert contiguous(star, labels)


def test_candidates_are_all_contiguous_sets_within_the_band() -> None:
    place = grid(2, 3)
    listed = candidates(place, Band(30, 30), 2)
    # Three of six squares in one piece, with the other three in one piece too.
    assert sorted(f"{mask:06b}" for mask in listed) == ["000111", "001011", "011001", "100110", "110100", "111000"]
    with pytest.raises(TooMany):
        candidates(place, Band(10, 60), 2, Limits(looked_at=10))
    with pytest.raises(TooMany):
        candidates(place, Band(10, 60), 2, Limits(kept=3))


def test_alternatives_take_turns_and_differ_from_each_other() -> None:
    rng = np.random.default_rng(5)
    place = grid(4, 5, patients=rng.integers(0, 30, (4, 20)).tolist())
    found = choose(place, Wish(band=Band(40, 70), alternatives=4, apart=0.2))
    assert len(found.alternatives) == 4
    assert [a.number for a in found.alternatives][:2] == [4, 3]
    for at, one in enumerate(found.alternatives):
        assert contiguous(place, one.labels)
        assert all(40 <= people <= 70 for people in people_of(place, one.labels))
        for other in found.alternatives[:at]:
            assert share_moved(place, one.labels, other.labels) >= 0.2 - 1e-9


def test_no_second_alternative_is_invented_where_there_is_none() -> None:
    found = choose(grid(1, 4), Wish(band=Band(20, 20), alternatives=3))
    assert [a.labels for a in found.alternatives] == [(0, 0, 1, 1)]
    assert any(note.startswith("There is no other plan of 2 neighbourhoods") for note in found.notes)


def test_called_off_it_stops() -> None:
    assert choose(grid(3, 4), Wish(band=Band(30, 60)), cancelled=lambda: True).stopped


def test_worth_is_counted_from_the_blocks_alone() -> None:
    place = grid(2, 2, people=[10, 20, 30, 40], patients=[[5, 1, 0, 0], [0, 2, 3, 4]])
    value = worth(place, (0, 0, 1, 1), Band(40, 60), price=100)
    assert value.beyond == 10 + 10
    assert value.patients == 6 + 7
    assert value.border == 2_000
    assert value.score == 13 - 200


@pytest.mark.parametrize(
    "wrong",
    [{"number": 0}, {"alternatives": 0}, {"apart": 0.0}, {"effort": 0.0}, {"seed": -1}, {"price": -1}],
)
def test_wishes_that_cannot_be_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(Problem, match="cannot be used"):
        Wish(**wrong)  # type: ignore[arg-type]


def test_names_come_from_the_wards_of_most_people() -> None:
    assert named([{"Brockley": 9, "Ladywell": 1}, {"Deptford": 4, "Evelyn": 6, "": 1}]) == (
        "Brockley",
        "Evelyn and Deptford",
    )
    assert named([{"A": 5, "B": 4, "C": 1}, {"A": 5, "B": 4, "D": 1}]) == ("A, B and C", "A, B and D")
    assert named([{"A": 5}, {"A": 7}, {"": 3}]) == ("A 1", "A 2", "Neighbourhood")
