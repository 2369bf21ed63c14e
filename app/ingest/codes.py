"""Codes: how they look, and how columns of them are cleaned and checked."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.ingest.dates import take
from app.ingest.faults import Faults
from app.ingest.reading import ImportReport

# ODS: England (and Wales with W, the Isle of Man with Y), Alderney, Guernsey and Jersey
PRACTICE = re.compile(r"[A-HJ-NP-WY]\d{5}|(?:ALD|GUE|JER)\d{3}")
PCN = re.compile(r"U\d{5}")
# ONS nine-character codes, and Northern Ireland's older small areas
SMALL_AREA = re.compile(r"[EWS]01\d{6}|N2[01]\d{6}|95[A-Z]{2}\d{2}[A-Z]\d")
WARD = re.compile(r"[EWSN](?:05|36|08|13)\d{6}|95[A-Z]")
POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}")
NO_POSTCODE = ("ZZ99",)  # pseudo postcodes: no fixed abode, not known, abroad


def clean(values: pd.Series[str], change: Callable[[str], str] = str.upper) -> NDArray[np.object_]:
    """Each value changed (upper case unless said otherwise), every distinct one only once."""
    codes, unique = pd.factorize(values)
    return take([change(text) for text in unique], codes)


def clean_postcode(text: str) -> str:
    """Upper case, without spaces, so that every spelling of a postcode is one key."""
    return re.sub(r"\s+", "", text).upper()


def spaced_postcode(text: str) -> str:
    """For people: a space before the last three characters."""
    plain = clean_postcode(text)
    return f"{plain[:-3]} {plain[-3:]}" if len(plain) > 3 else plain


def fits(values: NDArray[np.object_], pattern: re.Pattern[str]) -> NDArray[np.bool_]:
    """Which values are wholly of this form."""
    codes, unique = pd.factorize(values)
    return np.asarray([pattern.fullmatch(text) is not None for text in unique], dtype=bool)[codes]


def checked(
    values: pd.Series[str], pattern: re.Pattern[str], faults: Faults, *, field: str, what: str
) -> NDArray[np.object_]:
    """A column of codes in upper case; one that is blank or of another form becomes a fault with its row."""
    cleaned = clean(values)
    wrong = ~fits(cleaned, pattern)
    if wrong.any():
        faults.mark(
            "code",
            f"“{{value}}” is not {what}",
            values,
            wrong,
            field=field,
            suggestion="Check that the columns have not moved.",
        )
    return cleaned


def drop_repeats(frame: pd.DataFrame, key: list[str], report: ImportReport, faults: Faults, what: str) -> pd.DataFrame:
    """Drop rows that repeat another in every column, counted; rows that share ``key`` but differ are faults.

    ``frame`` is indexed by row number; ``what`` names the key for the message.
    """
    same = frame.duplicated()
    report.drop("repeats another row in full", int(same.sum()))
    frame = frame[~same]
    twice = frame.duplicated(key, keep="first")
    if twice.any():
        first = dict(zip(map(tuple, frame[key].to_numpy()[::-1]), frame.index[::-1], strict=True))
        for row, values in zip(frame.index[twice], map(tuple, frame.loc[twice, key].to_numpy()), strict=True):
            named = " in ".join(str(v) for v in values)
            faults.add(
                "duplicate",
                f"{what} {named} stands in row {first[values]} and again here, with different values",
                row=int(row),
                field=key[0],
                value=named,
                suggestion="Keep the row that is right.",
            )
    return frame
