"""A map file is recognised by what it holds, cheaply and without harm."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest

from app.ingest.source import Source
from app.ingest.spatial import peek as peeking
from app.ingest.spatial.formats import SpatialFormat
from app.ingest.spatial.limits import SpatialLimits
from app.ingest.spatial.peek import peek


@pytest.fixture
def no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def describe(*_args: object) -> None:
        raise AssertionError("a reading process was started")

    monkeypatch.setattr(peeking, "describe", describe)


@pytest.mark.usefixtures("no_process")
def test_geojson_is_looked_at_where_it_lies(
    squares: gpd.GeoDataFrame, save: Callable[..., Source], limits: SpatialLimits
) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    content = {"crs": crs} | json.loads(squares.to_json(drop_id=True))
    glance = peek(save("plan.json", content).sample, limits)
    assert glance is not None
    assert (glance.format, glance.columns) == (SpatialFormat.GEOJSON, ("code", "name", "size"))
    assert glance.geometry_types == ("Polygon",)


@pytest.mark.usefixtures("no_process")
def test_points_are_no_polygons(squares: gpd.GeoDataFrame, save: Callable[..., Source], limits: SpatialLimits) -> None:
    points = squares.set_geometry(squares.centroid).to_crs("OGC:CRS84")
    glance = peek(save("hubs.geojson", points.to_json()).sample, limits)
    assert glance is not None
    assert not glance.may_hold_polygons


@pytest.mark.usefixtures("no_process")
@pytest.mark.parametrize("content", ["code,name\nA,B\n", '{"resourceType":"Bundle"}', "<OGRVRTDataSource/>", ""])
def test_other_files_are_left_alone(content: str, save: Callable[..., Source], limits: SpatialLimits) -> None:
    assert peek(save("file.geojson", content).sample, limits) is None


def test_properties_behind_a_long_outline_are_found(save: Callable[..., Source], limits: SpatialLimits) -> None:
    ring = [[-0.1 + n * 1e-6, 51.5] for n in range(9_000)] + [[-0.1, 51.6], [-0.1, 51.5]]
    feature = {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {"LSOA21CD": "E"},
    }
    source = save("long.geojson", {"type": "FeatureCollection", "features": [feature]})
    assert "LSOA21CD" not in source.sample.text
    glance = peek(source.sample, limits)
    assert glance is not None
    assert glance.columns == ("LSOA21CD",)


def test_a_shapefile_zip_is_described_once(
    shapefile: dict[str, bytes],
    zipped: Callable[..., Source],
    limits: SpatialLimits,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sample = zipped(shapefile).sample
    first = peek(sample, limits)
    assert first is not None
    assert (first.format, first.columns) == (SpatialFormat.SHAPEFILE, ("code", "name", "size"))
    monkeypatch.delattr(peeking, "describe")
    assert peek(sample, limits) == first


def test_a_map_beside_other_files_in_a_zip_is_found_as_its_part(
    squares: gpd.GeoDataFrame, zipped: Callable[..., Source], limits: SpatialLimits, tmp_path: Path
) -> None:
    squares.to_file(tmp_path / "plan.gpkg", driver="GPKG", engine="pyogrio")
    source = zipped({"plan.gpkg": (tmp_path / "plan.gpkg").read_bytes(), "read me.txt": b"hello"})
    glances = {part.member: peek(part.sample, limits) for part in source.parts()}
    assert glances["read me.txt"] is None
    found = glances["plan.gpkg"]
    assert found is not None
    assert (found.format, found.columns) == (SpatialFormat.GEOPACKAGE, ("code", "name", "size"))


def test_a_file_to_be_refused_is_still_a_map(zipped: Callable[..., Source], limits: SpatialLimits) -> None:
    glance = peek(zipped({"../plan.shp": b"x", "plan.dbf": b"x"}).sample, limits)
    assert glance is not None
    assert glance.refused is not None
    assert "outside the archive" in glance.refused.detail
