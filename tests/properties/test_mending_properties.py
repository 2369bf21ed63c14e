"""What must hold for any assignment of areas and any noise below the tolerance."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geometry.coverage import check_coverage
from geometry.mending import mend

SIDE, CELL, TOLERANCE = 4, 100.0, 20.0
CODES = [f"A{column}{row}" for column in range(SIDE) for row in range(SIDE)]
SHAPES = [
    shapely.box(530_000 + CELL * column, 180_000 + CELL * row, 530_100 + CELL * column, 180_100 + CELL * row)
    for column in range(SIDE)
    for row in range(SIDE)
]
AREAS = gpd.GeoSeries(SHAPES, index=CODES, crs="EPSG:27700")
PEOPLE = {code: 1000.0 + at for at, code in enumerate(CODES)}
FAST = settings(max_examples=15, deadline=None)

plans = st.lists(st.sampled_from(["N1", "N2", "N3"]), min_size=len(CODES), max_size=len(CODES)).map(
    lambda owners: dict(zip(CODES, owners, strict=True))
)
noise = st.tuples(st.integers(0, 2**32 - 1), st.floats(0.5, 8.0))


def drawn(plan: dict[str, str], seed: int = 0, metres: float = 0.0) -> gpd.GeoSeries:
    """The plan as polygons, every corner of every polygon moved for itself by up to ``metres``."""
    random = np.random.default_rng(seed)

    def ring(line: Any) -> Any:
        corners = np.asarray(line.coords)[:-1]
        return corners + random.uniform(-metres, metres, corners.shape) / np.sqrt(2)

    shapes = {}
    for code in sorted(set(plan.values())):
        whole = shapely.union_all([AREAS[area] for area, owner in plan.items() if owner == code])
        shapes[code] = shapely.multipolygons(
            [shapely.Polygon(ring(p.exterior), [ring(r) for r in p.interiors]) for p in shapely.get_parts(whole)]
        )
    return gpd.GeoSeries(list(shapes.values()), index=list(shapes), crs="EPSG:27700")


@given(plans, noise)
@FAST
def test_noise_below_the_tolerance_never_moves_an_area(plan: dict[str, str], noise: tuple[int, float]) -> None:
    mended = mend(drawn(plan, *noise), AREAS, people=PEOPLE, tolerance=TOLERANCE)
    assert mended.assignment == plan
    assert shapely.area(mended.footprints.to_numpy()).sum() == pytest.approx(SIDE**2 * CELL**2)


@given(plans, noise)
@FAST
def test_mending_twice_is_mending_once(plan: dict[str, str], noise: tuple[int, float]) -> None:
    once = mend(drawn(plan, *noise), AREAS, people=PEOPLE, tolerance=TOLERANCE)
    again = mend(once.footprints, AREAS, people=PEOPLE, tolerance=TOLERANCE)
    assert again.changes == ()
    assert shapely.equals(once.footprints.to_numpy(), again.footprints.to_numpy()).all()


@given(plans, noise)
@FAST
def test_the_account_of_changes_adds_up(plan: dict[str, str], noise: tuple[int, float]) -> None:
    damaged = drawn(plan, *noise)
    mended = mend(damaged, AREAS, people=PEOPLE, tolerance=TOLERANCE)
    before = {code: shapely.area(shapely.make_valid(shape, method="structure")) for code, shape in damaged.items()}
    change = {c.footprint: c.gained - c.lost for c in mended.changes}
    for code, shape in mended.footprints.items():
        assert shapely.area(shape) == pytest.approx(before[code] + change.get(str(code), 0.0), abs=0.1)


@given(plans, noise, st.randoms(use_true_random=False))
@FAST
def test_order_changes_nothing(plan: dict[str, str], noise: tuple[int, float], random: Any) -> None:
    damaged = drawn(plan, *noise)
    order, area_order = list(damaged.index), list(CODES)
    random.shuffle(order)
    random.shuffle(area_order)
    straight = check_coverage(damaged, areas=AREAS, people=PEOPLE)
    shuffled = check_coverage(damaged[order], areas=AREAS[area_order], people=PEOPLE)
    assert [finding.message for finding in straight] == [finding.message for finding in shuffled]
    one, other = mend(damaged, AREAS), mend(damaged[order], AREAS[area_order])
    assert one.assignment == other.assignment
    assert shapely.equals(one.footprints.to_numpy(), other.footprints.to_numpy()).all()


@given(plans)
@FAST
def test_whole_areas_are_a_clean_coverage(plan: dict[str, str]) -> None:
    found = check_coverage(drawn(plan), areas=AREAS, people=PEOPLE)
    assert {str(finding.fault) for finding in found} <= {"detached-part", "unmatched-edges", "invalid-ring"}
