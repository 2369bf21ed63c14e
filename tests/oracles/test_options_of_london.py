"""Options of real places, on the official files, held to full alignments and to what a place lead would call absurd."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.domain.alignment import align
from app.domain.options.kinds import Kind
from app.domain.options.routes import Way
from app.domain.options.rules import Outcome
from app.domain.options.situation import situation
from app.domain.options.suggesting import suggest
from app.domain.problem import Problem
from app.services.aligning import Question
from app.services.options import Asked, Found, neighbours, one_option, options, points_of
from app.services.workspace import Workspace
from app.store.store import Store
from tests.london import GROUND, ON, POLYGONS_A, load_london
from tests.sensible import assert_sensible

PLAN = "illustrative_footprints_a"
PLACES = ("Bexley", "Bromley", "Lewisham", "Southwark")


@pytest.fixture(scope="module")
def london(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('options') / 'london.sqlite'}")
    return load_london(store, shared_data, (*GROUND, POLYGONS_A))


@pytest.fixture(scope="module")
def found(london: Workspace) -> dict[str, Found]:
    return {place: options(london, Asked(Question(PLAN, place, as_of=ON))) for place in PLACES}


@pytest.mark.parametrize("place", PLACES)
def test_before_and_after_equal_a_full_recomputation_to_the_patient(found: dict[str, Found], place: str) -> None:
    given = found[place].base.answer
    inputs, now = given.ground.inputs, {p.code: p for p in given.alignment.pcns}
    for option in found[place].suggestions.options:
        after = {p.code: p for p in align(replace(inputs, pcn_of={**inputs.pcn_of, **option.pcn_of}), place).pcns}
        for change in option.touched:
            for state, figures in ((change.before, now), (change.after, after)):
                if state is None:
                    assert change.code not in figures
                    continue
                whole = figures[change.code]
                assert state.practices == whole.practices
                assert state.lead == whole.lead
                assert state.patients == pytest.approx(whole.patients, abs=0.01)
                assert state.patients_outside_lead == pytest.approx(whole.patients_outside_lead, abs=0.01)
                np.testing.assert_allclose(
                    sorted(v for v in state.by_neighbourhood if v),
                    sorted(c.patients for c in whole.by_neighbourhood if c.patients),
                    atol=0.01,
                )
        if option.kind is not Kind.PAIR:
            left = sum(p.patients_outside_lead for p in after.values())
            assert option.outside_after == pytest.approx(left, abs=0.01)


@pytest.mark.parametrize("place", ["Bexley", "Lewisham"])
def test_an_option_that_is_done_is_not_offered_again(london: Workspace, found: dict[str, Found], place: str) -> None:
    base = found[place].base
    inputs, points = base.answer.ground.inputs, points_of(base.answer.ground)
    moves = [option for option in found[place].suggestions.options if option.kind is Kind.MOVE]
    assert moves
    for option in (moves[0], moves[-1]):
        after = align(replace(inputs, pcn_of={**inputs.pcn_of, **option.pcn_of}), place)
        again = suggest(
            situation(after, points=points, neighbours=neighbours(london, base.answer.ground)), base.today, most_moves=5
        )
        assert option.id not in {other.id for other in again.options}
        assert again.frontier.points[0].outside == pytest.approx(option.outside_after, abs=0.01)
        moved = {(m.practice, m.target) for m in option.moves}
        assert all(not moved & {(m.practice, m.target) for m in other.moves} for other in again.options)


@pytest.mark.parametrize("place", PLACES)
def test_nothing_absurd_is_put_forward(found: dict[str, Found], place: str) -> None:
    assert found[place].frontier.proven
    assert_sensible(found[place].base.situation, found[place].suggestions)


def test_bromley_is_not_told_to_loosen_one_pcn_for_another(found: dict[str, Found]) -> None:
    connect = next(option for option in found["Bromley"].suggestions.options if "G84604-U43112-G84609" in option.id)
    assert "BROMLEY CONNECT PCN itself would fit less well: 67% of its patients" in connect.sentence
    moves = {m.practice for route in found["Bromley"].suggestions.routes for m in route.moves}
    assert moves == {"Y02811", "G84609", "G84629"}  # the fourth, Highland Road Surgery, is left out


def test_southwark_whose_networks_are_too_large_to_exchange_practices_may_split(found: dict[str, Found]) -> None:
    suggestions = found["Southwark"].suggestions
    assert len(suggestions.frontier.points) == 1
    assert [o.kind for o in suggestions.options[1:]] == [Kind.SPLIT, Kind.SPLIT]
    north = next(route for route in suggestions.routes if route.pcn == "U06180")
    assert north.way is Way.ARRANGEMENT
    assert "split a PCN" in north.reasons[-1].text


def test_a_practice_in_no_pcn_may_join_the_one_that_serves_its_patients(found: dict[str, Found]) -> None:
    joins = [option for option in found["Bexley"].suggestions.options if option.kind is Kind.JOIN]
    assert joins[0].id == "join-G83024-U88820"
    assert joins[0].benefit == pytest.approx(3_073, abs=0.5)


def test_icbs_and_neighbours_are_known_and_nobody_joins_across_a_border(found: dict[str, Found]) -> None:
    place = found["Lewisham"].base.situation
    assert {place.area_of[code] for code in place.practices} == {"Lewisham/QKK"}
    assert [(alone.code, place.area_of[alone.code]) for alone in place.alone] == [("Y06592", "Lewisham/QMF")]
    offered = {move.practice for option in found["Lewisham"].suggestions.options for move in option.moves}
    assert "Y06592" not in offered  # a scheme of another ICB: no PCN here is asked to take it
    assert place.neighbours
    assert len(place.points) > 0.9 * len(place.practices)


def test_london_as_a_whole_must_name_a_place(london: Workspace) -> None:
    with pytest.raises(Problem, match="Which place"):
        options(london, Asked(Question(PLAN, as_of=ON)))


def test_an_option_across_the_ceiling_is_shown_with_its_stop(london: Workspace) -> None:
    _, option = one_option(london, Asked(Question(PLAN, "Southwark", as_of=ON)), "merge-U06180-U60094")
    assert option.stopped
    assert "largest list" in {check.kind for check in option.checks if check.outcome is Outcome.STOP}
