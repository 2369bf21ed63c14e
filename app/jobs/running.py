"""Working on jobs: one after the other, each to a result, a problem, or back into the queue."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from datetime import timedelta
from threading import Event
from time import sleep
from uuid import uuid4

import structlog

from app.domain.jobs import JobRecord, problem_as_plain
from app.domain.problem import Fault, Problem
from app.domain.work import JobState
from app.jobs.pulse import Pulse
from app.services.jobs import packed, restricted_now
from app.services.long_work import Stopped
from app.services.work_kinds import KINDS
from app.services.workspace import Workspace
from app.store.store import utc_now
from app.store.unit import Unit

MOST_ATTEMPTS = 3
DEAD_AFTER = timedelta(minutes=2)
"""A running job that has shown no life for so long has lost its worker."""

TRIES, TRY_AGAIN_SECONDS = 10, 3.0
"""How stubbornly the end of a job is written down while the database does not answer."""

UNFORESEEN = Problem(
    Fault.NOT_FOUND,
    "There is no result",
    "The work failed in a way nobody foresaw; it has been written to the service's log.",
    remedy="Ask for it again; if it fails twice, tell whoever runs this service the job's id.",
)
WORKER_GONE = Problem(
    Fault.NOT_FOUND,
    "There is no result",
    f"The process that did the work ended in the middle of it, {MOST_ATTEMPTS} times.",
    remedy="Ask for less at a time, or tell whoever runs this service: it may need more memory.",
)

log = structlog.get_logger(__name__)


def worker_name() -> str:
    """A name that no other worker ever had: machine, process, and chance."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"


def work_off(work: Workspace, worker: str | None = None, stopping: Event | None = None) -> int:
    """Work on everything that waits, in this process, until nothing does; how many jobs that were."""
    worker, stopping, done = worker or worker_name(), stopping or Event(), 0
    while not stopping.is_set() and (job := claim(work, worker)) is not None:
        run(work, job, stopping)
        done += 1
    return done


def claim(work: Workspace, worker: str) -> JobRecord | None:
    """The next job for this worker, of the kinds it knows; ``None`` if none waits."""
    with work.store.read() as unit:  # whoever only looks holds up no writer
        if not unit.jobs.waiting():
            return None
    with work.store.write() as unit:
        return unit.jobs.claim(worker, sorted(KINDS))


def run(work: Workspace, job: JobRecord, stopping: Event) -> None:
    """Do a claimed job and write down how it ended. Never raises for what the work does."""
    log.info("job begun", job=job.id, kind=job.kind, attempt=job.attempts)
    with Pulse(work, job, stopping) as pulse:
        end = _end_of(work, job, pulse)
    _write_down(work, job, end)


Ending = Callable[[Unit], bool]


def _end_of(work: Workspace, job: JobRecord, pulse: Pulse) -> Ending:
    try:
        with work.store.read() as unit:
            restricted = restricted_now(unit)
        made = packed(restricted, KINDS[job.kind].run(work, job.question, pulse.progress, pulse.cancelled))
    except Stopped:
        return lambda unit: _stopped(unit, job)
    except Problem as problem:
        met = problem
        if not pulse.told_to_stop and problem.fault is Fault.UNAVAILABLE:
            return lambda unit: _lost(unit, job, met)
    except Exception as error:
        if not pulse.told_to_stop:
            log.error("job failed", job=job.id, kind=job.kind, exc_info=error)
        met = UNFORESEEN
    else:
        if not pulse.told_to_stop:
            return lambda unit: unit.jobs.finish(job, made)
    if pulse.told_to_stop:
        return lambda unit: _stopped(unit, job)
    return lambda unit: unit.jobs.fail(job, problem_as_plain(met))


def _stopped(unit: Unit, job: JobRecord) -> bool:
    """Dismissed if somebody asked for it; else the worker ends, and another begins the job again."""
    return unit.jobs.give_back(job, counted=False) if unit.jobs.is_wanted(job) else unit.jobs.give_up(job)


def _lost(unit: Unit, job: JobRecord, problem: Problem) -> bool:
    """Begun again while there are attempts left."""
    if not unit.jobs.is_wanted(job):
        return unit.jobs.give_up(job)
    if job.attempts >= MOST_ATTEMPTS:
        return unit.jobs.fail(job, problem_as_plain(problem))
    return unit.jobs.give_back(job, counted=True)


def _write_down(work: Workspace, job: JobRecord, end: Ending) -> None:
    for attempt in range(TRIES):
        if attempt:
            sleep(TRY_AGAIN_SECONDS)
        try:
            with work.store.write() as unit:
                mine = end(unit)
            log.info("job ended" if mine else "job had been given to another worker", job=job.id, kind=job.kind)
            return
        except Exception as error:  # noqa: BLE001 - no answer for the moment; who is given up begins again elsewhere
            log.warning("the end of a job could not be written down", job=job.id, problem=str(error))


def give_back(work: Workspace, worker: str) -> None:
    """Put what this worker is at back into the queue: it ends before the work does."""
    with work.store.write() as unit:
        for job in unit.jobs.running():
            if job.worker == worker:
                _stopped(unit, job)


def recover(work: Workspace, worker: str) -> int:
    """Put jobs whose worker is gone back into the queue, or give them up for good; how many those were."""
    with work.store.read() as unit:
        if not unit.jobs.page(state=JobState.RUNNING, limit=1):
            return 0
    with work.store.write() as unit:
        lost = [job for job in unit.jobs.running() if _is_dead(job, worker)]
        return sum(_lost(unit, job, WORKER_GONE) for job in lost)


def _is_dead(job: JobRecord, worker: str) -> bool:
    shown = job.heartbeat_at
    if shown is None or shown < utc_now() - DEAD_AFTER:
        return True
    host, pid, _ = (job.worker or "::").rsplit(":", 2)
    mine, my_pid, _ = worker.rsplit(":", 2)
    if host != mine or job.worker == worker:
        return False
    return pid == my_pid or not _is_alive(int(pid))


def _is_alive(pid: int) -> bool:
    """Whether a process of this machine is there. Where that cannot be asked without harm, its heartbeat decides."""
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
