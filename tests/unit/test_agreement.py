from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import sparse
from shapely import box

from geometry.agreement import (
    Contingency,
    adjusted_rand_index,
    agreement,
    boundary_coincidence,
    bounds_under_unknown,
    effective_number_of_columns,
    effective_number_of_rows,
    flow_indices,
    jaccard,
    plan_distance,
    rand_index,
    row_inhomogeneity,
    v_measure,
)
from geometry.labelled import Labelled

TABLE = np.array([[60.0, 40.0, 0.0], [0.0, 0.0, 100.0]])


def test_equal_partitions_agree_in_every_measure() -> None:
    found = agreement(np.diag([3.0, 5.0, 9.0])[:, [2, 0, 1]])
    summary = found.summary()
    ones = {
        "columns_within_rows", "rows_within_columns", "v_measure", "normalised_mutual_information", "map_curves",
        "rand_index", "adjusted_rand_index", "jaccard_of_rows", "jaccard_of_columns", "jaccard_one_to_one",
        "purity_of_rows", "purity_of_columns",
    }  # fmt: skip
    zeros = {
        "variation_of_information", "normalised_variation_of_information", "van_dongen", "plan_distance",
        "plan_distance_share",
    }  # fmt: skip
    assert {name: summary[name] for name in ones} == pytest.approx(dict.fromkeys(ones, 1.0))
    assert {name: summary[name] for name in zeros} == dict.fromkeys(zeros, 0.0)
    assert found.plan_distance.pairs == (("0", "2"), ("1", "0"), ("2", "1")) or found.plan_distance.kept == 17


def test_independent_partitions_share_nothing() -> None:
    found = agreement(np.outer([0.2, 0.5, 0.3], [0.4, 0.6]))
    assert found.v_measure == pytest.approx(0, abs=1e-12)
    assert found.mutual_information == pytest.approx(0, abs=1e-12)
    assert found.normalised_variation_of_information == pytest.approx(1)
    assert found.adjusted_rand_index == pytest.approx(0, abs=1e-12)


def test_directions_say_which_lies_within_which() -> None:
    found = agreement(TABLE)
    assert found.columns_within_rows == 1.0
    assert found.rows_within_columns < 1.0
    assert found.purity_of_columns == 1.0
    assert found.purity_of_rows == pytest.approx(0.8)


def test_regions_without_weight_are_dropped_first() -> None:
    padded = Labelled(
        ("a", "empty", "b"), ("x", "y", "none", "z"),
        sparse.csr_array(np.array([[60.0, 40, 0, 0], [0, 0, 0, 0], [0, 0, 0, 100]])),
    )  # fmt: skip
    found = agreement(padded)
    assert found.rows == ("a", "b")
    assert found.columns == ("x", "y", "z")
    assert found.summary() == agreement(TABLE).summary()
    assert plan_distance(padded).pairs == (("a", "x"), ("b", "z"))
    assert plan_distance(padded).moved == 40


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (np.zeros((2, 2)), "no weight"),
        (np.array([[1.0, -1.0]]), "negative"),
        (np.array([[1.0, np.nan]]), "missing or infinite"),
        (np.array([1.0, 2.0]), "two dimensions"),
    ],
)
def test_a_table_that_cannot_be_compared_is_refused(table: np.ndarray, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Contingency.of(table)


def test_beta_must_be_positive() -> None:
    with pytest.raises(ValueError, match="beta"):
        v_measure(TABLE, 0)


def test_beta_weighs_rows_within_columns() -> None:
    found = agreement(TABLE)
    assert v_measure(TABLE, 1e9) == pytest.approx(found.rows_within_columns)
    assert v_measure(TABLE, 1e-9) == pytest.approx(found.columns_within_rows)


def test_one_region_on_either_side() -> None:
    assert v_measure(np.array([[5.0]])) == 1.0
    split = agreement(np.array([[5.0, 5.0]]))
    assert (split.columns_within_rows, split.rows_within_columns, split.v_measure) == (1.0, 0.0, 0.0)
    assert row_inhomogeneity(np.array([[5.0], [2.0]])).tolist() == [0.0, 0.0]


def test_rand_counts_pairs_of_people_or_draws_points() -> None:
    table = np.array([[3, 1], [0, 2]])
    # Six people, 15 pairs. Together in both: 3 + 1 = 4; rows only: 3; columns only: 3 x 0 + 1 x 2 = 2.
    assert rand_index(table) == pytest.approx((15 - 3 - 2) / 15)
    drawn = rand_index(table / 7.0)
    assert drawn == pytest.approx((9 + 1 + 4 + 2 * 3 * 2) / 36)
    assert drawn == pytest.approx(rand_index(table, whole=False))
    many = adjusted_rand_index(table * 1_000_000)
    assert many == pytest.approx(adjusted_rand_index(table, whole=False), abs=1e-6)
    with pytest.raises(ValueError, match="whole"):
        adjusted_rand_index(table / 7.0, whole=True)


def test_effective_numbers() -> None:
    table = np.array([[50.0, 50.0, 0.0], [0.0, 0.0, 10.0]])
    assert effective_number_of_columns(table).tolist() == [2.0, 1.0]
    assert effective_number_of_rows(table).tolist() == [1.0, 1.0, 1.0]


def test_one_to_one_jaccard_counts_unpaired_regions() -> None:
    assert jaccard(TABLE).one_to_one == pytest.approx((0.6 + 1.0) / 3)


def test_flow_indices_by_hand_with_people_from_elsewhere() -> None:
    flow = Labelled(
        ("a", "b", "elsewhere"), ("a", "b", "far"),
        sparse.csr_array(np.array([[60.0, 30, 10], [20, 80, 0], [5, 0, 0]])),
    )  # fmt: skip
    found = flow_indices(flow)
    assert found.regions == ("a", "b")
    assert found.localisation_index.tolist() == pytest.approx([0.6, 0.8])
    assert found.own_list_share.tolist() == pytest.approx([60 / 85, 80 / 110])
    assert found.net_patient_flow.tolist() == pytest.approx([25 / 40, 30 / 20])
    with pytest.raises(ValueError, match="no code"):
        flow_indices(flow.with_columns(["far"]))


def test_net_flow_is_infinite_where_nobody_leaves() -> None:
    flow = Labelled(("a", "b"), ("a", "b"), sparse.csr_array(np.array([[1.0, 0], [2, 3]])))
    assert flow_indices(flow).net_patient_flow.tolist() == [np.inf, 0.0]


def spread(amount: int, columns: int) -> list[tuple[int, ...]]:
    return [split for split in product(range(amount + 1), repeat=columns) if sum(split) == amount]


@pytest.mark.parametrize("elsewhere", [True, False])
def test_bounds_are_reached_and_never_passed(elsewhere: bool) -> None:
    known = np.array([[4.0, 2.0, 0.0], [3.0, 3.0, 3.0], [0.0, 1.0, 0.0]])
    unknown, outside = np.array([6, 3, 4]), np.array([1.0, 0.0, 2.0])
    found = bounds_under_unknown(known, unknown, outside=outside, elsewhere=elsewhere)
    whole = known.sum(axis=1) + unknown + outside
    least_sum = most_sum = 0.0
    for at in range(3):
        ways = spread(int(unknown[at]), 4 if elsewhere else 3)
        kept = [(known[at] + way[:3]).max() for way in ways]
        lead = [known[at, known[at].argmax()] + way[known[at].argmax()] for way in ways]
        assert found.containment.upper[at] == pytest.approx(max(kept) / whole[at])
        assert found.lead_share.upper[at] == pytest.approx(max(lead) / whole[at])
        assert found.lead_share.lower[at] == pytest.approx(min(lead) / whole[at])
        # Whole patients cannot always be levelled out: the bound is reached to less than one patient.
        assert 0 <= min(kept) - found.containment.lower[at] * whole[at] < 1
        stays = all(known[at].argmax() in np.flatnonzero((v := known[at] + way[:3]) == v.max()) for way in ways)
        assert bool(found.lead_certain[at]) == stays
        least_sum += found.containment.lower[at] * whole[at]
        most_sum += max(kept)
    assert found.misalignment == pytest.approx((1 - most_sum / whole.sum(), 1 - least_sum / whole.sum()))
    assert found.misalignment_of_lead[1] >= found.misalignment[1]


def test_nothing_unknown_leaves_no_room() -> None:
    found = bounds_under_unknown(TABLE, np.zeros(2), elsewhere=False)
    assert found.containment.lower.tolist() == found.containment.upper.tolist() == [0.6, 1.0]
    assert found.misalignment == pytest.approx((0.2, 0.2))
    assert found.lead_certain.all()


def test_bounds_refuse_what_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="each of 2 rows"):
        bounds_under_unknown(TABLE, np.zeros(3))
    with pytest.raises(ValueError, match="not negative"):
        bounds_under_unknown(TABLE, np.array([-1.0, 0.0]))
    with pytest.raises(ValueError, match="nothing to bound"):
        bounds_under_unknown(np.zeros((1, 1)), np.zeros(1))


def test_boundary_coincidence_of_two_divisions_of_a_square() -> None:
    halves = [box(0, 0, 500, 1000), box(500, 0, 1000, 1000)]
    nearly = [box(0, 0, 503, 1000), box(503, 0, 1000, 1000)]
    crossed = [box(0, 0, 1000, 500), box(0, 500, 1000, 1000)]
    same = boundary_coincidence(halves, nearly, tolerance=5)
    assert same.first_length == pytest.approx(5000)
    assert (same.first_share, same.second_share) == (pytest.approx(1), pytest.approx(1))
    assert boundary_coincidence(halves, nearly, tolerance=1, inner_only=True).first_share == 0
    across = boundary_coincidence(halves, crossed, tolerance=5, inner_only=True)
    assert across.first_length == pytest.approx(990)
    assert across.first_along_second == pytest.approx(10)
    with pytest.raises(ValueError, match="tolerance"):
        boundary_coincidence(halves, crossed, tolerance=0)
