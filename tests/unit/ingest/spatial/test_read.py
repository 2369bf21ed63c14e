"""Every format comes back as it was written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from app.domain.problem import Problem
from app.ingest.reader import ReadOptions, silent
from app.ingest.source import Source
from app.ingest.spatial.layer import PolygonLayer, read_polygons
from app.ingest.spatial.limits import SpatialLimits
from app.ingest.spatial.peek import peek

KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Plan</name>
<Placemark><name>Évelyn</name><ExtendedData><Data name="code"><value>N01</value></Data></ExtendedData>
<Polygon><outerBoundaryIs><LinearRing><coordinates>{0}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
<Placemark><name>Brockley</name><ExtendedData><Data name="code"><value>N02</value></Data></ExtendedData>
<Polygon><outerBoundaryIs><LinearRing><coordinates>{1}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
</Document></kml>"""
FORMATS = ["geojson", "legacy geojson", "geojsonseq", "gpkg", "fgb", "parquet", "shapefile", "kml", "topojson"]


def topology(squares: gpd.GeoDataFrame) -> dict[str, object]:
    degrees = squares.to_crs("OGC:CRS84")
    arcs = [list(map(list, shape.exterior.coords)) for shape in degrees.geometry]
    objects = [
        {"type": "Polygon", "arcs": [[at]], "properties": {"code": code, "name": name}}
        for at, (code, name) in enumerate(zip(squares["code"], squares["name"], strict=True))
    ]
    return {
        "type": "Topology",
        "objects": {"plan": {"type": "GeometryCollection", "geometries": objects}},
        "arcs": arcs,
    }


@pytest.fixture(params=FORMATS)
def upload(
    request: pytest.FixtureRequest,
    squares: gpd.GeoDataFrame,
    shapefile: dict[str, bytes],
    save: Callable[..., Source],
    zipped: Callable[..., Source],
    tmp_path: Path,
) -> Source:
    """The squares in one format, under a name that says nothing."""
    degrees = squares.to_crs("OGC:CRS84")
    path = tmp_path / "upload.bin"
    match request.param:
        case "geojson":
            return save("upload.bin", degrees.to_json(drop_id=True))
        case "legacy geojson":
            crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
            return save("upload.bin", json.loads(squares.to_json(drop_id=True)) | {"crs": crs})
        case "geojsonseq":
            features = json.loads(degrees.to_json(drop_id=True))["features"]
            return save("upload.bin", "".join(f"\x1e{json.dumps(feature)}\n" for feature in features))
        case "gpkg" | "fgb" as driver:
            named = path.with_suffix(f".{driver}")
            squares.to_file(named, driver={"gpkg": "GPKG", "fgb": "FlatGeobuf"}[driver], engine="pyogrio")
            named.rename(path)
        case "parquet":
            squares.to_parquet(path)
        case "shapefile":
            return zipped(shapefile, "upload.bin")
        case "kml":
            rings = [" ".join(f"{x:.9f},{y:.9f},0" for x, y in s.exterior.coords) for s in degrees.geometry]
            return save("upload.bin", KML.format(*rings))
        case "topojson":
            return save("upload.bin", topology(squares))
    return Source.of(path)


def read_all(source: Source, limits: SpatialLimits, **options: str) -> PolygonLayer:
    return read_polygons(source, ReadOptions(**options), limits, silent)  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore:'crs' was not provided:UserWarning")
def test_each_format_comes_back_as_it_was_written(
    upload: Source, squares: gpd.GeoDataFrame, limits: SpatialLimits
) -> None:
    glance = peek(upload.sample, limits)
    assert glance is not None
    assert glance.may_hold_polygons
    assert {column.lower() for column in glance.columns} >= {"code", "name"}

    layer = read_all(upload, limits)
    rows = layer.attributes.rename(columns={"Name": "name"}).sort_values("code")
    assert list(rows["code"]) == ["N01", "N02"]
    assert list(rows["name"]) == ["Évelyn", "Brockley"]
    # Same corners to a centimetre: what a round trip over degrees may cost.
    apart = shapely.hausdorff_distance(layer.shapes[rows.index.to_numpy()], squares.geometry.to_numpy())
    assert (apart < 0.01).all()
    assert [finding for finding in layer.findings if finding.severity == "error"] == []


def test_reading_twice_gives_the_same(tmp_path: Path, squares: gpd.GeoDataFrame, limits: SpatialLimits) -> None:
    path = tmp_path / "plan.fgb"
    squares.to_file(path, driver="FlatGeobuf", engine="pyogrio")
    first, second = (read_all(Source.of(path), limits) for _ in range(2))
    assert first.attributes.equals(second.attributes)
    assert shapely.to_wkb(first.shapes).tolist() == shapely.to_wkb(second.shapes).tolist()


def test_of_several_layers_one_must_be_named(tmp_path: Path, squares: gpd.GeoDataFrame, limits: SpatialLimits) -> None:
    path = tmp_path / "plan.gpkg"
    for layer in ("north", "south"):
        squares.to_file(path, layer=layer, driver="GPKG", engine="pyogrio")
    with pytest.raises(Problem, match="north, south") as caught:
        read_all(Source.of(path), limits)
    assert caught.value.title == "Which layer?"
    with pytest.raises(Problem, match="no layer 'east'"):
        read_all(Source.of(path), limits, layer="east")
    assert read_all(Source.of(path), limits, layer="south").layer == "south"


def test_a_layer_of_points_does_not_stand_in_the_way(
    tmp_path: Path, squares: gpd.GeoDataFrame, limits: SpatialLimits
) -> None:
    path = tmp_path / "plan.gpkg"
    squares.to_file(path, layer="plan", driver="GPKG", engine="pyogrio")
    squares.set_geometry(squares.centroid).to_file(path, layer="hubs", driver="GPKG", engine="pyogrio")
    assert read_all(Source.of(path), limits).layer == "plan"


def test_a_shapefile_without_prj_asks_for_its_crs(
    shapefile: dict[str, bytes], zipped: Callable[..., Source], limits: SpatialLimits
) -> None:
    del shapefile["plan.prj"]
    source = zipped(shapefile)
    with pytest.raises(Problem) as caught:
        read_all(source, limits)
    assert caught.value.title == "Which coordinate reference system?"
    assert caught.value.findings[0].field == "crs"
    assert len(read_all(source, limits, crs="EPSG:27700").shapes) == 2


def test_a_parquet_of_plain_columns_is_no_map(tmp_path: Path, squares: gpd.GeoDataFrame, limits: SpatialLimits) -> None:
    path = tmp_path / "table.parquet"
    squares.drop(columns="geometry").to_parquet(path)
    with pytest.raises(Problem, match="has no outlines"):
        read_all(Source.of(path), limits)
    assert peek(Source.of(path).sample, limits) is None


def test_geoparquet_in_its_native_encoding(tmp_path: Path, squares: gpd.GeoDataFrame, limits: SpatialLimits) -> None:
    path = tmp_path / "plan.parquet"
    squares.to_parquet(path, geometry_encoding="geoarrow", schema_version="1.1.0")
    layer = read_all(Source.of(path), limits)
    assert [shape.area for shape in layer.shapes] == [1_000_000.0, 1_000_000.0]


def test_an_empty_collection_is_said_to_be_empty(save: Callable[..., Source], limits: SpatialLimits) -> None:
    source = save("none.geojson", {"type": "FeatureCollection", "features": []})
    with pytest.raises(Problem, match="empty"):
        read_all(source, limits)
