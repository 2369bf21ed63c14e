"""A what-if equals a full evaluation of the place as it would be, and touches no more than it must."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.alignment import Inputs, Neighbourhood, align
from app.domain.figures import Alignment
from app.domain.options.situation import situation
from app.domain.scenario.board import Board, board, land
from app.domain.scenario.figures import pcn_state, whole
from app.domain.scenario.moves import Moves
from app.domain.scenario.side import today
from app.domain.scenario.trying import Tried, try_moves
from app.domain.thresholds import Thresholds
from app.domain.whatif import Standing, leave_pcn, move_area, move_practice, standing, with_pcns
from geometry.adjacency import Adjacency
from geometry.crosstab import crosstab
from geometry.labelled import Labelled

NEIGHBOURHOODS, AREAS = ("N1", "N2", "N3"), tuple("abcdef")
PCNS = ("U1", "U2", "U3")
UNKNOWN = frozenset({"NO2011"})


@st.composite
def places(draw: st.DrawFn) -> tuple[Labelled, Labelled, dict[str, str]]:
    """Lists by area, shares of areas (some cut in two), and membership."""
    practices = [f"P{i}" for i in range(draw(st.integers(3, 7)))]
    counts = draw(
        st.lists(
            st.lists(st.integers(0, 500), min_size=len(AREAS), max_size=len(AREAS)),
            min_size=len(practices),
            max_size=len(practices),
        )
    )
    lists = Labelled.from_triples(
        [p for p in practices for _ in AREAS], list(AREAS) * len(practices), np.array(counts, dtype=float).ravel()
    )
    rows, columns, values = [], [], []
    for area in AREAS:
        homes = draw(st.lists(st.sampled_from(NEIGHBOURHOODS), min_size=1, max_size=2, unique=True))
        for home in homes:
            rows.append(area)
            columns.append(home)
            values.append(1 / len(homes))
    shares = Labelled.from_triples(rows, columns, values, column_order=NEIGHBOURHOODS)
    return lists, shares, {p: draw(st.sampled_from(PCNS)) for p in practices}


def given_inputs(lists: Labelled, shares: Labelled, pcn_of: dict[str, str]) -> Inputs:
    return Inputs(
        by_practice=crosstab(lists, shares, UNKNOWN),
        neighbourhoods=tuple(Neighbourhood(n, n, "Place") for n in NEIGHBOURHOODS),
        pcn_of=pcn_of,
        standing_in=dict.fromkeys(lists.rows, "N1"),
        practice_names={},
        pcn_names={},
        thresholds=Thresholds(),
    )


def evaluated(lists: Labelled, shares: Labelled, pcn_of: dict[str, str]) -> Standing:
    inputs = given_inputs(lists, shares, pcn_of)
    return standing(inputs, align(inputs))


def same(ours: Standing, theirs: Standing) -> None:
    """A PCN that lost its last practice has an empty row here and none there."""
    kept = [ours.pcns.index(pcn) for pcn in theirs.pcns]
    np.testing.assert_allclose(ours.table[kept], theirs.table, rtol=0, atol=1e-6)
    np.testing.assert_allclose(ours.lists[kept], theirs.lists, rtol=0, atol=1e-6)
    np.testing.assert_allclose(ours.registered, theirs.registered, rtol=0, atol=1e-6)
    assert ours.patients_outside_lead == pytest.approx(theirs.patients_outside_lead, abs=1e-6)


@given(places(), st.data())
def test_moving_a_practice_equals_a_full_evaluation_and_touches_two_rows(
    place: tuple[Labelled, Labelled, dict[str, str]], data: st.DataObject
) -> None:
    lists, shares, pcn_of = place
    now = evaluated(lists, shares, pcn_of)
    practice = data.draw(st.sampled_from(lists.rows))
    to = data.draw(st.sampled_from(now.pcns))
    after = move_practice(now, practice, to)
    same(after, evaluated(lists, shares, {**pcn_of, practice: to}))
    changed = np.flatnonzero(np.abs(after.table - now.table).sum(axis=1) > 1e-9)
    assert {now.pcns[j] for j in changed} <= {pcn_of[practice], to}
    if to == pcn_of[practice]:
        np.testing.assert_array_equal(after.table, now.table)


@given(places(), st.data())
def test_moving_an_area_equals_a_full_evaluation(
    place: tuple[Labelled, Labelled, dict[str, str]], data: st.DataObject
) -> None:
    lists, shares, pcn_of = place
    now = evaluated(lists, shares, pcn_of)
    area, to = data.draw(st.sampled_from(AREAS)), data.draw(st.sampled_from(NEIGHBOURHOODS))
    column = lists.dense()[:, lists.column_index[area]]
    by_pcn = np.array([sum(n for p, n in zip(lists.rows, column, strict=True) if pcn_of[p] == pcn) for pcn in now.pcns])
    row = shares.dense()[shares.row_index[area]]
    moved = shares.dense()
    moved[shares.row_index[area]] = [float(n == to) for n in NEIGHBOURHOODS]
    at, to_at = np.nonzero(moved)
    whole = Labelled.from_triples(
        [shares.rows[i] for i in at],
        [NEIGHBOURHOODS[k] for k in to_at],
        moved[at, to_at],
        row_order=shares.rows,
        column_order=NEIGHBOURHOODS,
    )
    same(move_area(now, by_pcn, float(column.sum()), row, to), evaluated(lists, whole, pcn_of))


def test_a_practice_or_target_that_is_not_there_is_refused() -> None:
    lists = Labelled.from_triples(["P0", "P1"], ["a", "a"], [3.0, 4.0])
    shares = Labelled.from_triples(["a"], ["N1"], [1.0], column_order=NEIGHBOURHOODS)
    now = evaluated(lists, shares, {"P0": "U1", "P1": "U2"})
    for practice, to in (("P9", "U1"), ("P0", "U9")):
        with pytest.raises(KeyError):
            move_practice(now, practice, to)
    with pytest.raises(KeyError):
        move_area(now, np.zeros(2), 0.0, np.zeros(3), "N9")
    alone = replace(now, members={})
    assert move_practice(alone, "P0", "U1").lists[0] == now.lists[0] + 3


EDGES = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (0, 5), (1, 4)]
LINKS = Adjacency(AREAS, np.array(EDGES, dtype=np.intp), np.ones(len(EDGES)))
PEOPLE = {"a": 900.0, "b": 1_500.0, "c": 0.0, "d": 2_100.0, "e": 1_200.0}
SCORE = {"a": 10.0, "b": 44.5, "c": 20.0, "d": 31.0, "f": 12.0}
DECILE = {"a": 9.0, "b": 1.0, "c": 2.0, "d": 2.0, "e": 5.0}


@st.composite
def moves(draw: st.DrawFn, practices: tuple[str, ...], pcns: tuple[str, ...]) -> Moves:
    targets = st.sampled_from([*pcns, "new-1", "new-2", None])
    return Moves.of(
        draw(st.dictionaries(st.sampled_from(practices), targets)),
        draw(st.dictionaries(st.sampled_from(AREAS), st.sampled_from(NEIGHBOURHOODS))),
    )


def board_of(lists: Labelled, shares: Labelled, pcn_of: dict[str, str]) -> Board:
    inputs = given_inputs(lists, shares, pcn_of)
    alignment = align(inputs)
    ground = land(
        lists, shares, AREAS, lists.rows, NEIGHBOURHOODS, people=PEOPLE, score=SCORE, decile=DECILE, adjacency=LINKS
    )
    return board(inputs, alignment, situation(alignment), ground, count_deprived=True)


def changed(shares: Labelled, areas: dict[str, str]) -> Labelled:
    dense = shares.with_rows(AREAS).dense()
    for area, to in areas.items():
        dense[AREAS.index(area)] = [float(n == to) for n in NEIGHBOURHOODS]
    at, to_at = np.indices(dense.shape).reshape(2, -1)
    return Labelled.from_triples(
        [AREAS[i] for i in at],
        [NEIGHBOURHOODS[k] for k in to_at],
        dense.ravel(),
        row_order=AREAS,
        column_order=NEIGHBOURHOODS,
    )


def hangs_together(areas: list[str]) -> int:
    """Pieces of a set of areas, by plain flooding."""
    left, pieces = set(areas), 0
    while left:
        pieces, wave = pieces + 1, {left.pop()}
        while wave:
            near = {AREAS[j] for i, j in EDGES if AREAS[i] in wave} | {AREAS[i] for i, j in EDGES if AREAS[j] in wave}
            wave = near & left
            left -= wave
    return pieces


def full_figures_agree(found: Tried, again: Alignment, pcn_of: dict[str, str]) -> None:
    """Every PCN and the whole place, against an alignment of the place as it would be."""
    close = lambda value: pytest.approx(value, abs=1e-6)  # noqa: E731
    side = found.after_side
    assert set(side.practices_of) == {pcn.code for pcn in again.pcns}
    for pcn in again.pcns:
        state = pcn_state(side, pcn.code)
        assert state is not None
        assert state.practices == pcn.practices
        assert state.patients == close(pcn.patients)
        assert state.patients_inside == close(pcn.patients_inside)
        assert state.patients_unknown == close(pcn.patients_unknown)
        assert state.patients_in_lead == close(pcn.patients_in_lead)
        assert state.lead == pcn.lead
    touched = {pcn.change.code for pcn in found.pcns}
    gone = set(side.standing.pcns) - set(side.practices_of)
    assert {pcn.change.code for pcn in found.pcns if pcn.change.after is None} == gone & touched
    assert found.after.pcns == len(again.pcns)
    assert found.after.practices_without_pcn == len(again.practices_without_pcn)
    assert found.after.misalignment == (None if again.misalignment is None else close(again.misalignment))
    assert found.after.median_containment == (
        None if again.median_containment is None else close(again.median_containment)
    )
    classes = again.classes()
    assert (found.after.aligned, found.after.partly, found.after.split) == tuple(classes.values())
    np.testing.assert_allclose(side.standing.registered, [n.patients for n in again.neighbourhoods], rtol=0, atol=1e-6)
    for n, state in ((t.after.code, t.after) for t in found.neighbourhoods):
        assert state.lead_for == next(figures.leads for figures in again.neighbourhoods if figures.code == n)


@settings(max_examples=60)
@given(places(), st.data())
def test_any_moves_together_equal_a_full_evaluation(
    place: tuple[Labelled, Labelled, dict[str, str]], data: st.DataObject
) -> None:
    lists, shares, pcn_of = place
    lost = data.draw(st.lists(st.integers(0, 40), min_size=len(lists.rows), max_size=len(lists.rows)))
    lists = Labelled.from_triples(
        [*(p for p in lists.rows for _ in AREAS), *lists.rows],
        [*(list(AREAS) * len(lists.rows)), *["NO2011"] * len(lists.rows)],
        np.concatenate([lists.dense().ravel(), np.array(lost, dtype=float)]),
    )
    alone = data.draw(st.sampled_from(lists.rows))
    if len(set(pcn_of.values())) > 1 and list(pcn_of.values()).count(pcn_of[alone]) > 1:
        pcn_of = {p: j for p, j in pcn_of.items() if p != alone}
    made = board_of(lists, shares, pcn_of)
    wanted = data.draw(moves(lists.rows, made.standing.pcns))
    found = try_moves(today(made), wanted)

    then = {p: j for p, j in {**pcn_of, **wanted.pcn_of}.items() if j is not None}
    after = changed(shares, wanted.neighbourhood_of)
    again = align(given_inputs(lists, after, then))
    full_figures_agree(found, again, then)

    side, dense = found.after_side, after.dense()
    people = np.array([PEOPLE.get(a, 0.0) for a in AREAS])
    poor = np.array([DECILE.get(a, 9.0) <= 2 for a in AREAS])
    known = np.array([a in DECILE for a in AREAS])
    for t in found.neighbourhoods:
        k = NEIGHBOURHOODS.index(t.after.code)
        scored = np.array([a in SCORE for a in AREAS])
        weight = dense[:, k] * people * scored
        score = np.array([SCORE.get(a, 0.0) for a in AREAS])
        if weight.sum() > 1e-3:
            assert t.after.imd_score == pytest.approx(float(weight @ score / weight.sum()), abs=1e-9)
            assert t.after.share_most_deprived == pytest.approx(
                float((dense[:, k] * people)[poor].sum() / (dense[:, k] * people)[known].sum()), abs=1e-9
            )
        held = [AREAS[i] for i in np.flatnonzero(side.holder == k)]
        assert t.after.parts == hangs_together(held)
    deprived = lists.with_columns(AREAS).dense() * poor @ dense
    outside = total = 0.0
    for pcn in again.pcns:
        rows = deprived[[lists.row_index[p] for p in pcn.practices]].sum(axis=0)
        total += rows.sum()
        outside += rows.sum() - (rows[NEIGHBOURHOODS.index(pcn.lead)] if pcn.lead else 0.0)
    assert found.after.deprived == pytest.approx(total, abs=1e-6)
    assert found.after.deprived_outside_lead == pytest.approx(outside, abs=1e-6)


@settings(max_examples=40)
@given(places(), st.data())
def test_untouched_is_unchanged_and_there_and_back_is_nothing(
    place: tuple[Labelled, Labelled, dict[str, str]], data: st.DataObject
) -> None:
    lists, shares, pcn_of = place
    made = board_of(lists, shares, pcn_of)
    start = today(made)
    assert try_moves(start, Moves()).before == whole(start)
    found = try_moves(start, data.draw(moves(lists.rows, made.standing.pcns)))
    touched = {pcn.change.code for pcn in found.pcns}
    for code in set(made.standing.pcns) - touched:
        one, two = pcn_state(start, code), pcn_state(found.after_side, code)
        assert one is not None
        assert two is not None
        assert (one.practices, one.by_neighbourhood) == (two.practices, pytest.approx(two.by_neighbourhood, abs=1e-6))
    home = Moves.of({p: pcn_of[p] for p in lists.rows}, {})
    nothing = try_moves(start, home)
    assert len(nothing.moves) == 0
    assert nothing.pcns == nothing.neighbourhoods == ()
    assert nothing.after == nothing.before
    assert nothing.disturbed == nothing.patients_moved == 0


def test_a_practice_leaves_for_nothing_and_new_pcns_take_their_place_in_order() -> None:
    lists = Labelled.from_triples(["P0", "P1"], ["a", "a"], [3.0, 4.0])
    shares = Labelled.from_triples(["a"], ["N1"], [1.0], column_order=NEIGHBOURHOODS)
    now = evaluated(lists, shares, {"P0": "U1", "P1": "U2"})
    left = leave_pcn(now, "P0")
    assert left.lists.tolist() == [0.0, 4.0]
    assert left.members == {"P1": "U2"}
    assert leave_pcn(left, "P0") is left
    wider = with_pcns(now, ["U1/2", "U1"])
    assert wider.pcns == ("U1", "U1/2", "U2")
    assert move_practice(wider, "P1", "U1/2").lists.tolist() == [3.0, 4.0, 0.0]
    with pytest.raises(KeyError):
        leave_pcn(now, "P9")
