"""Counts, scores and coordinates from text, each wrong one with its row."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.ingest.faults import Faults

_COUNT = re.compile(r"[+]?(\d+|\d{1,3}(?:,\d{3})+)(?:\.0+)?")
_NEGATIVE = re.compile(r"[-−](\d[\d,]*)(?:\.\d+)?")
_SUPPRESSED = {"*", "-", "c", "[c]", "..", ":", "<5", "< 5"}
LARGEST = 100_000_000  # more than the people of the United Kingdom


def parse_counts(values: pd.Series[str], faults: Faults, field: str, *, blank: int | None = None) -> NDArray[np.int64]:
    """Whole numbers from 0; ``1,234`` and ``12.0`` are taken. ``blank`` stands for an empty cell (None: a fault)."""
    codes, unique = pd.factorize(values)
    numbers = np.zeros(len(unique), dtype=np.int64)
    why: dict[str, list[int]] = {}
    for at, text in enumerate(unique):
        found = _COUNT.fullmatch(text)
        if found and len(found[1]) < 13 and int(found[1].replace(",", "")) <= LARGEST:
            numbers[at] = int(found[1].replace(",", ""))
        elif text == "" and blank is not None:
            numbers[at] = blank
        else:
            why.setdefault(_what_is_wrong(text), []).append(at)
    for reason, wrong in why.items():
        faults.mark("count", reason, values, np.isin(codes, wrong), field=field)
    return numbers[codes] if len(unique) else np.zeros(0, dtype=np.int64)


def parse_decimals(values: pd.Series[str], faults: Faults, field: str) -> NDArray[np.float64]:
    """Decimal numbers, "" as NaN; anything else that is no finite number becomes a fault."""
    plain = values.str.replace(",", "", regex=False)
    numbers = np.array(pd.to_numeric(plain, errors="coerce"), dtype=np.float64)
    wrong = (np.asarray(values != "", dtype=bool) & np.isnan(numbers)) | np.isinf(numbers)
    if wrong.any():
        faults.mark("number", "“{value}” is not a number", values, wrong, field=field)
    return numbers


def _what_is_wrong(text: str) -> str:
    if text == "":
        return "is blank where a count is needed"
    if _NEGATIVE.fullmatch(text):
        return "“{value}” is negative: a count of people cannot be"
    if text.casefold() in _SUPPRESSED:
        return "“{value}” hides a small number: the exact counts are needed"
    if _COUNT.fullmatch(text):
        return "“{value}” is more people than there are"
    return "“{value}” is not a whole number"
