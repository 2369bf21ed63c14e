"""Finding a layer's columns by the many names the same thing has had."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from app.domain.problem import Fault, Problem

_YEAR = re.compile(r"(?:19|20)\d\d|(?<!\d)\d\d(?!\d)")


@dataclass(frozen=True)
class Wanted:
    """A field and the patterns of its column's name, best first; matched without regard to case, against all of it."""

    field: str
    patterns: tuple[str, ...]


def find_columns(
    columns: Sequence[str], wanted: Iterable[Wanted], stated: Mapping[str, str], file: str
) -> dict[str, str]:
    """The column of each field that has one. What the user states goes before any pattern.

    Where one pattern matches several columns (``LAD11CD``, ``LAD22CD``) the latest year is taken. Raises ``Problem``
    where a stated field is not a field, or a stated column is not in the file.
    """
    wanted = list(wanted)
    _check_stated(columns, [each.field for each in wanted], stated, file)
    found: dict[str, str] = {}
    for each in wanted:
        column = stated.get(each.field) or _first_match(columns, each.patterns)
        if column is not None:
            found[each.field] = column
    return found


def year_in(column: str) -> int | None:
    """The year a column's name states: ``LSOA21CD`` 2021, ``population_mid2020`` 2020, ``Name`` None."""
    years = [int(text) if len(text) == 4 else 2000 + int(text) for text in _YEAR.findall(column)]
    return max(years, default=None)


def as_codes(values: pd.Series) -> pd.Series:
    """Upper-case codes without blanks around them; None for blank. Whole numbers lose their ``.0``."""
    codes = [text.upper() if text is not None else None for text in as_texts(values)]
    return pd.Series(codes, index=values.index, dtype=object)


def as_texts(values: pd.Series) -> pd.Series:
    """Texts without blanks around them, inner runs of blanks made one; None for blank."""
    return pd.Series([_text(value) for value in values], index=values.index, dtype=object)


def no_texts(index: pd.Index) -> pd.Series:
    """A column of None."""
    return pd.Series([None] * len(index), index=index, dtype=object)


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return " ".join(value.split()) or None
    if (
        value is None
        or value is pd.NA
        or value is pd.NaT
        or (isinstance(value, float | np.floating) and np.isnan(value))
    ):
        return None
    if isinstance(value, float | np.floating) and float(value).is_integer():
        value = int(value)
    return str(value).strip() or None


def _first_match(columns: Sequence[str], patterns: tuple[str, ...]) -> str | None:
    for pattern in patterns:
        matching = [name for name in columns if re.fullmatch(pattern, name.strip(), re.IGNORECASE)]
        if matching:
            return max(matching, key=lambda name: (year_in(name) or 0, -columns.index(name)))
    return None


def _check_stated(columns: Sequence[str], fields: list[str], stated: Mapping[str, str], file: str) -> None:
    for name, column in stated.items():
        if name not in fields:
            raise Problem(
                Fault.BAD_INPUT,
                "No such field",
                f"{name!r} is not a field of this kind of file.",
                remedy=f"The fields are: {', '.join(fields)}.",
                file=file,
            )
        if column not in columns:
            raise missing_column(f"The stated column {column!r} for {name!r} is not there.", columns, name, file)


def missing_column(why: str, columns: Sequence[str], wanted: str, file: str) -> Problem:
    """The column ``wanted`` cannot be found; says which ones are there."""
    there = ", ".join(columns[:40]) if columns else "none"
    return Problem(
        Fault.MISSING_COLUMN,
        "A column is missing",
        f"{why} The file's columns are: {there}.",
        remedy=f"Say which column holds it, for example columns {wanted}=NAME.",
        file=file,
    )
