"""Finding the wanted columns of a table under whatever names this year's release gives them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.problem import Fault, Problem
from app.ingest.faults import several
from app.ingest.privacy import refuse_personal_data
from app.ingest.source import HEAD_ROWS, Sample, Source


@dataclass(frozen=True)
class Column:
    """A field a reader wants: its name, and the headers it goes by, as regular expressions on ``normal`` headers.

    The first pattern that any header matches wins; among several headers that match it, the last in the alphabet
    (the newest, where only a year differs).
    """

    name: str
    patterns: tuple[str, ...]
    required: bool = True
    coded: bool = False  # few different values: kept as a dictionary while reading


def normal(header: object) -> str:
    """A header for matching: lower case, with line breaks, underscores and runs of spaces as one space."""
    return re.sub(r"[\s_\u00a0\ufeff]+", " ", str(header)).strip().casefold()


def matches(header: Sequence[str], columns: Sequence[Column], chosen: dict[str, str] | None = None) -> dict[str, int]:
    """The position of each field in ``header``; a header in ``chosen`` (field to header) goes first."""
    names = [normal(name) for name in header]
    found = {column.name: _position(names, column, chosen or {}) for column in columns}
    return {field: at for field, at in found.items() if at is not None}


def complete(header: Sequence[str], columns: Sequence[Column], chosen: dict[str, str] | None = None) -> bool:
    """Whether ``header`` has every required column."""
    names = [normal(name) for name in header]
    # One that is not there settles it: a file is held against the columns of every kind there is.
    return all(_position(names, column, chosen or {}) is not None for column in columns if column.required)


def _position(names: Sequence[str], column: Column, chosen: Mapping[str, str]) -> int | None:
    if column.name in chosen:
        wanted = normal(chosen[column.name])
        return names.index(wanted) if wanted in names else None
    for pattern in map(re.compile, column.patterns):
        hits = [at for at, name in enumerate(names) if pattern.fullmatch(name)]
        if hits:
            return max(hits, key=lambda at: (names[at], -at))
    return None


def has_table(sample: Sample, columns: Sequence[Column]) -> bool:
    """Whether any table in the sample has a header row, among its first rows, with every required column."""
    return any(complete(row, columns) for rows in sample.tables for row in rows[:HEAD_ROWS] if len(row) > 1)


def header_row(
    source: Source, rows: Sequence[Sequence[str]], columns: Sequence[Column], chosen: dict[str, str]
) -> tuple[int, dict[str, int]]:
    """Where the header stands among the first rows, and the position of each field in it. Raises ``Problem``."""
    best, found = 0, dict[str, int]()
    for at, row in enumerate(rows[:HEAD_ROWS]):
        here = matches(row, columns, chosen)
        if complete(row, columns, chosen):
            best, found = at, here
            break
        if len(here) > len(found):
            best, found = at, here
    header = rows[best] if rows else []
    refuse_personal_data(source.name, [normal(name) for name in header], rows[best + 1 :])
    missing = [c for c in columns if c.name not in found and (c.required or c.name in chosen)]
    if missing:
        raise _missing(source, missing, header, chosen)
    return best, found


def _missing(source: Source, missing: Sequence[Column], header: Sequence[str], chosen: dict[str, str]) -> Problem:
    lines = [
        f"“{chosen[c.name]}” (chosen for {c.name})" if c.name in chosen else f"{c.name} ({_readable(c.patterns)})"
        for c in missing
    ]
    shown = several((re.sub(r"\s+", " ", name).strip() for name in header if name.strip()), 30)
    return Problem(
        Fault.MISSING_COLUMN,
        f"The file lacks {'a column' if len(lines) == 1 else 'columns'} that this format needs",
        f"Looked for {'; '.join(lines)}. The file has: {shown or 'no column names'}.",
        remedy="Rename the column, or say which column to take for it.",
        file=source.name,
    )


def _readable(patterns: Sequence[str]) -> str:
    """Patterns in words: the alternatives without the marks of regular expressions."""
    plain = (re.sub(r"\\d\\d", "21", pattern).replace("\\", "").replace("?", "") for pattern in patterns)
    return " or ".join(plain)
