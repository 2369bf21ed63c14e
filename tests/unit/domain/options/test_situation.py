from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.domain.alignment import align
from app.domain.options.frontier import Move, frontier
from app.domain.options.limits import Limits
from app.domain.options.situation import situation
from app.domain.problem import Fault, Problem
from tests.unit.domain import toy

from .borough import borough, inputs


def test_the_situation_is_the_alignment_of_practices_in_a_pcn() -> None:
    place = borough()
    assert place.practices == ("A1", "A2", "A3", "B1", "B2", "C1")
    assert place.pcns == ("A", "B", "C")
    assert place.pcn_sizes.tolist() == [46_000, 36_000, 32_000]
    assert place.inside.tolist() == inputs().by_practice.table.dense().tolist()
    assert (place.name("A"), place.name("A1"), place.name("S1")) == ("Ash PCN", "Practice A1", "South")
    assert place.metres[2].tolist() == [0, 1_000, 500]


def test_the_frontier_moves_the_practice_that_serves_the_other_side() -> None:
    found = frontier(borough())
    assert found.points[0].outside == 10_000 + 4_000 + 1_000
    assert found.points[1].moves == (Move("A3", "A", "B"),)
    assert found.points[1].outside == 15_000 - 7_000
    assert found.points[1].disturbed == 11_000
    assert (found.proven, found.exhausted, len(found.points)) == (True, True, 2)


@pytest.mark.parametrize("lock", [{"staying": ["A3"]}, {"kept": ["A"]}, {"kept": ["B"]}])
def test_nobody_is_moved_without_consent(lock: dict[str, list[str]]) -> None:
    assert len(frontier(borough(**lock), most_moves=2).points) == 1


def test_the_floor_counts_today_where_today_is_smaller() -> None:
    small = borough(limits=Limits(floor=46_000, advice=50_000))
    assert len(frontier(small).points) == 1  # A cannot spare A3
    assert len(frontier(borough(limits=Limits(floor=35_000))).points) == 2


def test_the_ceiling_and_the_reach_bar_a_move() -> None:
    assert len(frontier(borough(limits=Limits(advice=40_000, ceiling=46_999))).points) == 1
    assert len(frontier(borough(limits=Limits(advice=40_000, ceiling=47_000))).points) == 2
    assert len(frontier(borough(limits=Limits(reach=999))).points) == 1
    assert len(frontier(borough(limits=Limits(reach=999), points=None)).points) == 2  # nobody knows how far


def test_nobody_joins_across_an_icb_border() -> None:
    assert len(frontier(borough(icb_of={"B1": "east", "A3": "west"})).points) == 1
    assert len(frontier(borough(icb_of={"B1": "east", "B2": "east", "A3": "east"})).points) == 2


def test_unknown_locks_are_refused_by_name() -> None:
    for lock in ({"staying": ["A9"]}, {"kept": ["Z"]}):
        with pytest.raises(Problem, match=r"A9|Z") as refused:
            borough(**lock)
        assert refused.value.fault is Fault.NOT_FOUND
        assert refused.value.findings


def test_a_place_without_a_pcn_is_refused() -> None:
    with pytest.raises(Problem, match="No practice is in a PCN"):
        situation(align(toy.inputs(pcn_of={})))


def test_a_situation_must_be_whole() -> None:
    place = borough()
    for broken in (
        {"inside": place.inside[:2]},
        {"unknown": place.unknown[:2]},
        {"registered": place.registered[:1]},
        {"practices": place.practices[::-1]},
        {"home": np.zeros(6, dtype=np.intp)},
    ):
        with pytest.raises(ValueError, match=r"patients|one |order|PCN"):
            replace(place, **broken)


@pytest.mark.parametrize(
    "wrong", [{"floor": 60_000}, {"ceiling": 40_000}, {"benefit_points": -1}, {"floor": -1}, {"apart": -1}]
)
def test_limits_must_make_sense(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"limits|ceiling"):
        Limits(**wrong)  # type: ignore[arg-type]


def test_a_negative_number_of_moves_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        frontier(borough(), most_moves=-1)
