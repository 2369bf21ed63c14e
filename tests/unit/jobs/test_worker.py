"""Workers: killed in the middle, several at once, told to stop, told to cancel."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from app.domain.jobs import JobRecord
from app.domain.work import JobState
from app.jobs import pulse as pulses
from app.jobs import running
from app.jobs.worker import Worker
from app.services import jobs as service
from app.services.long_work import WorkKind
from app.services.work_kinds import KINDS
from app.services.workspace import Workspace
from app.store.jobs import Jobs
from app.store.store import Store
from tests.conftest import REPOSITORY
from tests.unit.jobs.toy import TOY, eventually


@pytest.fixture
def work(store: Store, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setitem(KINDS, "toy", TOY)
    return Workspace(store)


@pytest.fixture
def child(store_url: str) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts a worker process; whichever still runs at the end is killed."""
    with ExitStack() as stack:

        def start() -> subprocess.Popen[bytes]:
            command = [sys.executable, "-m", "tests.unit.jobs.beside", store_url]
            process = stack.enter_context(subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL))
            stack.callback(process.kill)
            return process

        yield start


def ask(work: Workspace, **question: Any) -> JobRecord:
    return service.submit(work, *service.understood(work, "toy", question))[0]


def now(work: Workspace, job: JobRecord) -> JobRecord:
    return service.get(work, job.id)


def test_a_worker_killed_in_the_middle_loses_no_job(
    work: Workspace, child: Callable[[], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    gate, diary = tmp_path / "gate", tmp_path / "diary"
    job = ask(work, number=6, waits_for=str(gate), diary=str(diary))
    first = child()
    eventually(lambda: now(work, job).progress == 0.5)
    first.kill()
    first.wait()
    assert now(work, job).state is JobState.RUNNING, "nobody was there to write anything down"
    gate.touch()
    second = child()
    eventually(lambda: now(work, job).state is JobState.SUCCESSFUL)
    assert service.result(work, job.id) == b'{"square":36,"stopped":false}'
    assert now(work, job).attempts == 2
    assert diary.read_text() == "6\n6\n"
    second.terminate()
    assert second.wait(20) == 0


def test_two_workers_never_run_one_job_twice(
    work: Workspace, child: Callable[[], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    diary, gate = tmp_path / "diary", tmp_path / "gate"
    held = [ask(work, number=number, waits_for=str(gate)) for number in (90, 91)]
    children = [child(), child()]
    eventually(lambda: all(now(work, job).state is JobState.RUNNING for job in held))
    jobs = [ask(work, number=number, diary=str(diary)) for number in range(20)]
    gate.touch()
    eventually(lambda: all(now(work, job).state is JobState.SUCCESSFUL for job in jobs))
    assert sorted(map(int, diary.read_text().split())) == list(range(20))
    assert {now(work, job).attempts for job in (*held, *jobs)} == {1}
    assert len({now(work, job).worker for job in held}) == 2, "both have worked"
    for process in children:
        process.terminate()
    assert [process.wait(20) for process in children] == [0, 0]


def test_a_worker_told_to_stop_gives_its_job_back(work: Workspace, tmp_path: Path) -> None:
    job = ask(work, waits_for=str(tmp_path / "never"))
    worker = Worker(work)
    thread = Thread(target=worker.run)
    thread.start()
    eventually(lambda: now(work, job).state is JobState.RUNNING)
    worker.stopping.set()
    thread.join(20)
    assert not thread.is_alive()
    _is_as_if_never_begun(now(work, job))


def test_work_that_does_not_hear_cannot_hold_its_worker_up(
    work: Workspace, child: Callable[[], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    job = ask(work, waits_for=str(tmp_path / "never"), deaf=True)
    process = child()
    eventually(lambda: now(work, job).state is JobState.RUNNING)
    process.terminate()
    assert process.wait(20) == 0
    _is_as_if_never_begun(now(work, job))


def test_a_running_job_is_cancelled(work: Workspace, tmp_path: Path) -> None:
    job = ask(work, waits_for=str(tmp_path / "never"))
    thread = Thread(target=running.work_off, args=(work,))
    thread.start()
    eventually(lambda: now(work, job).state is JobState.RUNNING)
    assert service.dismiss(work, job.id).cancel_asked
    thread.join(20)
    assert not thread.is_alive()
    assert now(work, job).state is JobState.DISMISSED
    with work.store.read() as unit:
        assert unit.jobs.result(job.id) is None


def test_what_is_returned_after_a_stop_was_told_is_thrown_away(
    work: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask(work)

    def stubborn(_work: Workspace, _question: dict[str, Any], _progress: Any, cancelled: Any) -> dict[str, Any]:
        service.dismiss(work, job.id)
        eventually(cancelled)
        return {"half": "done"}

    monkeypatch.setitem(KINDS, "toy", WorkKind("toy", "", TOY.asks, stubborn))
    running.work_off(work)
    assert now(work, job).state is JobState.DISMISSED


def test_work_too_far_to_be_stopped_is_kept(work: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cancel that comes after the work last asked finds it done: what it wrote is not denied."""
    job = ask(work)

    def done_already(*_: Any) -> dict[str, Any]:
        service.dismiss(work, job.id)
        return {"kept": True}

    monkeypatch.setitem(KINDS, "toy", WorkKind("toy", "", TOY.asks, done_already))
    running.work_off(work)
    assert now(work, job).state is JobState.SUCCESSFUL


def test_a_job_whose_workers_die_again_and_again_fails(work: Workspace) -> None:
    job = ask(work)
    for attempt in range(1, running.MOST_ATTEMPTS + 1):
        claimed = running.claim(work, "elsewhere:1:x")
        assert claimed is not None
        assert claimed.attempts == attempt
        assert running.recover(work, "here:2:y") == 0, "it may still live: its heart beat a moment ago"
        with work.store.write() as unit:
            _grown_old(unit)
        assert running.recover(work, "here:2:y") == 1
    failed = now(work, job)
    assert failed.state is JobState.FAILED
    assert failed.problem is not None
    assert "3 times" in failed.problem["detail"]


def test_a_dead_process_of_this_machine_is_told_at_once(work: Workspace) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    job = ask(work)
    host, pid, _ = (mine := running.worker_name()).split(":")
    for gone in (f"{host}:{ended.pid}:x", f"{host}:{pid}:before-a-restart"):
        assert running.claim(work, gone) is not None
        assert running.recover(work, mine) == 1
        assert now(work, job).state is JobState.ACCEPTED
    assert running.claim(work, mine) is not None
    assert running.recover(work, mine) == 0, "this worker itself lives"


def test_a_job_asked_to_stop_whose_worker_dies_is_dismissed(work: Workspace) -> None:
    job = ask(work)
    running.claim(work, "elsewhere:1:x")
    service.dismiss(work, job.id)
    with work.store.write() as unit:
        _grown_old(unit)
    running.recover(work, "here:2:y")
    assert now(work, job).state is JobState.DISMISSED


def test_a_database_that_was_away_gets_another_try(work: Workspace) -> None:
    job = ask(work, fails="unavailable")
    assert running.work_off(work) == running.MOST_ATTEMPTS
    failed = now(work, job)
    assert (failed.state, failed.attempts) == (JobState.FAILED, running.MOST_ATTEMPTS)
    assert failed.problem is not None
    assert failed.problem["fault"] == "unavailable"


def test_progress_is_told_but_does_not_flood(work: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[float, str | None]] = []
    job = ask(work)
    claimed = running.claim(work, "w:1:x")
    assert claimed is not None
    real = Jobs.beat

    def watched(self: Jobs, mine: JobRecord, share: float, message: str | None) -> bool:
        told.append((share, message))
        return bool(real(self, mine, share, message))

    monkeypatch.setattr(Jobs, "beat", watched)
    with pulses.Pulse(work, claimed, Event()) as pulse:
        for step in range(10_000):
            pulse.progress(step / 10_000, f"step {step}")
        pulse.progress(0.1, "a step back")
        pulse.progress(float("nan"), "x" * 10_000)
        eventually(lambda: (now(work, job).message or "").startswith("xxx"))
    assert len(told) < 50, "ten thousand steps in a moment are few writes"
    shown = now(work, job)
    assert shown.progress == 0.9999
    assert len(shown.message or "") == pulses.LONGEST_MESSAGE


def test_a_worker_works_once_or_until_it_is_stopped(work: Workspace) -> None:
    for number in range(3):
        ask(work, number=number)
    assert Worker(work).run(once=True) == 3
    assert Worker(work).run(once=True) == 0
    lasting = Worker(work)
    thread = Thread(target=lasting.run)
    thread.start()
    job = ask(work, number=50)
    eventually(lambda: now(work, job).state is JobState.SUCCESSFUL)
    lasting.stopping.set()
    thread.join(20)
    assert not thread.is_alive()


def _is_as_if_never_begun(job: JobRecord) -> None:
    assert (job.state, job.attempts, job.worker) == (JobState.ACCEPTED, 0, None)


def _grown_old(unit: Any) -> None:
    """As if every running job had shown no life for longer than a worker may be silent."""
    later = running.DEAD_AFTER + timedelta(seconds=1)
    jobs = unit.jobs
    for job in jobs.running():
        jobs._now = lambda silent=job.heartbeat_at - later: silent
        assert jobs.beat(job, job.progress, job.message)
