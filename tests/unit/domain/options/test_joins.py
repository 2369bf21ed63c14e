"""Practices in no PCN, options by id, PCNs that would fit less well, and small numbers in sentences."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from app.domain.alignment import Inputs, align
from app.domain.options.ids import option_of
from app.domain.options.joins import joins
from app.domain.options.kinds import Kind, move
from app.domain.options.limits import Limits
from app.domain.options.rules import Outcome
from app.domain.options.suggesting import suggest
from app.domain.options.words import people, percent
from app.domain.problem import Problem
from app.domain.thresholds import Thresholds

from .borough import PRACTICES, TABLE, borough, inputs

TODAY = date(2026, 11, 25)
WITHOUT = {code: code[0] for code in PRACTICES if code != "B2"}


def lonely() -> Inputs:
    """Beech without B2, which is in no PCN."""
    return inputs(pcn_of=WITHOUT)


def test_a_practice_without_a_pcn_may_join_one_and_the_figures_are_those_of_the_new_membership() -> None:
    place = borough(lonely())
    (best,) = joins(place)  # in Ash or Cedar only 3,000 would live in the lead neighbourhood
    assert best.id == "join-B2-B"
    assert best.kind is Kind.JOIN
    assert best.sentence == (
        "Practice B2, which is in no PCN, joins Beech PCN: of its 15,000 patients 12,000 live in the lead "
        "neighbourhood of the PCN, South. But Beech PCN itself would fit less well: 89% of its patients in its lead "
        "neighbourhood, not 95%."
    )
    assert best.benefit == 12_000
    after = {p.code: p for p in align(replace(lonely(), pcn_of={**WITHOUT, "B2": "B"}), "Borough").pcns}
    (beech,) = best.touched
    assert beech.after is not None
    assert beech.after.patients_outside_lead == after["B"].patients_outside_lead
    assert beech.after.practices == after["B"].practices
    assert best.outside_after == sum(p.patients_outside_lead for p in after.values())
    assert best.id in {option.id for option in suggest(place, TODAY).options}


def test_nobody_joins_a_pcn_out_of_reach_too_large_or_unwilling() -> None:
    def ids(**said: object) -> set[str]:
        return {option.id for option in joins(borough(lonely(), **said))}

    assert ids(limits=Limits(reach=900)) == set()  # B1 is 1,000 m away
    assert ids(limits=Limits(reach=1_000)) == {"join-B2-B"}
    assert ids(kept=["B"]) == {"join-B2-A", "join-B2-C"}
    assert "join-B2-A" not in ids(kept=["B"], limits=Limits(ceiling=60_000))
    assert joins(borough()) == []


@pytest.mark.parametrize("id_", ["no-change", "move-A3-B", "merge-A-C", "pair-A-B", "split-A-A3", "move-A2-C-A3-B"])
def test_every_id_leads_back_to_its_option(id_: str) -> None:
    assert option_of(borough(), id_).id == id_


def test_every_suggested_option_is_found_by_its_id() -> None:
    place = borough(lonely(), thresholds=Thresholds(aligned=0.97, material_patients=1))
    options = suggest(place, TODAY).options
    assert {option.kind for option in options} >= {Kind.MOVE, Kind.JOIN}
    for option in options:
        assert option_of(place, option.id) == option


@pytest.mark.parametrize(
    ("id_", "why"),
    [
        ("move-A3", "not the id"),
        ("move-A3-B-A3-C", "not the id"),
        ("nonsense", "not the id"),
        ("merge-A-Z", "Z is not a PCN"),
        ("split-Z-A1", "Z is not a PCN"),
        ("join-A3-B", "A3 is not a practice without"),
        ("join-B2-Z", "is not a"),
    ],
)
def test_an_id_that_names_nothing_is_a_problem(id_: str, why: str) -> None:
    with pytest.raises(Problem, match=why):
        option_of(borough(), id_)


def test_a_pcn_that_would_fit_less_well_is_named_in_the_sentence_and_warned_of() -> None:
    option = move(borough(), {"A1": "B", "A3": "B"})  # Beech gets 20,000 patients of the North
    (worse,) = [check for check in option.checks if check.kind == "fits less well"]
    assert worse.outcome is Outcome.WARN
    assert worse.text == "Beech PCN itself would fit less well: 61% of its patients in its lead neighbourhood, not 89%."
    assert option.sentence.endswith(f"But {worse.text}")
    assert not [c for c in move(borough(), {"A3": "B"}).checks if c.kind == "fits less well"]  # two points only


def test_small_numbers_are_hidden_in_every_sentence() -> None:
    assert (people(0, True), people(1, True), people(7, True), people(-3, True)) == ("0", "1 to 7", "1 to 7", "1 to 7")
    assert (people(8, True), people(12_343, True), people(12_343)) == ("10", "12,345", "12,343")
    assert (percent(3, 10, True), percent(3, 10), percent(0, 0)) == ("too few to say", "30%", "none")
    table = TABLE.copy()
    table[5] = [31_000, 5]
    route = suggest(
        borough(inputs(table), restricted=True, thresholds=Thresholds(aligned=1, material_patients=1)), TODAY
    )
    text = next(r.sentence for r in route.routes if r.pcn == "C")
    assert "South (1 to 7 patients)" in text
    assert "(5 patients)" not in text


def test_a_practice_without_patients_inside_joins_nobodys_lead() -> None:
    made = inputs(np.vstack([TABLE[:4], [[0, 0]], TABLE[5:]]), np.array([0.0, 0, 0, 0, 1_900, 0]), pcn_of=WITHOUT)
    option = joins(borough(made))[0]
    assert option.benefit == 0
    assert "of its 1,900 patients 0 live in" in option.sentence


def test_a_service_for_a_few_is_offered_no_pcn() -> None:
    made = inputs(np.vstack([TABLE[:4], [[1, 10]], TABLE[5:]]), pcn_of=WITHOUT)
    assert [(alone.code, alone.list_size) for alone in borough(made).alone] == [("B2", 11)]
    assert joins(borough(made)) == []
    assert joins(borough(made, limits=Limits(benefit_patients=11))) != []
