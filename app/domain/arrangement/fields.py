"""The fields of an arrangement record: what each says, what it rests on, and whose it is to fill in.

No source gives a template. The list puts together what the London model, the Network Contract DES and local papers name
(domain notes §1.2); every default is either their wording in short or a local proposal, and says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from app.domain.problem import Fault, Finding, Problem

LONGEST = 4_000
"""Characters in one field."""

LONDON = "London Target Operating Model, May 2025"
PROPOSAL = "Local proposal; no rule says it"

FIGURES, DEFAULT, OPEN, FILLED = "figures", "default", "open", "filled in"


class Date(StrEnum):
    """Fields that are days."""

    START = "term.start"
    REVIEW = "term.review_date"
    FUNDING = "funding.review_date"


@dataclass(frozen=True)
class Field:
    """One field of the record.

    state: ``figures`` (computed; only a new draft changes it), ``default`` (proposed by the draft), ``open`` or
    ``filled in``. drafted: what the draft said, ``None`` where it was open. basis: the source, or that it is a
    proposal. by: who is to fill it in.
    """

    key: str
    section: str
    label: str
    value: str | None
    state: str
    basis: str
    by: str | None = None
    drafted: str | None = None


def computed(key: str, section: str, label: str, value: str, basis: str) -> Field:
    return Field(key, section, label, value, FIGURES, basis, None, value)


def proposed(key: str, section: str, label: str, value: str, basis: str, by: str) -> Field:
    return Field(key, section, label, value, DEFAULT, basis, by, value)


def left_open(key: str, section: str, label: str, by: str, basis: str = PROPOSAL) -> Field:
    return Field(key, section, label, None, OPEN, basis, by, None)


def merged(fields: Iterable[Field], changes: Mapping[str, str | None]) -> tuple[Field, ...]:
    """The fields with some filled in; ``None`` takes one back to what the draft said.

    Raises ``Problem``, naming each: an unknown field, one that comes from the figures, a text that is empty or too
    long, a day that is none.
    """
    kept = {field.key: field for field in fields}
    found = [finding for key in sorted(changes) if (finding := _refused(kept, key, changes[key])) is not None]
    if found:
        raise Problem(
            Fault.BAD_INPUT,
            "Some fields cannot be changed like this",
            "Nothing was changed.",
            remedy="Correct the fields named; the record lists those there are.",
            findings=found,
        )
    return tuple(_changed(field, changes) for field in kept.values())


def plain(field: Field) -> dict[str, Any]:
    """A field as it is kept."""
    return asdict(field)


def from_plain(rows: Iterable[Mapping[str, Any]]) -> tuple[Field, ...]:
    """Fields as they were kept."""
    return tuple(Field(**row) for row in rows)


def _changed(field: Field, changes: Mapping[str, str | None]) -> Field:
    if field.key not in changes:
        return field
    value = changes[field.key]
    if value is None:
        return replace(field, value=field.drafted, state=OPEN if field.drafted is None else DEFAULT)
    return replace(field, value=value.strip(), state=FILLED)


def _refused(kept: Mapping[str, Field], key: str, value: str | None) -> Finding | None:
    if key not in kept:
        return Finding("unknown-field", "The record has no such field.", field=key)
    if kept[key].state == FIGURES:
        return Finding(
            "from-the-figures",
            "It is computed.",
            field=key,
            suggestion="Make a new draft, and name this one as the arrangement that it replaces.",
        )
    if value is None:
        return None
    if not value.strip() or len(value) > LONGEST:
        return Finding("text", f"A text of 1 to {LONGEST:,} characters is needed.", field=key)
    if key in list(Date) and _day(value.strip()) is None:
        return Finding("date", "A day like 2027-04-01 is needed.", field=key, value=value[:40])
    return None


def day_in(fields: Iterable[Field], which: Date) -> date | None:
    """The day that a field gives, ``None`` where it is open."""
    value = next((field.value for field in fields if field.key == which), None)
    return None if value is None else _day(value)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
