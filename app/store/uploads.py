"""Files that are staged, and answers kept for requests that are repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.domain.problem import Fault, Problem
from app.domain.uploads import Answer, UploadRecord, UploadState
from app.store.upload_tables import KeptAnswer, Upload

FIELDS = tuple(field.name for field in fields(UploadRecord))
GIVEN_UP = timedelta(minutes=15)
"""After so long a claim is taken for that of a process that died."""


class Uploads:
    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    def add(self, record: UploadRecord) -> None:
        self._session.add(Upload(**{name: getattr(record, name) for name in FIELDS}))
        self._session.flush()

    def get(self, upload_id: str) -> UploadRecord:
        """An upload whose time is not over. Raises ``Problem`` (not found)."""
        row = self._session.scalars(
            select(Upload).where(Upload.id == upload_id, Upload.expires_at > self._now())
        ).first()
        if row is None:
            raise Problem(
                Fault.NOT_FOUND,
                "No such upload",
                "There is no upload by this id, or its time is over.",
                remedy="Send the file again; files that are not committed are kept for a day.",
            )
        return _record(row)

    def all(self) -> list[UploadRecord]:
        """Uploads whose time is not over, the newest first."""
        query = select(Upload).where(Upload.expires_at > self._now()).order_by(Upload.created_at.desc(), Upload.id)
        return [_record(row) for row in self._session.scalars(query)]

    def staged_bytes(self) -> int:
        """Bytes of all files that lie in the staging folder."""
        query = select(func.coalesce(func.sum(Upload.size), 0)).where(Upload.state != str(UploadState.COMMITTED))
        return int(self._session.scalar(query) or 0)

    def keep_check(self, upload_id: str, checked: bytes) -> None:
        """Keep the report of a check in place of the last one."""
        self._session.execute(
            update(Upload).where(Upload.id == upload_id).values(checked=checked, revision=Upload.revision + 1)
        )

    def check(self, upload_id: str) -> bytes | None:
        return self._session.scalar(select(Upload.checked).where(Upload.id == upload_id))

    def claim(self, upload_id: str) -> bool:
        """Take an upload for committing; ``False`` where another does, or did."""
        now = self._now()
        free = or_(
            Upload.state == str(UploadState.STAGED),
            and_(Upload.state == str(UploadState.COMMITTING), Upload.claimed_at < now - GIVEN_UP),
        )
        taken = self._session.execute(
            update(Upload)
            .where(Upload.id == upload_id, free)
            .values(state=str(UploadState.COMMITTING), claimed_at=now)
            .returning(Upload.id)
        )
        return taken.first() is not None

    def release(self, upload_id: str) -> None:
        """Give a claim back: the file was not loaded."""
        self._session.execute(
            update(Upload)
            .where(Upload.id == upload_id, Upload.state == str(UploadState.COMMITTING))
            .values(state=str(UploadState.STAGED), claimed_at=None)
        )

    def commit(self, upload_id: str, options: dict[str, Any], result: dict[str, Any], expires_at: datetime) -> None:
        """Record what the file was loaded as; it is kept until ``expires_at`` to be told again."""
        self._session.execute(
            update(Upload)
            .where(Upload.id == upload_id)
            .values(state=str(UploadState.COMMITTED), committed_as=options, result=result, expires_at=expires_at)
        )

    def remove(self, upload_id: str) -> None:
        """Raises ``Problem`` (conflict) while it is being committed."""
        gone = self._session.execute(
            delete(Upload)
            .where(Upload.id == upload_id, Upload.state != str(UploadState.COMMITTING))
            .returning(Upload.id)
        )
        if gone.first() is None:
            raise Problem(
                Fault.CONFLICT,
                "The upload is being committed",
                "A file cannot be taken away while it is loaded.",
                remedy="Wait until it is loaded.",
            )

    def sweep(self) -> list[str]:
        """Take away what is over, uploads and answers; the folders of the uploads that went."""
        now = self._now()
        self._session.execute(delete(KeptAnswer).where(KeptAnswer.created_at < now - timedelta(hours=24)))
        gone = self._session.execute(
            delete(Upload)
            .where(
                Upload.expires_at <= now,
                or_(Upload.state != str(UploadState.COMMITTING), Upload.claimed_at < now - GIVEN_UP),
            )
            .returning(Upload.folder)
        )
        return sorted(row.folder for row in gone)

    def begin_answer(self, key: str, fingerprint: str) -> Answer | None:
        """The answer kept under a key; ``None`` where there is none and this request is now to give it.

        Raises ``Problem`` (conflict) where the key was used for another request, or for one that is being answered.
        """
        now = self._now()
        make = postgresql.insert if self._session.get_bind().dialect.name == "postgresql" else sqlite.insert
        statement = make(KeptAnswer).values(key=key, fingerprint=fingerprint, created_at=now)
        # One begun long ago and never answered was that of a process that died: this request answers in its place.
        statement = statement.on_conflict_do_update(
            index_elements=["key"],
            set_={"fingerprint": fingerprint, "created_at": now},
            where=and_(KeptAnswer.status.is_(None), KeptAnswer.created_at < now - GIVEN_UP),
        )
        if self._session.execute(statement.returning(KeptAnswer.key)).first() is not None:
            return None
        row = self._session.execute(
            select(KeptAnswer.fingerprint, KeptAnswer.status, KeptAnswer.location, KeptAnswer.body).where(
                KeptAnswer.key == key
            )
        ).one()
        if row.fingerprint != fingerprint:
            raise Problem(
                Fault.CONFLICT,
                "The Idempotency-Key was used for another request",
                "Under this key something else was sent, so neither the old answer nor a new one would be right.",
                remedy="Use a new key for a new request; repeat a request byte by byte under its own.",
            )
        if row.status is None:
            raise Problem(
                Fault.CONFLICT,
                "The first request with this Idempotency-Key is still being answered",
                "Its answer will be kept, and given to whoever repeats it.",
                remedy="Repeat the request in a moment.",
            )
        return Answer(row.status, row.location, row.body)

    def keep_answer(self, key: str, answer: Answer) -> None:
        self._session.execute(
            update(KeptAnswer)
            .where(KeptAnswer.key == key)
            .values(status=answer.status, location=answer.location, body=answer.body)
        )

    def drop_answer(self, key: str) -> None:
        """Nothing was answered: the request may be sent again under its key."""
        self._session.execute(delete(KeptAnswer).where(KeptAnswer.key == key, KeptAnswer.status.is_(None)))


def _record(row: Upload) -> UploadRecord:
    values = {name: getattr(row, name) for name in FIELDS}
    return UploadRecord(**{**values, "state": UploadState(row.state)})
