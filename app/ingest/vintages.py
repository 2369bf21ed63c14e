"""Which census's LSOAs a file speaks of, told from the codes themselves; the files do not say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.problem import Finding

LAST_2011 = "E01033768"
"""The last LSOA code England used for the 2011 census; every code after it is one of 2021."""
ENOUGH = 200  # so many different codes with none of 2021 among them are taken for 2011: one in fifteen changed
MARKERS = {"NO2011": "2011", "EMPTY": "2021", "CLOSED": "2021"}
"""Words for an unknown residence. ``CLOSED`` has been used since 2025, ``EMPTY`` with the areas of 2021."""


@dataclass(frozen=True)
class Vintage:
    """``year`` is "2011", "2021" or None where nothing tells."""

    year: str | None
    findings: tuple[Finding, ...]


def from_header(header: str | None) -> str | None:
    """The vintage a column name states (``LSOA11CD``, ``LSOA_2021_CODE``, ``LSOA code (2011)``), or None."""
    name = (header or "").casefold().replace("_", " ")
    for year in ("2011", "2021"):
        if year in name or f"lsoa{year[2:]}" in name.replace(" ", ""):
            return year
    return None


def detect(codes: Iterable[str], markers: Iterable[str] = (), header: str | None = None) -> Vintage:
    """Weigh the codes, the words for unknown residence, and the column's name.

    A code of 2021 decides; then the words, then the name, then the absence of any 2021 code among many.
    Whatever contradicts the decision is a warning.
    """
    english = sorted({code for code in codes if code.startswith("E01")})
    newer = [code for code in english if code > LAST_2011]
    said = {marker: MARKERS[marker] for marker in sorted(set(markers) & MARKERS.keys())}
    named = from_header(header)
    evidence: list[tuple[str, str]] = []
    if newer:
        evidence.append(("2021", f"{len(newer):,} codes after {LAST_2011}, such as {newer[0]}"))
    evidence += [(year, f"the word {marker}") for marker, year in said.items() if marker != "CLOSED"]
    if named:
        evidence.append((named, f"the column name {header}"))
    evidence += [(year, f"the word {marker}") for marker, year in said.items() if marker == "CLOSED"]
    if not newer and len(english) >= ENOUGH:
        evidence.append(("2011", f"none of {len(english):,} codes is newer than {LAST_2011}"))
    if not evidence:
        return Vintage(None, (_finding("vintage-unknown", "Nothing tells whether the LSOAs are of 2011 or 2021."),))
    year, why = evidence[0]
    against = [reason for other, reason in evidence[1:] if other != year]
    if against:
        text = (
            f"The LSOAs are taken for {year} because of {why}, but {' and '.join(against)} points to the other census."
        )
        return Vintage(year, (_finding("vintage-contradiction", text),))
    return Vintage(year, ())


def _finding(code: str, message: str) -> Finding:
    return Finding(code, message, "warning", field="LSOA_CODE", suggestion="State the vintage if it is wrong.")
