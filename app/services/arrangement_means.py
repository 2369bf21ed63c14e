"""Means of a measure of small areas over a PCN's own patients, by the neighbourhood they live in."""

from __future__ import annotations

import numpy as np

from app.domain.arrangement.draft import pcn_in
from app.domain.arrangement.terms import Weight
from app.domain.basis import Basis
from app.domain.records import DatasetRecord
from app.domain.suppression import protected_matrix
from app.services.aligning import Answer
from app.services.workspace import Workspace
from app.store.unit import Unit

Means = tuple[dict[str, float], tuple[DatasetRecord, ...]]


def area_means(work: Workspace, given: Answer, pcn: str, weight: Weight) -> Means:
    """``Σ n·w·v / Σ n·w`` over the areas whose value v is known, for each neighbourhood; and the datasets of v.

    n: the PCN's patients by area; w: share of the area in the neighbourhood. v: IMD score, or share of residents aged
    65 and over. Nothing where patients are not counted where they live, or no such measure is loaded that may be shown.
    Raises ``Problem`` (not found) for an unknown PCN.
    """
    members = pcn_in(given.alignment, pcn).practices
    lists = given.ground.registered.by_area
    if given.ground.basis is not Basis.PATIENTS or lists is None:
        return {}, ()
    with work.store.read() as unit:
        values, used = _values(unit, given, weight)
    if values is None or any(record.restricted for record in used):
        return {}, ()
    shares = given.ground.weights.shares.with_columns([n.code for n in given.alignment.neighbourhoods])
    mine = lists.with_rows([p for p in members if p in lists.row_index]).with_columns(list(shares.rows))
    living = (protected_matrix(mine) if given.restricted else mine).column_sums()
    known = ~np.isnan(values)
    above = shares.values.T @ np.where(known, living * np.nan_to_num(values), 0.0)
    below = shares.values.T @ np.where(known, living, 0.0)
    return {code: float(a / b) for code, a, b in zip(shares.columns, above, below, strict=True) if b > 0}, used


def _values(unit: Unit, given: Answer, weight: Weight) -> tuple[np.ndarray | None, tuple[DatasetRecord, ...]]:
    """The measure by area, in the order of the weights, NaN where it is not known."""
    areas, vintage = list(given.ground.weights.shares.rows), given.ground.weights.vintage
    names = ("imd_score",) if weight is Weight.DEPRIVATION else ("population_65_over", "population")
    measures = [unit.areas.measure(name, vintage, given.ground.as_of) for name in names]
    found = [m for m in measures if m is not None]
    if len(found) < len(names):
        return None, ()
    columns = [m.values.reindex(areas).to_numpy(dtype=np.float64) for m in found]
    used = tuple({m.dataset_id: unit.datasets.get(m.dataset_id) for m in found}.values())
    if len(columns) == 1:
        return columns[0], used
    part, whole = columns
    return np.divide(part, whole, out=np.full(len(areas), np.nan), where=whole > 0), used
