"""The option to move small areas, on six areas in a row: every figure is in the picture in ``row``."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.options.boundaries.frontier import boundary_frontier
from app.domain.options.boundaries.lines import lines_options, move_areas, worthwhile_lines
from app.domain.options.limits import Limits
from app.domain.options.rules import Outcome
from app.domain.problem import Problem

from .row import EAST, WEST, row


def test_the_figures_before_and_after() -> None:
    option = move_areas(row(), {"E4": WEST})
    assert (option.outside_before, option.outside_after, option.benefit) == (1300, 500, 800)
    assert (option.people_moved, option.patients_moved) == (1000, 1000)
    ash, beech = option.pcns
    assert (ash.lead_before, ash.lead_after, ash.outside_before, ash.outside_after) == (WEST, WEST, 1000, 100)
    assert (beech.outside_before, beech.outside_after, beech.patients_moved) == (300, 400, 100)
    east, west = option.neighbourhoods
    assert (east.people_before, east.people_after, east.lost, east.parts_after) == (3000, 2000, ("E4",), 1)
    assert (west.people_after, west.gained, west.in_band_after) == (4000, ("E4",), True)
    assert not option.stopped


def test_the_sentence_says_who_moves_and_why() -> None:
    sentence = move_areas(row(), {"E4": WEST}).sentence
    assert sentence.startswith(
        "This small area, 1,000 people, is mostly registered with PCNs whose lead is the other side."
    )
    assert "800 more patients would live in the lead neighbourhood of their PCN" in sentence
    assert "nobody changes practice or PCN" in sentence


def outcomes(option: object, kind: str) -> set[Outcome]:
    return {check.outcome for check in option.checks if check.kind == kind}  # type: ignore[attr-defined]


def test_a_move_out_of_the_band_or_into_pieces_is_stopped() -> None:
    assert Outcome.STOP in outcomes(move_areas(row(band=0.25), {"E4": WEST}), "band")
    assert Outcome.STOP in outcomes(move_areas(row(), {"E5": WEST}), "contiguity")
    assert outcomes(move_areas(row(), {"E4": WEST}), "contiguity") == {Outcome.PASS}


def test_what_was_to_stay_is_stopped() -> None:
    assert Outcome.STOP in outcomes(move_areas(row(staying=["E4"]), {"E4": WEST}), "locks")
    assert Outcome.STOP in outcomes(move_areas(row(kept=[EAST]), {"E4": WEST}), "draft")
    assert Outcome.WARN in outcomes(move_areas(row(), {"E4": WEST}), "draft")


def test_a_small_benefit_is_called_small() -> None:
    assert outcomes(move_areas(row(), {"E4": WEST}), "benefit") == {Outcome.WARN}
    assert outcomes(move_areas(row(limits=Limits(benefit_patients=500)), {"E4": WEST}), "benefit") == {Outcome.PASS}


def test_what_brings_little_is_in_the_frontier_and_not_put_forward() -> None:
    place = row()
    found = boundary_frontier(place, shares=(0.2,))
    assert [move.area for move in found.points[1].moves] == ["E4"]
    assert lines_options(place, found) == ()
    liberal = replace(place, limits=Limits(benefit_patients=500))
    assert [option.neighbourhood_of for option in lines_options(liberal, found)] == [{"E4": WEST}]
    dear = replace(place, limits=Limits(benefit_patients=500, benefit_share=0.9))
    assert len(worthwhile_lines(dear, found)) == 1


def test_an_option_applied_leaves_nothing_to_do_for_it() -> None:
    place = row()
    point = boundary_frontier(place, shares=(0.2,)).points[1]
    home = place.home.copy()
    for move in point.moves:
        home[place.areas.index(move.area)] = place.neighbourhoods.index(move.target)
    again = boundary_frontier(replace(place, home=home), shares=(0.2,)).points
    assert again[1].moves == ()
    assert again[1].outside == point.outside


@pytest.mark.parametrize("wanted", [{"E9": WEST}, {"E4": "N-X"}, {"E4": EAST}, {}])
def test_unknown_codes_and_no_change_are_refused(wanted: dict[str, str]) -> None:
    with pytest.raises(Problem):
        move_areas(row(), wanted)
