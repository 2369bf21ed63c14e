"""Coordinates to and from the National Grid, and coordinates that are not what they are said to be."""

from __future__ import annotations

import subprocess
import sys

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj.transformer import TransformerGroup
from shapely import LineString, Point, Polygon, box

from geometry import crs
from geometry.crs import CoordinateError, CoordinateFault, to_national_grid, to_wgs84, transformation

# Ordnance Survey, "A guide to coordinate systems in Great Britain", test point used with OSTN15.
OSTN15_LONGITUDE_LATITUDE = (1.3107334884090227, 52.62760352059889)
OSTN15_GRID = (624161.0, 308459.58)
LONDON_BOX = (500_000.0, 150_000.0, 565_000.0, 205_000.0)


def test_a_known_point_lands_within_the_stated_accuracy():
    point, how = to_national_grid(Point(OSTN15_LONGITUDE_LATITUDE), "EPSG:4326")
    # An accuracy is a standard deviation, not a limit: this point is 3.2 m off where the grid is missing.
    off = point.distance(Point(OSTN15_GRID))
    assert off < (0.05 if how.best_available else 2 * how.accuracy)
    assert (how.source, how.target) == ("EPSG:4326", "EPSG:27700")


@pytest.mark.filterwarnings("ignore:Best transformation is not available")
def test_the_result_says_whether_the_accurate_grid_was_there():
    how = transformation("EPSG:4326")
    group = TransformerGroup("EPSG:4326", "EPSG:27700", always_xy=True)
    assert how.best_available is group.best_available
    assert how.name == group.transformers[0].description
    if how.best_available:
        assert how.accuracy <= 1
        assert how.missing_grids == ()
    else:
        assert how.accuracy == 2.0
        assert how.missing_grids == ("uk_os_OSTN15_NTv2_OSGBtoETRS.tif",)
        assert "accurate to 2 m; not installed: uk_os_OSTN15" in str(how)


def test_there_and_back_is_the_same_to_millimetres():
    there = to_wgs84(Point(530_000, 180_000)).geometry
    assert there.x == pytest.approx(-0.128, abs=0.001)
    assert there.y == pytest.approx(51.504, abs=0.001)
    assert to_national_grid(there, 4326).geometry.distance(Point(530_000, 180_000)) < 0.005


def test_the_national_grid_itself_is_left_alone_but_for_heights():
    moved, how = to_national_grid(Point(530_000.1, 180_000.2, 35.0), "EPSG:27700")
    assert moved.wkt == "POINT (530000.1 180000.2)"
    assert (how.name, how.accuracy, how.best_available) == ("no change", 0.0, True)


def test_heights_are_dropped():
    assert not to_national_grid(LineString([(-0.1, 51.5, 9), (-0.2, 51.6, 9)]), 4326).geometry.has_z


def test_what_comes_in_comes_out_in_the_same_form():
    series = gpd.GeoSeries([Point(-0.1, 51.5), None, Point()], index=["p", "q", "r"], name="where", crs=4326)
    moved = to_national_grid(series).geometry
    assert moved.crs.to_epsg() == 27700
    assert (list(moved.index), moved.name) == (["p", "q", "r"], "where")
    assert moved["q"] is None
    assert moved["r"].is_empty
    array = to_national_grid(np.array(series.array, dtype=object), 4326).geometry
    assert isinstance(array, np.ndarray)
    assert array[0] == moved["p"]
    assert to_national_grid(series["p"], 4326).geometry == moved["p"]
    assert to_wgs84(moved).geometry.crs.to_epsg() == 4326


def test_neighbours_still_share_their_edges():
    left, right = box(-0.2, 51.4, -0.1, 51.5), box(-0.1, 51.4, 0, 51.5)
    moved = to_national_grid([left, right], 4326).geometry
    assert shapely.coverage_is_valid(moved)


def test_web_mercator_is_converted_too():
    point = gpd.GeoSeries([Point(-0.128, 51.504)], crs=4326)
    direct, around = to_national_grid(point).geometry, to_national_grid(point.to_crs(3857)).geometry
    assert direct[0].distance(around[0]) < 0.01


@pytest.mark.parametrize(
    ("shape", "source", "fault", "says"),
    [
        (Point(-0.1, 51.5), 27700, CoordinateFault.DEGREES_AS_METRES, "EPSG:4326"),
        (Point(530_000, 180_000), 4326, CoordinateFault.METRES_AS_DEGREES, "EPSG:27700"),
        (Point(51.5, -0.1), 4326, CoordinateFault.SWAPPED_AXES, "longitude, latitude"),
        (Point(1_000_000, 300_000), 27700, CoordinateFault.SWAPPED_AXES, "easting, northing"),
        (Point(800_000, 1_400_000), 27700, CoordinateFault.OUTSIDE, "0 to 700000"),
        (Point(530_000, -5), 27700, CoordinateFault.OUTSIDE, "misplaced"),
        (Point(2.35, 48.86), 4326, CoordinateFault.OUTSIDE, "longitude, latitude"),
        (Point(0, 0), 4326, CoordinateFault.OUTSIDE, "longitude, latitude"),
        (Point(float("nan"), 51.5), 4326, CoordinateFault.NOT_FINITE, "not finite"),
        (Point(float("inf"), 1.0), 27700, CoordinateFault.NOT_FINITE, "not finite"),
        (Point(-0.1, 51.5), None, CoordinateFault.UNKNOWN_CRS, "not known"),
        (Point(-0.1, 51.5), "EPSG:0", CoordinateFault.UNKNOWN_CRS, "EPSG:0"),
    ],
)
def test_impossible_coordinates_say_what_is_wrong_and_what_to_do(shape, source, fault, says):
    with pytest.raises(CoordinateError, match=says) as raised:
        to_national_grid(shape, source)
    assert raised.value.fault is fault
    assert isinstance(raised.value, ValueError)
    assert raised.value.why
    assert raised.value.remedy


def test_swapped_axes_inside_the_country_show_against_the_box_of_the_place():
    swapped = Point(180_000, 530_000)
    assert to_national_grid(swapped, 27700).geometry == swapped
    with pytest.raises(CoordinateError) as raised:
        to_national_grid(swapped, 27700, within=LONDON_BOX)
    assert raised.value.fault is CoordinateFault.SWAPPED_AXES


def test_one_bad_coordinate_among_many_is_found():
    ring = Polygon([(530_000, 180_000), (531_000, 180_000), (531_000, 2_000_000)])
    with pytest.raises(CoordinateError) as raised:
        to_wgs84(gpd.GeoSeries([box(530_000, 180_000, 531_000, 181_000), ring], crs=27700))
    assert raised.value.fault is CoordinateFault.OUTSIDE


def test_a_converted_point_off_the_grid_is_refused():
    with pytest.raises(CoordinateError) as raised:
        to_national_grid(Point(5_000_000, 0), 3857)
    assert raised.value.fault is CoordinateFault.OUTSIDE


def test_two_systems_without_a_way_between_them_are_refused():
    with pytest.raises(CoordinateError, match="no transformation"):
        to_national_grid(Point(530_000, 180_000), 'LOCAL_CS["site grid",UNIT["metre",1]]')


def test_london_moves_by_no_more_than_the_stated_accuracy(shared_data):
    """The lookup plan in WGS 84, converted back, against the areas it was made of."""
    plan = gpd.read_file(shared_data / "london" / "illustrative_footprints_a.geojson").geometry
    areas = gpd.read_parquet(shared_data / "london" / "lsoa21_units.parquet").geometry
    moved, how = to_national_grid(plan, within=LONDON_BOX)
    assert moved.area.sum() == pytest.approx(areas.area.sum(), rel=1e-6)
    assert np.abs(moved.total_bounds - areas.total_bounds).max() < how.accuracy
    assert crs.GREAT_BRITAIN == (0.0, 0.0, 700_000.0, 1_300_000.0)


AT_ONCE = """
import threading
import numpy as np, shapely
from geometry.crs import to_wgs84
east, north = np.meshgrid(np.linspace(500_000, 560_000, 200), np.linspace(160_000, 200_000, 200))
points = shapely.points(east.ravel(), north.ravel())
one = shapely.get_coordinates(to_wgs84(points).geometry)
same = []
def convert():
    for _ in range(12):
        same.append(np.array_equal(shapely.get_coordinates(to_wgs84(points).geometry), one))
threads = [threading.Thread(target=convert) for _ in range(6)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert same == [True] * 72
"""


def test_many_may_convert_at_once() -> None:
    """In a process of its own: a transformation that threads share ends the whole process, not only a test."""
    done = subprocess.run([sys.executable, "-c", AT_ONCE], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
