"""Bounds hold for every allowed assignment, whatever the prices, and ties are broken as a full search breaks them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest

from app.domain.options import prices
from app.domain.options.bounds import convolve, profile
from app.domain.options.leads import settle, solve_for_leads
from app.domain.options.model import MoveModel
from app.domain.options.search import LeadSearch
from app.domain.options.situation import Indices

LEADS = np.array([0, 1], dtype=np.intp)


def model(seed: int, *, coarse: bool = False) -> MoveModel:
    """Six practices in two PCNs with room and to spare in different amounts."""
    chance = np.random.default_rng(seed)
    home = np.array([0, 0, 0, 1, 1, 1], dtype=np.intp)
    units = chance.integers(0, 3, (6, 2)) * 1_000_000 if coarse else chance.integers(0, 3_000_000, (6, 2))
    sizes = units.sum(axis=1) // 1_000 + (1_000 if coarse else chance.integers(1, 500, 6))
    now = np.array([sizes[:3].sum(), sizes[3:].sum()])
    return MoveModel(
        units=units,
        sizes=sizes,
        home=home,
        least=(now * (0.8, 0.9)[seed % 2]).astype(np.int64),
        most=(now * 1.3).astype(np.int64),
        may_join=np.ones((6, 2), dtype=bool),
        metres=chance.integers(0, 3, (6, 2)) * (np.arange(2) != home[:, None]),
    )


def allowed(made: MoveModel, moves: int) -> Iterator[Indices]:
    for chosen in itertools.product(range(2), repeat=6):
        after = np.array(chosen, dtype=np.intp)
        if made.allowed(after) and (after != made.home).sum() <= moves:
            yield after


def merit(made: MoveModel, chosen: Indices) -> int:
    """With the leads fixed, which may not be the best for it."""
    value = int(made.units[np.arange(6), LEADS[chosen]].sum())
    return value * made.worth - int(made.sizes[chosen != made.home].sum())


@pytest.mark.parametrize("seed", range(20))
def test_no_assignment_exceeds_a_bound_at_any_prices(seed: int) -> None:
    made, chance = model(seed), np.random.default_rng(seed)
    stay = made.units[np.arange(6), LEADS[made.home]]
    gains, base = made.units[:, LEADS] - stay[:, None], int(stay.sum())
    for moves in (1, 3, 6):
        every = list(allowed(made, moves))
        best = max(merit(made, chosen) for chosen in every)
        for _ in range(10):
            at = chance.integers(-800, 800, 2)
            relaxed = prices._relaxed(made, gains, base, moves, at)
            assert relaxed.merit >= best
            useful = prices._useful(relaxed, moves, best)
            for chosen in every:
                if merit(made, chosen) >= best:
                    moved = np.flatnonzero(chosen != made.home)
                    assert useful[moved, chosen[moved]].all()
        bound, _, _ = prices.priced(made, gains, base, moves, best, np.zeros(2, dtype=np.int64))
        free = prices._relaxed(made, gains, base, moves, np.zeros(2, dtype=np.int64)).merit
        assert best <= bound <= free
        whole = profile(made, (0, 1), (0, 1), moves).rest[0, moves]
        assert whole >= max(made.merit(chosen) for chosen in every)


def test_prices_lower_the_bound_where_lists_bind() -> None:
    lowered = 0
    for seed in range(20):
        made, none = model(seed), np.zeros(2, dtype=np.int64)
        stay = made.units[np.arange(6), LEADS[made.home]]
        said = (made, made.units[:, LEADS] - stay[:, None], int(stay.sum()), 6)
        best = max(merit(made, chosen) for chosen in allowed(made, 6))
        lowered += prices.priced(*said, best, none)[0] < prices._relaxed(*said, none).merit
    assert lowered > 5


@pytest.mark.parametrize("seed", range(20))
def test_fixed_leads_are_solved_and_ties_settled(seed: int) -> None:
    made = model(seed, coarse=True)
    for moves in (2, 4, 6):
        every = list(allowed(made, moves))
        value = max(int(made.units[np.arange(6), LEADS[c]].sum()) for c in every)
        answer = solve_for_leads(made, LEADS, moves, 0, np.zeros(2, dtype=np.int64))
        assert answer.chosen is not None
        assert answer.proven
        assert int(made.units[np.arange(6), LEADS[answer.chosen]].sum()) == value == answer.bound
        equal = [c for c in every if made.value(c) == value == int(made.units[np.arange(6), LEADS[c]].sum())]
        if not equal:
            continue
        worst, best = max(equal, key=made.score), min(equal, key=made.score)
        chosen, proven = settle(made, LEADS, moves, worst, np.zeros(2, dtype=np.int64))
        assert proven
        assert made.score(chosen) == made.score(best)


def test_a_value_that_cannot_be_reached_is_refuted() -> None:
    made = model(1)
    best = max(merit(made, chosen) for chosen in allowed(made, 6))
    answer = solve_for_leads(made, LEADS, 6, best + made.worth, np.zeros(2, dtype=np.int64))
    assert answer.chosen is None
    assert answer.proven


def test_a_search_without_time_keeps_its_start_and_a_true_bound() -> None:
    made = model(3)
    search = LeadSearch(made, 6)
    late = search.best(6, made.home, deadline=0.0)
    whole = search.best(6, made.home)
    assert (late.chosen == made.home).all()
    assert not late.proven
    assert late.bound >= whole.bound == made.value(whole.chosen)
    assert whole.proven


def test_convolution_divides_the_moves_best() -> None:
    first, second = np.array([0, 5, 6], dtype=np.int64), np.array([0, 3, 9], dtype=np.int64)
    assert convolve(first, second).tolist() == [0, 5, 9]
