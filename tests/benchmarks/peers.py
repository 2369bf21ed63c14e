"""Other servers of OGC API - Features on the same PostGIS, each in a process and an environment of its own.

None of them is a dependency. ``COTERMINOUS_BENCH_TIPG`` and ``COTERMINOUS_BENCH_PYGEOAPI`` name the Python of an
environment in which each is installed (``pip install tipg uvicorn``; ``pip install pygeoapi psycopg2-binary
geoalchemy2 starlette uvicorn``). One that is not named is left out, and said to be.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
from sqlalchemy import URL

TABLE = "bench_areas"


@contextmanager
def ours(url: URL, folder: Path) -> Iterator[str]:
    """Coterminous; the address of its root document."""
    env = {**os.environ, "COTERMINOUS_DATABASE_URL": url.render_as_string(hide_password=False)}
    port = _free()
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve", "--port", str(port)]
    with _serving(command, env, folder / "ours.log", f"http://127.0.0.1:{port}/ogc") as address:
        yield address


@contextmanager
def tipg(python: str, url: URL, folder: Path) -> Iterator[str]:
    env = {
        "DATABASE_URL": url.set(drivername="postgresql").render_as_string(hide_password=False),
        "TIPG_DB_SCHEMAS": '["public"]',
        "TIPG_DB_TABLES": f'["public.{TABLE}"]',
    }
    port = _free()
    command = [python, "-m", "uvicorn", "tipg.main:app", "--port", str(port), "--log-level", "warning"]
    with _serving(command, env, folder / "tipg.log", f"http://127.0.0.1:{port}") as address:
        yield address


@contextmanager
def pygeoapi(python: str, url: URL, folder: Path) -> Iterator[str]:
    port = _free()
    address = f"http://127.0.0.1:{port}"
    data = {"host": url.host, "port": url.port or 5432, "dbname": url.database, "user": url.username}
    said = {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": address,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": ["en-GB"],
            "gzip": False,
            "pretty_print": False,
            "limits": {"default_items": 10, "max_items": 10_000},
            "map": {"url": "http://localhost/{z}/{x}/{y}.png", "attribution": "none"},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": "Areas",
                "description": "Areas",
                "keywords": ["areas"],
                "terms_of_service": "none",
                "url": address,
            },
            "license": {"name": "OGL", "url": address},
            "provider": {"name": "bench", "url": address},
            "contact": {"name": "bench"},
        },
        "resources": {
            TABLE: {
                "type": "collection",
                "title": "Areas",
                "description": "Areas",
                "keywords": ["areas"],
                "links": [],
                "extents": {"spatial": {"bbox": [-1, 51, 1, 52]}},
                "providers": [
                    {
                        "type": "feature",
                        "name": "PostgreSQL",
                        "data": {**data, "password": url.password or "", "search_path": ["public"]},
                        "id_field": "code",
                        "table": TABLE,
                        "geom_field": "geom",
                    }
                ],
            }
        },
    }
    # JSON is YAML, too.
    config, document = folder / "pygeoapi.yml", folder / "pygeoapi-openapi.yml"
    config.write_text(json.dumps(said))
    env = {**os.environ, "PYGEOAPI_CONFIG": str(config), "PYGEOAPI_OPENAPI": str(document)}
    generate = [str(Path(python).with_name("pygeoapi")), "openapi", "generate", str(config)]
    with document.open("w") as target:
        subprocess.run(generate, env=env, stdout=target, stderr=subprocess.DEVNULL, check=True)
    command = [python, "-m", "uvicorn", "pygeoapi.starlette_app:APP", "--port", str(port), "--log-level", "warning"]
    with _serving(command, env, folder / "pygeoapi.log", address) as served:
        yield served


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def _serving(command: list[str], env: dict[str, str], log: Path, address: str) -> Iterator[str]:
    with log.open("w") as said:
        process = subprocess.Popen(command, env={**os.environ, **env}, stdout=said, stderr=said)
        try:
            _wait(process, address, log)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx2.get(f"{address}/conformance", timeout=5).status_code == 200:
                return
        except httpx2.TransportError:
            time.sleep(0.2)
    raise RuntimeError(f"{address} does not answer: {log.read_text()[-2000:]}")
