"""What every figure of a plan stands on, gathered once: who is registered where, in which PCN, standing where."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd

from app.domain.alignment import Inputs, Neighbourhood
from app.domain.basis import Basis
from app.domain.problem import Fault, Problem
from app.domain.records import DatasetRecord, FootprintVersion
from app.domain.suppression import protected, protected_matrix, protected_table
from app.services import evidence
from app.services.bases import Counted, by_area, by_practice, nearest_owner
from app.services.registered import Registered, registered
from app.services.suppression import is_restricted
from app.services.weights import Weights
from app.services.workspace import Workspace
from app.store.unit import Unit
from data.sample.names import FICTIONAL_AREA
from geometry.catchment import plurality
from geometry.labelled import Labelled
from geometry.locate import locate


@dataclass(frozen=True, eq=False)
class Ground:
    """The inputs of an alignment, for the whole plan, and where they come from.

    Where any dataset is restricted the inputs are protected, so nothing computed from them gives a small number away;
    ``registered`` is as it was loaded.
    """

    key: Hashable  # names this ground in the workspace's memory
    version: FootprintVersion
    basis: Basis
    unit: str  # what the counts count: "patients", "practices" or "square metres"
    as_of: date
    inputs: Inputs
    weights: Weights
    registered: Registered
    datasets: tuple[DatasetRecord, ...]
    warnings: tuple[str, ...]
    practice_warnings: Mapping[str, str]  # by practice code
    shapes: gpd.GeoSeries  # neighbourhood polygons by code, EPSG:27700; empty where none are known
    points: gpd.GeoSeries  # practice points by code, EPSG:27700
    postcodes: Mapping[str, str]
    fictional: bool  # the sample place: nothing in it is real

    @property
    def restricted(self) -> bool:
        return is_restricted(self.datasets)


def ground(work: Workspace, version: FootprintVersion, basis: Basis | None, as_of: date | None) -> Ground:
    """Gather what a plan's figures stand on; kept in memory for as long as nothing is loaded.

    Raises ``Problem`` where nothing is loaded for the basis asked for.
    """
    with work.store.read() as unit:
        loaded = tuple((record.id, record.restricted) for record in unit.datasets.page(limit=None))
    key = ("ground", version.id, version.status, basis, as_of, loaded, work.thresholds)
    return work.remember(key, lambda: _ground(work, key, version, basis, as_of))


def _ground(
    work: Workspace, key: Hashable, version: FootprintVersion, basis: Basis | None, as_of: date | None
) -> Ground:
    with work.store.read() as unit:
        found = registered(work, unit, version, as_of)
    with work.store.read() as unit:  # anew, because the shares and outlines may just have been made and kept
        return replace(_gathered(work, unit, version, basis, as_of, found), key=key)


def _gathered(
    work: Workspace, unit: Unit, version: FootprintVersion, asked: Basis | None, on: date | None, found: Registered
) -> Ground:
    as_of = on or found.as_of or datetime.now(UTC).date()
    names, name_records = evidence.practice_names(unit, as_of)
    practices = list(found.by_practice.table.rows) if found.by_practice is not None else sorted(map(str, names.index))
    membership, membership_record = evidence.membership(unit, practices, as_of)
    if found.by_practice is None:
        practices = [p for p in practices if p in membership.pcn_of]
    details = names.reindex(practices)
    located = evidence.located(unit, details, as_of)
    shapes = _shapes(unit, version)
    standing_in = _standing_in(located, shapes, found.weights.shares)
    basis = _basis(asked, found, practices, standing_in)
    people = unit.areas.measure("population", found.weights.vintage, as_of)
    used = _distinct(
        *(unit.datasets.get(id_) for id_ in (version.dataset_id, *([people.dataset_id] if people else []))),
        *(r for r in (*found.datasets, membership_record, *name_records, *located.datasets) if r is not None),
    )
    restricted = is_restricted(used)
    codes = sorted(n for n in unit.footprints.neighbourhoods(version.id)["code"])
    if basis is Basis.PATIENTS:
        assert found.by_practice is not None  # noqa: S101 - _basis has made sure of it
        counted = Counted(found.by_practice.with_columns(codes), "patients", membership.pcn_of)
    elif basis is Basis.PRACTICE:
        counted = by_practice(practices, _list_sizes(found, details), standing_in, codes, membership.pcn_of)
    else:
        counted = _area_table(unit, found, located, membership.pcn_of, restricted)
    inputs = Inputs(
        by_practice=protected_table(counted.table) if restricted else counted.table,
        neighbourhoods=_neighbourhoods(unit, version, found.weights, as_of, restricted),
        pcn_of=counted.pcn_of,
        standing_in=standing_in if basis is not Basis.AREA else {},
        practice_names={str(code): str(name) for code, name in details["name"].dropna().items()},
        pcn_names=evidence.pcn_names(unit, as_of),
        thresholds=work.thresholds,
    )
    return Ground(
        key=None,
        version=version,
        basis=basis,
        unit=counted.unit,
        as_of=as_of,
        inputs=inputs,
        weights=found.weights,
        registered=found,
        datasets=used,
        warnings=(*found.warnings, *counted.warnings),
        practice_warnings={f.value: f.message for f in membership.findings if f.value is not None},
        shapes=shapes,
        points=located.points,
        postcodes={str(code): str(postcode) for code, postcode in details["postcode"].dropna().items()},
        fictional=any(area.startswith(FICTIONAL_AREA) for area in found.weights.shares.rows),
    )


def _basis(
    asked: Basis | None, found: Registered, practices: list[str], standing_in: Mapping[str, str | None]
) -> Basis:
    """The basis asked for if there is evidence for it, else the best there is."""
    has_patients = found.by_practice is not None
    has_points = any(standing_in.get(p) is not None for p in practices)
    if asked is Basis.PATIENTS and not has_patients:
        raise Problem(
            Fault.NOTHING_LOADED,
            "No registered patients are loaded for this plan",
            "The basis “patients” needs patients by practice and small area; none of those loaded live in the plan.",
            remedy="Load “Patients Registered at a GP Practice” by LSOA, or ask for another basis.",
        )
    if asked is not None and asked is not Basis.PATIENTS and not (has_points or has_patients):
        raise _no_evidence()
    if asked is not None:
        return asked
    if has_patients:
        return Basis.PATIENTS
    if has_points:
        return Basis.PRACTICE
    raise _no_evidence()


def _no_evidence() -> Problem:
    return Problem(
        Fault.NOTHING_LOADED,
        "Nothing is loaded that says where practices or patients are",
        "No registered patients live in the plan, and no practice with a PCN has a known location in it.",
        remedy="Load patients by LSOA (best), or practices with postcodes and a postcode file, and PCN membership.",
    )


def _list_sizes(found: Registered, details: pd.DataFrame) -> dict[str, float]:
    if found.by_practice is not None:
        return dict(zip(found.by_practice.table.rows, map(float, found.by_practice.totals), strict=True))
    return {str(code): float(size) for code, size in details["list_size"].dropna().items()}


def _area_table(
    unit: Unit, found: Registered, located: evidence.Located, pcn_of: Mapping[str, str], restricted: bool
) -> Counted:
    if found.weights.areas is None:
        raise Problem(
            Fault.NOTHING_LOADED,
            "No small areas are loaded",
            "The basis “area” needs the boundaries of small areas.",
            remedy="Load the boundaries of the LSOAs of this place.",
        )
    areas = unit.areas.of(found.weights.areas.id).set_index("code")
    if found.by_area is not None:
        members = [p for p in found.by_area.rows if p in pcn_of]
        pcns = Labelled.from_triples([pcn_of[p] for p in members], members, np.ones(len(members)))
        patients = pcns @ found.by_area
        owner = plurality(protected_matrix(patients) if restricted else patients).assignment
        warning = "Each small area is drawn for the PCN with most patients in it; the figures are of land, not people."
    else:
        inner = areas.geometry.representative_point()
        centres = pd.DataFrame({"easting": inner.x, "northing": inner.y}, index=areas.index)
        points = pd.DataFrame({"easting": located.points.x, "northing": located.points.y}, index=located.points.index)
        owner = nearest_owner(centres, points, pcn_of)
        warning = (
            "No registrations are loaded: each small area is drawn for the PCN of the nearest practice (modelled). "
            "In London only about a third of patients use the nearest practice."
        )
    return by_area(owner, areas.geometry.area.astype(float), found.weights.shares, warning)


def _shapes(unit: Unit, version: FootprintVersion) -> gpd.GeoSeries:
    frame = unit.footprints.neighbourhoods(version.id).set_index("code").sort_index()
    return frame.geometry.dropna()


def _standing_in(located: evidence.Located, shapes: gpd.GeoSeries, shares: Labelled) -> dict[str, str | None]:
    """Neighbourhood by practice: its point in the polygons; without a point, its postcode's area in the shares."""
    standing: dict[str, str | None] = {}
    if len(shapes):
        standing.update(zip(map(str, located.points.index), locate(located.points, shapes), strict=True))
    for practice, areas in located.areas.items():
        row = next((shares.row_index[a] for a in areas if a in shares.row_index), None)
        if row is not None:
            cells = shares.values[[row], :].toarray().ravel()
            standing[practice] = shares.columns[int(cells.argmax())] if cells.max() > 0 else None
    return standing


def _neighbourhoods(
    unit: Unit, version: FootprintVersion, made: Weights, as_of: date, restricted: bool
) -> tuple[Neighbourhood, ...]:
    people = evidence.population(unit, made.vintage, as_of)
    residents: dict[str, float] = {}
    if people:
        counts = np.array([people.get(area, 0.0) for area in made.shares.rows])
        living = made.shares.values.T @ counts
        living = protected(living) if restricted else living
        residents = dict(zip(made.shares.columns, map(float, living), strict=True))
    frame = unit.footprints.neighbourhoods(version.id).sort_values("code")
    return tuple(
        Neighbourhood(str(row.code), str(row.name), str(row.place or version.name), residents.get(str(row.code)))
        for row in frame[["code", "name", "place"]].itertuples(index=False, name="Row")
    )


def _distinct(*records: DatasetRecord) -> tuple[DatasetRecord, ...]:
    return tuple({record.id: record for record in records}.values())
