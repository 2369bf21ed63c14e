"""Proposals for the sample place: every figure is that of the plan once it is loaded, on both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from app.domain.problem import Problem
from app.domain.proposing.band import Band
from app.domain.proposing.wish import Wish
from app.services.aligning import Question, answer
from app.services.long_work import Stopped
from app.services.proposing import Asked, Proposed, propose
from app.services.proposing_ground import proposing_ground
from app.services.proposing_place import Units, Where
from app.services.proposing_rows import neighbourhoods, on_map, summary, table_rows
from app.services.proposing_work import ProposeQuestion, at_once
from app.services.workspace import Workspace
from tests.served import PROPOSAL_A

BOROUGH = "Marshwick (sample)"
WISH = Wish(band=Band(45_000, 60_000), number=6, alternatives=2, effort=0.2)


@pytest.fixture(scope="module")
def found(sample_workspace: Workspace) -> Proposed:
    return propose(sample_workspace, Asked(Where(footprints=PROPOSAL_A), wish=WISH))


@pytest.fixture(scope="module")
def said(found: Proposed) -> dict[str, Any]:
    return summary(found)


def test_the_plan_there_is_has_the_figures_of_its_alignment(
    sample_workspace: Workspace, found: Proposed, said: dict[str, Any]
) -> None:
    given = answer(sample_workspace, Question(PROPOSAL_A, found.ground.place)).alignment
    assert found.ground.pcns == tuple(sorted(p.code for p in given.pcns))
    assert said["now"]["misalignment"] == pytest.approx(given.misalignment, abs=1e-6)
    assert said["now"]["patients_outside_lead"] == pytest.approx(
        sum(p.patients_outside_lead for p in given.pcns), abs=0.02
    )
    assert said["now"]["number"] == len(given.neighbourhoods)


def test_alternatives_are_whole_wards_in_one_piece_that_hold_every_area_once(
    found: Proposed, said: dict[str, Any]
) -> None:
    ward_of = found.ground.areas["ward_code"]
    everything = set(found.ground.areas.index)
    assert len(said["alternatives"]) == 2
    for option, row in zip(found.options, said["alternatives"], strict=True):
        listed = [area for n in row["neighbourhoods"] for area in n["areas"]]
        assert sorted(listed) == sorted(everything)
        assert row["wards_split"] == []
        assert all(held.nunique() == 1 for _, held in pd.Series(option.assigned).groupby(ward_of))
        assert [n["parts"] for n in row["neighbourhoods"]] == [1] * 6
        assert row["within_band"]
        assert all(45_000 <= n["residents"] <= 60_000 for n in row["neighbourhoods"])
        assert sum(n["residents"] for n in row["neighbourhoods"]) == said["people"]
        assert all(0 < n["compactness"] < 1 for n in row["neighbourhoods"])
        assert len({n["name"] for n in row["neighbourhoods"]}) == 6
    assert said["alternatives"][0]["differs_from"][0]["share_of_people"] >= 0.15


def test_what_is_searched_for_is_what_is_counted(found: Proposed) -> None:
    for option in found.options:
        in_lead = sum(p.patients_in_lead for p in option.alignment.pcns)
        assert in_lead == pytest.approx(option.alternative.worth.patients, abs=1e-3)
        assert option.alternative.proven
        assert option.alternative.bound == pytest.approx(option.alternative.worth.score, abs=1)
    assert found.options[0].alternative.worth.score >= found.options[1].alternative.worth.score


def test_it_says_what_it_stands_on_and_what_it_is_not(said: dict[str, Any]) -> None:
    assert {d["kind"] for d in said["datasets"]} >= {"areas", "registrations"}
    assert said["basis"] == "patients"
    assert said["fictional"]
    assert said["attribution"]
    assert "for discussion" in said["words"]
    assert "gives no population band" in said["band"]["words"]


def test_by_its_borough_or_by_its_plan_the_place_is_the_same(sample_workspace: Workspace, found: Proposed) -> None:
    by_name = proposing_ground(sample_workspace, Where(boroughs=(BOROUGH,)))
    code = str(by_name.areas["lad_code"].iloc[0])
    by_code = proposing_ground(sample_workspace, Where(boroughs=(code,)))
    for ground in (by_name, by_code):
        assert ground.pcns == found.ground.pcns
        assert list(ground.areas.index) == list(found.ground.areas.index)
        assert ground.people == found.ground.people
        assert ground.now == {}


def test_asked_again_it_says_the_same_to_the_byte(sample_workspace: Workspace, said: dict[str, Any]) -> None:
    fresh = Workspace(sample_workspace.store)
    again = summary(propose(fresh, Asked(Where(footprints=PROPOSAL_A), wish=WISH)))
    assert json.dumps(again) == json.dumps(said)


def test_whole_lsoas_fit_better_and_tell_the_wards_they_split(sample_workspace: Workspace, found: Proposed) -> None:
    asked = Asked(Where(boroughs=(BOROUGH,)), Units.LSOAS, replace(WISH, alternatives=1))
    fine = propose(sample_workspace, asked)
    assert fine.options[0].alternative.worth.patients > found.options[0].alternative.worth.patients
    assert not fine.options[0].alternative.proven
    assert fine.options[0].alternative.bound >= fine.options[0].alternative.worth.score
    assert fine.options[0].wards_split
    assert all(n["parts"] == 1 for n in neighbourhoods(fine, fine.options[0]))


def test_progress_goes_up_and_a_cancelled_run_stops(sample_workspace: Workspace) -> None:
    told: list[float] = []
    asked = Asked(Where(boroughs=(BOROUGH,)), wish=replace(WISH, seed=7))
    propose(sample_workspace, asked, progress=lambda done, _what: told.append(done))
    assert told == sorted(told)
    assert 0 <= told[0] < told[-1] <= 1
    with pytest.raises(Stopped):
        propose(sample_workspace, replace(asked, wish=replace(WISH, seed=8)), cancelled=lambda: True)


def test_the_map_and_the_table_hold_every_neighbourhood(found: Proposed, said: dict[str, Any]) -> None:
    drawn = on_map(found)
    assert len(drawn["features"]) == len(table_rows(said)) == 12
    assert all(feature["geometry"]["type"] in ("Polygon", "MultiPolygon") for feature in drawn["features"])
    assert drawn["datasets"] == said["datasets"]


@pytest.mark.parametrize(
    ("where", "title"),
    [
        (Where(), "Which place"),
        (Where(boroughs=(BOROUGH,), footprints=PROPOSAL_A), "Which place"),
        (Where(boroughs=("Atlantis",)), "No such borough"),
        (Where(boroughs=(BOROUGH, "Atlantis")), "No such borough"),
        (Where(footprints="nowhere"), "No such footprint"),
        (Where(footprints=PROPOSAL_A, place="Atlantis"), "No such place"),
        (Where(boroughs=(BOROUGH,), links=(("E01", "E02"),)), "link"),
    ],
)
def test_a_place_that_is_none_is_refused(sample_workspace: Workspace, where: Where, title: str) -> None:
    with pytest.raises(Problem, match=title):
        propose(sample_workspace, Asked(where))


def test_only_wards_are_answered_at_once(sample_workspace: Workspace) -> None:
    with pytest.raises(Problem, match="longer than a reply"):
        at_once(sample_workspace, ProposeQuestion(boroughs=[BOROUGH], units=Units.LSOAS))
