"""The three bases on which PCNs are set against neighbourhoods, each giving a table that conserves what it counts.

``patients`` counts registered patients where they live; ``practice`` counts whole lists where the practice stands;
``area`` counts square metres of the small areas in which a PCN has most patients. Each is weaker than the one before,
and every answer says which it stands on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geometry.crosstab import Crosstab, crosstab
from geometry.labelled import Labelled


@dataclass(frozen=True, eq=False)
class Counted:
    """A table of members × neighbourhoods, what it counts, and the PCN of each member."""

    table: Crosstab
    unit: str  # "patients", "practices" or "square metres"
    pcn_of: Mapping[str, str]
    warnings: tuple[str, ...] = ()


def by_practice(
    practices: list[str],
    list_size: Mapping[str, float],
    standing_in: Mapping[str, str | None],
    neighbourhoods: list[str],
    pcn_of: Mapping[str, str],
) -> Counted:
    """Every list counted at its practice's own point; practices themselves are counted where no list is known.

    A practice that stands in no neighbourhood is outside the plan, one whose location is not known is unknown.
    """
    sizes_known = all(practice in list_size for practice in practices)
    weight = {p: float(list_size[p]) if sizes_known else 1.0 for p in practices}
    placed = {p: n for p in practices if (n := standing_in.get(p)) is not None}
    table = Labelled.from_triples(
        list(placed),
        list(placed.values()),
        [weight[p] for p in placed],
        row_order=practices,
        column_order=neighbourhoods,
    )
    outside = np.array([weight[p] if p in standing_in and standing_in[p] is None else 0.0 for p in practices])
    unknown = np.array([0.0 if p in standing_in else weight[p] for p in practices])
    missing = len(practices) - len(list_size.keys() & set(practices))
    warnings = (
        () if sizes_known else (f"{missing:,} practices have no list size, so practices are counted, not patients.",)
    )
    return Counted(Crosstab(table, outside, unknown), "patients" if sizes_known else "practices", pcn_of, warnings)


def by_area(owner: Mapping[str, str], square_metres: pd.Series[float], shares: Labelled, warning: str) -> Counted:
    """Square metres of each PCN's areas in each neighbourhood.

    owner: the PCN each area is drawn for. The members of the table are the PCNs themselves.
    """
    areas = sorted(set(owner) & set(square_metres.index))
    held = Labelled.from_triples(
        [owner[a] for a in areas], areas, square_metres.loc[areas], column_order=sorted(square_metres.index)
    )
    return Counted(crosstab(held, shares), "square metres", {pcn: pcn for pcn in held.rows}, (warning,))


def nearest_owner(areas: pd.DataFrame, practices: pd.DataFrame, pcn_of: Mapping[str, str]) -> dict[str, str]:
    """The PCN of the practice nearest to each area; both frames are indexed by code with easting, northing in metres.

    Only a drawing for where registrations are missing: in London no more than a third of patients use the nearest
    practice (technical notes §4.2). Ties go to the first practice in code order.
    """
    known = practices[practices.index.isin(list(pcn_of))].sort_index()
    if known.empty:
        return {}
    _, at = cKDTree(known[["easting", "northing"]].to_numpy()).query(areas[["easting", "northing"]].to_numpy())
    nearest = known.index[np.asarray(at)]
    return {str(area): pcn_of[str(practice)] for area, practice in zip(areas.index, nearest, strict=True)}
