"""Datasets: what was loaded, when, and from which file.

They are added and read, never removed; all that ever changes is that one becomes restricted, for good.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, case, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.domain.records import DatasetRecord
from app.store.frames import not_found
from app.store.tables import Dataset

Query = TypeVar("Query", bound="Select[*tuple[Any, ...]]")
FIELDS = tuple(field.name for field in fields(DatasetRecord))


class Datasets:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, record: DatasetRecord) -> bool:
        """Keep a record; ``False`` where one with its id is there already, which then stays as it is."""
        make = postgresql.insert if self._session.get_bind().dialect.name == "postgresql" else sqlite.insert
        statement = make(Dataset).values({name: getattr(record, name) for name in FIELDS})
        kept = self._session.execute(statement.on_conflict_do_nothing(index_elements=["id"]).returning(Dataset.id))
        return kept.first() is not None

    def find(self, dataset_id: str) -> DatasetRecord | None:
        row = self._session.get(Dataset, dataset_id)
        return None if row is None else _record(row)

    def get(self, dataset_id: str) -> DatasetRecord:
        """The record. Raises ``Problem`` (not found), naming the datasets there are."""
        found = self.find(dataset_id)
        if found is None:
            not_found("dataset", dataset_id, (f"{r.id} ({r.name})" for r in self.page(limit=None)))
        return found

    def restrict(self, sha256: str) -> None:
        """Mark every dataset read from a file as restricted, however the file was read."""
        self._session.execute(update(Dataset).where(Dataset.sha256 == sha256).values(restricted=True))

    def is_restricted(self, sha256: str) -> bool:
        """Whether a file was ever loaded as restricted; once it was, it stays so."""
        query = select(Dataset.id).where(Dataset.sha256 == sha256, Dataset.restricted)
        return self._session.execute(query.limit(1)).first() is not None

    def page(self, kind: str | None = None, after: str | None = None, limit: int | None = 100) -> list[DatasetRecord]:
        """Datasets, the one loaded last first, then by id; ``after`` is the id of the last one already seen.

        ``limit`` ``None`` gives all. Raises ``Problem`` (not found) if there is no dataset ``after``.
        """
        query = select(Dataset).order_by(Dataset.loaded_at.desc(), Dataset.id)
        if kind is not None:
            query = query.where(Dataset.kind == str(kind))
        if after is not None:
            last = self.get(after)
            query = query.where(
                or_(
                    Dataset.loaded_at < last.loaded_at,
                    and_(Dataset.loaded_at == last.loaded_at, Dataset.id > last.id),
                )
            )
        if limit is not None:
            query = query.limit(limit)
        return [_record(row) for row in self._session.scalars(query)]

    def chosen(self, kind: str, as_of: date | None = None, vintage: str | None = None) -> DatasetRecord | None:
        """The dataset of a kind that a question about a day stands on; ``None`` if there is none.

        The latest not after ``as_of``, else the earliest after it, else an undated one; without a date, the latest.
        Ties go to the one loaded last, then to the smaller id. ``vintage`` keeps to one census.
        """
        query = preferred(select(Dataset).where(Dataset.kind == str(kind)), as_of)
        if vintage is not None:
            query = query.where(Dataset.vintage == vintage)
        row = self._session.scalars(query.limit(1)).first()
        return None if row is None else _record(row)


def preferred(query: Query, as_of: date | None) -> Query:
    """Order a query over ``dataset`` as ``chosen`` prefers them."""
    day = Dataset.effective_date
    later: ColumnElement[Any] = case((day > as_of, day)) if as_of is not None else case((day.is_(None), None))
    rank = case((day.is_(None), 2), (later.is_not(None), 1), else_=0)
    earlier = case((later.is_(None), day))
    return query.order_by(
        rank,
        earlier.desc().nulls_last(),
        later.asc().nulls_last(),
        Dataset.loaded_at.desc(),
        Dataset.id,
    )


def _record(row: Dataset) -> DatasetRecord:
    return DatasetRecord(**{name: getattr(row, name) for name in FIELDS})
