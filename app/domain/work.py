"""How far work in hand has come: a job, and a draft of an arrangement."""

from __future__ import annotations

from enum import StrEnum


class JobState(StrEnum):
    """The states of a job, in the words of OGC API - Processes (statusInfo)."""

    ACCEPTED = "accepted"
    RUNNING = "running"
    SUCCESSFUL = "successful"
    FAILED = "failed"
    DISMISSED = "dismissed"

    @property
    def is_final(self) -> bool:
        return self in (JobState.SUCCESSFUL, JobState.FAILED, JobState.DISMISSED)


class ArrangementStatus(StrEnum):
    """How far a cross-INT arrangement has come (domain notes §1.2, status and sign-off)."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    AGREED = "agreed by place partnership"
    IN_FORCE = "in force"
    ENDED = "ended"
