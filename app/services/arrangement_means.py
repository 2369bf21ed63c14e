"""How deprived the areas are where a PCN's own patients live, by neighbourhood."""

from __future__ import annotations

import numpy as np

from app.domain.arrangement.draft import pcn_in
from app.domain.basis import Basis
from app.domain.records import DatasetRecord
from app.domain.suppression import protected_matrix
from app.services.aligning import Answer
from app.services.workspace import Workspace

Means = tuple[dict[str, float], tuple[DatasetRecord, ...]]


def deprivation_by_int(work: Workspace, given: Answer, pcn: str) -> Means:
    """Mean IMD score ``Σ n·w·s / Σ n·w`` over areas whose score s is known, by neighbourhood; and the datasets of s.

    n: the PCN's patients by area; w: share of the area in the neighbourhood. Nothing where patients are not counted
    where they live, or no scores are loaded that may be shown. Raises ``Problem`` (not found) for an unknown PCN.
    """
    members = pcn_in(given.alignment, pcn).practices
    lists, made = given.ground.registered.by_area, given.ground.weights
    if given.ground.basis is not Basis.PATIENTS or lists is None:
        return {}, ()
    with work.store.read() as unit:
        score = unit.areas.measure("imd_score", made.vintage, given.ground.as_of)
        used = () if score is None else (unit.datasets.get(score.dataset_id),)
    if score is None or any(record.restricted for record in used):
        return {}, ()
    shares = made.shares.with_columns([n.code for n in given.alignment.neighbourhoods])
    values = score.values.reindex(list(shares.rows)).to_numpy(dtype=np.float64)
    mine = lists.with_rows([p for p in members if p in lists.row_index]).with_columns(list(shares.rows))
    living = (protected_matrix(mine) if given.restricted else mine).column_sums()
    known = ~np.isnan(values)
    above = shares.values.T @ np.where(known, living * np.nan_to_num(values), 0.0)
    below = shares.values.T @ np.where(known, living, 0.0)
    return {code: float(a / b) for code, a, b in zip(shares.columns, above, below, strict=True) if b > 0}, used
