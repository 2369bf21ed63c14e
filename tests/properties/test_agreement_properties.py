"""What must hold for the measures of any table."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from geometry.agreement import agreement, bounds_under_unknown, variation_of_information

Table = npt.NDArray[np.float64]

counts = arrays.arrays(
    np.float64, arrays.array_shapes(min_dims=2, max_dims=2, max_side=6), elements=st.integers(0, 40).map(float)
).filter(lambda table: table.sum() > 0)
FAST = settings(max_examples=60, deadline=None)


@given(counts, st.randoms(use_true_random=False))
@FAST
def test_order_of_regions_changes_nothing(table: Table, random: object) -> None:
    rows, columns = np.arange(table.shape[0]), np.arange(table.shape[1])
    random.shuffle(rows)  # type: ignore[attr-defined]
    random.shuffle(columns)  # type: ignore[attr-defined]
    assert agreement(table[rows][:, columns]).summary() == pytest.approx(agreement(table).summary(), abs=1e-9)


@given(counts)
@FAST
def test_transposing_swaps_the_directions(table: Table) -> None:
    one, other = agreement(table).summary(), agreement(table.T).summary()
    swapped = {
        "columns_within_rows": "rows_within_columns", "purity_of_rows": "purity_of_columns",
        "jaccard_of_rows": "jaccard_of_columns",
    }  # fmt: skip
    swapped |= {there: here for here, there in swapped.items()}
    assert {swapped.get(name, name): value for name, value in one.items()} == pytest.approx(other, abs=1e-9)


@given(counts, st.floats(1e-3, 1e3))
@FAST
def test_scaling_the_weights_changes_no_share(table: Table, factor: float) -> None:
    one, other = agreement(table).summary(), agreement(table * factor).summary()
    for name in ("rand_index", "adjusted_rand_index", "total", "plan_distance"):
        del one[name], other[name]
    assert one == pytest.approx(other, abs=1e-9)


@given(counts)
@FAST
def test_empty_regions_change_nothing(table: Table) -> None:
    padded = np.pad(table, ((1, 0), (0, 2)))
    assert agreement(padded).summary() == agreement(table).summary()


@given(counts)
@FAST
def test_every_measure_stays_in_its_range(table: Table) -> None:
    found = agreement(table)
    for name, value in found.summary().items():
        if name not in {"total", "plan_distance", "mutual_information", "variation_of_information"}:
            assert (-1 if name == "adjusted_rand_index" else 0) <= value <= 1 + 1e-12, name
    assert found.variation_of_information >= 0
    assert (found.effective_number_of_columns >= 1 - 1e-12).all()
    assert found.plan_distance.kept + found.plan_distance.moved == pytest.approx(found.total)


@given(st.lists(st.tuples(*[st.integers(0, 3)] * 3, st.integers(1, 20)), min_size=1, max_size=40))
@FAST
def test_variation_of_information_obeys_the_triangle_inequality(units: list[tuple[int, int, int, int]]) -> None:
    def between(one: int, other: int) -> float:
        table = np.zeros((4, 4))
        for unit in units:
            table[unit[one], unit[other]] += unit[3]
        return variation_of_information(table)

    assert between(0, 2) <= between(0, 1) + between(1, 2) + 1e-12


@given(counts, st.data())
@FAST
def test_bounds_hold_for_any_way_the_unknown_may_lie(table: Table, data: st.DataObject) -> None:
    extra = data.draw(arrays.arrays(np.float64, table.shape, elements=st.integers(0, 20).map(float)))
    for elsewhere in (True, False):
        found = bounds_under_unknown(table, extra.sum(axis=1), elsewhere=elsewhere)
        truth = table + extra
        whole = truth.sum(axis=1)
        kept = truth.max(axis=1)
        full = whole > 0
        assert (found.containment.lower[full] <= kept[full] / whole[full] + 1e-12).all()
        assert (found.containment.upper[full] >= kept[full] / whole[full] - 1e-12).all()
        low, high = found.misalignment
        assert low - 1e-12 <= 1 - kept.sum() / whole.sum() <= high + 1e-12
