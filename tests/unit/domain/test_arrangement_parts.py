from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.arrangement.parts import shared_out

WEIGHTS = st.dictionaries(
    st.text("ABCDE0123", min_size=1, max_size=4), st.floats(0, 1e7, allow_nan=False), min_size=1, max_size=12
).filter(lambda w: any(value > 1e-3 for value in w.values()))


@given(st.integers(0, 10**9), WEIGHTS)
def test_parts_are_the_whole_and_never_a_unit_from_their_quota(whole: int, weights: dict[str, float]) -> None:
    parts = shared_out(whole, weights)
    assert sum(parts.values()) == whole
    assert list(parts) == sorted(weights)
    total = sum(weights.values())
    for code, part in parts.items():
        # weights are taken to a millionth, which can move a quota by as little as this
        assert abs(part - whole * weights[code] / total) < 1 + 1e-6 * whole * len(weights) / total


@given(st.integers(0, 10**6), WEIGHTS)
def test_the_order_of_the_weights_does_not_matter(whole: int, weights: dict[str, float]) -> None:
    assert shared_out(whole, weights) == shared_out(whole, dict(reversed(weights.items())))


@given(st.integers(0, 10**6), WEIGHTS)
def test_more_weight_is_never_less_of_it(whole: int, weights: dict[str, float]) -> None:
    parts = shared_out(whole, weights)
    ranked = sorted(weights, key=lambda code: weights[code])
    assert all(parts[a] <= parts[b] + (weights[b] - weights[a] < 1e-6) for a, b in pairwise(ranked))


def test_ties_go_to_the_lower_code() -> None:
    assert shared_out(4, {"C": 1.0, "A": 1.0, "B": 1.0}) == {"A": 2, "B": 1, "C": 1}
    assert shared_out(100, {"A": 47_000, "B": 16_000, "C": 15_900, "D": 12_000, "E": 6_000, "F": 3_100}) == {
        "A": 47, "B": 16, "C": 16, "D": 12, "E": 6, "F": 3,
    }  # fmt: skip


def test_nothing_is_nothing_and_what_cannot_be_shared_is_refused() -> None:
    assert shared_out(0, {"A": 0.0}) == {"A": 0}
    for whole, weights in ((1, {"A": 0.0}), (-1, {"A": 1.0}), (1, {"A": -1.0}), (1, {"A": float("nan")})):
        with pytest.raises(ValueError, match="weight"):
            shared_out(whole, weights)
