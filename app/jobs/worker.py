"""A worker: takes one job after the other until it is told to stop, and then gives back what it has not finished."""

from __future__ import annotations

import os
import signal
from threading import Event, Thread
from time import monotonic
from types import FrameType

import structlog

from app.jobs.running import give_back, recover, work_off, worker_name
from app.services.workspace import Workspace

POLL_SECONDS = 0.5
RECOVER_SECONDS = 15.0
UNAVAILABLE_SECONDS = 5.0
GRACE_SECONDS = 8.0
"""How long work that is told to stop may take to notice; container runtimes kill after ten seconds."""

log = structlog.get_logger(__name__)


class Worker:
    """``stop`` ends it: work in hand may notice for ``GRACE_SECONDS``, then the process ends under it."""

    def __init__(self, work: Workspace) -> None:
        self.name = worker_name()
        self.stopping = Event()
        self._work = work

    def run(self, *, once: bool = False) -> int:
        """Work until stopped, or with ``once`` until nothing waits; how many jobs that were."""
        done, due = 0, monotonic()
        while not self.stopping.is_set():
            try:
                if monotonic() >= due:
                    recover(self._work, self.name)
                    due = monotonic() + RECOVER_SECONDS
                done += work_off(self._work, self.name, self.stopping)
            except Exception as error:
                if once:
                    raise
                log.warning("no work can be taken", worker=self.name, problem=str(error))
                self.stopping.wait(UNAVAILABLE_SECONDS)
                continue
            if once:
                break
            self.stopping.wait(POLL_SECONDS)
        return done

    def stop(self) -> None:
        """Take no more work, and end within ``GRACE_SECONDS`` whatever the work in hand does. Returns at once."""
        if not self.stopping.is_set():
            self.stopping.set()
            Thread(target=self._end_soon, name="end of the worker", daemon=True).start()

    def stop_on_signals(self) -> None:
        """Stop when asked as services are asked (SIGTERM) or from the keyboard. For a process's main thread."""

        def heard(_number: int, _frame: FrameType | None) -> None:
            self.stop()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, heard)

    def _end_soon(self) -> None:
        # A daemon thread: it ends with the process where the work in hand ends in time.
        Event().wait(GRACE_SECONDS)
        try:
            give_back(self._work, self.name)
        finally:
            os._exit(0)
