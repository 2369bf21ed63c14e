"""The words that must stand wherever a result of public data is shown."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.records import DatasetRecord
from data import catalogue


def attribution(records: Iterable[DatasetRecord]) -> str:
    """Attribution for the kinds of data used, each statement once."""
    return catalogue.attribution(record.kind for record in records)
