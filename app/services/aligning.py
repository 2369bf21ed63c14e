"""Which PCNs do not fit the proposed neighbourhoods, and by how much: the main job, from stored data to figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd

from app.domain.alignment import Inputs, Neighbourhood, align
from app.domain.basis import Basis
from app.domain.figures import Alignment
from app.domain.naming import slug
from app.domain.problem import Fault, Problem
from app.domain.records import DatasetRecord, FootprintVersion
from app.services import evidence
from app.services.bases import Counted, by_area, by_practice, nearest_owner
from app.services.registered import Registered, registered
from app.services.weights import Weights
from app.services.workspace import Workspace
from app.store.unit import Unit
from data.sample.names import FICTIONAL_AREA
from geometry.catchment import plurality
from geometry.labelled import Labelled
from geometry.locate import locate


@dataclass(frozen=True)
class Question:
    """What is asked. ``footprints`` is a proposal's id or name; ``basis`` None takes the best there is evidence for."""

    footprints: str
    place: str | None = None
    basis: Basis | None = None
    as_of: date | None = None
    version: int | None = None


@dataclass(frozen=True, eq=False)
class Answer:
    """The figures, and everything they stand on."""

    version: FootprintVersion
    basis: Basis
    unit: str  # what the counts count: "patients", "practices" or "square metres"
    as_of: date
    alignment: Alignment
    datasets: tuple[DatasetRecord, ...]
    warnings: tuple[str, ...]
    shapes: gpd.GeoSeries  # neighbourhood polygons by code, EPSG:27700; empty where none are known
    points: gpd.GeoSeries  # practice points by code, EPSG:27700
    postcodes: Mapping[str, str]
    fictional: bool  # the sample place: nothing in it is real

    @property
    def place_id(self) -> str | None:
        return slug(self.alignment.place) if self.alignment.place else None


def answer(work: Workspace, question: Question) -> Answer:
    """Answer a question about a plan.

    Raises ``Problem``: unknown footprints or place; nothing loaded for the basis asked for.
    """
    with work.store.read() as unit:
        version = unit.footprints.get(slug(question.footprints), question.version)
        loaded = tuple(record.id for record in unit.datasets.page(limit=None))
    key = ("answer", version.id, version.status, question, loaded, work.thresholds)
    return work.remember(key, lambda: _answer(work, version, question))


def _answer(work: Workspace, version: FootprintVersion, question: Question) -> Answer:
    with work.store.read() as unit:
        found = registered(work, unit, version, question.as_of)
    with work.store.read() as unit:  # anew, because the shares and outlines may just have been made and kept
        return _figures(work, unit, version, question, found)


def _figures(work: Workspace, unit: Unit, version: FootprintVersion, question: Question, found: Registered) -> Answer:
    as_of = question.as_of or found.as_of or datetime.now(UTC).date()
    names, name_records = evidence.practice_names(unit, as_of)
    practices = list(found.by_practice.table.rows) if found.by_practice is not None else sorted(map(str, names.index))
    membership, membership_record = evidence.membership(unit, practices, as_of)
    if found.by_practice is None:
        practices = [p for p in practices if p in membership.pcn_of]
    details = names.reindex(practices)
    located = evidence.located(unit, details, as_of)
    shapes = _shapes(unit, version)
    standing_in = _standing_in(located, shapes, found.weights.shares)
    basis = _basis(question.basis, found, practices, standing_in)
    codes = sorted(n for n in unit.footprints.neighbourhoods(version.id)["code"])
    if basis is Basis.PATIENTS:
        assert found.by_practice is not None  # noqa: S101 - _basis has made sure of it
        counted = Counted(found.by_practice.with_columns(codes), "patients", membership.pcn_of)
    elif basis is Basis.PRACTICE:
        counted = by_practice(practices, _list_sizes(found, details), standing_in, codes, membership.pcn_of)
    else:
        counted = _area_table(unit, found, located, membership.pcn_of)
    inputs = Inputs(
        by_practice=counted.table,
        neighbourhoods=_neighbourhoods(unit, version, found.weights, as_of),
        pcn_of=counted.pcn_of,
        standing_in=standing_in if basis is not Basis.AREA else {},
        practice_names={str(code): str(name) for code, name in details["name"].dropna().items()},
        pcn_names=evidence.pcn_names(unit, as_of),
        thresholds=work.thresholds,
    )
    alignment = align(inputs, _place(version, question.place))
    if basis is Basis.AREA:
        alignment = _without_practices(alignment)
    scope = {p.code for p in alignment.practices}
    used = [*found.datasets, membership_record, *name_records, *located.datasets]
    return Answer(
        version=version,
        basis=basis,
        unit=counted.unit,
        as_of=as_of,
        alignment=alignment,
        datasets=_distinct(unit.datasets.get(version.dataset_id), *(r for r in used if r is not None)),
        warnings=(*found.warnings, *counted.warnings, *(f.message for f in membership.findings if f.value in scope)),
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


def _area_table(unit: Unit, found: Registered, located: evidence.Located, pcn_of: Mapping[str, str]) -> Counted:
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
        owner = plurality(pcns @ found.by_area).assignment
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


def _neighbourhoods(unit: Unit, version: FootprintVersion, made: Weights, as_of: date) -> tuple[Neighbourhood, ...]:
    people = evidence.population(unit, made.vintage, as_of)
    residents: dict[str, float] = {}
    if people:
        counts = np.array([people.get(area, 0.0) for area in made.shares.rows])
        residents = dict(zip(made.shares.columns, map(float, made.shares.values.T @ counts), strict=True))
    frame = unit.footprints.neighbourhoods(version.id).sort_values("code")
    return tuple(
        Neighbourhood(str(row.code), str(row.name), str(row.place or version.name), residents.get(str(row.code)))
        for row in frame[["code", "name", "place"]].itertuples(index=False, name="Row")
    )


def _place(version: FootprintVersion, asked: str | None) -> str | None:
    if asked is None:
        return None
    places = version.places or (version.name,)
    for place in places:
        if asked == place or slug(asked) == slug(place):
            return place
    raise Problem(
        Fault.NOT_FOUND,
        "No such place in this plan",
        f"{version.name} has no place “{asked}”. Its places: {', '.join(places)}.",
        remedy="Use one of these names, or leave the place out to see the whole plan.",
    )


def _without_practices(alignment: Alignment) -> Alignment:
    """On the basis of area the members counted are PCNs, so nothing is said of practices."""
    return replace(alignment, practices=(), pcns=tuple(replace(p, practices=()) for p in alignment.pcns))


def _distinct(*records: DatasetRecord) -> tuple[DatasetRecord, ...]:
    return tuple({record.id: record for record in records}.values())
