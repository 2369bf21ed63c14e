"""Jobs: recorded before anybody works on them, claimed by one worker at a time, never forgotten.

Whatever a worker writes names its attempt, so a worker that was given up for dead and comes back changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from app.domain.jobs import JobRecord
from app.domain.problem import Fault, Problem
from app.domain.work import JobState
from app.store.frames import table_of
from app.store.working_tables import Job

TURN = 0x0C07E5
"""The advisory lock of those who submit on PostgreSQL; any number, the same in every process."""

JOB = table_of(Job).columns
FIELDS = tuple(name for name in JOB.keys() if name != "result")  # noqa: SIM118 - a column collection, not a dict
OPEN = (str(JobState.ACCEPTED), str(JobState.RUNNING))


class Jobs:
    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    def take_turns(self) -> None:
        """Wait for whoever else is submitting, until the transaction ends. Writers on SQLite take turns anyway."""
        if self._session.get_bind().dialect.name == "postgresql":
            self._session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": TURN})

    def add(self, kind: str, key: str, question: dict[str, Any]) -> JobRecord:
        """A new job, accepted. ``question`` holds JSON values."""
        made = uuid4().hex
        values = {
            "id": made,
            "kind": kind,
            "key": key,
            "question": question,
            "state": str(JobState.ACCEPTED),
            "progress": 0.0,
            "attempts": 0,
            "cancel_asked": False,
            "created_at": self._now(),
        }
        self._session.execute(insert(Job).values(values))
        return self.get(made)

    def of_key(self, key: str) -> JobRecord | None:
        """The job that has, or will have, the result under this key: successful, else still to come."""
        wanted = or_(
            JOB["state"] == str(JobState.SUCCESSFUL), and_(JOB["state"].in_(OPEN), JOB["cancel_asked"].is_(False))
        )
        query = _every().where(JOB["key"] == key, wanted)
        # "successful" sorts after "accepted" and "running".
        row = self._session.execute(query.order_by(JOB["state"].desc(), JOB["created_at"], JOB["id"]).limit(1)).first()
        return None if row is None else _record(row)

    def waiting(self) -> int:
        """How many are accepted and not begun."""
        query = select(func.count()).select_from(Job).where(JOB["state"] == str(JobState.ACCEPTED))
        return self._session.scalar(query) or 0

    def find(self, job_id: str) -> JobRecord | None:
        row = self._session.execute(_every().where(JOB["id"] == job_id)).first()
        return None if row is None else _record(row)

    def get(self, job_id: str) -> JobRecord:
        """A job by its id. Raises ``Problem`` (not found)."""
        found = self.find(job_id)
        if found is None:
            raise Problem(
                Fault.NOT_FOUND,
                "No such job",
                f"There is no job {job_id!r}.",
                remedy="The list of jobs says which there are.",
            )
        return found

    def result(self, job_id: str) -> bytes | None:
        """The result as it was kept; ``None`` where there is none (yet)."""
        kept: bytes | None = self._session.scalar(select(JOB["result"]).where(JOB["id"] == job_id))
        return kept

    def page(
        self,
        kind: str | None = None,
        state: JobState | None = None,
        after: str | None = None,
        limit: int | None = 100,
    ) -> list[JobRecord]:
        """Jobs, the newest first, then by id; ``after`` is the id of the last one already seen.

        ``limit`` ``None`` gives all. Raises ``Problem`` (not found) if there is no job ``after``.
        """
        query = _every().order_by(JOB["created_at"].desc(), JOB["id"])
        if kind is not None:
            query = query.where(JOB["kind"] == kind)
        if state is not None:
            query = query.where(JOB["state"] == str(state))
        if after is not None:
            last = self.get(after)
            query = query.where(
                or_(
                    JOB["created_at"] < last.created_at,
                    and_(JOB["created_at"] == last.created_at, JOB["id"] > last.id),
                )
            )
        if limit is not None:
            query = query.limit(limit)
        return [_record(row) for row in self._session.execute(query)]

    def claim(self, worker: str, kinds: Sequence[str]) -> JobRecord | None:
        """The oldest accepted job of these kinds, now running under this worker's name; ``None`` if there is none.

        Two that claim at once never get the same one: on PostgreSQL the second skips what the first has locked, on
        SQLite it waits for its turn to write.
        """
        oldest = (
            select(JOB["id"])
            .where(JOB["state"] == str(JobState.ACCEPTED), JOB["kind"].in_(kinds))
            .order_by(JOB["created_at"], JOB["id"])
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        job_id = self._session.scalar(oldest)
        if job_id is None:
            return None
        now = self._now()
        self._change(
            JOB["id"] == job_id,
            state=str(JobState.RUNNING),
            attempts=JOB["attempts"] + 1,
            worker=worker,
            started_at=now,
            heartbeat_at=now,
            progress=0.0,
            message=None,
        )
        return self.get(job_id)

    def beat(self, job: JobRecord, progress: float, message: str | None) -> bool:
        """Say that this attempt lives, and how far it is (0..1). ``False`` if the job is no longer this attempt's."""
        return self._change(_attempt(job), heartbeat_at=self._now(), progress=progress, message=message)

    def is_wanted(self, job: JobRecord) -> bool:
        """Whether this attempt should go on: it is still the job's, and nobody has asked to cancel it."""
        asked = self._session.execute(select(JOB["cancel_asked"]).where(_attempt(job))).first()
        return asked is not None and not asked[0]

    def finish(self, job: JobRecord, result: bytes) -> bool:
        """Keep the result, for good. ``False`` if the job is no longer this attempt's."""
        return self._end(_attempt(job), JobState.SUCCESSFUL, progress=1.0, result=result)

    def fail(self, job: JobRecord, problem: dict[str, Any]) -> bool:
        """Keep what went wrong. ``False`` if the job is no longer this attempt's."""
        return self._end(_attempt(job), JobState.FAILED, problem=problem)

    def give_up(self, job: JobRecord) -> bool:
        """Note that a running job was stopped as asked. ``False`` if the job is no longer this attempt's."""
        return self._end(_attempt(job), JobState.DISMISSED)

    def give_back(self, job: JobRecord, *, counted: bool) -> bool:
        """Accept a running job again; ``counted``: this attempt stays on its account.

        ``False`` if the job is no longer this attempt's.
        """
        return self._change(
            _attempt(job),
            state=str(JobState.ACCEPTED),
            attempts=job.attempts if counted else job.attempts - 1,
            worker=None,
            heartbeat_at=None,
            progress=0.0,
            message=None,
        )

    def running(self) -> list[JobRecord]:
        """Those being worked on, held until the transaction ends; those that change at this moment are left out."""
        query = _every().where(JOB["state"] == str(JobState.RUNNING)).order_by(JOB["created_at"], JOB["id"])
        return [_record(row) for row in self._session.execute(query.with_for_update(skip_locked=True))]

    def cancel(self, job_id: str) -> JobRecord:
        """Dismiss a job: one not begun at once, a running one is asked to stop. What has ended stays as it is.

        Raises ``Problem`` (not found).
        """
        waiting = and_(JOB["id"] == job_id, JOB["state"] == str(JobState.ACCEPTED))
        if not self._end(waiting, JobState.DISMISSED, cancel_asked=True):
            self._change(and_(JOB["id"] == job_id, JOB["state"] == str(JobState.RUNNING)), cancel_asked=True)
        return self.get(job_id)

    def _end(self, which: ColumnElement[bool], state: JobState, **values: Any) -> bool:
        return self._change(which, state=str(state), finished_at=self._now(), **values)

    def _change(self, which: ColumnElement[bool], **values: Any) -> bool:
        changed = update(table_of(Job)).where(which).values(values).returning(JOB["id"])
        return self._session.execute(changed).first() is not None


def _every() -> Any:
    return select(*(JOB[name] for name in FIELDS))


def _attempt(job: JobRecord) -> ColumnElement[bool]:
    return and_(
        JOB["id"] == job.id,
        JOB["state"] == str(JobState.RUNNING),
        JOB["attempts"] == job.attempts,
        JOB["worker"] == job.worker,
    )


def _record(row: Row[Any]) -> JobRecord:
    said = dict(zip(FIELDS, row, strict=True))
    return JobRecord(**{**said, "state": JobState(said["state"])})
