"""The pulse of a job being worked on: its progress goes out, a wish to stop it comes in.

A thread of its own does both, so the work never waits for the database and the database is never flooded.
"""

from __future__ import annotations

import math
from threading import Event, Lock, Thread
from time import monotonic
from types import TracebackType
from typing import Self

import structlog

from app.domain.jobs import JobRecord
from app.services.long_work import Stopped
from app.services.workspace import Workspace

TICK_SECONDS = 0.25
"""Progress is written, and a wish to stop is heard, no more often than this."""

BEAT_SECONDS = 5.0
"""A job with nothing to tell says at least so often that it lives."""

LONGEST_MESSAGE = 500

log = structlog.get_logger(__name__)


class Pulse:
    """Use as a context around the work. ``stopping`` is set when the worker itself is to end."""

    def __init__(self, work: Workspace, job: JobRecord, stopping: Event) -> None:
        self._work, self._job, self._stopping = work, job, stopping
        self._lock = Lock()
        self._share, self._message = 0.0, job.message
        self._news = False
        self._unwanted = False
        self.told_to_stop = False
        self._ended = Event()
        self._thread = Thread(target=self._run, name=f"pulse of {job.id}", daemon=True)

    def progress(self, share: float, message: str) -> None:
        """Take note of how far the work is; never backwards. Raises ``Stopped`` once it is no longer wanted."""
        if self.cancelled():
            raise Stopped
        with self._lock:
            if math.isfinite(share):
                self._share = max(self._share, min(max(float(share), 0.0), 1.0))
            self._message = message[:LONGEST_MESSAGE]
            self._news = True

    def cancelled(self) -> bool:
        """Whether the work is no longer wanted here. Costs nothing: no database is asked."""
        if self._unwanted or self._stopping.is_set():
            self.told_to_stop = True
        return self.told_to_stop

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        due = monotonic() + BEAT_SECONDS
        while not self._ended.wait(TICK_SECONDS):
            with self._lock:
                share, message, news, self._news = self._share, self._message, self._news, False
            try:
                if news or monotonic() >= due:
                    with self._work.store.write() as unit:
                        unit.jobs.beat(self._job, share, message)
                    due = monotonic() + BEAT_SECONDS
                with self._work.store.read() as unit:
                    self._unwanted = self._unwanted or not unit.jobs.is_wanted(self._job)
            except Exception as error:  # noqa: BLE001 - no answer for the moment: the next tick tries again
                log.warning("the pulse of a job could not be told", job=self._job.id, problem=str(error))
