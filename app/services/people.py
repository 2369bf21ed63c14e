"""Who lives in each neighbourhood: how deprived, how old; and how well the most deprived are served by one team.

Deprivation is the population-weighted mean of the score (never of ranks), and the share of residents in the two most
deprived tenths of England (deciles 1 and 2, the "Core20" of NHS England).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.domain.basis import Basis
from app.domain.records import DatasetRecord
from app.domain.suppression import protected_table
from app.ingest.reading import UNKNOWN_AREA
from app.services.aligning import Answer
from app.services.workspace import Workspace
from app.store.unit import Unit
from geometry.crosstab import crosstab
from geometry.labelled import Labelled

MOST_DEPRIVED = 2
"""Decile up to which an area counts among the most deprived fifth of England."""

AGES = {"share_aged_65_and_over": "population_65_over", "share_aged_under_16": "population_0_15"}


@dataclass(frozen=True, eq=False)
class People:
    """By neighbourhood code; a measure that is not loaded, or may not be shown, is missing.

    ``deprived`` and ``deprived_outside_lead`` are patients of this answer's PCNs living in the most deprived fifth.
    """

    measures: Mapping[str, dict[str, float]]  # name -> by neighbourhood
    deprived: float | None
    deprived_outside_lead: float | None
    datasets: tuple[DatasetRecord, ...]


def people(work: Workspace, given: Answer) -> People:
    """Deprivation and age for the neighbourhoods of an answer."""
    key = ("people", given.ground.key, given.alignment.place)

    def look() -> People:
        with work.store.read() as unit:
            return _people(unit, given)

    return work.remember(key, look)


def _people(unit: Unit, given: Answer) -> People:
    ground, used = given.ground, []
    vintage, shares = ground.weights.vintage, ground.weights.shares
    columns = [n.code for n in given.alignment.neighbourhoods]
    holding = shares.with_columns(columns)
    found: dict[str, dict[str, float]] = {}
    read: dict[str, np.ndarray] = {}
    for name in ("population", "imd_score", "imd_decile", *AGES.values()):
        measure = unit.areas.measure(name, vintage, ground.as_of)
        if measure is not None:
            read[name] = measure.values.reindex(list(shares.rows)).to_numpy(dtype=np.float64)
            used.append(unit.datasets.get(measure.dataset_id))
    if "population" in read and not any(record.restricted for record in used):
        living = np.nan_to_num(read["population"])
        if "imd_score" in read:
            known = ~np.isnan(read["imd_score"])
            total = np.nan_to_num(read["imd_score"]) * living
            found["imd_score"] = _ratio(holding, total, np.where(known, living, 0.0))
        if "imd_decile" in read:
            known, poor = ~np.isnan(read["imd_decile"]), read["imd_decile"] <= MOST_DEPRIVED
            found["share_most_deprived"] = _ratio(holding, living * poor, np.where(known, living, 0.0))
        for name, band in AGES.items():
            if band in read:
                found[name] = _ratio(holding, np.nan_to_num(read[band]), living)
    deprived = _deprived(given, shares, read["imd_decile"]) if "imd_decile" in read else (None, None)
    return People(found, *deprived, tuple({record.id: record for record in used}.values()))


def _ratio(holding: Labelled, part: np.ndarray, whole: np.ndarray) -> dict[str, float]:
    above, below = holding.values.T @ part, holding.values.T @ whole
    return {code: float(a / b) for code, a, b in zip(holding.columns, above, below, strict=True) if b > 0}


def _deprived(given: Answer, shares: Labelled, decile: np.ndarray) -> tuple[float | None, float | None]:
    """Patients of the most deprived fifth inside the plan, and those of them outside their PCN's lead."""
    lists = given.ground.registered.by_area
    if given.ground.basis is not Basis.PATIENTS or lists is None:
        return None, None
    poor = [area for area, tenth in zip(shares.rows, decile, strict=True) if tenth <= MOST_DEPRIVED]
    table = crosstab(lists.with_columns(poor), shares, frozenset({UNKNOWN_AREA}))
    table = (protected_table(table) if given.restricted else table).with_columns(
        [n.code for n in given.alignment.neighbourhoods]
    )
    inside = dict(zip(table.table.rows, table.inside, strict=True))
    total = outside = 0.0
    for pcn in given.alignment.pcns:
        mine = [p for p in pcn.practices if p in inside]
        here = sum(float(inside[p]) for p in mine)
        lead = 0.0
        if pcn.lead is not None and mine:
            column = table.table.values[:, [table.table.column_index[pcn.lead]]].toarray().ravel()
            lead = sum(float(column[table.table.row_index[p]]) for p in mine)
        total, outside = total + here, outside + here - lead
    return total, outside
