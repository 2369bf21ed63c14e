"""Collections of what there is: places, practices, PCNs and small areas, whatever any plan says."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import shapely

from app.domain.naming import slug
from app.domain.publication import Content, Field
from app.domain.records import DatasetRecord, Role
from app.domain.suppression import shown
from app.ingest.kinds import Kind
from app.services import evidence, registry
from app.services.places import places
from app.services.publishing.about import DATE, INTEGER, NAMED, NUMBER, SOURCE, TEXT, VALID, about, source
from app.services.publishing.offers import Offer, State, key_of, version_key
from app.services.publishing.writing import plain
from app.services.survey import survey
from app.services.workspace import Workspace
from app.store.unit import Unit

Row = dict[str, Any]

REGISTER = (*evidence.NAME_KINDS, *evidence.MEMBERSHIP_KINDS, *evidence.PCN_NAME_KINDS, Kind.POSTCODES)

PLACES = (
    *NAMED,
    Field("boroughs", TEXT, "Boroughs, joined by semicolons"),
    Field("plans", TEXT, "Ids of the plans that have neighbourhoods in it, joined by semicolons"),
    Field("neighbourhoods", INTEGER, "Neighbourhoods of the first of these plans in it"),
    *VALID,
    *SOURCE,
)
PRACTICES = (
    *NAMED,
    Field("postcode", TEXT, "Postcode"),
    Field("practice_status", TEXT, "Status in the register"),
    Field("icb_code", TEXT, "ODS code of the ICB"),
    Field("sub_icb_code", TEXT, "ODS code of the sub-ICB location"),
    Field("pcn_code", TEXT, "ODS code of its PCN on the date"),
    Field("pcn_name", TEXT, "Name of its PCN"),
    Field("as_of", DATE, "Date of the membership"),
    *VALID,
    *SOURCE,
)
PCNS = (
    *NAMED,
    Field("practices", INTEGER, "Practices in it on the date"),
    Field("practice_codes", TEXT, "Their ODS codes, joined by semicolons"),
    Field("as_of", DATE, "Date of the membership"),
    *VALID,
    *SOURCE,
)
AREAS = (
    *NAMED,
    *(
        Field(f"{level}_{what}", TEXT, f"{title}: {what}")
        for level, title in (("lad", "Borough or district"), ("ward", "Ward"), ("msoa", "MSOA"))
        for what in ("code", "name")
    ),
    Field("vintage", TEXT, "Census whose areas these are"),
)


def offers(work: Workspace, state: State) -> list[Offer]:
    """The collections that can be had of what is loaded."""
    found = []
    if any(version.role is Role.PROPOSAL for version in state.versions):
        found.append(
            Offer(
                "places",
                "Places",
                "The places that plans of neighbourhoods are for, each as the union of its neighbourhoods.",
                key_of("places", state.datasets, *map(version_key, state.versions)),
                partial(_places, work, state),
            )
        )
    register = state.of_kinds(*REGISTER)
    day = _register_day(state) if register else date.min
    if state.has(*evidence.NAME_KINDS):
        found.append(
            Offer(
                "practices",
                "GP practices",
                "GP practices where they stand, each with its PCN on the date of the newest register loaded.",
                key_of("practices", register, day),
                partial(_practices, work, register, day),
            )
        )
    if state.has(*evidence.PCN_NAME_KINDS):
        found.append(
            Offer(
                "pcns",
                "Primary Care Networks",
                "PCNs as the points of their practices on the date of the newest register loaded.",
                key_of("pcns", register, day),
                partial(_pcns, work, register, day),
            )
        )
    return [*found, *_area_offers(work, state)]


def _places(work: Workspace, state: State) -> Content:
    latest = {v.footprint_id: v for v in state.versions if v.role is Role.PROPOSAL}
    shapes: dict[str, list[shapely.Geometry]] = {}
    rows: list[Row] = []
    drawn: dict[str, dict[str, list[shapely.Geometry]]] = {}
    used: dict[str, DatasetRecord] = {}
    for entry in places(work):
        plans = sorted({plan["id"] for plan in entry["footprints"]} & set(latest))
        if not plans:
            continue
        version = latest[plans[0]]
        if version.id not in drawn:
            survey(work, version, None)  # makes the outlines of a plan that came as a list
            drawn[version.id] = _outlines(work, version.id, version.name)
        shapes[entry["id"]] = drawn[version.id].get(entry["id"], [])
        record = next(r for r in state.datasets if r.id == version.dataset_id)
        used[record.id] = record
        rows.append(
            {
                "code": entry["id"],
                "name": entry["name"],
                "boroughs": ";".join(entry["boroughs"]) or None,
                "plans": ";".join(plans),
                "neighbourhoods": next(
                    plan["neighbourhoods"]
                    for plan in entry["footprints"]
                    if (plan["id"], plan["version"]) == (version.footprint_id, version.number)
                ),
                "valid_from": version.start_date,
                **source([record]),
            }
        )
    merged = {code: shapely.union_all(parts) for code, parts in shapes.items() if parts}
    return Content(PLACES, rows, merged, about(list(used.values()), None))


def _outlines(work: Workspace, version_id: str, plan: str) -> dict[str, list[shapely.Geometry]]:
    with work.store.read() as unit:
        frame = unit.footprints.neighbourhoods(version_id)
    found: dict[str, list[shapely.Geometry]] = {}
    for place, shape in zip(frame["place"].fillna(plan), frame.geometry, strict=True):
        if shape is not None:
            found.setdefault(slug(str(place)), []).append(shape)
    return found


def _register_day(state: State) -> date:
    """The date of the newest register, else of the newest registrations, so that content follows from what is loaded.

    Where no file says its date, the day the newest was loaded.
    """
    for kinds in (REGISTER, (Kind.REGISTRATIONS,)):
        dated = [r.effective_date for r in state.of_kinds(*kinds) if r.effective_date]
        if dated:
            return max(dated)
    return max(r.loaded_at for r in state.of_kinds(*REGISTER)).date()


def _practices(work: Workspace, records: tuple[DatasetRecord, ...], on: date) -> Content:
    by_id = {record.id: record for record in records}
    rows = []
    for row in registry.practices(work, on, None, None, 1_000_000):
        used = [by_id[id_] for id_ in {row["dataset"], row["membership_dataset"]} if id_ in by_id]
        rows.append(
            {
                **row,
                "practice_status": row["status"],
                "valid_from": row["opened"],
                "valid_to": row["closed"],
                **source(used),
            }
        )
    points, located = _points(work, on)
    mine = {id_ for row in rows for id_ in (row["dataset"] or "").split(";")} | located
    return Content(PRACTICES, rows, points, about([r for r in records if r.id in mine], on))


def _points(work: Workspace, on: date) -> tuple[dict[str, shapely.Geometry], set[str]]:
    with work.store.read() as unit:
        names, _ = evidence.practice_names(unit, on)
        found = evidence.located(unit, names, on)
    return plain(found.points), {record.id for record in found.datasets}


def _pcns(work: Workspace, records: tuple[DatasetRecord, ...], on: date) -> Content:
    by_id = {record.id: record for record in records}
    points, located = _points(work, on)
    with work.store.read() as unit:
        dates = _pcn_dates(unit, on)
    rows, shapes = [], {}
    for row in registry.pcns(work, on, None, 1_000_000):
        members = [points[code] for code in row["practices"] if code in points]
        if members:
            shapes[row["code"]] = shapely.MultiPoint(members)
        opened, closed = dates.get(row["code"], (None, None))
        rows.append(
            {
                "code": row["code"],
                "name": row["name"],
                "practices": len(row["practices"]),
                "practice_codes": ";".join(row["practices"]) or None,
                "as_of": row["as_of"],
                "valid_from": opened,
                "valid_to": closed,
                **source([by_id[row["dataset"]]] if row["dataset"] in by_id else []),
            }
        )
    mine = {row["dataset"] for row in rows} | located
    return Content(PCNS, rows, shapes, about([r for r in records if r.id in mine], on))


def _pcn_dates(unit: Unit, on: date) -> dict[str, tuple[Any, Any]]:
    """When each PCN opened and closed, from the best dataset that names it."""
    found: dict[str, tuple[Any, Any]] = {}
    for record in evidence.candidates(unit, evidence.PCN_NAME_KINDS, on):
        frame = unit.pcns.of(record.id)
        for code, opened, closed in zip(frame["code"], frame["opened"], frame["closed"], strict=True):
            found.setdefault(str(code), (opened, closed))
    return found


def _area_offers(work: Workspace, state: State) -> list[Offer]:
    """One collection for each sort and census of small areas: ``lsoa-2021``, ``oa-2021``."""
    groups: dict[tuple[str, str], list[DatasetRecord]] = {}
    with work.store.read() as unit:
        for record in state.of_kinds(Kind.AREAS):
            level = evidence.level(work, unit, record)
            groups.setdefault((level, record.vintage or ""), []).append(record)
    measured = state.of_kinds(Kind.AREAS, Kind.DEPRIVATION, Kind.POPULATION)
    found = []
    for (level, vintage), records in sorted(groups.items()):
        id_ = "-".join(part for part in (level, slug(vintage) if vintage else "") if part)
        title = "Output areas" if level == "oa" else "Small areas (LSOAs)"
        found.append(
            Offer(
                id_,
                f"{title} {vintage}".strip(),
                f"{title} of the {vintage or 'unnamed'} census, with what is measured about them.",
                key_of(id_, measured),
                partial(_areas, work, tuple(records), vintage or None, measured),
            )
        )
    return found


def _areas(
    work: Workspace, records: tuple[DatasetRecord, ...], vintage: str | None, measured: tuple[DatasetRecord, ...]
) -> Content:
    newest_first = sorted(records, key=lambda r: (r.effective_date or date.min, r.loaded_at, r.id), reverse=True)
    rows: dict[str, Row] = {}
    shapes: dict[str, shapely.Geometry] = {}
    with work.store.read() as unit:
        for record in newest_first:
            frame = unit.areas.of(record.id)
            columns = [column for column in frame.columns if column != "geometry"]
            said = {**source([record]), "vintage": vintage, "valid_from": record.effective_date}
            for values, shape in zip(frame[columns].to_dict("records"), frame.geometry, strict=True):
                code = str(values["code"])
                if code not in rows:
                    rows[code] = {**{str(k): v for k, v in values.items()}, **said}
                    shapes[code] = shape
        found = _measures(unit, measured, vintage)
        by_id = {record.id: record for record in measured}
        used = {record.id: record for record in newest_first}
        fields = []
        for name, (record_id, values_of) in found.items():
            if not values_of.index.isin(list(rows)).any():
                continue
            fields.append(Field(name, NUMBER, f"{name.replace('_', ' ').capitalize()} (dataset {record_id})"))
            used.setdefault(record_id, by_id[record_id])
            hide = name.startswith("population") and by_id[record_id].restricted
            for area, value in values_of.items():
                if str(area) in rows:
                    rows[str(area)][name] = shown(value) if hide else value
    everything = (*AREAS, *fields, *VALID, *SOURCE)
    return Content(everything, list(rows.values()), shapes, about(list(used.values()), None))


def _measures(
    unit: Unit, records: tuple[DatasetRecord, ...], vintage: str | None
) -> dict[str, tuple[str, pd.Series[float]]]:
    """Every measure of a census's areas by name, each from the best dataset that has it."""
    names = sorted({str(name) for r in records for name in unit.areas.measures(r.id)["measure"].unique()})
    found = {}
    for name in names:
        measure = unit.areas.measure(name, vintage)
        if measure is not None:
            found[name] = (measure.dataset_id, measure.values)
    return found
