"""Fixtures for tests that need a database: every one of them runs on SQLite and on PostGIS.

PostGIS is found through ``COTERMINOUS_TEST_POSTGIS_URL`` (``scripts/postgis start`` prints one). Without it those
tests skip with the reason; where ``CI`` is true they fail instead, so that they cannot be forgotten.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from app.store.schema import METADATA
from app.store.store import Store

URL = "COTERMINOUS_TEST_POSTGIS_URL"
BOTH = ("sqlite", pytest.param("postgis", marks=pytest.mark.postgis))


@pytest.fixture(scope="session")
def postgis_server() -> str:
    """The URL of a PostgreSQL with PostGIS where databases may be made and dropped."""
    url = os.environ.get(URL)
    if url:
        return url
    reason = f'{URL} is not set: run export "$(scripts/postgis start)"'
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    with closing(Store(f"sqlite:///{path}")) as store:
        store.upgrade()
    return path


@pytest.fixture(scope="session")
def migrated_postgis(postgis_server: str) -> Iterator[str]:
    """The URL of a migrated database of this session's own."""
    with database(postgis_server) as url:
        with closing(Store(url)) as store:
            store.upgrade()
        yield url


#: For a test whose file overrides ``store_url`` with SQLite alone: what it asks of the database is asked of both.
ON_BOTH = pytest.mark.parametrize("store_url", BOTH, indirect=True)


@pytest.fixture(params=BOTH)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a migrated database with nothing in it."""
    return empty_database(request, tmp_path)


def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a migrated database with nothing in it, of the kind that the fixture was asked for."""
    if request.param == "postgis":
        url: str = request.getfixturevalue("migrated_postgis")
        emptied(url)
        return url
    shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "store.sqlite")
    return f"sqlite:///{tmp_path / 'store.sqlite'}"


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """A migrated store with nothing in it."""
    with Store(store_url) as store:
        yield store


@pytest.fixture(params=BOTH)
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that no revision has touched."""
    if request.param == "postgis":
        with database(request.getfixturevalue("postgis_server")) as url:
            yield url
    else:
        yield f"sqlite:///{tmp_path / 'bare.sqlite'}"


@pytest.fixture
def bare_postgis(postgis_server: str) -> Iterator[str]:
    """The URL of a new PostgreSQL database, without PostGIS in it."""
    with database(postgis_server) as url:
        yield url


@contextmanager
def database(server: str, template: str | None = None) -> Iterator[str]:
    """The URL of a new database that is dropped when the block ends; a copy of ``template`` where one is named."""
    name = f"coterminous_test_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def emptied(url: str) -> None:
    """Take every row out of a migrated PostgreSQL database."""
    tables = ", ".join(f'"{table.name}"' for table in METADATA.sorted_tables)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
