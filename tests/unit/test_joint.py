"""The table of two partitions, also where both cut an area: by eye, and whatever the shares are."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geometry.joint import Shapes, joint_table
from geometry.labelled import Labelled

SQUARE = gpd.GeoSeries({"S": shapely.box(0, 0, 100, 100)}, crs=27700)


def shares(*cells: tuple[str, str, float]) -> Labelled:
    areas, regions, values = zip(*cells, strict=True)
    return Labelled.from_triples(areas, regions, values)


def shapes(**boxes: tuple[float, float, float, float]) -> Shapes:
    return lambda: gpd.GeoSeries({code: shapely.box(*box) for code, box in boxes.items()}, crs=27700)


def test_areas_held_whole_by_one_side_need_no_shapes() -> None:
    first = shares(("E1", "A", 1.0), ("E2", "A", 0.25), ("E2", "B", 0.75), ("E3", "B", 1.0))
    second = shares(("E1", "X", 1.0), ("E2", "Y", 1.0), ("E4", "Y", 1.0))
    found = joint_table(first, second, {"E1": 10, "E2": 8, "E3": 5, "E4": 3})
    assert found.table.dense().tolist() == [[10, 2], [0, 6]]
    assert found.first_only.tolist() == [0, 5]
    assert found.second_only.tolist() == [0, 3]
    assert (found.cut_by_both, found.independent) == (0, 0)


WEST, EAST = (0, 0, 40, 100), (40, 0, 100, 100)
SOUTH, NORTH = (0, 0, 100, 30), (0, 30, 100, 100)
NARROW, WIDE = (0, 0, 20, 100), (20, 0, 100, 100)


@pytest.mark.parametrize(
    ("others", "second_shares", "expected"),
    [
        ((WEST, EAST), (0.4, 0.6), [[40, 0], [0, 60]]),  # the same line
        ((SOUTH, NORTH), (0.3, 0.7), [[12, 28], [18, 42]]),  # lines that cross
        ((NARROW, WIDE), (0.2, 0.8), [[20, 20], [0, 60]]),  # lines beside each other
    ],
)
def test_where_both_cut_an_area_its_shapes_say_how(
    others: tuple[tuple[float, float, float, float], ...],
    second_shares: tuple[float, float],
    expected: list[list[float]],
) -> None:
    found = joint_table(
        shares(("S", "A", 0.4), ("S", "B", 0.6)),
        shares(("S", "X", second_shares[0]), ("S", "Y", second_shares[1])),
        {"S": 100},
        areas=lambda: SQUARE,
        first_shapes=shapes(A=WEST, B=EAST),
        second_shapes=shapes(X=others[0], Y=others[1]),
    )
    np.testing.assert_allclose(found.table.dense(), expected, atol=1e-9)
    assert (found.cut_by_both, found.independent) == (1, 0)


def test_shares_of_people_keep_their_margins_where_the_shapes_are_of_land() -> None:
    """Nine in ten people live in the west, which is two fifths of the land: the same line still divides them alike."""
    plan = shares(("S", "A", 0.9), ("S", "B", 0.1))
    outline = shapes(A=WEST, B=EAST)
    found = joint_table(plan, plan, {"S": 50}, areas=lambda: SQUARE, first_shapes=outline, second_shapes=outline)
    np.testing.assert_allclose(found.table.dense(), [[45, 0], [0, 5]], atol=1e-9)


def test_what_one_side_leaves_out_is_told_apart() -> None:
    first, second = shares(("S", "A", 0.4)), shares(("S", "X", 0.2))
    found = joint_table(
        first,
        second,
        {"S": 100},
        areas=lambda: SQUARE,
        first_shapes=shapes(A=WEST),
        second_shapes=shapes(X=NARROW),
    )
    np.testing.assert_allclose(found.table.dense(), [[20]], atol=1e-9)
    np.testing.assert_allclose(found.first_only, [20], atol=1e-9)
    np.testing.assert_allclose(found.second_only, [0], atol=1e-9)


def test_without_shapes_the_parts_are_independent_and_it_is_said() -> None:
    first, second = shares(("S", "A", 0.4), ("S", "B", 0.6)), shares(("S", "X", 0.3), ("S", "Y", 0.7))
    found = joint_table(first, second, {"S": 100})
    np.testing.assert_allclose(found.table.dense(), [[12, 28], [18, 42]], atol=1e-9)
    assert found.independent == 1


def test_shares_beyond_one_and_negative_weights_are_refused() -> None:
    twice = shares(("S", "A", 0.8), ("S", "B", 0.6))
    with pytest.raises(ValueError, match="counted twice"):
        joint_table(twice, twice, {"S": 1})
    with pytest.raises(ValueError, match="not negative"):
        joint_table(shares(("S", "A", 1.0)), shares(("S", "X", 1.0)), {"S": -1})


parts = st.lists(st.integers(0, 10), min_size=3, max_size=3)


@given(st.lists(st.tuples(parts, parts, st.integers(0, 1000)), min_size=1, max_size=8))
def test_nobody_is_lost(rows: list[tuple[list[int], list[int], int]]) -> None:
    """A region's weight is what lies in the other's regions and what does not, on either side."""
    codes = [f"E{at}" for at in range(len(rows))]
    weight = {code: float(row[2]) for code, row in zip(codes, rows, strict=True)}
    sides = []
    for side in (0, 1):
        cells = np.array([row[side] for row in rows], dtype=float) / 30
        at, column = np.indices(cells.shape)
        sides.append(
            Labelled.from_triples(
                [codes[i] for i in at.ravel()],
                ["ABC"[j] for j in column.ravel()],
                cells.ravel(),
            )
        )
    found = joint_table(sides[0], sides[1], weight)
    held = [side.values.T @ np.array([weight[code] for code in codes]) for side in sides]
    np.testing.assert_allclose(found.table.row_sums() + found.first_only, held[0], atol=1e-6)
    np.testing.assert_allclose(found.table.column_sums() + found.second_only, held[1], atol=1e-6)
    assert (found.table.dense() >= 0).all()
