"""Is a list of areas a clean plan: every area once, none unknown, none left out, each neighbourhood in one piece?

The counterpart of ``geometry.coverage`` for neighbourhoods that come as a list: nothing can overlap by a metre here,
so all there is to ask is which areas are listed and which of them touch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from geometry.adjacency import Adjacency, pieces
from geometry.findings import CoverageFault, Severity

NAMED = 5
"""Codes that a message names before it says how many more there are."""


class ListFault(StrEnum):
    """What only a list can have wrong; the rest is named as for drawn footprints."""

    LISTED_TWICE = "listed-twice"
    UNKNOWN_AREAS = "unknown-areas"


ORDER: tuple[str, ...] = (
    ListFault.LISTED_TWICE,
    ListFault.UNKNOWN_AREAS,
    CoverageFault.EMPTY,
    CoverageFault.UNASSIGNED_AREAS,
    CoverageFault.OUTSIDE_PLACE,
    CoverageFault.DETACHED_PART,
    CoverageFault.OUTSIDE_BAND,
)


@dataclass(frozen=True)
class ListFinding:
    """One thing found. ``areas`` are those concerned, ascending; ``people`` in them, ``None`` where not counted."""

    fault: str
    severity: Severity
    footprints: tuple[str, ...]
    areas: tuple[str, ...]
    people: float | None
    message: str


@dataclass(frozen=True, eq=False)
class Listing:
    """A plan as a list. ``holders``: the neighbourhoods that list an area; areas that are not loaded are in it too.

    ``place``: the areas that should all be in some neighbourhood. ``adjacency`` is of all areas that are known.
    ``people`` by area code, ``None`` where nobody has counted.
    """

    neighbourhoods: Sequence[str]
    holders: Mapping[str, tuple[str, ...]]
    place: frozenset[str]
    adjacency: Adjacency
    people: Mapping[str, float] | None = None
    band: tuple[float, float] | None = None


def check_list(listing: Listing) -> tuple[ListFinding, ...]:
    """Everything found, by sort, then neighbourhood, then area.

    Outside the band of people is advice, never a fault.
    """
    known = listing.adjacency.index
    by_neighbourhood: dict[str, list[str]] = {code: [] for code in listing.neighbourhoods}
    for area, holders in listing.holders.items():
        for code in holders:
            by_neighbourhood[code].append(area)
    found = [
        *_twice(listing),
        *_by_neighbourhood(listing, by_neighbourhood, known),
        *_unassigned(listing),
        *_detached(listing, by_neighbourhood),
    ]
    return tuple(sorted(found, key=lambda f: (ORDER.index(f.fault), f.footprints, f.areas)))


def _twice(listing: Listing) -> list[ListFinding]:
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for area, holders in listing.holders.items():
        if len(set(holders)) > 1:
            groups[tuple(sorted(set(holders)))].append(area)
    return [
        _finding(listing, ListFault.LISTED_TWICE, Severity.ERROR, who, areas, f"{' and '.join(who)} both list {{}}")
        for who, areas in groups.items()
    ]


def _by_neighbourhood(
    listing: Listing, by_neighbourhood: Mapping[str, list[str]], known: Mapping[str, int]
) -> list[ListFinding]:
    found = []
    for code, areas in by_neighbourhood.items():
        unknown = [area for area in areas if area not in known]
        here = [area for area in areas if area in known]
        beyond = [area for area in here if area not in listing.place]
        if unknown:
            text = f"{code} lists {{}}, not among the areas loaded: nobody is counted there"
            found.append(_finding(listing, ListFault.UNKNOWN_AREAS, Severity.ERROR, (code,), unknown, text))
        if not here:
            text = f"{code} has no area that is loaded"
            found.append(_finding(listing, CoverageFault.EMPTY, Severity.ERROR, (code,), [], text))
        if beyond:
            text = f"{code} has {{}} outside the place"
            found.append(_finding(listing, CoverageFault.OUTSIDE_PLACE, Severity.WARNING, (code,), beyond, text))
        found += _outside_band(listing, code, here)
    return found


def _outside_band(listing: Listing, code: str, areas: list[str]) -> list[ListFinding]:
    if listing.band is None or listing.people is None:
        return []
    people, (low, high) = _people(listing, areas), listing.band
    assert people is not None  # noqa: S101 - people are known here
    if low <= people <= high:
        return []
    side = "fewer" if people < low else "more"
    text = f"{code} has {people:,.0f} people, {side} than the guide of {low:,.0f} to {high:,.0f}."
    return [
        ListFinding(CoverageFault.OUTSIDE_BAND, Severity.ADVICE, (code,), tuple(sorted(areas)), people, text),
    ]


def _unassigned(listing: Listing) -> list[ListFinding]:
    """One finding for each stretch of areas that hang together, naming the neighbourhoods it touches."""
    missing = sorted(area for area in listing.place if area not in listing.holders)
    found = []
    for piece in listing.adjacency.components(missing):
        near = {other for area in piece for other in listing.adjacency.neighbours(area)}
        around = {code for other in near for code in listing.holders.get(other, ())}
        who = tuple(sorted(around))
        beside = f", next to {' and '.join(who)}" if who else ""
        text = f"No neighbourhood has {{}}{beside}"
        found.append(_finding(listing, CoverageFault.UNASSIGNED_AREAS, Severity.ERROR, who, piece, text))
    return found


def _detached(listing: Listing, by_neighbourhood: Mapping[str, list[str]]) -> list[ListFinding]:
    known = listing.adjacency.index
    # An area listed twice belongs to each of its neighbourhoods, so they are taken one by one.
    people = listing.people or {}
    return [
        _finding(
            listing, CoverageFault.DETACHED_PART, Severity.WARNING, (code,), piece.areas,
            f"{code} has {{}} apart from the rest",
        )
        for code, areas in by_neighbourhood.items()
        for piece in pieces(listing.adjacency, {area: code for area in areas if area in known}, people)
        if not piece.main
    ]  # fmt: skip


def _finding(
    listing: Listing, fault: str, severity: Severity, who: tuple[str, ...], areas: Iterable[str], text: str
) -> ListFinding:
    """``text`` has ``{}`` where the areas are named."""
    concerned = tuple(sorted(areas))
    people = _people(listing, concerned)
    told = "" if people is None or not people else f" (about {people:,.0f} people)"
    return ListFinding(str(fault), severity, who, concerned, people, f"{text.format(_named(concerned))}{told}.")


def _people(listing: Listing, areas: Iterable[str]) -> float | None:
    if listing.people is None:
        return None
    return float(np.sum([listing.people.get(area, 0.0) for area in areas]))


def _named(areas: Sequence[str]) -> str:
    more = f" and {len(areas) - NAMED} more" if len(areas) > NAMED else ""
    return f"{'area' if len(areas) == 1 else f'{len(areas)} areas:'} {', '.join(areas[:NAMED])}{more}"
