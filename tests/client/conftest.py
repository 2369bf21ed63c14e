"""The sample place behind a real connection, and the client in front of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from coterminous_client import Coterminous

from app.main import create_app
from app.services.workspace import Workspace
from app.settings import Settings
from tests.loads import Loads
from tests.running import running
from tests.served import sample_on


@pytest.fixture(scope="session")
def sample_workspace(
    loads: Loads, sample_files: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workspace]:
    """The sample place on SQLite alone: who speaks HTTP cannot tell the databases apart. Other tests ask both."""
    with sample_on("sqlite", loads, sample_files, tmp_path_factory.mktemp("loaded")) as work:
        yield work


@pytest.fixture(scope="session")
def client(sample_workspace: Workspace) -> Iterator[Coterminous]:
    with (
        running(create_app(sample_workspace, Settings(_env_file=None))) as address,
        Coterminous(address, retries=0) as client,
    ):
        yield client
