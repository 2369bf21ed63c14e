"""Dates in every form the official files have used."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.ingest.faults import Faults

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = r"(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",  # 20190701: ODS
        rf"(?P<y>\d{{4}})-(?P<m>\d{{1,2}})-(?P<d>\d{{1,2}}){_TIME}",  # ISO, with or without a time
        rf"(?P<d>\d{{1,2}})[/.](?P<m>\d{{1,2}})[/.](?P<y>\d{{4}}|\d{{2}}){_TIME}",  # day first, as in Britain
        r"(?P<d>\d{1,2})[- ]?(?P<b>[A-Za-z]{3,9})[- ,]*(?P<y>\d{4}|\d{2})",  # 01-Sep-20, 04JAN2021, 1 April 2026
    )
)
FORMS = "YYYYMMDD, YYYY-MM-DD, DD/MM/YYYY, DD-MON-YY or DDMONYYYY"


def parse_date(text: str) -> date:
    """Read one date. Raises ``ValueError`` where it is none of ``FORMS`` or no day of the calendar.

    Two-digit years are 1969–2068, as POSIX has it.
    """
    for form in _FORMS:
        found = form.fullmatch(text.strip())
        if found:
            parts = found.groupdict()
            month = _month(parts["b"]) if parts.get("b") else int(parts["m"])
            year = int(parts["y"])
            if len(parts["y"]) == 2:
                year += 1900 if year >= 69 else 2000
            return date(year, month, int(parts["d"]))
    raise ValueError(f"“{text}” is not a date of the form {FORMS}")


def parse_dates(values: pd.Series[str], faults: Faults, field: str) -> NDArray[np.object_]:
    """Read a column of dates, "" as ``None``; each wrong one becomes a fault with its row."""
    codes, unique = pd.factorize(values)
    read: list[date | None] = []
    wrong: list[bool] = []
    for text in unique:
        try:
            read.append(parse_date(text) if text else None)
            wrong.append(False)
        except ValueError:
            read.append(None)
            wrong.append(True)
    if any(wrong):
        faults.mark(
            "date",
            "“{value}” is not a date",
            values,
            np.asarray(wrong)[codes],
            field=field,
            suggestion=f"Write it as {FORMS}.",
        )
    return take(read, codes)


def parse_months(values: pd.Series[str]) -> NDArray[np.object_]:
    """``YYYYMM`` (as in ONSPD) to the first day of the month; a full date to its month, anything else to None."""
    codes, unique = pd.factorize(values)
    return take([_month_start(text) for text in unique], codes)


def take(values: Sequence[object], codes: NDArray[np.intp]) -> NDArray[np.object_]:
    """``values[codes]`` as objects, each distinct value shared."""
    table = np.empty(len(values), dtype=object)
    table[:] = values
    return table[codes]


def _month_start(text: str) -> date | None:
    try:
        found = re.fullmatch(r"(\d{4})(\d{2})", text)
        day = date(int(found[1]), int(found[2]), 1) if found else parse_date(text)
    except ValueError:
        return None
    return day.replace(day=1)


def _month(name: str) -> int:
    short = name[:3].casefold()
    if short not in MONTHS:
        raise ValueError(f"“{name}” is not a month")
    return MONTHS.index(short) + 1
