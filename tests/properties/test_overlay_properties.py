"""What must hold of shares for any areas and any footprints."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from geometry.adjacency import adjacent
from geometry.overlay import Decision, shares
from geometry.shares import Shares

GRID = "EPSG:27700"
SIDE = 1000.0
FEW = settings(max_examples=60, deadline=None)

coordinate = st.integers(0, 1000).map(float)
sites = st.lists(st.tuples(coordinate, coordinate), min_size=2, max_size=12, unique=True)
boxes = st.lists(st.tuples(coordinate, coordinate, st.integers(20, 700), st.integers(20, 700)), min_size=1, max_size=6)


def cells(points: list[tuple[float, float]], prefix: str) -> gpd.GeoSeries:
    """A clean coverage of one square kilometre: a cell for each site."""
    whole = box(0, 0, SIDE, SIDE)
    diagram = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=whole)
    shapes = [cell.intersection(whole) for cell in shapely.get_parts(diagram)]
    kept = [shape for shape in shapes if shape.area > 1]
    return gpd.GeoSeries(kept, index=[f"{prefix}{at:02d}" for at in range(len(kept))], crs=GRID)


def rectangles(drawn: list[tuple[float, float, int, int]]) -> gpd.GeoSeries:
    """Rectangles that may overlap, leave gaps and reach beyond the areas."""
    shapes = [box(x, y, x + width, y + height) for x, y, width, height in drawn]
    return gpd.GeoSeries(shapes, index=[f"f{at}" for at in range(len(shapes))], crs=GRID)


def plain(areas: gpd.GeoSeries, footprints: gpd.GeoSeries) -> np.ndarray:
    """Every pair clipped, codes ascending."""
    one = np.asarray(areas.sort_index().array, dtype=object)[:, None]
    other = np.asarray(footprints.sort_index().array, dtype=object)[None, :]
    return shapely.area(shapely.intersection(one, other)) / shapely.area(one)


def square_metres(found: Shares, areas: gpd.GeoSeries) -> np.ndarray:
    """Area of each footprint, from the shares."""
    return found.weights.values.T @ areas.sort_index().area.to_numpy()


@FEW
@given(sites, boxes)
def test_without_tolerance_shares_are_a_plain_intersection(points, drawn):
    areas, footprints = cells(points, "a"), rectangles(drawn)
    np.testing.assert_allclose(
        shares(areas, footprints, tolerance=0).weights.dense(), plain(areas, footprints), rtol=1e-6, atol=2e-9
    )


@FEW
@given(sites, boxes)
def test_with_tolerance_nothing_is_off_by_more_than_the_noise_reported(points, drawn):
    areas, footprints = cells(points, "a"), rectangles(drawn)
    found = shares(areas, footprints)
    off = np.abs(found.weights.dense() - plain(areas, footprints))
    assert off.max() <= found.noise.share + 2e-9
    assert found.noise.share <= 0.05
    clipped = np.array([how is Decision.CLIPPED for how in found.decided])
    assert off[clipped].max(initial=0.0) <= 2e-9
    assert ((found.weights.values.data > 0) & (found.weights.values.data <= 1 + 1e-12)).all()


@FEW
@given(sites, sites)
def test_a_clean_coverage_shares_out_every_area_whole(points, others):
    areas, footprints = cells(points, "a"), cells(others, "f")
    found = shares(areas, footprints, tolerance=0)
    np.testing.assert_allclose(found.weights.row_sums(), 1.0, rtol=0, atol=1e-7)
    np.testing.assert_allclose(square_metres(found, areas), footprints.sort_index().area, rtol=0, atol=1e-2)
    assert found.gaps == found.overlaps == {}


@FEW
@given(sites, boxes, st.randoms(use_true_random=False))
def test_the_order_of_areas_and_footprints_does_not_matter(points, drawn, random):
    areas, footprints = cells(points, "a"), rectangles(drawn)
    mixed = [series.iloc[random.sample(range(len(series)), len(series))] for series in (areas, footprints)]
    one, other = shares(areas, footprints), shares(*mixed)
    assert (one.weights.rows, one.weights.columns) == (other.weights.rows, other.weights.columns)
    assert one.weights.values.data.tobytes() == other.weights.values.data.tobytes()
    assert one.decided == other.decided


@FEW
@given(sites, boxes)
def test_other_codes_give_the_same_shares_under_the_other_codes(points, drawn):
    """Codes that sort the other way round, so positions cannot stand in for codes."""
    areas, footprints = cells(points, "a"), rectangles(drawn)
    turned = footprints.rename({code: f"z{9 - at}" for at, code in enumerate(footprints.index)})
    one, other = shares(areas, footprints).weights, shares(areas, turned).weights
    renamed = [f"z{9 - at}" for at in range(len(footprints))]
    np.testing.assert_allclose(other.with_columns(renamed).dense(), one.dense(), rtol=0, atol=1e-9)


@FEW
@given(sites, sites, st.integers(100, 900))
def test_splitting_a_footprint_splits_its_share(points, others, at):
    areas, footprints = cells(points, "a"), cells(others, "f")
    first = footprints.iloc[0]
    halves = [first.intersection(box(0, 0, at, SIDE)), first.intersection(box(at, 0, SIDE, SIDE))]
    kept = {f"half{n}": half for n, half in enumerate(halves) if half.area > 1}
    split = gpd.GeoSeries({**footprints.iloc[1:].to_dict(), **kept}, crs=GRID)
    whole = shares(areas, footprints, tolerance=0).weights
    parts = shares(areas, split, tolerance=0).weights
    lost = first.area - sum(half.area for half in kept.values())
    together = parts.with_columns(list(kept)).row_sums()
    np.testing.assert_allclose(together, whole.with_columns(footprints.index[:1].tolist()).row_sums(), atol=1e-6 + lost)


@FEW
@given(sites, sites)
def test_splitting_an_area_keeps_every_footprint_as_large(points, others):
    areas, footprints = cells(points, "a"), cells(others, "f")
    finer = gpd.GeoSeries(
        {
            f"{code}{side}": part
            for code, shape in areas.items()
            for side, half in (("w", box(0, 0, 500, SIDE)), ("e", box(500, 0, SIDE, SIDE)))
            if (part := shape.intersection(half)).area > 1e-3
        },
        crs=GRID,
    )
    coarse = square_metres(shares(areas, footprints, tolerance=0), areas)
    fine = square_metres(shares(finer, footprints, tolerance=0), finer)
    np.testing.assert_allclose(fine, coarse, rtol=0, atol=0.1)


@FEW
@given(st.lists(st.integers(0, 3), min_size=16, max_size=16), st.floats(0, 1.8), st.floats(0, 6.28))
def test_footprints_made_of_areas_are_their_lookup_also_when_shifted_within_the_tolerance(plan, by, angle):
    grid = {f"a{x}{y}": box(250 * x, 250 * y, 250 * (x + 1), 250 * (y + 1)) for x in range(4) for y in range(4)}
    areas = gpd.GeoSeries(grid, crs=GRID)
    footprints = areas.groupby([f"f{value}" for value in plan]).apply(lambda group: shapely.union_all(group.to_numpy()))
    moved = gpd.GeoSeries(footprints, crs=GRID).translate(by * np.cos(angle), by * np.sin(angle))
    found = shares(areas, moved, noise_limit=0.1)
    assert found.cut == ()
    assert [found.weights.columns[at] for at in found.weights.values.indices] == [f"f{value}" for value in plan]


@FEW
@given(sites)
def test_neighbours_have_a_common_boundary_and_all_others_have_none(points):
    areas = cells(points, "a")
    found = adjacent(areas)
    boundaries = shapely.boundary(np.asarray(areas.array, dtype=object))
    common = shapely.length(shapely.intersection(boundaries[:, None], boundaries[None, :]))
    one, other = np.nonzero(np.triu(common > 1.0, k=1))
    expected = tuple((areas.index[i], areas.index[j]) for i, j in zip(one, other, strict=True))
    assert found.pairs == expected
