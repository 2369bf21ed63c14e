"""The sample place as the cookbook has it: on a port, with a worker beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.jobs.running import work_off
from app.main import create_app
from app.services.keys import first_key
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store
from tests.running import running


@dataclass(frozen=True)
class Kitchen:
    """A service at ``address`` that ``key`` lets write, and the files of the sample place."""

    address: str
    key: str
    files: tuple[Path, ...]

    def here(self, text: str) -> str:
        """A text of the cookbook with this service in the place of the one it names."""
        return text.replace("http://127.0.0.1:8000", self.address)


@pytest.fixture(scope="session")
def kitchen(
    sample_files: list[Path], sample_copy: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kitchen]:
    stopping = threading.Event()
    with Store(sample_copy(tmp_path_factory.mktemp("kitchen"))) as store:
        key = first_key(store)
        assert key is not None
        work = Workspace(store)

        def attend() -> None:
            while not stopping.wait(0.2):
                work_off(work, stopping=stopping)

        worker = threading.Thread(target=attend, daemon=True)
        worker.start()
        with running(create_app(work, Settings(_env_file=None))) as address:
            yield Kitchen(address, key, tuple(sample_files))
        stopping.set()
        worker.join(timeout=30)
