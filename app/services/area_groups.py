"""The wards and MSOAs of a plan, as its small areas say which they are in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from app.domain.problem import if_loaded
from app.ingest.kinds import Kind
from app.services.aligning import Answer
from app.services.small_areas import small_areas
from app.services.workspace import Workspace


class Group(StrEnum):
    """What small areas are grouped into."""

    WARD = "ward"
    MSOA = "msoa"


@dataclass(frozen=True, eq=False)
class AreaGroups:
    """``of_area``: the group of each small area, by code. ``names`` of groups, by code.

    ``within``: by neighbourhood its groups, each with whether all of its small areas are mostly there; in order of
    their names.
    """

    of_area: Mapping[str, str]
    names: Mapping[str, str]
    within: Mapping[str, Mapping[str, bool]]


def area_groups(work: Workspace, given: Answer, group: Group) -> AreaGroups | None:
    """``None`` where no small areas are loaded, or these do not say which they are in.

    An LSOA that names no MSOA is called after it, with a letter (ONS, names of 2011 and 2021).
    """
    found = if_loaded(lambda: small_areas(work, given))
    record = None if found is None else next((r for r in found.datasets if r.kind == Kind.AREAS), None)
    if found is None or record is None:
        return None
    with work.store.read() as unit:
        frame = unit.areas.of(record.id, geometry=False).set_index("code")
    codes, names = frame[f"{group}_code"].dropna(), frame[f"{group}_name"]
    if group is Group.MSOA and codes.empty:
        codes = names = frame["name"].dropna().astype(str).str.extract(r"^(.*\d{3})[A-Z]+$", expand=False).dropna()
    if codes.empty:
        return None
    of_area = {str(area): str(code) for area, code in codes.items()}
    named = {of_area[str(area)]: str(name) for area, name in names.reindex(codes.index).items() if not pd.isna(name)}
    return AreaGroups(of_area, named, _within(of_area, named, found.main))


def _within(
    of_area: Mapping[str, str], names: Mapping[str, str], main: Mapping[str, str]
) -> dict[str, dict[str, bool]]:
    areas = Counter(of_area.values())
    held: dict[str, Counter[str]] = defaultdict(Counter)
    for area, neighbourhood in main.items():
        if area in of_area:
            held[neighbourhood][of_area[area]] += 1
    return {
        neighbourhood: {
            code: counted[code] == areas[code]
            for code in sorted(counted, key=lambda code: (names.get(code, code), code))
        }
        for neighbourhood, counted in held.items()
    }
