"""Which column holds what: by its name where it is a known one, else by its values.

A guess says how sure it is and why, so that somebody can confirm it. What is guessed by name is what the readers would
take on their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from app.ingest.codes import PCN, PRACTICE, SMALL_AREA, WARD
from app.ingest.columns import matches
from app.ingest.kinds import Kind
from app.ingest.readers import areas, footprint_lookup, footprints
from app.ingest.spatial.columns import find_columns
from app.services.uploading.known import KnownAreas

Columns = Mapping[str, Sequence[str | None]]
"""First values of each column, None where blank."""

MOST = 0.9  # of a column's values that must be codes of one sort
SHORT_CODE = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9_./-]{0,11}")

FIELDS: dict[Kind, dict[str, str]] = {
    Kind.FOOTPRINTS: {
        "code": "code of the neighbourhood",
        "name": "name of the neighbourhood",
        "place": "place",
        "borough": "borough",
    },
    Kind.FOOTPRINT_LOOKUP: {
        "area": "code of the LSOA or ward",
        "code": "code of the neighbourhood",
        "name": "name of the neighbourhood",
        "place": "place",
        "borough": "borough",
        "start": "first day",
        "end": "last day",
    },
    Kind.AREAS: {
        "code": "code of the area",
        "name": "name of the area",
        "lad_code": "code of the borough",
        "lad_name": "name of the borough",
        "ward_code": "code of the ward",
        "ward_name": "name of the ward",
    },
}
"""What can be mapped, by kind of file, in plain English. Official formats have names of their own for everything."""

NEEDED: dict[Kind, tuple[tuple[str, ...], ...]] = {
    Kind.FOOTPRINTS: (("code", "name"),),
    Kind.FOOTPRINT_LOOKUP: (("area",), ("code", "name")),
    Kind.AREAS: (("code",),),
}
"""Of each group of fields one is needed."""


@dataclass(frozen=True)
class Guess:
    """``confidence`` 0..1; ``by`` is ``name`` or ``values``."""

    column: str
    confidence: float
    by: str
    why: str


def guess(kind: Kind, columns: Columns, known: Sequence[KnownAreas] = ()) -> dict[str, Guess]:
    """The column of each field that one was found for, in the order of ``FIELDS``."""
    if kind not in FIELDS:
        return {}
    found = {field: _by_name(field, column, columns[column]) for field, column in _named(kind, columns).items()}
    for field, find in _BY_VALUES[kind].items():
        if field in found:
            continue
        free = {name: values for name, values in columns.items() if name not in {g.column for g in found.values()}}
        by_values = find(free, known, found)
        if by_values is not None:
            found[field] = by_values
    return {field: found[field] for field in FIELDS[kind] if field in found}


def kind_of_table(columns: Columns) -> tuple[Kind, str] | None:
    """What a table of unknown headings is, told by its values, and why."""
    area = area_column(columns)
    if area is None:
        return None
    others = {name: values for name, values in columns.items() if name != area[0]}
    if _grouping(others, codes=True) is None and _grouping(others, codes=False) is None:
        return None
    return Kind.FOOTPRINT_LOOKUP, f"“{area[0]}” holds codes of {area[1]}, and another column puts them into groups."


def area_column(columns: Columns) -> tuple[str, str, float] | None:
    """The column whose values are codes of LSOAs, else of wards: its name, which of the two, and their share."""
    for pattern, what in ((SMALL_AREA, "LSOAs"), (WARD, "wards")):
        shares = [(_share(values, lambda v: pattern.fullmatch(v.upper()) is not None), name)  # noqa: B023 - used at once
                  for name, values in columns.items()]  # fmt: skip
        best = max(shares, key=lambda pair: pair[0], default=(0.0, ""))
        if best[0] >= MOST:
            return best[1], what, best[0]
    return None


def known_share(values: Sequence[str | None], known: Sequence[KnownAreas]) -> tuple[float, str] | None:
    """The largest share of different codes that a loaded dataset of areas knows, and its name."""
    codes = {value.strip().upper() for value in values if value and value.strip()}
    shares = [(len(codes & (each.codes | each.wards)) / len(codes), each.name) for each in known if codes]
    return max(shares, key=lambda pair: pair[0], default=None)


def _named(kind: Kind, columns: Columns) -> dict[str, str]:
    header = list(columns)
    if kind is Kind.FOOTPRINT_LOOKUP:
        found = matches(header, footprint_lookup.WANTED)
        if "code" not in found and "name" not in found:
            found |= matches(header, footprint_lookup.PCN_NAMES)
        area = footprint_lookup.area_header(header)
        return ({} if area is None else {"area": area}) | {field: header[at] for field, at in found.items()}
    wanted = footprints.FIELDS if kind is Kind.FOOTPRINTS else areas.FIELDS
    return {f: c for f, c in find_columns(header, wanted, {}, "").items() if f in FIELDS[kind]}


def _by_name(field: str, column: str, values: Sequence[str | None]) -> Guess:
    filled = [value for value in values if value and value.strip()]
    if not filled:
        return Guess(column, 0.3, "name", "Its name says so, but its first values are blank.")
    if field == "area" and area_column({column: values}) is None:
        return Guess(column, 0.4, "name", "Its name says so, but its values are no codes of LSOAs or wards.")
    if len(filled) < 0.5 * len(values):
        return Guess(column, 0.6, "name", "Its name says so; more than half of its first values are blank.")
    return Guess(column, 0.95, "name", "Its name says so.")


Find = Callable[[Columns, Sequence[KnownAreas], Mapping[str, Guess]], Guess | None]


def _area(columns: Columns, known: Sequence[KnownAreas], _found: Mapping[str, Guess]) -> Guess | None:
    best = area_column(columns)
    if best is None:
        return None
    name, what, share = best
    loaded = known_share(columns[name], known)
    also = f"; {loaded[0]:.0%} of them are in {loaded[1]}" if loaded else ""
    confidence = 0.9 if loaded is None or loaded[0] >= MOST else 0.7
    return Guess(name, confidence, "values", f"{share:.0%} of its first values are codes of {what}{also}.")


def _group_code(columns: Columns, _known: Sequence[KnownAreas], found: Mapping[str, Guess]) -> Guess | None:
    name = None if "name" in found else _grouping(columns, codes=True)
    return (
        None
        if name is None
        else Guess(name, 0.5, "values", "Its values are short codes that repeat, as those of groups do.")
    )


def _group_name(columns: Columns, known: Sequence[KnownAreas], found: Mapping[str, Guess]) -> Guess | None:
    names = frozenset[str]().union(*(each.lad_names for each in known))
    kept = {n: v for n, v in columns.items() if _share(v, lambda value: value in names) < MOST}
    name = _grouping(kept, codes=False)
    sure = 0.4 if "code" in found else 0.5
    return (
        None
        if name is None
        else Guess(name, sure, "values", "Its values are words that repeat, as names of groups do.")
    )


def _borough(columns: Columns, known: Sequence[KnownAreas], _found: Mapping[str, Guess]) -> Guess | None:
    names = frozenset[str]().union(*(each.lad_names for each in known))
    for column, values in columns.items():
        if names and _share(values, lambda value: value in names) >= MOST:
            return Guess(column, 0.9, "values", "Its values are names of boroughs that are loaded.")
    return None


def _own_code(columns: Columns, _known: Sequence[KnownAreas], _found: Mapping[str, Guess]) -> Guess | None:
    for column, values in columns.items():
        if _distinct(values) and _share(values, lambda v: SHORT_CODE.fullmatch(v) is not None) >= MOST:
            return Guess(column, 0.5, "values", "Its values are short codes, each another.")
    return None


def _own_name(columns: Columns, _known: Sequence[KnownAreas], _found: Mapping[str, Guess]) -> Guess | None:
    for column, values in columns.items():
        if _distinct(values) and _share(values, lambda v: re.search(r"[A-Za-z]{3}", v) is not None) >= MOST:
            return Guess(column, 0.5, "values", "Its values are words, each another.")
    return None


def _coded_area(columns: Columns, known: Sequence[KnownAreas], found: Mapping[str, Guess]) -> Guess | None:
    best = area_column(columns)
    return _area(columns, known, found) if best and best[1] == "LSOAs" else None


_BY_VALUES: dict[Kind, dict[str, Find]] = {
    Kind.FOOTPRINTS: {"code": _own_code, "name": _own_name, "borough": _borough},
    Kind.FOOTPRINT_LOOKUP: {"area": _area, "borough": _borough, "code": _group_code, "name": _group_name},
    Kind.AREAS: {"code": _coded_area},
}


def _grouping(columns: Columns, *, codes: bool) -> str | None:
    """The leftmost column whose values repeat: short codes, or words; codes of areas and practices are neither."""
    official = (SMALL_AREA, WARD, PRACTICE, PCN, re.compile(r"[EW]\d{8}"))
    for name, values in columns.items():
        filled = [value.strip() for value in values if value and value.strip()]
        if len(filled) < MOST * len(values) or not 1 <= len(set(filled)) <= 0.5 * len(filled):
            continue
        if any(all(pattern.fullmatch(value.upper()) for value in filled) for pattern in official):
            continue
        short = _share(filled, lambda v: SHORT_CODE.fullmatch(v) is not None) >= MOST
        words = _share(filled, lambda v: re.search(r"[A-Za-z]{3}", v) is not None) >= MOST
        if short if codes else (words and not short):
            return name
    return None


def _share(values: Collection[str | None], test: Callable[[str], bool]) -> float:
    filled = [value.strip() for value in values if value and value.strip()]
    return sum(map(test, filled)) / len(filled) if filled else 0.0


def _distinct(values: Sequence[str | None]) -> bool:
    filled = [value.strip() for value in values if value and value.strip()]
    return bool(filled) and len(filled) == len(values) and len(set(filled)) == len(filled)
