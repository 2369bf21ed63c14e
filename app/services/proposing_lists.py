"""Who is registered where, on the small areas of a place: lists of practices, each whole."""

from __future__ import annotations

from datetime import date

import numpy as np
from scipy import sparse

from app.domain.problem import Fault, Problem
from app.domain.records import DatasetRecord
from app.ingest.kinds import Kind
from app.ingest.reading import UNKNOWN_AREA
from app.services import evidence
from app.services.workspace import Workspace
from app.store.unit import Unit
from geometry.labelled import Labelled

BEYOND = "beyond the areas loaded"
"""The column of patients whose area is known but not among those loaded."""

ROUNDING = 1e-6


def registered_on(
    work: Workspace, unit: Unit, areas: DatasetRecord, mine: list[str], as_of: date | None
) -> tuple[Labelled, list[DatasetRecord], tuple[str, ...]]:
    """Practices × areas of the areas' vintage, from the best registrations with anybody in the place."""
    for record in evidence.candidates(unit, (Kind.REGISTRATIONS,), as_of):
        lists, used, warnings = evidence.registrations(work, unit, record), [record], tuple[str, ...]()
        if None not in (record.vintage, areas.vintage) and record.vintage != areas.vintage:
            carried = evidence.carried(work, unit, record.vintage, areas.vintage, as_of)
            if carried is None:
                continue
            step, lookup = carried
            used.append(lookup)
            told = f"Patients were carried from LSOA {record.vintage} to {areas.vintage}: {step.describe()}."
            lists, warnings = _carried(lists, step.matrix), (told,)
        if lists.with_columns(mine).total() > 0:
            return lists, used, warnings
    raise Problem(
        Fault.NOTHING_LOADED,
        "No registered patients are loaded for this place",
        "Neighbourhoods are proposed from patients by practice and small area; none of those loaded live here.",
        remedy="Load “Patients Registered at a GP Practice” by LSOA (and the 2011 to 2021 lookup where it is older).",
    )


def _carried(lists: Labelled, step: Labelled) -> Labelled:
    """Lists on other areas, each still whole: what the lookup does not know lies beyond, what was unknown stays so."""
    known = lists @ step
    unknown = lists.with_columns([UNKNOWN_AREA]).row_sums()
    beyond = lists.row_sums() - known.row_sums() - unknown
    beyond[np.abs(beyond) < ROUNDING] = 0.0
    ends = sparse.csr_array(np.column_stack([beyond, unknown]))
    values = sparse.csr_array(sparse.hstack([known.values, ends], format="csr"))
    return Labelled(known.rows, (*known.columns, BEYOND, UNKNOWN_AREA), values)
