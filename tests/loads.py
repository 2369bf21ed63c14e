"""Databases with files loaded in them: each set of files is loaded once, and every test that wants it has a copy.

Loading takes seconds and a copy a fraction of one. What loading itself does is tested where nothing is copied.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal

import pytest
from sqlalchemy import make_url

from app.ingest.source import Source
from app.services.loading import LoadRequest, load
from app.store.store import Store

from .databases import database

Database = Literal["sqlite", "postgis"]


class Loads:
    """Copies of loaded databases. ``server`` gives the URL of a PostGIS, and is asked only where one is wanted."""

    def __init__(self, folder: Path, server: Callable[[], str]) -> None:
        self.folder, self.server = folder, server
        self._made: dict[tuple[Database, str], str] = {}
        self._stack = ExitStack()

    @contextmanager
    def copy(self, which: Database, requests: Sequence[LoadRequest], folder: Path) -> Iterator[str]:
        """The URL of a database of the caller's own, up to date and with ``requests`` loaded, while the block runs.

        On SQLite it is a file in ``folder``, which stays.
        """
        made = self._original(which, requests)
        if which == "sqlite":
            own = folder / "loaded.sqlite"
            shutil.copy(made, own)
            yield f"sqlite:///{own}"
        else:
            with database(self.server(), template=make_url(made).database) as url:
                yield url

    def close(self) -> None:
        self._stack.close()

    def _original(self, which: Database, requests: Sequence[LoadRequest]) -> str:
        """The path of an SQLite file or the URL of a database that nobody is connected to."""
        key = (which, _named(requests))
        if key not in self._made:
            if which == "sqlite":
                path = self.folder / f"{len(self._made)}.sqlite"
                url, self._made[key] = f"sqlite:///{path}", str(path)
            else:
                url = self._made[key] = self._stack.enter_context(database(self.server()))
            with Store(url) as store:
                store.upgrade()
                load(store, requests)
        return self._made[key]


def _named(requests: Sequence[LoadRequest]) -> str:
    """The same text for the same files with the same said about them."""
    parts = (
        (
            each.source.name,
            hashlib.sha256(each.source.path.read_bytes()).hexdigest(),
            *(each.kind, each.options, each.footprint_name, each.layer_of, each.restricted),
        )
        for each in requests
    )
    return repr(sorted(map(repr, parts)))


@pytest.fixture(scope="session")
def loads(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loads]:
    """Copies of loaded databases."""
    made = Loads(tmp_path_factory.mktemp("loads"), lambda: str(request.getfixturevalue("postgis_server")))
    yield made
    made.close()


@pytest.fixture(scope="session")
def sample_copy(loads: Loads, sample_files: list[Path]) -> Callable[[Path], str]:
    """The URL of an SQLite database of one's own in a folder, with the sample place loaded."""

    def copied(folder: Path) -> str:
        with loads.copy("sqlite", [LoadRequest(Source.of(path)) for path in sample_files], folder) as url:
            return url

    return copied
