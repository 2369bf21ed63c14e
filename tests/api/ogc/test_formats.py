"""The same features in every format, on each database: nothing lost, nothing added, each file saying what it is."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from app.ingest.kinds import Kind
from app.ingest.source import Source
from app.services.loading import LoadRequest, load
from app.services.publishing import published
from app.services.workspace import Workspace
from app.store.store import Store

from .conftest import GRID, MERCATOR, Ogc

AREAS, PRACTICES = "lsoa-2021", "practices"
MEDIA = {
    "csv": "text/csv",
    "geojsonseq": "application/geo+json-seq",
    "gpkg": "application/geopackage+sqlite3",
    "fgb": "application/vnd.flatgeobuf",
    "parquet": "application/vnd.apache.parquet",
    "shp": "application/x-shapefile+zip",
}


@pytest.fixture(scope="session")
def collections(ogc: Ogc) -> list[dict[str, Any]]:
    return list(ogc.get("/collections").json()["collections"])


def read(content: bytes, form: str, folder: Path) -> gpd.GeoDataFrame:
    path = folder / {"gpkg": "a.gpkg", "fgb": "a.fgb", "parquet": "a.parquet", "shp": "a.shp.zip"}[form]
    path.write_bytes(content)
    return gpd.read_parquet(path) if form == "parquet" else gpd.read_file(path)


def ids(content: bytes, form: str, folder: Path) -> list[str]:
    if form == "csv":
        return [row["code"] for row in csv.DictReader(io.StringIO(content.decode()))]
    if form == "geojsonseq":
        return [json.loads(part)["id"] for part in content.decode().split("\x1e")[1:]]
    return list(read(content, form, folder)["code"])


@pytest.mark.parametrize("form", MEDIA)
def test_each_form_has_the_features_asked_for(ogc: Ogc, tmp_path: Path, form: str) -> None:
    west, south, east, north = ogc.get(f"/collections/{AREAS}").json()["extent"]["spatial"]["bbox"][0]
    box = f"{west},{south},{(west + east) / 2},{(south + north) / 2}"
    for asked in ({}, {"limit": 7}, {"bbox": box}, {"filter": "code > 'E01990004'"}, {"sortby": "-name"}):
        response = ogc.get(f"/collections/{AREAS}/items", f=form, **asked)
        want = [feature["id"] for feature in ogc.items(AREAS, **asked)["features"]]
        got = ids(response.content, form, tmp_path)
        assert want
        if form == "fgb" and "sortby" not in asked:
            got = sorted(got)  # in the order of its index
        assert got == want, asked


@pytest.mark.parametrize("form", MEDIA)
def test_a_type_asked_for_is_the_same_as_its_name(ogc: Ogc, form: str) -> None:
    path = f"/collections/{PRACTICES}/items"
    named, accepted = ogc.get(path, f=form), ogc.get(path, headers={"Accept": MEDIA[form]})
    assert named.content == accepted.content
    assert named.headers["content-type"].split(";")[0] == MEDIA[form]
    said = named.headers["content-disposition"]
    assert PRACTICES in said
    again = ogc.get(path, status=304, f=form, headers={"If-None-Match": named.headers["etag"]})
    assert not again.content
    assert ogc.get(path, f=form, limit=1).headers["etag"] != named.headers["etag"]


def test_a_geopackage_holds_every_collection_without_loss(
    ogc: Ogc, sample_workspace: Workspace, collections: list[dict[str, Any]], tmp_path: Path
) -> None:
    checked = 0
    for number, entry in enumerate(collections):
        made = published.published(sample_workspace, entry["id"])
        with sample_workspace.store.read() as unit:
            kept = list(unit.features.all(made, ("properties", "geometry")))
        path = tmp_path / f"{number}.gpkg"
        path.write_bytes(ogc.get(f"/collections/{entry['id']}/items", f="gpkg").content)
        found = pyogrio.read_dataframe(path)
        assert len(found) == len(kept) == made.count
        shapes = found.geometry if isinstance(found, gpd.GeoDataFrame) else [None] * len(found)
        for row, shape in zip(kept, shapes, strict=True):
            assert (row.shape is None) == (shape is None)
            if row.shape is not None:
                assert (
                    shapely.equals_exact(shapely.multipolygons([row.shape]), shape)
                    if (shape.geom_type == "MultiPolygon" and row.shape.geom_type == "Polygon")
                    else (
                        row.shape.equals_exact(shape, 0.0)
                        or shapely.equals_exact(shapely.multipoints([row.shape]), shape)
                    )
                )
        for field in made.fields:
            for row, value in zip(kept, found[field.name], strict=True):
                want = (row.properties or {})[field.name]
                got = None if value is None or value != value else value
                if want is None:
                    assert got is None or str(got) == "NaT", (entry["id"], field.name)
                else:
                    assert (str(got)[:10] if field.kind == "date" else got) == want, (entry["id"], field.name)
        checked += made.count
    assert checked > 100


def test_files_say_what_they_stand_on(ogc: Ogc, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(ogc.get(f"/collections/{AREAS}/items", f="gpkg").content)
    with sqlite3.connect(path) as database:
        version, application = (
            database.execute(f"pragma {n}").fetchone()[0] for n in ("user_version", "application_id")
        )
        metadata = database.execute("select metadata from gpkg_metadata").fetchall()
    assert (version, application) == (10300, 0x47504B47)
    assert any("attribution" in row[0] for row in metadata)
    table = tmp_path / "a.parquet"
    table.write_bytes(ogc.get(f"/collections/{AREAS}/items", f="parquet").content)
    said = pq.read_schema(table).metadata
    assert {b"attribution", b"datasets", b"geo"} <= set(said)
    assert "covering" in json.loads(said[b"geo"])["columns"]["geometry"]
    assert pq.ParquetFile(table).metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_shapefile_is_whole_and_tells_its_limits(ogc: Ogc) -> None:
    packed = zipfile.ZipFile(io.BytesIO(ogc.get(f"/collections/{AREAS}/items", f="shp").content))
    assert {name.rpartition(".")[2] for name in packed.namelist()} == {"shp", "shx", "dbf", "prj", "cpg", "txt"}
    assert packed.read("lsoa_2021.cpg").strip() == b"UTF-8"
    assert "dataset_da = dataset_date" in packed.read("lsoa_2021.txt").decode()


def test_files_are_in_the_system_asked_for(ogc: Ogc, tmp_path: Path) -> None:
    path = f"/collections/{PRACTICES}/items"
    for crs, number in ((None, 27700), (GRID, 27700), (MERCATOR, 3857), ("[EPSG:4326]", 4326)):
        given = {"crs": crs} if crs else {}
        frame = read(ogc.get(path, f="gpkg", **given).content, "gpkg", tmp_path)
        assert frame.crs.to_epsg() == number
        moved = frame.to_crs(27700).geometry
        kept = read(ogc.get(path, f="gpkg").content, "gpkg", tmp_path).geometry
        assert float(moved.distance(kept).max()) < 0.01
    rows = list(csv.DictReader(io.StringIO(ogc.get(path, f="csv").text)))
    assert all(49 < float(row["latitude"]) < 61 for row in rows if row["latitude"])


def test_the_same_question_gives_the_same_bytes(ogc: Ogc) -> None:
    for form in MEDIA:
        first, second = (ogc.get(f"/collections/{AREAS}/items", f=form).content for _ in range(2))
        assert first == second, form


def test_part_of_a_file_can_be_asked_for_and_none_stays(
    ogc: Ogc, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    path = f"/collections/{AREAS}/items"
    whole = ogc.get(path, f="gpkg").content
    part = ogc.get(path, status=206, f="gpkg", headers={"Range": "bytes=0-15"})
    assert part.content == whole[:16] == b"SQLite format 3\x00"
    ogc.get("/collections/practices/items", status=400, f="xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_plan_that_was_downloaded_can_be_loaded_again(ogc: Ogc, store: Store, tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    path.write_bytes(ogc.get("/collections/neighbourhoods-proposal-a-neighbourhoods-v1/items", f="gpkg").content)
    (loaded,) = load(store, [LoadRequest(Source.of(path))])
    assert loaded.dataset.kind == Kind.FOOTPRINTS
    assert loaded.dataset.rows_kept == len(pyogrio.read_dataframe(path)) > 1
    assert [finding["code"] for finding in loaded.dataset.report["findings"]] == ["columns-read"]
