"""What a hostile map file tries, and what stops it: the look at its content, then the reading process's bounds."""

from __future__ import annotations

import os
import socket
import sqlite3
import sys
import tempfile
import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pytest

from app.domain.problem import Fault, Problem
from app.ingest.source import Source
from app.ingest.spatial import child, isolate
from app.ingest.spatial.formats import SpatialFormat
from app.ingest.spatial.isolate import describe, read
from app.ingest.spatial.limits import SpatialLimits
from app.ingest.spatial.unpack import Unpacked

ENDLESS_VIEW = """
CREATE VIEW endless AS
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS fid, NULL AS geom FROM n;
INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('endless', 'features', 'endless', 27700);
INSERT INTO gpkg_geometry_columns VALUES ('endless', 'geom', 'POLYGON', 27700, 0, 0);
"""


@pytest.fixture
def workspaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary directories are made during the test."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def geopackage(tmp_path: Path, squares: gpd.GeoDataFrame) -> Path:
    path = tmp_path / "plan.gpkg"
    squares.to_file(path, driver="GPKG", engine="pyogrio")
    return path


def execute(path: Path, script: str) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()


def refused(source: Source, limits: SpatialLimits) -> Problem:
    with pytest.raises(Problem) as caught:
        read(source, None, limits)
    return caught.value


@pytest.fixture
def secret_vrt(tmp_path: Path) -> str:
    secret = tmp_path / "secret.csv"
    secret.write_text("code,WKT\nSECRET,POINT(0 0)\n", encoding="utf-8")
    layer = f"<OGRVRTLayer name='secret'><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer>"
    return f"<OGRVRTDataSource>{layer}</OGRVRTDataSource>"


def test_a_vrt_called_geojson_reads_no_other_file(
    secret_vrt: str, save: Callable[..., Source], limits: SpatialLimits, workspaces: Path
) -> None:
    assert refused(save("map.geojson", secret_vrt), limits).fault is Fault.UNKNOWN_KIND
    assert list(workspaces.iterdir()) == []


@pytest.mark.parametrize("format_", [SpatialFormat.GEOJSON, SpatialFormat.KML])
def test_a_vrt_that_gets_past_the_look_still_finds_no_driver(
    format_: SpatialFormat, secret_vrt: str, save: Callable[..., Source], limits: SpatialLimits
) -> None:
    source = save(f"upload.{format_.value}", secret_vrt)
    with pytest.raises(Problem) as caught:
        isolate._run(Unpacked(source.path, format_), "read", None, source, limits)
    assert caught.value.fault is Fault.UNREADABLE_FILE
    assert "SECRET" not in str(caught.value)


def test_a_wfs_document_sends_no_request(save: Callable[..., Source], limits: SpatialLimits) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/wfs"
        source = save("upload.geojson", f"<OGRWFSDataSource><URL>{address}</URL></OGRWFSDataSource>")
        assert refused(source, limits).fault is Fault.UNKNOWN_KIND
        with pytest.raises(Problem):
            isolate._run(Unpacked(source.path, SpatialFormat.GEOJSON), "read", None, source, limits)
        with pytest.raises(TimeoutError):
            server.accept()


def test_an_endless_view_is_refused_unread(geopackage: Path, limits: SpatialLimits, workspaces: Path) -> None:
    execute(geopackage, ENDLESS_VIEW)
    problem = refused(Source.of(geopackage), limits)
    assert problem.title == "The file holds more than data"
    assert "a view (endless)" in problem.detail
    assert list(workspaces.iterdir()) == []


def test_an_endless_view_that_gets_past_the_look_is_killed(
    geopackage: Path, limits: SpatialLimits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workspaces: Path
) -> None:
    execute(geopackage, ENDLESS_VIEW)
    careless = tmp_path / "careless.py"
    careless.write_text(
        textwrap.dedent(f"""
        import os, runpy, sys
        open({str(tmp_path / "pid")!r}, "w").write(str(os.getpid()))
        names = runpy.run_path({str(isolate.CHILD)!r})
        names["answer"].__globals__["refuse_unsafe_geopackage"] = lambda path: None
        sys.exit(names["main"](sys.argv[1]))
        """),
        encoding="utf-8",
    )
    monkeypatch.setattr(isolate, "CHILD", careless)
    problem = refused(Source.of(geopackage), replace(limits, wall_seconds=2))
    assert problem.title == "Reading the file takes too long"
    assert list(workspaces.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no RLIMIT_CPU")
def test_the_processor_time_is_bounded(
    geopackage: Path, limits: SpatialLimits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = tmp_path / "busy.py"
    busy.write_text(
        f"import json, runpy, sys\nnames = runpy.run_path({str(isolate.CHILD)!r})\n"
        "names['limit_this_process'](json.load(open(sys.argv[1])))\nwhile True: pass\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(isolate, "CHILD", busy)
    assert refused(Source.of(geopackage), replace(limits, cpu_seconds=1)).title == "Reading the file takes too long"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the address space")
def test_the_memory_is_bounded(geopackage: Path, limits: SpatialLimits) -> None:
    problem = refused(Source.of(geopackage), replace(limits, memory_bytes=64 * 1024**2))
    assert problem.fault is Fault.UNREADABLE_FILE


def test_the_reading_process_inherits_no_secrets(
    geopackage: Path, limits: SpatialLimits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    telltale = tmp_path / "telltale.py"
    telltale.write_text(
        "import json, os\nopen('result.json', 'w').write(json.dumps("
        "{'error': 'unsafe', 'detail': ' '.join(os.environ.values()) + os.environ['OMP_NUM_THREADS']}))\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(isolate, "CHILD", telltale)
    monkeypatch.setenv("COTERMINOUS_DATABASE_URL", "postgresql://secret")
    problem = refused(Source.of(geopackage), limits)
    assert "1" in problem.detail
    assert "secret" not in problem.detail


def test_an_ordinary_geopackage_with_its_index_triggers_is_harmless(geopackage: Path) -> None:
    triggers = sqlite3.connect(geopackage).execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")
    assert triggers.fetchone()[0] > 0
    child.refuse_unsafe_geopackage(str(geopackage))


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("CREATE TRIGGER evil AFTER INSERT ON plan BEGIN DELETE FROM plan; END", "a trigger"),
        ("CREATE VIRTUAL TABLE words USING fts5(a)", "a virtual table"),
        ("CREATE VIEW v AS SELECT 1", "a view"),
    ],
)
def test_programs_inside_a_geopackage_are_refused(geopackage: Path, script: str, why: str) -> None:
    execute(geopackage, script)
    with pytest.raises(child.Refusal, match=why):
        child.refuse_unsafe_geopackage(str(geopackage))


@pytest.mark.parametrize("cap", ["features", "vertices", "columns", "layers"])
def test_every_cap_holds(cap: str, geopackage: Path, limits: SpatialLimits) -> None:
    problem = refused(Source.of(geopackage), replace(limits, **{cap: {"layers": 0}.get(cap, 1)}))
    assert problem.fault is Fault.TOO_LARGE


def test_drivers_that_a_later_gdal_brings_are_left_out_on_the_second_try(
    geopackage: Path, limits: SpatialLimits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if VRT and WFS were new: the list of known drivers lacks them, and they must not be there when it reads."""
    forgetful = tmp_path / "forgetful.py"
    forgetful.write_text(
        f"import runpy, sys\nnames = runpy.run_path({str(isolate.CHILD)!r})\n"
        "known = names['KNOWN_DRIVERS']\n"
        "names['answer'].__globals__['KNOWN_DRIVERS'] = [n for n in known if n not in ('OGR_VRT', 'WFS')]\n"
        "sys.exit(names['main'](sys.argv[1]))\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(isolate, "CHILD", forgetful)
    _format, layers = describe(Source.of(geopackage), limits)
    assert [layer.name for layer in layers] == ["plan"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.fgb", b"fgb\x03fgb\x00\x10\x00"),
        ("cut.gpkg", b"SQLite format 3\x00" + bytes(84)),
        ("cut.parquet", b"PAR1 and no more"),
        ("cut.geojson", b'{"type":"FeatureCollection","features":[{"type":"Feature"'),
    ],
)
def test_damaged_files_are_a_problem_and_not_a_crash(
    name: str, content: bytes, save: Callable[..., Source], limits: SpatialLimits
) -> None:
    problem = refused(save(name, content), limits)
    assert problem.fault is Fault.UNREADABLE_FILE
    assert problem.file == name
