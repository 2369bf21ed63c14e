"""Long work: a job that is asked for, watched, and answered with a result."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from coterminous_client.problems import CoterminousError
from coterminous_client.transport import Transport

JOBS = "/api/v1/jobs"
ENDED = frozenset({"successful", "failed", "dismissed"})
Progress = Callable[[int, str], object]
"""Told the per cent done and what is being done."""


class JobFailed(CoterminousError):  # noqa: N818 - what happened, in plain words
    """The work ended without a result; ``job`` says how."""

    def __init__(self, job: Job) -> None:
        self.job = job
        super().__init__(f"Job {job.id} ({job.kind}) is {job.status}. {job.message}".strip())


class Job:
    """A job. ``status`` is accepted, running, successful, failed or dismissed, as of the last look."""

    def __init__(self, transport: Transport, said: dict[str, Any]) -> None:
        self._transport, self._said = transport, said

    @property
    def id(self) -> str:
        return str(self._said["jobID"])

    @property
    def kind(self) -> str:
        return str(self._said["processID"])

    @property
    def status(self) -> str:
        return str(self._said["status"])

    @property
    def progress(self) -> int:
        """Per cent."""
        return int(self._said.get("progress") or 0)

    @property
    def message(self) -> str:
        return str(self._said.get("message") or "")

    @property
    def said(self) -> dict[str, Any]:
        """Everything the service says of it."""
        return dict(self._said)

    def refresh(self) -> Job:
        """Look again."""
        self._said = self._transport.json(f"{JOBS}/{self.id}")
        return self

    def wait(self, progress: Progress | None = None, *, timeout: float | None = None, every: float = 0.5) -> Any:
        """Wait for the result, telling ``progress`` whenever it changes.

        ``timeout`` and ``every`` are in seconds. Raises ``TimeoutError`` (the job goes on), ``JobFailed``, or the
        ``Problem`` that the work met.
        """
        started, told = time.monotonic(), None
        while True:
            if progress is not None and (self.progress, self.message) != told:
                told = (self.progress, self.message)
                progress(*told)
            if self.status in ENDED:
                return self.result()
            if timeout is not None and time.monotonic() - started >= timeout:
                raise TimeoutError(f"Job {self.id} is {self.status} ({self.progress} %) after {timeout:g} seconds")
            time.sleep(every)
            self.refresh()

    def result(self) -> Any:
        """The result. Raises ``JobFailed`` for a job called off; the ``Problem`` of one that met one."""
        if self.status == "dismissed":
            raise JobFailed(self)
        return self._transport.json(f"{JOBS}/{self.id}/results")

    def dismiss(self) -> Job:
        """Call it off: it is not begun, or stops soon."""
        self._said = self._transport.send("DELETE", f"{JOBS}/{self.id}").json()
        return self

    def __repr__(self) -> str:
        return f"<Job {self.id} {self.kind}: {self.status}, {self.progress} %>"
