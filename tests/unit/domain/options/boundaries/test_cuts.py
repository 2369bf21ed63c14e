"""Cuts rule out what is in too many parts, and never an assignment that is allowed."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.options.boundaries.cuts import Cut, Separator, cuts_for, first_cuts
from app.domain.options.boundaries.draft import Draft
from app.domain.options.boundaries.model import boundary_model
from app.domain.options.boundaries.walk import walk

from .random_drafts import allowed, drafts


def kept(cut: Cut, chosen: tuple[int, ...]) -> bool:
    here = [to == cut.neighbourhood for to in chosen]
    return sum(here[u] for u in cut.held) - (len(cut.held) - 1) <= sum(here[u] for u in cut.barrier)


@settings(max_examples=60, deadline=None)
@given(drafts(), st.data())
def test_no_cut_loses_an_allowed_assignment(place: Draft, data: st.DataObject) -> None:
    model = boundary_model(place)
    budget = int(data.draw(st.sampled_from([0.2, 0.5, 1.0])) * int(model.people.sum()))
    width, count = model.width, len(place.areas)
    fine = [chosen for chosen in allowed(place) if model.moved(np.array(chosen)) <= budget]
    any_of = np.array([data.draw(st.integers(0, width - 1)) for _ in range(count)], dtype=np.intp)
    relaxed = np.array([[data.draw(st.sampled_from([0.0, 0.3, 0.6, 1.0])) for _ in range(width)] for _ in range(count)])
    broken = cuts_for(model, any_of, budget)
    for cut in [*first_cuts(model, budget), *broken, *Separator(model, budget).cuts(relaxed)]:
        assert all(kept(cut, chosen) for chosen in fine)
    for k in model.broken(any_of):
        assert any(cut.neighbourhood == k and not kept(cut, tuple(any_of.tolist())) for cut in broken)


@settings(max_examples=30, deadline=None)
@given(drafts())
def test_what_cannot_be_reached_is_in_no_allowed_assignment(place: Draft) -> None:
    model = boundary_model(place)
    budget = int(model.people.sum()) // 3
    reachable = model.reachable(budget)
    for chosen in allowed(place):
        after = np.array(chosen)
        if model.moved(after) <= budget:
            assert reachable[np.arange(len(after)), after].all()
            assert model.allowed(after, budget)


@settings(max_examples=20, deadline=None)
@given(drafts())
def test_a_walk_keeps_every_rule_and_is_the_same_twice(place: Draft) -> None:
    model = boundary_model(place)
    budget = int(model.people.sum()) // 2
    found = walk(model, budget, model.home, steps=100)
    assert model.allowed(found, budget)
    assert model.value(found) >= model.value(model.home)
    assert (found == walk(model, budget, model.home, steps=100)).all()
