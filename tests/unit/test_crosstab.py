from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geometry.crosstab import conserving, crosstab
from geometry.labelled import Labelled

LISTS = Labelled.from_triples(["P", "P", "P", "Q"], ["a", "b", "?", "c"], [10, 5, 1, 4])
SHARES = Labelled.from_triples(["a", "b"], ["N1", "N2"], [1.0, 0.6])


def test_what_no_footprint_holds_is_outside_and_what_nobody_knows_is_unknown() -> None:
    found = crosstab(LISTS, SHARES, frozenset({"?"}))
    assert found.table.dense().tolist() == [[10, 3], [0, 0]]
    assert found.outside.tolist() == [2, 4]
    assert found.unknown.tolist() == [1, 0]
    assert found.totals.tolist() == [16, 4]


def test_leaving_out_a_footprint_moves_its_people_outside() -> None:
    found = crosstab(LISTS, SHARES, frozenset({"?"})).with_columns(["N2"])
    assert found.outside.tolist() == [12, 4]
    assert found.totals.tolist() == [16, 4]


def test_grouping_keeps_the_sums() -> None:
    groups = Labelled.from_triples(["U", "U"], ["P", "Q"], [1, 1])
    found = crosstab(LISTS, SHARES, frozenset({"?"})).grouped(groups)
    assert found.totals.tolist() == [20]


def test_shares_above_one_are_refused_because_people_would_count_twice() -> None:
    twice = Labelled.from_triples(["a", "a"], ["N1", "N2"], [1.0, 0.5])
    with pytest.raises(ValueError, match="counted twice"):
        crosstab(LISTS, twice)
    single, areas = conserving(twice)
    assert areas == ("a",)
    assert single.dense().tolist() == [[2 / 3, 1 / 3]]


def test_shares_that_conserve_are_left_as_they_are() -> None:
    assert conserving(SHARES) == (SHARES, ())


@given(
    st.lists(
        st.tuples(st.sampled_from("PQRS"), st.sampled_from("abcd?"), st.integers(0, 10_000)), min_size=1, max_size=40
    ),
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from(["N1", "N2", "N3"])), max_size=8, unique_by=lambda t: t[0]
    ),
)
def test_nobody_is_lost_whatever_the_lists_and_shares(
    lists: list[tuple[str, str, int]], shares: list[tuple[str, str]]
) -> None:
    registered = Labelled.from_triples(*zip(*lists, strict=True))
    weights = Labelled.from_triples([a for a, _ in shares], [n for _, n in shares], [0.5] * len(shares))
    found = crosstab(registered, weights, frozenset({"?"}))
    np.testing.assert_allclose(found.totals, registered.row_sums(), rtol=0, atol=1e-6)
    assert (found.outside >= 0).all()
