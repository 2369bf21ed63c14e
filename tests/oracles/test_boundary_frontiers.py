"""Boundary moves in Camden: proven points, and every figure against a full evaluation of the new lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.domain.alignment import align
from app.domain.options.boundaries.combined import combined_frontier
from app.domain.options.boundaries.draft import Draft
from app.domain.options.boundaries.frontier import BoundaryFrontier, boundary_frontier
from app.domain.options.boundaries.lines import LinesOption, lines_options, move_areas
from app.domain.options.rules import Outcome
from app.domain.options.situation import Situation
from geometry.crosstab import crosstab
from geometry.labelled import Labelled
from tests.unit.domain.options.boundaries.london import London


@pytest.fixture(scope="module")
def london(shared_data: Path) -> London:
    return London(shared_data)


@pytest.fixture(scope="module")
def situation(london: London) -> Situation:
    return london.situation("Camden")


@pytest.fixture(scope="module")
def camden(london: London, situation: Situation) -> Draft:
    return london.draft("Camden", situation)


@pytest.fixture(scope="module")
def found(camden: Draft) -> BoundaryFrontier:
    return boundary_frontier(camden, shares=(0.01, 0.02, 0.05), time_limit=None)


def test_the_frontier_of_camden_is_proven_and_never_rises(found: BoundaryFrontier) -> None:
    assert found.proven
    assert found.restriction is None
    outside = [point.outside for point in found.points]
    assert outside == sorted(outside, reverse=True)
    assert [round(number) for number in outside] == [99278, 97289, 93826, 86724]
    assert all(point.people_moved <= point.allowed for point in found.points)


def test_every_figure_equals_a_full_evaluation_of_the_new_lines(
    london: London, camden: Draft, found: BoundaryFrontier
) -> None:
    option: LinesOption = move_areas(camden, found.points[-1].neighbourhood_of)
    before = london.shares
    triples = [
        (area, option.neighbourhood_of.get(area, before.columns[k]))
        for area, k in zip(before.rows, before.dense().argmax(axis=1), strict=True)
    ]
    moved = Labelled.from_triples([a for a, _ in triples], [n for _, n in triples], np.ones(len(triples)))
    table = crosstab(london.registered, london.converted @ moved, frozenset(["NO2011"]))
    whole = align(replace(london.inputs, by_practice=table), "Camden")
    assert sum(p.patients_outside_lead for p in whole.pcns) == pytest.approx(option.outside_after, abs=0.01)
    assert option.outside_after == pytest.approx(found.points[-1].outside, abs=0.01)
    figures = {p.code: p for p in whole.pcns}
    for change in option.pcns:
        assert figures[change.code].lead == change.lead_after
        assert figures[change.code].patients_outside_lead == pytest.approx(change.outside_after, abs=0.01)


def test_what_is_put_forward_is_whole_and_within_the_band(camden: Draft, found: BoundaryFrontier) -> None:
    options = lines_options(camden, found)
    assert options
    for option in options:
        assert not option.stopped
        assert all(change.in_band_after and change.parts_after == 1 for change in option.neighbourhoods)
        assert option.benefit >= camden.limits.benefit_patients
        assert {check.outcome for check in option.checks if check.kind == "benefit"} == {Outcome.PASS}


def test_practices_and_lines_together_do_at_least_as_well_as_either(
    london: London, situation: Situation, camden: Draft, found: BoundaryFrontier
) -> None:
    both = combined_frontier(
        situation, camden, london.by_area(situation, camden), moves=(0, 1), shares=(0.0, 0.01), time_limit=None
    )
    at = {(point.moves_allowed, point.share): point for point in both.tried}
    assert at[0, 0.01].outside == pytest.approx(found.points[1].outside, abs=0.01)
    assert at[0, 0.01].proven
    assert at[1, 0.0].proven
    assert at[1, 0.01].outside < min(at[0, 0.01].outside, at[1, 0.0].outside)
    assert at[1, 0.01].at_least_outside <= at[1, 0.01].outside
