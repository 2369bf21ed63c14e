"""Cross-INT arrangements and everything that was done to them. Nothing is ever taken out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.domain.arrangement.kept import ArrangementEvent, ArrangementRecord, stale
from app.domain.problem import Fault, Problem
from app.domain.work import ArrangementStatus
from app.store.tables import Version
from app.store.working_tables import Arrangement
from app.store.working_tables import ArrangementEvent as EventRow


class Arrangements:
    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    def add(
        self, version_id: str, place: str | None, pcn_code: str, content: Mapping[str, Any], by: str, what: str
    ) -> ArrangementRecord:
        """Keep a draft under a new id, with its first event. Raises ``Problem`` (not found) for an unknown version."""
        if self._session.get(Version, version_id) is None:
            raise _not_found("footprint version", version_id)
        moment = self._now()
        row = Arrangement(
            id=uuid4().hex,
            version_id=version_id,
            place=place,
            pcn_code=pcn_code,
            status=str(ArrangementStatus.DRAFT),
            revision=1,
            content=dict(content),
            created_at=moment,
            updated_at=moment,
        )
        self._session.add(row)
        self._session.flush()
        self._note(row, by, what)
        return _record(row)

    def get(self, arrangement_id: str) -> ArrangementRecord:
        """An arrangement as it stands. Raises ``Problem`` (not found)."""
        return _record(self._row(arrangement_id))

    def held(self, arrangement_id: str, revision: int | None = None) -> ArrangementRecord:
        """The same, held until the unit of work ends: whoever else changes it waits.

        Raises ``Problem`` (not found), and ``Stale`` where it is not at the revision given.
        """
        query = select(Arrangement).where(Arrangement.id == arrangement_id).with_for_update()
        row = self._session.scalars(query, execution_options={"populate_existing": True}).first()
        if row is None:
            raise _not_found("arrangement", arrangement_id)
        if revision is not None and row.revision != revision:
            raise stale(arrangement_id, revision, row.revision)
        return _record(row)

    def change(
        self, record: ArrangementRecord, by: str, what: str, status: ArrangementStatus, content: Mapping[str, Any]
    ) -> ArrangementRecord:
        """Keep what has become of a held arrangement as its next revision, and note it.

        Raises ``Stale`` where it is not at the revision of ``record`` any more.
        """
        self.held(record.id, record.revision)
        row = self._row(record.id)
        row.status = str(status)
        row.content = dict(content)
        row.revision += 1
        row.updated_at = self._now()
        self._session.flush()
        self._note(row, by, what)
        return _record(row)

    def page(
        self,
        *,
        footprint_id: str | None = None,
        version: int | None = None,
        place: str | None = None,
        pcn_code: str | None = None,
        status: ArrangementStatus | None = None,
        after: str | None = None,
        limit: int | None = 100,
    ) -> list[ArrangementRecord]:
        """Arrangements, the newest first, then by id; ``after`` is the id of the last one already seen.

        Raises ``Problem`` (not found) if there is no arrangement ``after``.
        """
        query = select(Arrangement).order_by(Arrangement.created_at.desc(), Arrangement.id)
        if footprint_id is not None or version is not None:
            query = query.join(Version, Version.id == Arrangement.version_id)
        for column, wanted in (
            (Version.footprint_id, footprint_id),
            (Version.number, version),
            (Arrangement.place, place),
            (Arrangement.pcn_code, pcn_code),
            (Arrangement.status, None if status is None else str(status)),
        ):
            if wanted is not None:
                query = query.where(column == wanted)
        if after is not None:
            last = self._row(after)
            query = query.where(
                or_(
                    Arrangement.created_at < last.created_at,
                    and_(Arrangement.created_at == last.created_at, Arrangement.id > last.id),
                )
            )
        if limit is not None:
            query = query.limit(limit)
        return [_record(row) for row in self._session.scalars(query)]

    def events(self, arrangement_id: str) -> tuple[ArrangementEvent, ...]:
        """Everything that was done to an arrangement, oldest first. Raises ``Problem`` (not found)."""
        self._row(arrangement_id)
        query = select(EventRow).where(EventRow.arrangement_id == arrangement_id).order_by(EventRow.revision)
        return tuple(
            ArrangementEvent(row.revision, row.at, row.by, row.what, ArrangementStatus(row.status), dict(row.content))
            for row in self._session.scalars(query)
        )

    def _row(self, arrangement_id: str) -> Arrangement:
        row = self._session.get(Arrangement, arrangement_id)
        if row is None:
            raise _not_found("arrangement", arrangement_id)
        return row

    def _note(self, row: Arrangement, by: str, what: str) -> None:
        self._session.add(
            EventRow(
                arrangement_id=row.id,
                revision=row.revision,
                at=row.updated_at,
                by=by,
                what=what,
                status=row.status,
                content=row.content,
            )
        )
        self._session.flush()


def _not_found(what: str, wanted: str) -> Problem:
    return Problem(
        Fault.NOT_FOUND,
        f"No such {what}",
        f"There is no {what} {wanted!r}.",
        remedy="Look at the list for those there are.",
    )


def _record(row: Arrangement) -> ArrangementRecord:
    return ArrangementRecord(
        id=row.id,
        version_id=row.version_id,
        place=row.place,
        pcn_code=row.pcn_code,
        status=ArrangementStatus(row.status),
        revision=row.revision,
        content=dict(row.content),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
