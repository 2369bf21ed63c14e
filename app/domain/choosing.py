"""Which of several datasets of one kind a question stands on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from app.domain.records import DatasetRecord


def ranked(records: Iterable[DatasetRecord], as_of: date | None) -> list[DatasetRecord]:
    """Best first: the latest not after ``as_of``, then the earliest after it, then the undated.

    Without a date, the latest first. Ties go to the one loaded last, then to the id, so the answer does not depend
    on the order of the rows.
    """

    def preference(record: DatasetRecord) -> tuple[int, int]:
        day = record.effective_date
        if day is None:
            return (2, 0)
        if as_of is not None and day > as_of:
            return (1, day.toordinal())
        return (0, -day.toordinal())

    newest_first = sorted(sorted(records, key=lambda r: r.id), key=lambda r: r.loaded_at, reverse=True)
    return sorted(newest_first, key=preference)
