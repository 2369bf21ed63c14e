"""The tables of work in hand: jobs with their results, what-if scenarios, and drafts of arrangements.

Unlike datasets and footprint versions these change while people work on them. A job's result never does.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.work import ArrangementStatus, JobState
from app.store.shape import CODE, Moment
from app.store.tables import Base, Code, CodeKey, PositionKey


def _one_of(column: str, values: type[JobState] | type[ArrangementStatus]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(str(value)) for value in values)})", name=column)


class Job(Base):
    """Long work. ``key`` says what is asked, of which immutable things: the same key has the same result."""

    __tablename__ = "job"
    __table_args__ = (
        _one_of("state", JobState),
        Index("ix_job_state_created_at", "state", "created_at"),
        Index("ix_job_key", "key"),
    )

    id: Mapped[CodeKey]
    kind: Mapped[Code]
    key: Mapped[Code]
    question: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[Code]
    progress: Mapped[float]  # 0..1
    message: Mapped[str | None]
    attempts: Mapped[int]
    cancel_asked: Mapped[bool]
    worker: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    heartbeat_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    result: Mapped[bytes | None]


class Scenario(Base):
    """A what-if that was saved: the moves, and the version, place, basis and date they are moves from."""

    __tablename__ = "scenario"
    __table_args__ = (Index("ix_scenario_version_id", "version_id"),)

    id: Mapped[CodeKey]
    name: Mapped[str]
    version_id: Mapped[str] = mapped_column(CODE, ForeignKey("footprint_version.id"))
    place: Mapped[str | None]
    basis: Mapped[Code]
    as_of: Mapped[date]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Moment)


class Arrangement(Base):
    """A cross-INT arrangement as it stands. ``revision`` grows by one with every change."""

    __tablename__ = "arrangement"
    __table_args__ = (
        _one_of("status", ArrangementStatus),
        Index("ix_arrangement_version_id_pcn_code", "version_id", "pcn_code"),
    )

    id: Mapped[CodeKey]
    version_id: Mapped[str] = mapped_column(CODE, ForeignKey("footprint_version.id"))
    place: Mapped[str | None]
    pcn_code: Mapped[Code]
    status: Mapped[Code]
    revision: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class ArrangementEvent(Base):
    """What was done to an arrangement, by whom, and what it said afterwards: nothing is ever taken out of here."""

    __tablename__ = "arrangement_event"

    arrangement_id: Mapped[str] = mapped_column(CODE, ForeignKey("arrangement.id"), primary_key=True)
    revision: Mapped[PositionKey]
    at: Mapped[datetime] = mapped_column(Moment)
    by: Mapped[str]
    what: Mapped[str]
    status: Mapped[Code]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
