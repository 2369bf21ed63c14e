from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from app.domain.alignment import Inputs, align
from app.domain.figures import Alignment
from app.domain.options.kinds import NEEDS, Kind, Option, merge, move, no_change, pair, split
from app.domain.options.limits import Limits
from app.domain.options.rules import Outcome
from app.domain.options.states import PcnState
from app.domain.options.suggesting import suggest
from app.domain.problem import Problem
from app.domain.thresholds import Thresholds

from .borough import PRACTICES, borough, inputs

TODAY = date(2026, 11, 25)


def assert_same(state: PcnState, whole: Alignment) -> None:
    (figures,) = [p for p in whole.pcns if p.code == state.code]
    assert state.practices == figures.practices
    assert state.lead == figures.lead
    assert state.patients == pytest.approx(figures.patients, abs=1e-6)
    assert state.patients_outside_lead == pytest.approx(figures.patients_outside_lead, abs=1e-6)
    assert state.containment == pytest.approx(figures.containment)


def assert_recomputed(option: Option, made: Inputs) -> None:
    """Every figure of an option against a full alignment of the membership before and after."""
    before = align(made, "Borough")
    after = align(replace(made, pcn_of=dict(option.pcn_of)), "Borough")
    for change in option.touched:
        if change.before is not None:
            assert_same(change.before, before)
        if change.after is not None:
            assert_same(change.after, after)
    ended = {change.code for change in option.touched if change.after is None}
    assert {p.code for p in after.pcns} == {p.code for p in before.pcns} - ended | {
        change.code for change in option.touched if change.before is None
    }
    assert sum(p.patients_outside_lead for p in before.pcns) == pytest.approx(option.outside_before)
    if option.kind is not Kind.PAIR:
        assert sum(p.patients_outside_lead for p in after.pcns) == pytest.approx(option.outside_after)


@pytest.mark.parametrize("seed", range(8))
def test_every_option_equals_a_full_recomputation(seed: int) -> None:
    chance = np.random.default_rng(seed)
    made = inputs(chance.integers(0, 40_000, (6, 2)).astype(float), chance.integers(0, 3_000, 6).astype(float))
    place = borough(made, limits=Limits(floor=20_000, benefit_patients=1), thresholds=Thresholds(material_patients=1))
    found = suggest(place, TODAY)
    assert found.options[0].id == "no-change"
    for option in found.options:
        assert_recomputed(option, made)
        assert not option.stopped
    for option in (move(place, {"A3": "B"}), merge(place, "A", "C"), split(place, "A", ["A3"]), pair(place, "A", "B")):
        assert_recomputed(option, made)


@pytest.mark.parametrize("seed", range(4))
def test_an_option_that_is_done_is_not_suggested_again(seed: int) -> None:
    chance = np.random.default_rng(seed)
    made = inputs(chance.integers(0, 40_000, (6, 2)).astype(float))
    for option in suggest(borough(made, limits=Limits(floor=20_000)), TODAY).options:
        if option.kind is Kind.NO_CHANGE or option.kind is Kind.PAIR:
            continue
        after = suggest(borough(replace(made, pcn_of=dict(option.pcn_of)), limits=Limits(floor=20_000)), TODAY)
        assert option.id not in {again.id for again in after.options}
        for again in after.options:
            assert again.benefit > 0 or again.kind in (Kind.NO_CHANGE, Kind.MERGE, Kind.PAIR)


def test_no_change_is_always_there_with_its_residual() -> None:
    option = no_change(borough())
    assert (option.outside_before, option.outside_after, option.disturbed) == (15_000, 15_000, 0)
    assert option.sentence == (
        "No practice changes its PCN: 15,000 patients (13% of those living there) stay outside the lead neighbourhood "
        "of their PCN. 1 of 3 PCNs would work across neighbourhoods under a cross-INT arrangement; the others fit as "
        "they are."
    )
    assert option.needs == ()


def test_a_move_says_what_it_does() -> None:
    option = move(borough(), {"A3": "B"})
    assert option.sentence == (
        "Move Practice A3 from Ash PCN to Beech PCN: 7,000 more patients would live in the lead neighbourhood of their "
        "PCN, and 11,000 patients would be in another PCN."
    )
    assert option.benefit == 7_000
    assert option.needs == NEEDS
    ash, beech = option.touched
    assert ash.before is not None
    assert ash.after is not None
    assert beech.after is not None
    assert (ash.before.containment, ash.after.containment) == (36 / 46, 34 / 35)
    assert (beech.after.patients, beech.after.patients_in_lead) == (47_000, 41_000)


def test_a_bad_move_is_shown_with_its_hard_stop() -> None:
    option = move(borough(), {"A1": "B"})
    stops = [check for check in option.checks if check.outcome is Outcome.STOP]
    assert [check.kind for check in stops] == ["smallest list"]
    assert "below 30,000" in stops[0].text
    assert "hard bottom" in stops[0].source
    assert option.stopped


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"A9": "B"}, "A9 is not in this place"),
        ({"A1": "Z"}, "Z is not in this place"),
        ({"A1": "A"}, "in A already"),
        ({}, "No practice is named"),
        ({"C1": "A"}, "left empty"),
    ],
)
def test_moves_that_make_no_sense_are_refused(wanted: dict[str, str], why: str) -> None:
    with pytest.raises(Problem, match=why):
        move(borough(), wanted)


def test_a_merger_helps_no_patient_and_says_so() -> None:
    option = merge(borough(), "C", "A")
    assert option.id == "merge-A-C"
    assert option.benefit == 0
    assert "one PCN fewer for the team to work with" in option.sentence
    assert option.disturbed == 32_000
    assert [t.after is None for t in option.touched] == [False, True]
    assert not option.stopped
    assert merge(borough(limits=Limits(ceiling=77_999)), "A", "C").stopped  # 78,000
    with pytest.raises(Problem, match="named twice"):
        merge(borough(), "A", "A")
    with pytest.raises(Problem, match="Z is not a PCN"):
        merge(borough(), "A", "Z")


def test_a_split_makes_a_network_of_its_own() -> None:
    option = split(borough(limits=Limits(floor=10_000)), "A", ["A3"])
    assert option.touched[1].before is None
    assert option.pcn_of["A3"] == "A/2"
    assert option.benefit == 7_000
    assert "Practice A3 in a network of its own" in option.sentence
    assert split(borough(), "A", ["A3"]).stopped
    for leaving in ([], ["A1", "A2", "A3"], ["B1"]):
        with pytest.raises(Problem, match="must leave"):
            split(borough(), "A", leaving)


def test_a_split_is_suggested_along_the_line_and_keeps_who_stays() -> None:
    table = np.array([[40_000, 0], [0, 0], [0, 45_000], [0, 40_000], [0, 10], [40_000, 0]], dtype=float)
    found = {o.id: o for o in suggest(borough(inputs(table)), TODAY).options}
    assert found["split-A-A1"].benefit == 40_000
    assert found["split-A-A1"].pcn_of["A1"] == "A/2"  # the larger part, with A3, keeps the code
    held = {o.id: o for o in suggest(borough(inputs(table), staying=["A1"]), TODAY).options}
    assert held["split-A-A2-A3"].pcn_of["A1"] == "A"
    kept = {o.kind for o in suggest(borough(inputs(table), kept=["A"]), TODAY).options}
    assert Kind.SPLIT not in kept


def test_a_pair_leaves_every_practice_where_it_is() -> None:
    place = borough()
    same, across = pair(place, "C", "A"), pair(place, "A", "B")
    assert "two halves of the community team of North, for 94% of the registered patients" in same.sentence
    assert same.benefit == 0
    assert across.benefit == 14_000
    assert "14,000 more of their patients" in across.sentence
    assert across.moves == ()
    assert dict(across.pcn_of) == place.pcn_of


def test_suggestions_are_the_same_every_time_and_none_is_absurd() -> None:
    place = borough()
    found, again = suggest(place, TODAY), suggest(borough(), TODAY)
    assert found == again
    for option in found.options:
        assert not option.stopped
        assert option.kind in (Kind.NO_CHANGE, Kind.PAIR, Kind.MERGE) or option.benefit >= 1_000
        assert all(t.after is None or 30_000 <= t.after.patients <= 100_000 for t in option.touched)
    assert set(PRACTICES) == set(found.options[0].pcn_of)
