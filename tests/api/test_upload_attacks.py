"""What a hostile upload tries: each is answered with a problem, and nothing of it stays behind."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from starlette.testclient import TestClient

from app.ingest.readers.footprints import FootprintsReader
from app.ingest.spatial.limits import SpatialLimits
from app.main import create_app
from app.services import loading
from app.services.keys import first_key
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store
from tests.unit.ingest.workbooks import write_workbook

URL = "/api/v1/uploads"
ENDLESS = """
CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS fid FROM n;
"""
CORNERS = """<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>
</worksheet>"""


@pytest.fixture
def client(sqlite_template: Path, tmp_path: Path) -> Iterator[TestClient]:
    shutil.copy(sqlite_template, tmp_path / "store.sqlite")
    with Store(f"sqlite:///{tmp_path / 'store.sqlite'}") as store:
        key = first_key(store)
        with TestClient(create_app(Workspace(store), Settings(_env_file=None))) as made:
            made.headers["Authorization"] = f"Bearer {key}"
            yield made


def zipped(*members: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def square() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"code": ["N1"]}, geometry=[shapely.box(5e5, 2e5, 5e5 + 9, 2e5 + 9)], crs=27700)


def vrt(folder: Path) -> bytes:
    secret = folder / "secret.csv"
    secret.write_text("code,WKT\nSECRET,POINT(0 0)\n", encoding="utf-8")
    layer = f"<OGRVRTLayer name='secret'><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer>"
    return f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>".encode()


def package_with(script: str) -> Callable[[Path], bytes]:
    def make(folder: Path) -> bytes:
        path = folder / "attack.gpkg"
        square().to_file(path)
        connection = sqlite3.connect(path)
        connection.executescript(script)
        connection.close()
        return path.read_bytes()

    return make


def link(_folder: Path) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        entry = zipfile.ZipInfo("plan.shp")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    return stream.getvalue()


def far_corners(folder: Path) -> bytes:
    write_workbook(folder / "book.xlsx", {"list": [["LSOA21CD", "INT name"], ["E01000001", "North"]]})
    with zipfile.ZipFile(folder / "book.xlsx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = CORNERS.encode()
    return zipped(*parts.items())


def long_dictionary(folder: Path) -> bytes:
    """A few kilobytes that become a hundred gigabytes of text: one long value, a hundred thousand times."""
    values = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), pa.array(["x" * 1_000_000]))
    names = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), pa.array(["E01000001"]))
    pq.write_table(pa.table({"LSOA21CD": names, "INT name": values}), folder / "a.parquet", compression="zstd")
    return (folder / "a.parquet").read_bytes()


DEEP = b'{"type":"FeatureCollection","features":' + b"[" * 60_000 + b"]" * 60_000 + b"}"
DEEP_LINES = b'{"type":"Feature","a":' + b'{"a":' * 9_000 + b"1" + b"}" * 9_001 + b'\n{"type":"Feature"}\n'
WFS = b"<OGRWFSDataSource><URL>http://127.0.0.1:1/wfs</URL></OGRWFSDataSource>"

ATTACKS: dict[str, tuple[str, bytes | Callable[[Path], bytes]]] = {
    "an archive inside": ("a.zip", zipped(("plan.shp", b"x"), ("inner.zip", zipped(("a", b"b"))))),
    "a bomb by its ratio": ("a.zip", zipped(("plan.shp", bytes(60_000_000)))),
    "a bomb in a workbook": ("a.xlsx", far_corners),
    "a bomb in Parquet": ("a.parquet", long_dictionary),
    "a link": ("a.zip", link),
    "a name that leaves the archive": ("a.zip", zipped(("../../plan.shp", b"x"))),
    "a table of a million columns": ("a.csv", b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n"),
    "a table of five thousand columns": ("a.csv", b",".join(b"c%d" % n for n in range(5_000)) + b"\nx\n"),
    "a trigger": ("a.gpkg", package_with("CREATE TRIGGER evil AFTER INSERT ON attack BEGIN DELETE FROM attack; END")),
    "a VRT called GeoJSON": ("a.geojson", vrt),
    "a WFS document": ("a.geojson", WFS),
    "an endless view": ("a.gpkg", package_with(ENDLESS)),
    "deep JSON": ("a.geojson", DEEP),
    "deep JSON lines": ("a.geojson", DEEP_LINES),
    "NHS numbers": ("a.csv", b"LSOA21CD,INT name,NHS number\nE01000001,North,9434765919\n"),
    "too many entries": ("a.zip", zipped(*((f"{n}.shp", b"x") for n in range(300)))),
}


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_an_attack_meets_a_problem_and_nothing_is_kept(client: TestClient, tmp_path: Path, name: str) -> None:
    file, content = ATTACKS[name]
    folder = tmp_path / "made"
    folder.mkdir()
    answer = client.post(URL, files=[("files", (file, content if isinstance(content, bytes) else content(folder)))])
    assert answer.status_code in (403, 413, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert "SECRET" not in answer.text
    assert client.get(URL).json()["items"] == []
    assert list((tmp_path / "store.sqlite-uploads").iterdir()) == []


ADDRESSES = ("/vsicurl/http://127.0.0.1:1/a.geojson", "http://127.0.0.1:1/a", "WFS:http://127.0.0.1:1")


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_text_and_nothing_more(client: TestClient, tmp_path: Path, address: str) -> None:
    """As a file's content, as its name, and as what is said of it: nobody goes there."""
    assert client.post(URL, files=[("files", (address, address.encode()))]).status_code == 422
    square().to_file(tmp_path / "plan.gpkg")
    upload = client.post(URL, files=[("files", (address, (tmp_path / "plan.gpkg").read_bytes()))])
    assert upload.status_code == 201
    assert "/" not in upload.json()["file"]
    here = f"{URL}/{upload.json()['id']}"
    for said in ({"layer": address}, {"crs": address}, {"mapping": {"code": address}}):
        assert client.post(f"{here}/commit", json=said).status_code == 422
    assert client.get("/api/v1/datasets").json()["items"] == []


@pytest.mark.parametrize("bound", ["features", "vertices", "layers", "columns"])
def test_a_map_beyond_the_bounds_is_refused(
    client: TestClient, tmp_path: Path, bound: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the bound brought down, as a file of a billion points would take a day to make."""
    usual = SpatialLimits()
    lowered = tuple(0 if each.name == bound else getattr(usual, each.name) for each in fields(usual))
    monkeypatch.setattr(SpatialLimits.__init__, "__defaults__", lowered)
    monkeypatch.setattr(loading, "reader_for", lambda _kind: FootprintsReader(SpatialLimits()))
    square().to_file(tmp_path / "plan.gpkg")
    answer = client.post(URL, files=[("files", ("plan.gpkg", (tmp_path / "plan.gpkg").read_bytes()))])
    if bound in ("features", "vertices"):  # outlines are read when it is checked
        assert answer.status_code == 201
        answer = client.post(f"{URL}/{answer.json()['id']}/commit")
    assert answer.status_code == 413, answer.text
    assert client.get("/api/v1/datasets").json()["items"] == []


def test_text_with_a_nul_is_not_loaded(client: TestClient) -> None:
    late = "LSOA21CD,INT name\n" + "E01000001,North\n" * 5_000 + "E01000002,No\0rth\n"
    upload = client.post(URL, files=[("files", ("a.csv", late.encode()))])
    assert upload.status_code == 201
    answer = client.post(f"{URL}/{upload.json()['id']}/commit")
    assert (answer.status_code, answer.json()["title"]) == (422, "The file holds characters that are no text")
    assert json.loads(client.get("/api/v1/datasets").text)["items"] == []
    assert client.post(URL, files=[("files", ("a.csv", b"LSOA21CD,INT\0\nE01,x\n"))]).status_code == 422
    assert client.post(f"{URL}/{upload.json()['id']}/commit", json={"name": "a\0b"}).status_code == 400
    assert client.get(f"{URL}/%00").status_code == 404
