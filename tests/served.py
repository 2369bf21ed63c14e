"""The sample place, loaded once into each database, and the service in front of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.ingest.source import Source
from app.main import create_app
from app.services.loading import LoadRequest
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store
from data import sample

from .databases import BOTH
from .loads import Database, Loads

PROPOSAL_A, PROPOSAL_B = "proposal-a-neighbourhoods", "proposal-b-lsoa21-lookup"


@pytest.fixture(scope="session")
def sample_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The files of the sample place, as a user would have them."""
    return [path for path in sample.generate(tmp_path_factory.mktemp("sample")) if path.suffix != ".txt"]


@pytest.fixture(scope="session", params=BOTH)
def sample_workspace(
    request: pytest.FixtureRequest, loads: Loads, sample_files: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workspace]:
    """A workspace with the sample place in it, on each database. For reading only: it is shared."""
    with sample_on(request.param, loads, sample_files, tmp_path_factory.mktemp("loaded")) as work:
        yield work


@contextmanager
def sample_on(kind: Database, loads: Loads, sample_files: list[Path], folder: Path) -> Iterator[Workspace]:
    """A workspace with the sample place in it, on a database of ``kind``."""
    with (
        loads.copy(kind, [LoadRequest(Source.of(path)) for path in sample_files], folder) as url,
        Store(url) as store,
    ):
        yield Workspace(store)


@pytest.fixture(scope="session")
def reading(sample_workspace: Workspace) -> Iterator[TestClient]:
    """A client of the service on the sample place. For reading only."""
    with TestClient(create_app(sample_workspace, Settings(_env_file=None))) as client:
        yield client


@pytest.fixture
def empty(store: Store) -> Iterator[TestClient]:
    """A client of the service with nothing loaded."""
    with TestClient(create_app(Workspace(store), Settings(_env_file=None))) as client:
        yield client
