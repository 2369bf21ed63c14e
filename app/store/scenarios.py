"""Saved what-if scenarios. They never change and are never taken away: another name or move is another scenario."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.domain.scenario.record import Scenario, moves_of
from app.store.frames import not_found
from app.store.tables import Version
from app.store.working_tables import Scenario as Row

COLUMNS = ("id", "name", "version_id", "place", "basis", "as_of", "content", "created_by")


class Scenarios:
    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    def add(self, scenario: Scenario) -> bool:
        """Keep a scenario; ``False`` where one with its id is there already, which then stays as it is.

        The moment is the store's. Raises ``Problem`` (not found) for a version there is none of.
        """
        if self._session.get(Version, scenario.version_id) is None:
            known = self._session.scalars(select(Version.id).order_by(Version.id))
            not_found("footprint version", scenario.version_id, known)
        make = postgresql.insert if self._session.get_bind().dialect.name == "postgresql" else sqlite.insert
        values = {name: getattr(scenario, name) for name in COLUMNS}
        statement = make(Row).values(**values, created_at=self._now())
        kept = self._session.execute(statement.on_conflict_do_nothing(index_elements=["id"]).returning(Row.id))
        return kept.first() is not None

    def get(self, scenario_id: str) -> Scenario:
        """A scenario by its id. Raises ``Problem`` (not found)."""
        row = self._session.get(Row, scenario_id)
        if row is None:
            newest = self.page(limit=10)
            not_found("scenario", scenario_id, (f"{s.id} ({s.name})" for s in newest))
        return _scenario(row)

    def page(self, footprint: str | None = None, after: str | None = None, limit: int = 100) -> list[Scenario]:
        """Scenarios, the one kept last first, then by id; only those of one footprint where it is given.

        ``after`` is the id of the last one already seen. Raises ``Problem`` (not found) if there is none ``after``.
        """
        query = select(Row).order_by(Row.created_at.desc(), Row.id).limit(limit)
        if footprint is not None:
            query = query.join(Version, Version.id == Row.version_id).where(Version.footprint_id == footprint)
        if after is not None:
            last = self.get(after)
            earlier = Row.created_at < last.created_at
            query = query.where(or_(earlier, and_(Row.created_at == last.created_at, Row.id > last.id)))
        return [_scenario(row) for row in self._session.scalars(query)]


def _scenario(row: Row) -> Scenario:
    band = row.content["band"]
    return Scenario(
        id=row.id,
        name=row.name,
        version_id=row.version_id,
        place=row.place,
        basis=row.basis,
        as_of=row.as_of,
        moves=moves_of(row.content),
        option=row.content["option"],
        band=None if band is None else (float(band[0]), float(band[1])),
        datasets=tuple(row.content["datasets"]),
        created_by=row.created_by,
        created_at=row.created_at,
    )
