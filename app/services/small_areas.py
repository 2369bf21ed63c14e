"""The small areas of a plan or a place on the map: compact outlines, and what is known of each.

Outlines are thinned for the screen and never counted from. They are thinned together (shapely's coverage_simplify), so
that areas which share an edge still share it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from app.domain.basis import Basis
from app.domain.problem import Fault, Problem, if_loaded
from app.domain.records import DatasetRecord, Measure
from app.services.aligning import Answer, Question
from app.services.answers import Row, count, dataset_reference, provenance
from app.services.attribution import attribution
from app.services.catchments import Method, Wish, catchments
from app.services.reach import MOSTLY, reach
from app.services.suppression import is_restricted, published
from app.services.workspace import Workspace
from geometry.crs import to_wgs84
from geometry.labelled import Labelled

DECIMALS = 5
"""Of a degree: about a metre in London."""

FINE, COARSE, MANY = 10.0, 30.0, 1_500
"""How far outlines are thinned, in metres: finely up to so many areas."""

NEARLY_ALL = 98.0
"""Of a PCN's patients, in per cent: the rest are a handful each in hundreds of areas far away."""

MEASURES = {
    "imd_decile": "Deprivation tenth of England (Index of Multiple Deprivation): 1 is the most deprived",
    "imd_score": "Deprivation score (Index of Multiple Deprivation): the higher the more deprived",
}
"""What may be loaded about areas besides their people, by its name in the store, in words for a legend."""


@dataclass(frozen=True, eq=False)
class SmallAreas:
    """``shapes`` are of every area of the plan, by code (EPSG:27700); ``codes`` those of the place asked about.

    ``main`` is the neighbourhood that holds most of an area, where any holds some.
    """

    codes: tuple[str, ...]
    names: Mapping[str, str]
    main: Mapping[str, str]
    shapes: gpd.GeoSeries
    vintage: str | None
    datasets: tuple[DatasetRecord, ...]


def small_areas(work: Workspace, given: Answer) -> SmallAreas:
    """The areas that patients were counted in where that is known, else those the plan's shares are of.

    Raises ``Problem`` where no boundaries of small areas are loaded.
    """
    key = ("small areas", given.ground.key, given.alignment.place)
    return work.remember(key, lambda: _small_areas(work, given))


def _small_areas(work: Workspace, given: Answer) -> SmallAreas:
    holding, names, shapes, vintage, used = _counted_in(work, given) or _of_the_plan(work, given)
    if shapes.empty:
        raise Problem(
            Fault.NOTHING_LOADED,
            "No small areas are loaded",
            "A map of small areas needs their boundaries, and none of this plan's are loaded.",
            remedy="Load the boundaries of the LSOAs of this place.",
        )
    best = np.asarray(holding.values.argmax(axis=1)).ravel()
    some = np.asarray(holding.values.max(axis=1).todense()).ravel() > 0
    main = {area: holding.columns[k] for area, k, held in zip(holding.rows, map(int, best), some, strict=True) if held}
    mine = {n.code for n in given.alignment.neighbourhoods}
    at = [k for k, code in enumerate(holding.columns) if code in mine]
    held = np.asarray(holding.values[:, at].sum(axis=1)).ravel()
    inside = sorted(code for code, part in zip(holding.rows, held, strict=True) if part > MOSTLY)
    return SmallAreas(tuple(inside), names, main, shapes, vintage, used)


_Found = tuple[Labelled, Mapping[str, str], gpd.GeoSeries, str | None, tuple[DatasetRecord, ...]]


def _counted_in(work: Workspace, given: Answer) -> _Found | None:
    found = if_loaded(lambda: reach(work, given))
    return None if found is None else (found.holding, found.names, found.shapes, found.vintage, found.datasets)


def _of_the_plan(work: Workspace, given: Answer) -> _Found:
    made = given.ground.weights
    if made.areas is None:
        return made.shares, {}, gpd.GeoSeries([], crs=27700), made.vintage, ()
    with work.store.read() as unit:
        frame = unit.areas.of(made.areas.id).set_index("code")
    names = {str(code): str(name) for code, name in frame["name"].dropna().items()}
    return made.shares, names, gpd.GeoSeries(frame.geometry, crs=27700), made.areas.vintage, (made.areas,)


def outlines(work: Workspace, given: Answer, tolerance: float | None = None, pcn: str | None = None) -> str:
    """GeoJSON (RFC 7946) of the areas of a place, with code, name and neighbourhood, in code order.

    ``tolerance`` in metres: corners that stand out by a triangle smaller than its square are left out; 0 keeps all,
    ``None`` leaves out more of a large map. With ``pcn`` those beyond the place in which nearly all its patients live
    are there too. Raises ``Problem``: no boundaries, or no such PCN.
    """
    found = small_areas(work, given)
    wanted = {*found.codes, *(_beyond(work, given, pcn) if pcn else ())}
    tolerance = (FINE if len(found.codes) <= MANY else COARSE) if tolerance is None else tolerance
    key = ("outlines", tuple(r.id for r in found.datasets), found.shapes.size, tolerance)
    drawn = work.remember(key, lambda: _drawn(found.shapes, tolerance))
    features = []
    for code in sorted(wanted & drawn.keys()):
        named = {"code": code, "name": found.names.get(code, code), "neighbourhood": found.main.get(code)}
        said = json.dumps(named, ensure_ascii=False, separators=(",", ":"))
        features.append(f'{{"type":"Feature","geometry":{drawn[code]},"properties":{said}}}')
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'


def _beyond(work: Workspace, given: Answer, pcn: str) -> set[str]:
    wish = Wish(Method.CORE, NEARLY_ALL, pcn=pcn)
    return {str(row["area_code"]) for row in catchments(work, _question(given), wish).areas}


def _question(given: Answer) -> Question:
    version = given.ground.version
    return Question(version.footprint_id, given.alignment.place, given.ground.basis, given.ground.as_of, version.number)


def _drawn(shapes: gpd.GeoSeries, tolerance: float) -> dict[str, str]:
    known = shapes.dropna().sort_index()
    thinned = shapely.coverage_simplify(known.to_numpy(), tolerance) if tolerance > 0 else known.to_numpy()
    lonlat = to_wgs84(thinned).geometry
    rounded = shapely.orient_polygons(shapely.transform(lonlat, lambda xy: xy.round(DECIMALS)))
    return dict(zip(map(str, known.index), map(str, shapely.to_geojson(rounded)), strict=True))


def shadings(work: Workspace, given: Answer) -> Row:
    """Which fields of the table a map can be shaded by, without the table: quickly told."""
    loaded, used = _loaded(work, given, small_areas(work, given))
    return _said(given, used, {"shadings": _shadings(loaded, _has_patients(given))})


def table(work: Workspace, given: Answer) -> Row:
    """What is known of every area of the place, with what it stands on and which fields a map can be shaded by."""
    found = small_areas(work, given)
    loaded, used = _loaded(work, given, found)
    led = _led(work, given)
    said = _said(
        given,
        used,
        {
            "areas_vintage": found.vintage,
            "shadings": _shadings(loaded, bool(led)),
            "items": [_row(code, found, loaded, led) for code in found.codes],
        },
    )
    return published(said, is_restricted(used))


def _said(given: Answer, used: tuple[DatasetRecord, ...], content: Row) -> Row:
    return {
        **provenance(given),
        "datasets": [dataset_reference(record) for record in used],
        "attribution": attribution(used),
        "restricted": is_restricted(used),
        **content,
    }


def _loaded(work: Workspace, given: Answer, found: SmallAreas) -> tuple[dict[str, Measure], tuple[DatasetRecord, ...]]:
    """Measures of the areas by name, and every dataset that a table of them stands on."""
    with work.store.read() as unit:
        measures = [unit.areas.measure(m, found.vintage, given.ground.as_of) for m in ("population", *MEASURES)]
        loaded = {m.name: m for m in measures if m is not None}
        measured = tuple(unit.datasets.get(m.dataset_id) for m in loaded.values())
    used = {r.id: r for r in (*given.ground.datasets, *found.datasets, *measured)}
    return loaded, tuple(used.values())


def rows(work: Workspace, given: Answer) -> list[Row]:
    """The same rows alone, for CSV."""
    items: list[Row] = table(work, given)["items"]
    return items


def _led(work: Workspace, given: Answer) -> dict[str, Row]:
    """By area, the PCN of all PCNs with most patients in it; empty where no registrations are loaded."""
    if not _has_patients(given):
        return {}
    return {str(row["area_code"]): row for row in catchments(work, _question(given), Wish()).areas}


def _has_patients(given: Answer) -> bool:
    return given.ground.registered.by_area is not None and given.ground.basis is Basis.PATIENTS


def _row(code: str, found: SmallAreas, loaded: Mapping[str, Measure], led: Mapping[str, Row]) -> Row:
    row: Row = {"code": code, "name": found.names.get(code), "neighbourhood": found.main.get(code)}
    if "population" in loaded:
        people = _value(loaded["population"], code)
        row["residents"] = None if people is None else count(people)
    if led:
        mine = led.get(code, {})
        row |= {field: mine.get(field) for field in ("patients_of_area", "pcn_code", "pcn_name", "patients", "share")}
    for name in MEASURES:
        if name in loaded:
            value = _value(loaded[name], code)
            row[name] = None if value is None else count(value)
    return row


def _value(measure: Measure, code: str) -> float | None:
    value = measure.values.get(code)
    return None if value is None or np.isnan(value) else float(value)


def _shadings(loaded: Mapping[str, Measure], led: bool) -> list[Row]:
    """Fields a map can be shaded by: ``kind`` says how they are read (a category, tenths, an amount or a share)."""
    shadings: list[Row] = []
    if led:
        shadings += [
            {"field": "pcn_code", "kind": "category", "explained": "The PCN with most of the patients living there"},
            {"field": "share", "kind": "share", "explained": "The part of the patients there who are with that PCN"},
            {"field": "patients_of_area", "kind": "amount", "explained": "Registered patients living there"},
        ]
    if "population" in loaded:
        shadings.append({"field": "residents", "kind": "amount", "explained": "People living there"})
    kinds = {"imd_decile": "tenths", "imd_score": "amount"}
    shadings += [
        {"field": name, "kind": kinds[name], "explained": words} for name, words in MEASURES.items() if name in loaded
    ]
    return shadings
