"""Shares of areas in footprints, on grids that a person can check by eye, and on London."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import Point, Polygon, box
from shapely.affinity import translate

from geometry.below import weighted_shares
from geometry.crs import to_national_grid
from geometry.locate import locate
from geometry.overlay import Basis, Decision, Noise, shares, shares_from_lookup

GRID = "EPSG:27700"


def series(**shapes: shapely.Geometry) -> gpd.GeoSeries:
    return gpd.GeoSeries(shapes, crs=GRID)


def squares(columns: int, rows: int, side: float = 100.0) -> gpd.GeoSeries:
    """Areas named by column and row, from the lower left: a0, a1 … upwards, b0 …"""
    return series(
        **{
            f"{chr(97 + column)}{row}": box(column * side, row * side, (column + 1) * side, (row + 1) * side)
            for column in range(columns)
            for row in range(rows)
        }
    )


def share(found, area, footprint):
    return found.weights.values[found.weights.row_index[area], found.weights.column_index[footprint]]


def decision(found, area):
    return found.decided[found.weights.row_index[area]]


def basis(found, area):
    return found.basis[found.weights.row_index[area]]


def test_areas_inside_one_footprint_count_whole():
    found = shares(squares(4, 2), series(west=box(0, 0, 200, 200), east=box(200, 0, 400, 200)))
    assert found.weights.columns == ("east", "west")
    assert found.weights.rows == ("a0", "a1", "b0", "b1", "c0", "c1", "d0", "d1")
    assert found.weights.dense().tolist() == [[0, 1]] * 4 + [[1, 0]] * 4
    assert set(found.decided) == {Decision.CONTAINED}
    assert set(found.basis) == {Basis.WHOLE}
    assert (found.cut, found.outside, found.gaps, found.overlaps) == ((), (), {}, {})
    assert found.noise == Noise()


def test_a_boundary_through_areas_divides_them_by_their_area():
    found = shares(squares(2, 1), series(west=box(0, 0, 130, 100), east=box(130, 0, 200, 100)))
    assert share(found, "a0", "west") == 1.0
    assert share(found, "b0", "west") == pytest.approx(0.3, rel=1e-12)
    assert share(found, "b0", "east") == pytest.approx(0.7, rel=1e-12)
    assert found.cut == ("b0",)
    assert decision(found, "b0") is Decision.CLIPPED
    assert basis(found, "b0") is Basis.AREA
    assert basis(found, "a0") is Basis.WHOLE


def test_an_edge_drawn_within_the_tolerance_is_the_same_edge():
    found = shares(squares(2, 1), series(west=box(0, 0, 101.5, 100), east=box(101.5, 0, 200, 100)))
    assert found.weights.dense().tolist() == [[0, 1], [1, 0]]
    assert decision(found, "a0") is Decision.CONTAINED
    assert decision(found, "b0") is Decision.SNAPPED
    assert found.noise.area == "b0"
    assert found.noise.footprint == "east"
    assert found.noise.square_metres == pytest.approx(150)
    assert found.noise.share == pytest.approx(0.015)


def test_an_edge_drawn_just_beyond_the_tolerance_is_a_real_cut():
    found = shares(squares(2, 1), series(west=box(0, 0, 102.5, 100), east=box(102.5, 0, 200, 100)))
    assert share(found, "b0", "west") == pytest.approx(0.025, rel=1e-12)
    assert share(found, "b0", "east") == pytest.approx(0.975, rel=1e-12)


def test_without_tolerance_nothing_is_snapped():
    footprints = series(west=box(0, 0, 101, 100), east=box(101, 0, 200, 100))
    found = shares(squares(2, 1), footprints, tolerance=0)
    assert share(found, "b0", "west") == pytest.approx(0.01, rel=1e-12)
    assert decision(found, "a0") is Decision.CONTAINED
    assert Decision.SNAPPED not in found.decided


def test_a_thin_area_is_not_swallowed_by_the_tolerance():
    """A strip 10 m wide of which 1.5 m lies next door: within the tolerance, and still 15 % of it."""
    areas = series(strip=box(0, 0, 10, 100))
    footprints = series(west=box(-50, 0, 8.5, 100), east=box(8.5, 0, 90, 100))
    found = shares(areas, footprints)
    assert share(found, "strip", "east") == pytest.approx(0.15, rel=1e-12)
    loose = shares(areas, footprints, noise_limit=0.2)
    assert share(loose, "strip", "west") == 1.0
    assert loose.noise.share == pytest.approx(0.15)


def test_a_footprint_that_only_grazes_an_area_gets_nothing_of_it():
    found = shares(squares(2, 1), series(west=box(0, 0, 101, 100)))
    assert found.outside == ("b0",)
    assert decision(found, "b0") is Decision.OUTSIDE
    assert found.noise.area == "b0"
    assert found.noise.square_metres == pytest.approx(100)


def test_a_thin_area_outside_every_footprint_is_still_measured():
    found = shares(series(strip=box(0, 0, 10, 100)), series(west=box(-90, 0, 1.5, 100)))
    assert share(found, "strip", "west") == pytest.approx(0.15, rel=1e-12)
    assert found.gaps == {"strip": pytest.approx(0.15)}


def test_gaps_are_reported_and_never_filled():
    found = shares(squares(2, 1), series(west=box(0, 0, 100, 100), far=box(160, 0, 200, 100)))
    assert share(found, "b0", "far") == pytest.approx(0.4, rel=1e-12)
    assert found.gaps == {"b0": pytest.approx(0.4)}
    assert found.overlaps == {}


def test_overlaps_are_reported_and_never_normalised():
    found = shares(squares(3, 1), series(west=box(0, 0, 200, 100), east=box(150, 0, 300, 100)))
    assert share(found, "b0", "west") == 1.0
    assert share(found, "b0", "east") == pytest.approx(0.5, rel=1e-12)
    assert found.overlaps == {"b0": pytest.approx(1.5)}
    assert decision(found, "b0") is Decision.CLIPPED
    assert share(found, "a0", "west") == share(found, "c0", "east") == 1.0


def test_one_footprint_drawn_twice_claims_every_area_twice():
    outline = box(0, 0, 200, 100)
    found = shares(squares(2, 1), series(one=outline, two=outline))
    assert found.weights.dense().tolist() == [[1, 1], [1, 1]]
    assert found.overlaps == {"a0": 2.0, "b0": 2.0}
    assert found.cut == ()


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_stacked_footprints_are_never_taken_for_a_clean_coverage(count):
    """The union of a coverage keeps edges used an odd number of times, so three of a kind look like one."""
    footprints = series(**{f"f{at}": box(0, 0, 130, 100) for at in range(count)})
    found = shares(squares(2, 1), footprints)
    assert found.weights.row_sums() == pytest.approx([count, 0.3 * count], rel=1e-12)


def test_a_footprint_inside_another_takes_its_share_beside_it():
    found = shares(squares(3, 3), series(all=box(0, 0, 300, 300), island=box(100, 100, 200, 200)))
    assert share(found, "b1", "all") == share(found, "b1", "island") == 1.0
    assert found.overlaps == {"b1": 2.0}
    assert len(found.cut) == 0


def test_a_hole_in_a_footprint_is_a_gap():
    ring = Polygon(box(0, 0, 300, 300).exterior, [box(100, 100, 200, 250).exterior])
    found = shares(squares(3, 3), series(ring=ring))
    assert found.outside == ("b1",)
    assert found.gaps == {"b2": pytest.approx(0.5)}


def test_an_area_in_several_parts_can_be_shared():
    areas = series(two_parts=shapely.MultiPolygon([box(0, 0, 30, 100), box(200, 0, 270, 100)]))
    found = shares(areas, series(west=box(0, 0, 100, 100), east=box(100, 0, 300, 100)))
    assert share(found, "two_parts", "west") == pytest.approx(0.3, rel=1e-12)
    assert share(found, "two_parts", "east") == pytest.approx(0.7, rel=1e-12)


def test_no_areas_and_no_footprints_give_empty_tables():
    none = gpd.GeoSeries([], index=pd.Index([], dtype=object), crs=GRID)
    assert shares(squares(1, 1), none).outside == ("a0",)
    assert shares(none, squares(1, 1)).weights.values.shape == (0, 1)
    assert shares(none, none).decided == ()


@pytest.mark.parametrize(
    ("areas", "footprints", "says"),
    [
        (series(a=Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])), squares(1, 1), "areas are not valid .*: a;"),
        (squares(1, 1), series(f=Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])), "footprints are not valid .*: f;"),
        (series(a=Point(1, 1)), squares(1, 1), "areas are not polygons: a;"),
        (series(a=Polygon()), squares(1, 1), "areas have no shape: a;"),
        (series(a=None, b=box(0, 0, 1, 1)), squares(1, 1), "areas have no shape: a;"),
        (pd.concat([squares(1, 1), squares(1, 1)]), squares(1, 1), "stands twice: a0;"),
        (squares(1, 1).set_crs(4326, allow_override=True), squares(1, 1), "WGS 84"),
        (squares(1, 1), squares(1, 1).set_crs(32630, allow_override=True), "one system"),
    ],
)
def test_bad_shapes_are_refused_by_name(areas, footprints, says):
    with pytest.raises(ValueError, match=says):
        shares(areas, footprints)


@pytest.mark.parametrize("settings", [{"tolerance": -1}, {"tolerance": float("nan")}, {"noise_limit": 2}])
def test_senseless_settings_are_refused(settings):
    with pytest.raises(ValueError, match="tolerance"):
        shares(squares(1, 1), squares(1, 1), **settings)


def test_a_lookup_gives_shares_of_one_and_nothing():
    found = shares_from_lookup(["c", "a", "b"], [("a", "N1"), ("b", "N2"), ("a", "N1")], ["N2", "N1", "N3"])
    assert found.weights.rows == ("a", "b", "c")
    assert found.weights.columns == ("N1", "N2", "N3")
    assert found.weights.dense().tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert found.outside == ("c",)
    assert set(found.decided) == {Decision.LOOKUP}
    assert found.noise == Noise()


def test_a_lookup_with_two_footprints_for_an_area_is_an_overlap():
    assert shares_from_lookup(["a"], [("a", "N1"), ("a", "N2")]).overlaps == {"a": 2.0}


def test_a_lookup_that_names_an_unknown_area_is_refused():
    with pytest.raises(ValueError, match="E09"):
        shares_from_lookup(["a"], [("E09", "N1")])


class TestBelowTheArea:
    areas = squares(3, 1)
    footprints = series(west=box(0, 0, 130, 100), east=box(130, 0, 300, 100))

    def weighted(self, units, people, area_of, footprints=None):
        footprints = self.footprints if footprints is None else footprints
        by_area = shares(self.areas, footprints)
        return weighted_shares(by_area, footprints, units, pd.Series(people), pd.Series(area_of))

    def test_people_divide_a_cut_area_and_only_that(self):
        units = series(p=Point(110, 50), q=Point(180, 50), r=Point(50, 50))
        found = self.weighted(units, {"p": 90.0, "q": 10.0, "r": 5.0}, {"p": "b0", "q": "b0", "r": "a0"})
        assert share(found, "b0", "west") == pytest.approx(0.9, rel=1e-12)
        assert share(found, "b0", "east") == pytest.approx(0.1, rel=1e-12)
        assert basis(found, "b0") is Basis.POPULATION
        assert basis(found, "a0") is Basis.WHOLE
        assert share(found, "a0", "west") == 1.0

    @pytest.mark.parametrize("people", [{}, {"p": 0.0}])
    def test_without_people_the_share_stays_by_area(self, people):
        units = series(p=Point(110, 50)) if people else gpd.GeoSeries([], index=pd.Index([], dtype=object), crs=GRID)
        found = self.weighted(units, pd.Series(people, dtype=float), pd.Series({"p": "b0"}))
        assert share(found, "b0", "west") == pytest.approx(0.3, rel=1e-12)
        assert basis(found, "b0") is Basis.AREA

    def test_small_polygons_that_are_cut_themselves_are_divided_by_area(self):
        units = series(left=box(100, 0, 140, 100), right=box(140, 0, 200, 100))
        found = self.weighted(units, {"left": 40.0, "right": 60.0}, {"left": "b0", "right": "b0"})
        assert share(found, "b0", "west") == pytest.approx(0.3, rel=1e-12)  # 40 people × 30 m of 40 m
        assert basis(found, "b0") is Basis.POPULATION

    def test_a_postcode_on_the_border_goes_to_the_smallest_code(self):
        found = self.weighted(series(p=Point(130, 50)), {"p": 7.0}, {"p": "b0"})
        assert share(found, "b0", "east") == 1.0
        assert share(found, "b0", "west") == 0.0

    def test_people_in_a_gap_or_an_overlap_are_not_shared_out(self):
        footprints = series(west=box(0, 0, 140, 100), mid=box(120, 0, 160, 100))
        units = series(p=Point(110, 50), q=Point(130, 50), r=Point(180, 50))
        found = self.weighted(units, {"p": 1.0, "q": 1.0, "r": 2.0}, dict.fromkeys("pqr", "b0"), footprints)
        assert share(found, "b0", "west") == 0.5
        assert share(found, "b0", "mid") == 0.25

    @pytest.mark.parametrize(
        ("units", "people", "area_of", "says"),
        [
            (series(p=Point(1, 1)), {"p": -1.0}, {"p": "b0"}, "lack"),
            (series(p=Point(1, 1)), {"q": 1.0}, {"p": "b0"}, "lack"),
            (series(p=Point(1, 1)), {"p": 1.0}, {"q": "b0"}, "lack"),
            (series(p=Point(110, 1), q=box(110, 0, 120, 9)), {"p": 1.0, "q": 1.0}, {"p": "b0", "q": "b0"}, "mix"),
        ],
    )
    def test_bad_units_are_refused(self, units, people, area_of, says):
        with pytest.raises(ValueError, match=says):
            self.weighted(units, people, area_of)

    def test_other_footprints_are_refused(self):
        by_area = shares(self.areas, self.footprints)
        with pytest.raises(ValueError, match="not those"):
            weighted_shares(by_area, squares(1, 1), series(), pd.Series(dtype=float), pd.Series(dtype=object))


class TestLocate:
    polygons = series(b=box(0, 0, 100, 100), a=box(100, 0, 200, 100), c=box(180, 0, 300, 100))

    def test_each_point_is_placed_once(self):
        points = gpd.GeoSeries(
            [Point(50, 50), Point(100, 50), Point(190, 50), Point(300, 100), Point(400, 0), None, Point()],
            index=["in b", "on a and b", "in a and c", "corner of c", "nowhere", "missing", "empty"],
            crs=GRID,
        )
        found = locate(points, self.polygons)
        assert found.tolist() == ["b", "a", "a", "c", None, None, None]
        assert list(found.index) == list(points.index)

    def test_the_order_of_the_polygons_does_not_matter(self):
        points = gpd.GeoSeries([Point(100, y) for y in range(0, 101, 10)], crs=GRID)
        assert set(locate(points, self.polygons)) == set(locate(points, self.polygons[::-1])) == {"a"}

    def test_what_is_no_point_is_refused(self):
        with pytest.raises(ValueError, match="not points"):
            locate(gpd.GeoSeries([box(0, 0, 1, 1)], crs=GRID), self.polygons)

    def test_two_coordinate_systems_are_refused(self):
        with pytest.raises(ValueError, match="one system"):
            locate(gpd.GeoSeries([Point(0, 51)], crs=4326), self.polygons)


@pytest.fixture(scope="module")
def london(shared_data):
    areas = gpd.read_parquet(shared_data / "london" / "lsoa21_units.parquet").set_index("LSOA21CD").geometry
    plan = gpd.read_file(shared_data / "london" / "illustrative_footprints_a.geojson")
    drawn = plan.set_index("NEIGHBOURHOOD_CODE").geometry
    return areas, to_national_grid(drawn).geometry


def plain_shares(areas, footprints, like):
    """Every touching pair clipped, with nothing snapped or spared."""
    atoms = np.asarray(areas.loc[list(like.rows)].array, dtype=object)
    shapes = np.asarray(footprints.loc[list(like.columns)].array, dtype=object)
    area, footprint = shapely.STRtree(shapes).query(atoms, predicate="intersects")
    inside = shapely.area(shapely.intersection(atoms[area], shapes[footprint]))
    table = np.zeros((len(atoms), len(shapes)))
    table[area, footprint] = inside / shapely.area(atoms[area])
    return table


def test_london_from_rounded_wgs84_is_its_lookup_exactly(london, shared_data):
    areas, footprints = london
    found = shares(areas, footprints)
    table = pd.read_csv(shared_data / "london" / "illustrative_footprints_a_lsoa21.csv")
    lookup = shares_from_lookup(areas.index, zip(table.LSOA_2021_CODE, table.NEIGHBOURHOOD_CODE, strict=True))
    assert len(lookup.weights.rows) == 4994
    assert found.weights.columns == lookup.weights.columns
    assert (found.weights.values != lookup.weights.values).nnz == 0
    assert found.cut == found.outside == ()
    assert set(found.decided) == {Decision.CONTAINED, Decision.SNAPPED}
    assert found.noise.share < 0.0003


def test_london_shifted_equals_a_plain_intersection(london):
    areas, footprints = london
    moved = footprints.translate(175, 0)
    found = shares(areas, moved)
    plain = plain_shares(areas, moved, found.weights)
    got = found.weights.dense()
    clipped = np.array([how is Decision.CLIPPED for how in found.decided])
    assert clipped.sum() > 0.55 * len(areas)
    np.testing.assert_allclose(got[clipped], plain[clipped], rtol=1e-6, atol=1e-9)
    # What was snapped differs by the noise that is reported, and by no more.
    assert np.abs(got - plain).max() <= found.noise.share + 1e-12
    exact = shares(areas, moved, tolerance=0)
    np.testing.assert_allclose(exact.weights.dense(), plain, rtol=1e-6, atol=1e-9)


def test_london_with_an_overlap_equals_a_plain_intersection(london):
    areas, footprints = london
    moved = footprints.copy()
    first = moved.index[0]
    moved[first] = translate(moved[first], 175, 60)
    found = shares(areas, moved, tolerance=0)
    assert found.overlaps
    assert found.gaps
    np.testing.assert_allclose(found.weights.dense(), plain_shares(areas, moved, found.weights), rtol=1e-6, atol=1e-9)


def test_one_place_of_london_leaves_its_neighbours_outside(london, shared_data):
    """The neighbours share their edge with the place, so rounding makes every one of them touch it."""
    areas, _ = london
    place = gpd.read_file(shared_data / "london" / "illustrative_footprints_a_lewisham.geojson")
    found = shares(areas, to_national_grid(place.set_index("NEIGHBOURHOOD_CODE").geometry).geometry)
    units = pd.read_parquet(shared_data / "london" / "lsoa21_units.parquet", columns=["LSOA21CD", "LAD22NM"])
    lewisham = set(units.LSOA21CD[units.LAD22NM == "Lewisham"])
    assert set(found.weights.rows) - set(found.outside) == lewisham
    assert found.cut == ()


def test_one_thread_and_two_give_the_same_bytes(london):
    areas, footprints = london
    moved = footprints.translate(175, 0)
    one, two = (shares(areas, moved, threads=threads).weights.values for threads in (1, 2))
    assert one.data.tobytes() == two.data.tobytes()
    assert one.indices.tobytes() == two.indices.tobytes()
    assert one.indptr.tobytes() == two.indptr.tobytes()
