"""The traps of coordinate reference systems, each named with its row; nothing is guessed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely
from pyproj import CRS, Transformer

from app.domain.problem import Problem
from app.ingest.source import Source
from app.ingest.spatial.formats import SpatialFormat
from app.ingest.spatial.isolate import RawFeatures
from app.ingest.spatial.legacy_crs import legacy_crs_member
from app.ingest.spatial.reference import crs_of, place_on_grid

LEWISHAM = shapely.box(-0.03, 51.45, -0.02, 51.46)
CAMDEN = shapely.box(-0.15, 51.54, -0.14, 51.55)
SOURCE = Source(Path("plan"), "plan")


def raw(format_: SpatialFormat, crs: str | None, legacy: str | None = None) -> RawFeatures:
    return RawFeatures(format_, "plan", crs, pa.table({}), legacy)


def swapped(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda x, y: (y, x), interleaved=False)


def on_grid(shape: shapely.Geometry) -> shapely.Geometry:
    to_grid = Transformer.from_crs("OGC:CRS84", "EPSG:27700", always_xy=True)
    return shapely.transform(shape, to_grid.transform, interleaved=False)


def place(shapes: list[shapely.Geometry | None], crs: str, legacy: str | None = None) -> tuple[np.ndarray, list[str]]:  # type: ignore[type-arg]
    layer = raw(SpatialFormat.GEOJSON, crs, legacy)
    placed, findings = place_on_grid(np.array(shapes, dtype=object), CRS(crs), layer, SOURCE)
    return placed, [finding.code for finding in findings]


def refused(shapes: list[shapely.Geometry | None], crs: str) -> Problem:
    with pytest.raises(Problem) as caught:
        place(shapes, crs)
    assert caught.value.file == "plan"
    return caught.value


@pytest.mark.parametrize("format_", [SpatialFormat.SHAPEFILE, SpatialFormat.GEOPACKAGE, SpatialFormat.FLATGEOBUF])
def test_a_layer_that_does_not_say_is_asked(format_: SpatialFormat) -> None:
    with pytest.raises(Problem, match="Which coordinate reference system") as caught:
        crs_of(raw(format_, None), None, SOURCE)
    assert "crs=EPSG:27700" in str(caught.value.remedy)
    assert crs_of(raw(format_, None), "EPSG:27700", SOURCE)[0].to_epsg() == 27700


def test_geojson_and_kml_that_do_not_say_are_longitude_and_latitude() -> None:
    for format_ in (SpatialFormat.GEOJSON, SpatialFormat.KML):
        assert crs_of(raw(format_, None), None, SOURCE)[0].is_geographic


def test_geoparquet_with_a_null_crs_is_asked() -> None:
    with pytest.raises(Problem, match="Which coordinate reference system"):
        crs_of(raw(SpatialFormat.GEOPARQUET, None), None, SOURCE)


@pytest.mark.parametrize("name", ["rubbish", "EPSG:999999", "http://127.0.0.1:9/crs", ""])
def test_an_unknown_legacy_crs_is_asked_though_gdal_takes_it_for_wgs84(name: str) -> None:
    with pytest.raises(Problem, match="Which coordinate reference system"):
        crs_of(raw(SpatialFormat.GEOJSON, "EPSG:4326", name), None, SOURCE)


def test_a_legacy_crs_goes_before_what_gdal_makes_of_the_file() -> None:
    crs, _ = crs_of(raw(SpatialFormat.GEOJSON, "EPSG:4326", "urn:ogc:def:crs:EPSG::27700"), None, SOURCE)
    assert crs.to_epsg() == 27700


def test_an_engineering_crs_does_not_say_where_it_lies() -> None:
    local = 'LOCAL_CS["Undefined Cartesian",UNIT["metre",1]]'
    with pytest.raises(Problem, match="where on the Earth"):
        crs_of(raw(SpatialFormat.GEOPACKAGE, local), None, SOURCE)


def test_what_the_user_states_overrides_the_file_and_is_said() -> None:
    crs, findings = crs_of(raw(SpatialFormat.SHAPEFILE, "EPSG:4326"), "EPSG:27700", SOURCE)
    assert crs.to_epsg() == 27700
    assert [(finding.code, finding.severity) for finding in findings] == [("crs-overridden", "warning")]
    assert crs_of(raw(SpatialFormat.SHAPEFILE, "EPSG:27700"), "EPSG:27700", SOURCE)[1] == []


def test_heights_of_a_compound_crs_are_left_aside() -> None:
    assert crs_of(raw(SpatialFormat.GEOPACKAGE, "EPSG:7405"), None, SOURCE)[0].to_epsg() == 27700


def test_degrees_come_to_the_grid_and_the_accuracy_is_said() -> None:
    # OSTN15 puts this point at 624161, 308459.58 (PROJ#3079); without its grid the answer may be 3.2 m off.
    point = shapely.Point(1.3107334884090227, 52.62760352059889)
    placed, codes = place([point, None], "OGC:CRS84")
    assert shapely.distance(placed[0], shapely.Point(624161, 308459.58)) < 3.3
    assert placed[1] is None
    assert codes == ["converted-to-national-grid"]


def test_the_national_grid_stays_as_it_is() -> None:
    shape = on_grid(LEWISHAM)
    placed, codes = place([shape], "EPSG:27700")
    assert placed[0].equals_exact(shape, 0)
    assert codes == []


@pytest.mark.parametrize(
    ("shapes", "crs", "code", "row"),
    [
        ([None, LEWISHAM, CAMDEN], "EPSG:27700", "degrees-as-metres", 2),
        ([on_grid(LEWISHAM), on_grid(CAMDEN)], "EPSG:4326", "metres-as-degrees", 1),
        ([LEWISHAM, swapped(CAMDEN)], "EPSG:4326", "swapped-axes", 2),
        ([swapped(on_grid(LEWISHAM))], "EPSG:27700", "swapped-axes", 1),
        ([LEWISHAM, CAMDEN, shapely.box(0, 0, 0.1, 0.1)], "EPSG:4326", "outside-great-britain", 3),
        ([shapely.box(2e6, 2e6, 3e6, 3e6)], "EPSG:27700", "outside-great-britain", 1),
        ([on_grid(LEWISHAM)], "EPSG:3857", "outside-great-britain", 1),
    ],
)
def test_coordinates_that_cannot_be_meant_are_refused_with_their_row(
    shapes: list[shapely.Geometry | None], crs: str, code: str, row: int
) -> None:
    problem = refused(shapes, crs)
    assert problem.findings[0].code == code
    assert problem.findings[0].row == row
    assert problem.remedy


@pytest.mark.parametrize(
    "place_", [shapely.box(245_000, 560_000, 250_000, 565_000), shapely.box(180_000, 30_000, 181_000, 31_000)]
)
def test_galloway_and_cornwall_are_not_taken_for_swapped(place_: shapely.Geometry) -> None:
    assert place([place_], "EPSG:27700")[1] == []


def test_a_urn_of_epsg_4326_is_read_in_either_order() -> None:
    """GDAL turns the axes of such a file; most writers put longitude first all the same."""
    name = "urn:ogc:def:crs:EPSG::4326"
    straight, codes = place([swapped(LEWISHAM)], "EPSG:4326", name)
    assert "longitude-first" in codes
    turned, codes = place([LEWISHAM], "EPSG:4326", name)
    assert "longitude-first" not in codes
    assert straight[0].equals_exact(turned[0], 1e-6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"type":"FeatureCollection","features":[]}', None),
        ('{"crs":{"type":"name","properties":{"name":"EPSG:27700"}},"features":[]}', "EPSG:27700"),
        ('{"features":[], "crs" : {"properties":{"name":"X"}, "type":"name"}}', "X"),
        ('{"crs":{"type":"link","properties":{"href":"http://example/"}}}', "http://example/"),
        ('{"crs":{"type":"EPSG","properties":{"code":27700}}}', "EPSG:27700"),
        ('{"crs":null,"features":[]}', None),
        ('{"features":[{"properties":{"crs":{"a":1}}}]}', None),
        ('{"crs":{"type":"name"', None),
        ("", None),
    ],
)
def test_the_legacy_member_is_read_as_written(text: str, expected: str | None, tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text(text, encoding="utf-8")
    assert legacy_crs_member(path) == expected
