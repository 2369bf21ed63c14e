"""Features and tiles of London's 4,994 small areas beside tipg and pygeoapi, all of them on one PostGIS.

``scripts/bench tests/benchmarks/test_ogc_bench.py`` prints the table. Every server has a process of its own and is
asked in turn over one connection that stays open; rounds are interleaved, and nothing is asserted of a clock. What is
asserted is that all of them gave the same features.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psycopg
import pyogrio
import pytest
from sqlalchemy import make_url

from app.ingest.source import Source
from app.services.loading import LoadRequest, load
from app.store.store import Store
from tests.databases import database

from . import peers
from .test_overlay_bench import rounds, table

pytestmark = pytest.mark.filterwarnings("ignore")

OURS, COLLECTION, AREAS = "coterminous", "lsoa-2021", 4_994
CAMDEN = "E09000007"
BOX = "-0.15,51.50,-0.05,51.56"
TILES = ((8, 85, 127), (9, 170, 255), (10, 340, 511), (11, 681, 1023), (12, 1362, 2046))
"""Zoom, row, column over the middle of London."""


@dataclass(frozen=True)
class Server:
    address: str
    collection: str
    filtered: str
    tiles: str | None  # with {z}, {row} and {column}

    def items(self, query: str) -> str:
        return f"{self.address}/collections/{self.collection}/items?{query}"


@pytest.fixture(scope="module")
def servers(
    shared_data: Path, postgis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Server]]:
    folder = tmp_path_factory.mktemp("ogc-bench")
    with ExitStack() as stack:
        text = stack.enter_context(database(postgis_server))
        url = make_url(text)
        with Store(text) as store:
            store.upgrade()
            load(store, [LoadRequest(Source.of(shared_data / "london" / "lsoa21_units.parquet"))])
        with psycopg.connect(text) as connection:  # as each of them would like it: a table in longitude and latitude
            connection.execute(
                f"CREATE TABLE {peers.TABLE} AS SELECT code, name, lad_code, lad_name, ward_code, ward_name, msoa_code,"
                " msoa_name, ST_Transform(geometry, 4326)::geometry(Geometry, 4326) AS geom FROM area ORDER BY code"
            )
            connection.execute(f"ALTER TABLE {peers.TABLE} ADD PRIMARY KEY (code)")
            connection.execute(f"CREATE INDEX ON {peers.TABLE} USING gist (geom)")
            connection.execute(f"CREATE INDEX ON {peers.TABLE} (lad_code)")
        with psycopg.connect(text, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
        found = {
            OURS: Server(
                stack.enter_context(peers.ours(url, folder)),
                COLLECTION,
                f"lad_code={CAMDEN}",
                f"/collections/{COLLECTION}/tiles/WebMercatorQuad/{{z}}/{{row}}/{{column}}",
            )
        }
        if python := os.environ.get("COTERMINOUS_BENCH_TIPG"):
            name = f"public.{peers.TABLE}"
            found["tipg"] = Server(
                stack.enter_context(peers.tipg(python, url, folder)),
                name,
                f"lad_code={CAMDEN}",
                f"/collections/{name}/tiles/WebMercatorQuad/{{z}}/{{column}}/{{row}}",
            )
        if python := os.environ.get("COTERMINOUS_BENCH_PYGEOAPI"):
            found["pygeoapi"] = Server(
                stack.enter_context(peers.pygeoapi(python, url, folder)), peers.TABLE, f"lad_code={CAMDEN}", None
            )
        if len(found) == 1:
            pytest.skip("neither COTERMINOUS_BENCH_TIPG nor COTERMINOUS_BENCH_PYGEOAPI is set (see peers.py)")
        yield found


@pytest.mark.parametrize(
    ("title", "query", "expected"),
    [
        ("10 items", "limit=10", 10),
        ("1,000 items", "limit=1000", 1_000),
        ("filtered items", None, 130),
        ("items in a box", f"bbox={BOX}&limit=1000", None),
    ],
)
def test_items(servers: dict[str, Server], title: str, query: str | None, expected: int | None) -> None:
    with httpx2.Client(timeout=60) as client:

        def ask(server: Server) -> list[str]:
            said = client.get(server.items(query or f"{server.filtered}&limit=1000"))
            said.raise_for_status()
            return sorted(str(f["properties"].get("code") or f["id"]) for f in said.json()["features"])

        held = {name: ask(server) for name, server in servers.items()}
        if expected is not None:
            assert {len(codes) for codes in held.values()} == {expected}
        if query is None or "bbox" in query:
            assert len({tuple(codes) for codes in held.values()}) == 1

        def get(server: Server) -> Callable[[], object]:
            return lambda: client.get(server.items(query or f"{server.filtered}&limit=1000")).read()

        print(table(title, rounds({name: get(server) for name, server in servers.items()}, 15), OURS))


def test_tiles(servers: dict[str, Server]) -> None:
    drawing = {name: server for name, server in servers.items() if server.tiles}
    with httpx2.Client(timeout=60) as client:
        for z, row, column in TILES:

            def get(server: Server, z: int = z, row: int = row, column: int = column) -> Callable[[], object]:
                assert server.tiles is not None
                address = server.address + server.tiles.format(z=z, row=row, column=column)

                def ask() -> object:
                    said = client.get(address)
                    assert said.status_code == 200
                    assert len(said.content) > 1_000
                    return said

                return ask

            print(table(f"tile {z}/{row}/{column}", rounds({n: get(s) for n, s in drawing.items()}, 9), OURS))


def test_a_whole_download(servers: dict[str, Server], tmp_path: Path) -> None:
    program = shutil.which("ogr2ogr")
    if program is None:
        pytest.skip("ogr2ogr is not installed (Debian: gdal-bin)")

    def get(name: str, server: Server) -> Callable[[], object]:
        target = tmp_path / f"{name}.gpkg"

        def download() -> object:
            target.unlink(missing_ok=True)
            command = [program, "-f", "GPKG", str(target), f"OAPIF:{server.address}", server.collection]
            return subprocess.run(command, check=True, timeout=600, capture_output=True)

        return download

    methods = {name: get(name, server) for name, server in servers.items()}
    taken = rounds(methods, 3)
    for name in servers:
        assert len(pyogrio.read_dataframe(tmp_path / f"{name}.gpkg")) == AREAS
    print(table("whole download by ogr2ogr", taken, OURS))
