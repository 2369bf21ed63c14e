"""The sample place behind a real connection, and the client in front of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from coterminous_client import Coterminous

from app.main import create_app
from app.services.workspace import Workspace
from app.settings import Settings
from tests.running import running


@pytest.fixture(scope="session")
def client(sample_workspace: Workspace) -> Iterator[Coterminous]:
    with (
        running(create_app(sample_workspace, Settings(_env_file=None))) as address,
        Coterminous(address, retries=0) as client,
    ):
        yield client
