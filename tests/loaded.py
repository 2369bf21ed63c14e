"""A service on files of a test's own choosing, on either database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.services.keys import first_key
from app.services.loading import LoadRequest
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store

from .loads import Loads


class Service(TestClient):
    """A client of a service; ``key`` are the headers that let it write."""

    key: dict[str, str]


@contextmanager
def service(request: pytest.FixtureRequest, folder: Path, requests: Sequence[LoadRequest]) -> Iterator[Service]:
    """Load files into the database that a fixture with ``params=BOTH`` asks for, and serve them."""
    loads: Loads = request.getfixturevalue("loads")
    with ExitStack() as stack:
        store = stack.enter_context(Store(stack.enter_context(loads.copy(request.param, requests, folder))))
        key = first_key(store)
        assert key is not None
        client = stack.enter_context(Service(create_app(Workspace(store), Settings(_env_file=None))))
        client.key = {"Authorization": f"Bearer {key}"}
        yield client
