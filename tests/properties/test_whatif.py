"""A what-if equals a full evaluation of the place as it would be, and touches no more than it must."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.alignment import Inputs, Neighbourhood, align
from app.domain.thresholds import Thresholds
from app.domain.whatif import Standing, move_area, move_practice, standing
from geometry.crosstab import crosstab
from geometry.labelled import Labelled

NEIGHBOURHOODS, AREAS = ("N1", "N2", "N3"), tuple("abcdef")
PCNS = ("U1", "U2", "U3")


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


def evaluated(lists: Labelled, shares: Labelled, pcn_of: dict[str, str]) -> Standing:
    inputs = Inputs(
        by_practice=crosstab(lists, shares),
        neighbourhoods=tuple(Neighbourhood(n, n, "Place") for n in NEIGHBOURHOODS),
        pcn_of=pcn_of,
        standing_in=dict.fromkeys(lists.rows, "N1"),
        practice_names={},
        pcn_names={},
        thresholds=Thresholds(),
    )
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
