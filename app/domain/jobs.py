"""Long work as a plain value: what is asked, how far it is, how it ended."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.domain.problem import Fault, Finding, Problem
from app.domain.work import JobState


@dataclass(frozen=True)
class JobRecord:
    """A job as it stood when it was read. Its result is kept apart: it may be large."""

    id: str
    kind: str
    key: str  # what is asked of which immutable things; the same key has the same result
    question: dict[str, Any]
    state: JobState
    progress: float  # 0..1
    message: str | None
    attempts: int  # how often a worker began it
    cancel_asked: bool
    worker: str | None
    created_at: datetime
    started_at: datetime | None
    heartbeat_at: datetime | None
    finished_at: datetime | None
    problem: dict[str, Any] | None

    @property
    def updated_at(self) -> datetime:
        """When anything last became known of it."""
        moments = (self.created_at, self.started_at, self.heartbeat_at, self.finished_at)
        return max(moment for moment in moments if moment is not None)


def problem_as_plain(problem: Problem) -> dict[str, Any]:
    """A problem as JSON values, to be kept with the job that met it."""
    return {**asdict(problem), "fault": str(problem.fault)}


def problem_from_plain(said: dict[str, Any]) -> Problem:
    """The problem that ``problem_as_plain`` described."""
    findings = [Finding(**finding) for finding in said["findings"]]
    return Problem(**{**said, "fault": Fault(said["fault"]), "findings": findings})
