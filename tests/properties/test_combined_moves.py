"""Practices and lines together against joint brute force on small random places: found, optimum and bound in order."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.options.boundaries.combined import CombinedFrontier, combined_frontier
from app.domain.options.boundaries.draft import Draft
from app.domain.options.limits import Limits
from app.domain.options.model import move_model
from app.domain.options.situation import Situation
from tests.unit.domain.options.boundaries.random_drafts import allowed, drafts, in_lead

FAST = settings(max_examples=5, deadline=None)
MOVES, SHARES = (0, 1), (0.0, 0.4)


@st.composite
def both(draw: st.DrawFn) -> tuple[Situation, Draft, np.ndarray]:
    lines = draw(drafts(most_areas=6))
    pcns = len(lines.pcns)
    count = draw(st.integers(pcns, 4 if pcns < 4 else pcns))
    home = np.array([*range(pcns), *(draw(st.integers(0, pcns - 1)) for _ in range(count - pcns))], dtype=np.intp)
    sizes = st.sampled_from([0, 0, 10, 20, 25, 40])
    lived = np.array([[draw(sizes) for _ in lines.areas] for _ in range(count)], dtype=np.float64)
    patients = np.zeros((pcns, len(lines.areas)))
    np.add.at(patients, home, lived)
    inside = np.array([lived[:, lines.home == k].sum(axis=1) for k in range(len(lines.neighbourhoods))]).T
    place = Situation(
        place="Here",
        practices=tuple(f"P{i}" for i in range(count)),
        list_sizes=inside.sum(axis=1) + 10,
        inside=inside,
        unknown=np.zeros(count),
        pcns=lines.pcns,
        home=home,
        neighbourhoods=lines.neighbourhoods,
        registered=inside.sum(axis=0) + 1,
        limits=Limits(floor=draw(st.sampled_from([0, 40])), advice=200, ceiling=None),
    )
    return place, replace(lines, patients=patients, registered=patients.sum(axis=0)), lived


def optimum(place: Situation, lines: Draft, lived: np.ndarray, moves: int, share: float) -> float:
    """Fewest outside of all memberships and lines that are allowed."""
    model, width = move_model(place), len(lines.neighbourhoods)
    budget = share * lines.people.sum() + 1e-9
    best = np.inf
    borders = [
        chosen
        for chosen in allowed(lines)
        if sum(lines.people[u] for u, k in enumerate(chosen) if k != lines.home[u]) <= budget
    ]
    if share == 0:
        borders = [tuple(lines.home.tolist())]
    for membership in itertools.product(range(len(place.pcns)), repeat=len(place.practices)):
        chosen = np.array(membership, dtype=np.intp)
        if (chosen != place.home).sum() > moves or not model.allowed(chosen):
            continue
        table = np.array([lived[chosen == j].sum(axis=0) for j in range(len(place.pcns))])
        best = min(best, *(lived.sum() - in_lead(table, border, width) for border in borders))
    return float(best)


def found(case: tuple[Situation, Draft, np.ndarray]) -> CombinedFrontier:
    return combined_frontier(*case, moves=MOVES, shares=SHARES)


@FAST
@given(both())
def test_the_bound_is_below_the_optimum_and_the_optimum_below_what_is_found(
    case: tuple[Situation, Draft, np.ndarray],
) -> None:
    for point in found(case).tried:
        best = optimum(*case, point.moves_allowed, point.share)
        assert point.at_least_outside <= best + 0.01
        assert best <= point.outside + 0.01
        if point.proven:
            assert point.outside == pytest.approx(best, abs=0.01)
        if 0 in (point.moves_allowed, point.share):
            assert point.proven


@FAST
@given(both())
def test_no_point_beats_another_and_all_that_was_tried_is_beaten(case: tuple[Situation, Draft, np.ndarray]) -> None:
    frontier = found(case)
    for one, other in itertools.pairwise(frontier.points):
        assert one.disturbed < other.disturbed
        assert one.outside > other.outside
    for point in frontier.tried:
        assert any(p.disturbed <= point.disturbed and p.outside <= point.outside + 1e-9 for p in frontier.points)
    assert frontier == found(case)
