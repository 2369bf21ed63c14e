"""Long work on the command line: work on it, list it, call it off."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.domain.problem import Problem
from app.jobs.worker import Worker
from app.services import jobs as service
from app.services.work_kinds import KINDS
from app.services.workspace import Workspace
from app.settings import settings
from app.store.store import Store
from tests.unit.jobs.toy import TOY


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'commands.sqlite')}"


@pytest.fixture
def run(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    monkeypatch.setitem(KINDS, "toy", TOY)
    monkeypatch.setattr(Worker, "stop_on_signals", lambda _: None)  # the tests' own process keeps its signals
    monkeypatch.setenv("COTERMINOUS_DATABASE_URL", url)
    settings.cache_clear()

    def command(*words: str) -> str:
        result = CliRunner().invoke(app, list(words), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    yield command
    settings.cache_clear()


def test_jobs_are_listed_called_off_and_worked_on(run: Callable[..., str], url: str) -> None:
    with Store(url) as store:
        work = Workspace(store)
        first, second = (
            service.submit(work, *service.understood(work, "toy", {"number": number}))[0].id for number in (2, 3)
        )
        for listed in (run("jobs"), run("jobs", "list")):
            assert first in listed
            assert "number 3" in listed
        assert f"{first} is dismissed" in run("jobs", "cancel", first)
        assert "1 job done" in run("worker", "--once")
        assert json.loads(service.result(work, second))["square"] == 9
        assert second not in run("jobs", "list", "--state", "dismissed")
        with pytest.raises(Problem, match="The job has ended"):
            run("jobs", "cancel", second)
        with pytest.raises(Problem, match="No such job"):
            run("jobs", "cancel", "tea")
        with store.write() as unit:
            third = unit.jobs.add("toy", "k", {})
            assert unit.jobs.claim("elsewhere:1:x", ["toy"]) is not None
        assert "asked to stop" in run("jobs", "cancel", third.id)
