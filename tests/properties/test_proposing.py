"""What must be true of proposals for any place: against every plan there is, where there are few enough to list."""

from __future__ import annotations

import itertools
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.proposing.annealing import annealed
from app.domain.proposing.band import Band
from app.domain.proposing.blocks import Blocks
from app.domain.proposing.bounds import most_in_lead
from app.domain.proposing.candidates import candidates
from app.domain.proposing.choosing import choose
from app.domain.proposing.exact import Programme
from app.domain.proposing.growing import divided
from app.domain.proposing.plan import Labels, Worth, canonical, contiguous, people_of, share_moved, table_of, worth
from app.domain.proposing.polishing import polished
from app.domain.proposing.searching import search
from app.domain.proposing.state import State
from app.domain.proposing.wish import Wish

QUICK = 0.1  # effort: a tenth of the steps is plenty for nine blocks


@st.composite
def places(draw: st.DrawFn, most: int = 8, pieces: bool = False) -> Blocks:
    """A random connected place (or one of two pieces) of blocks with uneven people, borders and patients."""
    n = draw(st.integers(4, most))
    parents = [draw(st.integers(0, at - 1)) for at in range(1, n)]
    edges = {(parent, at) for at, parent in enumerate(parents, start=1)}
    extra = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=n))
    edges |= {(min(pair), max(pair)) for pair in extra if pair[0] != pair[1]}
    if pieces:
        half = draw(st.integers(1, n - 1))
        edges = {(a, b) for a, b in edges if (a < half) == (b < half)}
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    listed = sorted(edges)
    return _blocks(n, listed, rng, draw(st.integers(1, 4)))


def _blocks(n: int, edges: list[tuple[int, int]], rng: np.random.Generator, pcns: int) -> Blocks:
    return Blocks(
        codes=tuple(f"B{at:02}" for at in range(n)),
        people=rng.integers(1, 10, n).astype(np.float64),
        pcns=tuple(f"U{at}" for at in range(pcns)),
        patients=rng.integers(0, 12, (pcns, n)).astype(np.float64),
        edges=np.array(edges, dtype=np.intp).reshape(-1, 2),
        lengths=rng.integers(0, 900, len(edges)).astype(np.float64),
    )


@lru_cache(maxsize=64)
def divisions(n: int, number: int) -> tuple[Labels, ...]:
    """Every way of dividing n blocks into so many groups."""
    return tuple(
        labels
        for labels in itertools.product(range(number), repeat=n)
        if canonical(labels) == labels and len(set(labels)) == number
    )


def every_plan(blocks: Blocks, number: int) -> list[Labels]:
    return [labels for labels in divisions(len(blocks), number) if contiguous(blocks, labels)]


def best_of(blocks: Blocks, plans: list[Labels], band: Band, price: float) -> Worth | None:
    best: Worth | None = None
    for labels in plans:
        value = worth(blocks, labels, band, price)
        best = value if value.better_than(best) else best
    return best


bands = st.tuples(st.integers(0, 20), st.integers(1, 25)).map(lambda pair: Band(pair[0], pair[0] + pair[1]))


@settings(max_examples=25)
@given(places(), bands, st.integers(1, 4), st.integers(0, 99))
def test_the_search_is_as_good_as_trying_every_plan(blocks: Blocks, band: Band, number: int, seed: int) -> None:
    plans = every_plan(blocks, number)
    found = search(blocks, Wish(band=band, seed=seed, effort=QUICK, price=20), number)
    known = best_of(blocks, plans, band, 20)
    assert found.labels is not None
    assert found.worth is not None
    assert known is not None
    assert found.labels in plans
    assert found.proven
    assert found.worth.beyond == pytest.approx(known.beyond, abs=1e-6)
    assert found.worth.score == pytest.approx(known.score, abs=1e-3)
    assert found.bound >= known.score - 1e-3


@settings(max_examples=15)
@given(places(), bands, st.integers(2, 3), st.integers(0, 99))
def test_so_is_the_best_that_differs(blocks: Blocks, band: Band, number: int, seed: int) -> None:
    wish = Wish(band=band, seed=seed, effort=QUICK, price=20, apart=0.3)
    first = search(blocks, wish, number)
    assert first.labels is not None
    if first.worth is None or first.worth.beyond > 0:
        return
    other = first.labels
    second = search(blocks, wish, number, (other,))
    within = [
        plan
        for plan in every_plan(blocks, number)
        if share_moved(blocks, plan, other) >= 0.3 - 1e-9 and worth(blocks, plan, band).beyond <= 1e-9
    ]
    known = best_of(blocks, within, band, 20)
    if known is None:
        assert second.labels is None or (second.worth is not None and second.worth.beyond > 0)
    else:
        assert second.labels in within
        assert second.worth is not None
        assert second.worth.score == pytest.approx(known.score, abs=1e-3)
        assert second.proven


@settings(max_examples=25)
@given(places(), bands, st.integers(1, 4))
def test_candidates_hold_every_neighbourhood_of_every_plan_within_the_band(
    blocks: Blocks, band: Band, number: int
) -> None:
    listed = set(candidates(blocks, band, number))
    for labels in every_plan(blocks, number):
        if worth(blocks, labels, band).beyond == 0:
            for label in range(number):
                assert sum(1 << at for at, mine in enumerate(labels) if mine == label) in listed


@settings(max_examples=15)
@given(places(), bands, st.integers(1, 4))
def test_no_plan_exceeds_the_bound(blocks: Blocks, band: Band, number: int) -> None:
    for labels in every_plan(blocks, number):
        high = float(people_of(blocks, labels).max())
        assert table_of(blocks, labels).max(axis=1).sum() <= most_in_lead(blocks, high) + 1e-9


@settings(max_examples=15)
@given(places(most=12), bands, st.integers(2, 4), st.integers(0, 99))
def test_the_programme_alone_agrees_with_the_search(blocks: Blocks, band: Band, number: int, seed: int) -> None:
    found = search(blocks, Wish(band=band, seed=seed, effort=QUICK, price=20), number)
    alone = Programme(blocks, candidates(blocks, band, number), number, band, 20).best()
    assert found.worth is not None
    if found.worth.beyond <= 1e-6:
        assert alone.labels is not None
        assert worth(blocks, alone.labels, band, 20).score == pytest.approx(found.worth.score, abs=1e-3)
    else:
        assert alone.labels is None


@settings(max_examples=12)
@given(places(most=14, pieces=True), bands, st.integers(1, 5), st.integers(0, 99))
def test_alternatives_are_whole_in_one_piece_apart_and_always_the_same(
    blocks: Blocks, band: Band, alternatives: int, seed: int
) -> None:
    number = min(len(blocks), len(blocks.parts) + 1)
    wish = Wish(band=band, number=number, alternatives=alternatives, seed=seed, effort=QUICK, apart=0.2)
    found, again = choose(blocks, wish), choose(blocks, wish)
    assert found == again
    assert 1 <= len(found.alternatives) <= alternatives
    for at, one in enumerate(found.alternatives):
        assert len(one.labels) == len(blocks)
        assert set(one.labels) == set(range(one.number))
        assert one.labels == canonical(one.labels)
        assert contiguous(blocks, one.labels)
        assert one.worth == worth(blocks, one.labels, band, wish.price)
        assert one.bound >= one.worth.score - 1e-6
        for other in found.alternatives[:at]:
            assert share_moved(blocks, one.labels, other.labels) >= 0.2 - 1e-9


@settings(max_examples=25)
@given(places(most=12), bands, st.integers(2, 4), st.integers(0, 99), st.data())
def test_a_state_that_is_changed_block_by_block_equals_one_made_anew(
    blocks: Blocks, band: Band, number: int, seed: int, data: st.DataObject
) -> None:
    chance = np.random.default_rng(seed)
    labels, other = divided(blocks, number, chance, 0.5), divided(blocks, number, chance, 0.0)
    state = State(blocks, labels, band, 20, [other], 0.2)
    for _ in range(6):
        block, to = data.draw(st.integers(0, len(blocks) - 1)), data.draw(st.integers(0, number - 1))
        if state.labels[block] == to or state.size[state.labels[block]] < 2:
            continue
        before = worth(blocks, tuple(state.labels), band, 20)
        gain, worse, leaves = state.gain(block, to), state.beyond_after(block, to), state.may_leave(block)
        rest = [at for at, mine in enumerate(state.labels) if mine == state.labels[block] and at != block]
        inside = sum(1 << at for at in rest)
        if blocks.flood(1 << block, inside | 1 << block) == inside | 1 << block:  # it was in one piece before
            assert leaves == (blocks.flood(1 << rest[0], inside) == inside)
        state.move(block, to)
        after = worth(blocks, tuple(state.labels), band, 20)
        assert gain == pytest.approx(after.score - before.score, abs=1e-6)
        assert worse == pytest.approx(after.beyond - before.beyond, abs=1e-6)
        assert state.beyond == pytest.approx(after.beyond, abs=1e-6)
        state.match_again()
        kept = (1 - share_moved(blocks, tuple(state.labels), other)) * blocks.total
        assert state.kept[0] == pytest.approx(kept, abs=1e-6)


@settings(max_examples=15)
@given(places(most=14), bands, st.integers(2, 4), st.integers(0, 99))
def test_annealing_and_polishing_never_break_a_plan_nor_make_it_worse(
    blocks: Blocks, band: Band, number: int, seed: int
) -> None:
    chance = np.random.default_rng(seed)
    start = divided(blocks, number, chance, 1.0)
    warm = annealed(blocks, start, band, 20, 500, chance)
    done = polished(blocks, warm, band, 20)
    for labels in (start, warm, done):
        assert contiguous(blocks, labels)
        assert len(set(labels)) == number
    assert not worth(blocks, warm, band, 20).better_than(worth(blocks, done, band, 20))
    for block in range(len(blocks)):
        for to in range(number):
            moved = (*done[:block], to, *done[block + 1 :])
            if to != done[block] and len(set(moved)) == number and contiguous(blocks, moved):
                assert not worth(blocks, moved, band, 20).better_than(worth(blocks, done, band, 20))
