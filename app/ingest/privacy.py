"""Files about people are refused: the service works on published counts and never needs a patient's name or number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.domain.problem import Fault, Problem

PERSONAL_COLUMNS = {
    "an NHS number": r"(patients? )?nhs ?(no\.?|num(ber)?)( ?hash)?|newnhsno|pseudo ?nhs ?number",
    "a date of birth": r"(patients? )?(dob|d\.o\.b\.?|date of birth|birth ?date|dateofbirth)",
    "a person's name": r"(patients? )?(surname|forenames?|family ?name|given ?names?|first ?name|last ?name|full ?name)"
    r"|patients? name|name of patient",
    "a patient's address": r"patients? (post ?code|address)( line)? ?\d*|home (post ?code|address)",
}
_PERSONAL = {what: re.compile(pattern) for what, pattern in PERSONAL_COLUMNS.items()}
_TEN_DIGITS = re.compile(r"\d{3}[ -]?\d{3}[ -]?\d{4}")
LEAST_VALUES = 3
SHARE = 0.9  # one ten-digit number in eleven passes the check digit by chance


def refuse_personal_data(file: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Raise ``Problem`` if a column is named like personal data, or is filled with NHS numbers.

    ``header`` holds normalised names (``tabular.normal``), ``rows`` the first rows of the file.
    """
    for name in header:
        for what, pattern in _PERSONAL.items():
            if pattern.fullmatch(name):
                raise _refusal(file, f"The column “{name}” holds {what}.")
    for at in range(max((len(row) for row in rows), default=0)):
        values = [row[at] for row in rows if at < len(row) and row[at]]
        numbers = sum(is_nhs_number(value) for value in values)
        if numbers >= LEAST_VALUES and numbers >= SHARE * len(values):
            name = f"“{header[at]}”" if at < len(header) and header[at] else f"number {at + 1}"
            raise _refusal(file, f"The column {name} holds NHS numbers ({numbers} of the first {len(values)} values).")


def is_nhs_number(text: str) -> bool:
    """Ten digits whose last is the modulus 11 check digit (NHS Data Dictionary, NHS NUMBER)."""
    if not _TEN_DIGITS.fullmatch(text):
        return False
    digits = [int(c) for c in text if c.isdigit()]
    check = 11 - sum(d * (10 - i) for i, d in enumerate(digits[:9])) % 11
    return len(set(digits)) > 1 and check != 10 and check % 11 == digits[9]


def _refusal(file: str, why: str) -> Problem:
    return Problem(
        Fault.NOT_ALLOWED,
        "The file holds personal data",
        f"{why} The service takes counts of patients by practice and area, never people.",
        remedy="Remove the column, or send counts by practice and small area instead. Nothing of the file was kept.",
        file=file,
    )
