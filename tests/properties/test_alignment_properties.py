"""What must hold of the figures of any place, however the data is ordered, named or divided."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.alignment import Inputs, Neighbourhood, align
from app.domain.figures import Alignment
from app.domain.thresholds import Thresholds
from app.domain.vintage import conversion
from geometry.agreement import agreement
from geometry.crosstab import crosstab
from geometry.labelled import Labelled

AREAS = tuple("abcdef")
NEIGHBOURHOODS = ("N1", "N2", "N3")
UNKNOWN = "?"

Lists = list[tuple[str, str, int]]


@dataclass(frozen=True)
class Place:
    lists: Lists  # practice, area or unknown, patients
    home: dict[str, str]  # neighbourhood of each area that has one
    pcn_of: dict[str, str]


@st.composite
def places(draw: st.DrawFn) -> Place:
    practices = [f"P{i}" for i in range(draw(st.integers(2, 6)))]
    cells = [(p, a) for p in practices for a in (*AREAS, UNKNOWN)]
    counts = draw(st.lists(st.integers(0, 400), min_size=len(cells), max_size=len(cells)))
    home = {a: draw(st.sampled_from((*NEIGHBOURHOODS, ""))) for a in AREAS}
    return Place(
        [(p, a, n) for (p, a), n in zip(cells, counts, strict=True)],
        {a: n for a, n in home.items() if n},
        {p: draw(st.sampled_from(("U1", "U2", "U3"))) for p in practices},
    )


def aligned(lists: Lists, shares: list[tuple[str, str, float]], pcn_of: dict[str, str]) -> Alignment:
    practices = sorted({p for p, _, _ in lists})
    names = sorted({n for _, n, _ in shares} | set(NEIGHBOURHOODS))
    registered = Labelled.from_triples(*zip(*lists, strict=True))
    weights = Labelled.from_triples(
        [a for a, _, _ in shares], [n for _, n, _ in shares], [w for _, _, w in shares], column_order=names
    )
    return align(
        Inputs(
            by_practice=crosstab(registered, weights, frozenset({UNKNOWN})),
            neighbourhoods=tuple(Neighbourhood(n, n, "Place") for n in names),
            pcn_of=pcn_of,
            standing_in=dict.fromkeys(practices, names[0]),
            practice_names={},
            pcn_names={},
            thresholds=Thresholds(),
        )
    )


def whole(place: Place) -> list[tuple[str, str, float]]:
    return [(a, n, 1.0) for a, n in place.home.items()]


def figures(found: Alignment) -> tuple[object, ...]:
    return (
        found.patients_total, found.patients_inside, found.patients_outside, found.patients_unknown,
        found.misalignment, found.median_containment,
        tuple((p.code, p.patients, p.patients_in_lead, p.containment, p.class_) for p in found.pcns),
    )  # fmt: skip


@given(places(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(place: Place, rng: random.Random) -> None:
    before = aligned(place.lists, whole(place), place.pcn_of)
    lists, shares = list(place.lists), whole(place)
    rng.shuffle(lists)
    rng.shuffle(shares)
    assert figures(aligned(lists, shares, place.pcn_of)) == figures(before)


@given(places(), st.permutations(NEIGHBOURHOODS))
def test_renaming_neighbourhoods_changes_no_figure(place: Place, names: list[str]) -> None:
    renamed = dict(zip(NEIGHBOURHOODS, names, strict=True))
    before = aligned(place.lists, whole(place), place.pcn_of)
    after = aligned(place.lists, [(a, renamed[n], w) for a, n, w in whole(place)], place.pcn_of)
    assert figures(after) == figures(before)
    ours = before.by_pcn.table.dense()
    np.testing.assert_array_equal(after.by_pcn.with_columns([renamed[n] for n in NEIGHBOURHOODS]).table.dense(), ours)


@given(places(), st.sampled_from(AREAS), st.floats(0, 1))
def test_dividing_an_area_by_weights_that_sum_to_one_changes_nothing(place: Place, area: str, part: float) -> None:
    """The same people, told by two halves of an area instead of the whole."""
    lookup = pd.DataFrame({"from_code": [area, area, *AREAS], "to_code": ["x", "y", *AREAS]})
    lookup = lookup[(lookup.from_code != area) | lookup.to_code.isin(["x", "y"])]
    carried = conversion(lookup, {"x": part, "y": 1 - part}).matrix
    halves = [(h, n, w) for a, n, w in whole(place) for h in (("x", "y") if a == area else (a,))]
    registered = Labelled.from_triples(*zip(*[row for row in place.lists if row[1] != UNKNOWN], strict=True))
    there = registered @ carried
    np.testing.assert_allclose(there.row_sums(), registered.row_sums(), rtol=1e-12)
    unknown = [row for row in place.lists if row[1] == UNKNOWN]
    at, to = there.values.nonzero()
    lists = [(there.rows[i], there.columns[j], float(there.values[i, j])) for i, j in zip(at, to, strict=True)]
    nobody = [(p, AREAS[0] if area != AREAS[0] else "x", 0) for p in there.rows]
    before = aligned(place.lists, whole(place), place.pcn_of)
    after = aligned([*lists, *nobody, *unknown], halves, place.pcn_of)
    np.testing.assert_allclose(after.by_pcn.table.dense(), before.by_pcn.table.dense(), rtol=0, atol=1e-6)
    np.testing.assert_allclose(after.by_pcn.totals, before.by_pcn.totals, rtol=0, atol=1e-6)


@given(places())
def test_totals_are_conserved(place: Place) -> None:
    found = aligned(place.lists, whole(place), place.pcn_of)
    assert found.patients_total == sum(n for _, _, n in place.lists)
    parts = found.patients_inside + found.patients_outside + found.patients_unknown
    assert parts == pytest.approx(found.patients_total)
    assert sum(p.patients for p in found.pcns) == pytest.approx(found.patients_total)
    by_neighbourhood = sum(n.patients for n in found.neighbourhoods)
    assert by_neighbourhood == pytest.approx(found.patients_inside)


@given(st.lists(st.integers(1, 500), min_size=3, max_size=3))
def test_a_plan_that_fits_has_no_misalignment_and_v_of_one(counts: list[int]) -> None:
    """Every PCN's patients live in a neighbourhood of its own."""
    lists = [(f"P{i}", AREAS[i], n) for i, n in enumerate(counts)]
    shares = [(AREAS[i], NEIGHBOURHOODS[i], 1.0) for i in range(3)]
    found = aligned(lists, shares, {f"P{i}": f"U{i}" for i in range(3)})
    assert found.misalignment == 0
    assert all(p.containment == 1 and p.effective_neighbourhoods == pytest.approx(1) for p in found.pcns)
    assert agreement(found.by_pcn.table).v_measure == pytest.approx(1)
