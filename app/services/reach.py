"""Where the patients of each PCN live, area by area: the table that catchments are drawn from."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from scipy import sparse

from app.domain.problem import Fault, Problem
from app.domain.records import DatasetRecord
from app.domain.suppression import protected_matrix
from app.ingest.kinds import Kind
from app.ingest.reading import UNKNOWN_AREA
from app.services import evidence
from app.services.aligning import Answer
from app.services.ground import Ground
from app.services.workspace import Workspace
from app.store.unit import Unit
from geometry.catchment import by_group
from geometry.labelled import Labelled

MOSTLY = 0.5
"""An area belongs to a place that holds more than this share of it."""


@dataclass(frozen=True, eq=False)
class Reach:
    """Patients of PCNs × areas, each PCN with its whole list, on the areas that are drawn.

    ``patients`` has a column ``UNKNOWN_AREA`` for patients whose residence, or whose area, is not among them; practices
    in no PCN are left out. ``holding`` is the share of each area in each neighbourhood. Protected where restricted.
    """

    patients: Labelled
    holding: Labelled
    names: dict[str, str]  # of areas, where known
    shapes: gpd.GeoSeries  # by area code, EPSG:27700; empty where no boundaries are loaded
    vintage: str | None
    areas_explained: str
    datasets: tuple[DatasetRecord, ...]

    def of_place(self, neighbourhoods: set[str]) -> frozenset[str]:
        """Areas mostly held by these neighbourhoods."""
        at = [k for k, code in enumerate(self.holding.columns) if code in neighbourhoods]
        held = np.asarray(self.holding.values[:, at].sum(axis=1)).ravel()
        return frozenset(code for code, share in zip(self.holding.rows, held, strict=True) if share > MOSTLY)


def reach(work: Workspace, given: Answer) -> Reach:
    """Gather it for the whole plan; kept in memory for as long as nothing is loaded.

    The registrations' own areas are used where their boundaries are loaded, else those the plan's weights are of.
    Raises ``Problem`` where no registrations live in the plan, or none of the practices is in a PCN.
    """
    return work.remember(("reach", given.ground.key), lambda: _reach(work, given.ground))


def _reach(work: Workspace, ground: Ground) -> Reach:
    found = ground.registered
    record = next((r for r in found.datasets if r.kind == Kind.REGISTRATIONS), None)
    if found.by_area is None or record is None:
        raise Problem(
            Fault.NOTHING_LOADED,
            "No registered patients are loaded for this plan",
            "A catchment is drawn from patients by practice and small area; none of those loaded live in the plan.",
            remedy="Load “Patients Registered at a GP Practice” by LSOA.",
        )
    with work.store.read() as unit:
        lists = evidence.registrations(work, unit, record)
        own = _own_areas(work, unit, record, lists, ground)
        holding, by_area, areas = found.weights.shares, found.by_area, found.weights.areas
        used = [] if areas is None else [areas]
        said = f"LSOA {record.vintage or 'codes'}, as the registrations were published"
        if record.vintage != found.weights.vintage and None not in (record.vintage, found.weights.vintage):
            said = (
                f"LSOA {found.weights.vintage}: no boundaries of LSOA {record.vintage}, on which the registrations "
                "were published, are loaded, so patients were carried over"
            )
            step = evidence.carried(work, unit, record.vintage, found.weights.vintage, ground.as_of)
            if own is not None and step is not None:
                holding, by_area, areas, used = step[0].matrix @ holding, lists, own, [own, step[1]]
                said = f"LSOA {own.vintage}, as the registrations were published"
        frame = None if areas is None else unit.areas.of(areas.id).set_index("code")
    pcns = by_group(_complete(by_area, lists), ground.inputs.pcn_of) if _networked(lists, ground) else None
    if pcns is None:
        raise Problem(
            Fault.NOTHING_LOADED,
            "No practice is in a PCN",
            f"None of the practices with patients in the plan is in a PCN on {ground.as_of}.",
            remedy="Load PCN membership, or ask for another date.",
        )
    return Reach(
        patients=protected_matrix(pcns) if ground.restricted else pcns,
        holding=holding,
        names={} if frame is None else {str(code): str(name) for code, name in frame["name"].dropna().items()},
        shapes=gpd.GeoSeries([], crs=27700) if frame is None else gpd.GeoSeries(frame.geometry, crs=27700),
        vintage=record.vintage if areas is None else areas.vintage,
        areas_explained=said,
        datasets=tuple(used),
    )


def _networked(lists: Labelled, ground: Ground) -> bool:
    return any(practice in ground.inputs.pcn_of for practice in lists.rows)


def _own_areas(
    work: Workspace, unit: Unit, registrations: DatasetRecord, lists: Labelled, ground: Ground
) -> DatasetRecord | None:
    """Boundaries of the areas that the registrations were published on, if any are loaded."""
    for record in evidence.candidates(unit, (Kind.AREAS,), ground.as_of):
        if record.vintage != registrations.vintage or evidence.level(work, unit, record) != "lsoa":
            continue
        if not set(unit.areas.of(record.id, geometry=False)["code"]).isdisjoint(lists.columns):
            return record
    return None


def _complete(by_area: Labelled, lists: Labelled) -> Labelled:
    """Practices × areas with what no area holds in a column of its own, so that each row is the whole list."""
    known = by_area.with_columns([code for code in by_area.columns if code != UNKNOWN_AREA])
    left = np.maximum(lists.with_rows(known.rows).row_sums() - known.row_sums(), 0.0)
    values = sparse.hstack([known.values, sparse.csr_array(left[:, np.newaxis])]).tocsr()
    return Labelled(known.rows, (*known.columns, UNKNOWN_AREA), sparse.csr_array(values))
