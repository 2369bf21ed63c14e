"""The workers beside the service: they work, come back when they die, and never outlive their parent."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.domain.work import JobState
from app.jobs import local
from app.services import jobs as service
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store
from tests.conftest import REPOSITORY
from tests.stored import dataset, neighbourhoods
from tests.unit.jobs.toy import eventually

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills processes as POSIX does")

SERVICE = """
import sys
from app.jobs.local import LocalWorkers
from app.settings import Settings

if __name__ == "__main__":
    with LocalWorkers(Settings(_env_file=None, database_url=sys.argv[1])) as workers:
        print(workers.processes[0].pid, flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def work(store: Store) -> Workspace:
    with store.write() as unit:
        unit.footprints.add_version("plan", "Plan", dataset(unit, "d1", "footprints"), neighbourhoods("A", "B"))
    return Workspace(store)


def mended(work: Workspace, version: int | None = None) -> bool:
    """Ask for a mending that writes nothing, and wait for its result."""
    asked = {"footprints": "plan", "version": version, "dry_run": True, "as_of": None}
    job, _ = service.submit(work, *service.understood(work, "mend", asked))
    eventually(lambda: service.get(work, job.id).state.is_final)
    return service.get(work, job.id).state is JobState.SUCCESSFUL


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_worker_beside_the_service_works_and_comes_back(
    work: Workspace, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "BACK_AFTER_SECONDS", 0.05)
    with local.LocalWorkers(Settings(_env_file=None, database_url=store_url)) as workers:
        first = workers.processes[0]
        first.kill()
        eventually(lambda: workers.processes[0] is not first)
        second = workers.processes[0]
        assert mended(work)
        assert second.is_alive()
    assert second.exitcode == 0


def test_none_are_started_where_others_work(store_url: str) -> None:
    with local.LocalWorkers(Settings(_env_file=None, database_url=store_url, workers=0)) as workers:
        assert workers.processes == []


def test_a_worker_ends_when_its_service_is_killed(sqlite_template: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.sqlite')}"
    script = tmp_path / "service.py"
    script.write_text(SERVICE, encoding="utf-8")
    said = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    with subprocess.Popen(
        [sys.executable, str(script), url], env=said, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
        parent.send_signal(signal.SIGKILL)
    eventually(lambda: not is_alive(pid))
