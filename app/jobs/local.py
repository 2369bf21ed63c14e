"""Workers beside the service: processes of their own, so that work never holds up a request."""

from __future__ import annotations

import multiprocessing
import signal
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess, parent_process
from threading import Event, Thread
from types import TracebackType
from typing import Self

import structlog

from app.jobs.worker import GRACE_SECONDS, Worker
from app.services.starting import open_workspace
from app.settings import Settings

BACK_AFTER_SECONDS = 2.0
"""A worker that ended by itself is started again after this pause, so that a fault at its start does not spin."""

log = structlog.get_logger(__name__)


class LocalWorkers:
    """Use as a context: ``configured.workers`` processes run within it, are started again, and end with it.

    They also end when this process is killed.
    """

    def __init__(self, configured: Settings) -> None:
        self._configured = configured
        # A fresh interpreter: a copy of this one would share its database connections and half its threads.
        self._fresh = multiprocessing.get_context("spawn")
        self._ended = Event()
        self._keeper = Thread(target=self._keep, name="keeper of local workers", daemon=True)
        self.processes: list[BaseProcess] = []

    def __enter__(self) -> Self:
        self.processes = [self._start() for _ in range(self._configured.workers)]
        if self.processes:
            self._keeper.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        if self.processes:
            self._keeper.join()
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.join(GRACE_SECONDS + 2)
            if process.is_alive():
                process.kill()
                process.join()

    def _start(self) -> BaseProcess:
        process = self._fresh.Process(target=work_beside, args=(self._configured,), name="coterminous worker")
        process.start()
        return process

    def _keep(self) -> None:
        while not self._ended.is_set():
            if not wait([process.sentinel for process in self.processes], timeout=0.5):
                continue
            self._ended.wait(BACK_AFTER_SECONDS)
            for place, process in enumerate(self.processes):
                if not process.is_alive() and not self._ended.is_set():
                    log.warning("a worker ended by itself and is started again", exit_status=process.exitcode)
                    self.processes[place] = self._start()


def work_beside(configured: Settings) -> None:
    """What a local worker's process does: work until its parent says so, or is gone."""
    worker = Worker(open_workspace(configured, migrate=False))
    worker.stop_on_signals()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole terminal; the parent passes it on
    Thread(target=_stop_with_parent, args=(worker,), name="watch of the parent", daemon=True).start()
    worker.run()


def _stop_with_parent(worker: Worker) -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        worker.stop()
