"""The boundary frontier against brute force on small random places: every assignment tried, leads free, with ties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from app.domain.options.boundaries.draft import Draft
from app.domain.options.boundaries.frontier import boundary_frontier
from tests.unit.domain.options.boundaries.random_drafts import allowed, drafts, in_lead

FAST = settings(max_examples=8, deadline=None)
SHARES = (0.1, 0.3, 1.0)


def score(place: Draft, chosen: tuple[int, ...]) -> tuple[float, float, int, int]:
    width = len(place.neighbourhoods)
    moved = [u for u, to in enumerate(chosen) if to != place.home[u]]
    value = round(in_lead(np.rint(place.patients * 1000), chosen, width))
    ranks = sum(u * width + chosen[u] for u in moved)
    return -value, float(place.people[moved].sum()), len(moved), ranks


@FAST
@given(drafts())
def test_every_point_is_the_best_there_is_ties_included(place: Draft) -> None:
    tried = [score(place, chosen) for chosen in allowed(place)]
    found = boundary_frontier(place, shares=SHARES, time_limit=None)
    assert found.proven
    assert found.stopped is None
    assert [point.share for point in found.points] == [0.0, *SHARES]
    for point in found.points:
        within = [one for one in tried if one[1] <= point.share * place.people.sum() + 1e-9]
        best = min(within) if point.share else score(place, tuple(place.home.tolist()))
        chosen = [place.neighbourhoods[k] for k in place.home]
        for move in point.moves:
            chosen[place.areas.index(move.area)] = move.target
        mine = score(place, tuple(place.neighbourhoods.index(code) for code in chosen))
        assert mine == best
        assert point.outside == pytest.approx(place.patients.sum() - -best[0] / 1000, abs=0.02)
        assert point.people_moved == pytest.approx(best[1])
        assert point.gap == 0


@FAST
@given(drafts())
def test_the_same_draft_gives_the_same_frontier(place: Draft) -> None:
    once, again = (boundary_frontier(place, shares=SHARES, time_limit=None) for _ in range(2))
    assert once == again


@FAST
@given(drafts())
def test_a_cancelled_frontier_is_allowed_and_its_bound_holds(place: Draft) -> None:
    found = boundary_frontier(place, shares=SHARES, time_limit=None, cancelled=lambda: True)
    whole = boundary_frontier(place, shares=SHARES, time_limit=None)
    for open_point, point in zip(found.points, whole.points, strict=True):
        assert open_point.at_least_outside <= point.outside + 1e-9
        assert point.outside <= open_point.outside + 1e-9
