"""The footprint of each PCN on the map: the areas in which it has most patients, or its core.

Neither is ever counted from: numbers come from the patients themselves (docs/method.md). Plurality divides the areas
among PCNs (Beaney et al. 2022); cores hold a share of each PCN's patients and overlap (Lewis 2013).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import geopandas as gpd
import numpy as np
import shapely

from app.domain.basis import Basis
from app.domain.problem import Fault, Problem
from app.ingest.reading import UNKNOWN_AREA
from app.services.aligning import Answer, Question, answer
from app.services.answers import Row, count, dataset_reference, provenance, share
from app.services.attribution import attribution
from app.services.maps import geometries
from app.services.reach import Reach, reach
from app.services.suppression import published
from app.services.workspace import Workspace
from geometry.catchment import CoreAreas, Plurality, core_areas, plurality
from geometry.labelled import Labelled


class Method(StrEnum):
    PLURALITY = "plurality"
    CORE = "core"


class Scope(StrEnum):
    ALL = "all"
    PLACE = "place"


EXPLAINED = {
    (Method.PLURALITY, Scope.ALL): "each area belongs to the PCN, of all PCNs, with most of its patients",
    (Method.PLURALITY, Scope.PLACE): "each area belongs to the PCN, of this place's only, with most of its patients",
    (Method.CORE, Scope.ALL): "the fewest areas that hold {percent:g} % of a PCN's whole list, wherever they lie",
    (
        Method.CORE,
        Scope.PLACE,
    ): "the fewest areas that hold {percent:g} % of a PCN's whole list, only this place's shown",
}


@dataclass(frozen=True)
class Wish:
    """Which footprints. ``percent`` is of a PCN's patients, 50 to 98, for cores. ``pcn`` keeps to one."""

    method: Method = Method.PLURALITY
    percent: float = 80.0
    scope: Scope = Scope.ALL
    pcn: str | None = None


@dataclass(frozen=True, eq=False)
class Catchments:
    """Rows by area and by PCN, exact (hide small numbers with ``published``), and the areas of each PCN."""

    answer: Answer
    wish: Wish
    reach: Reach
    areas: list[Row]
    pcns: list[Row]
    members: dict[str, list[str]]  # area codes by PCN


def catchments(work: Workspace, question: Question, wish: Wish) -> Catchments:
    """The footprints of the PCNs of a plan, or of one place.

    Raises ``Problem``: no registrations; ``scope`` place without a place; no such PCN among those asked about.
    """
    given = answer(
        work, Question(question.footprints, question.place, Basis.PATIENTS, question.as_of, question.version)
    )
    if wish.scope is Scope.PLACE and given.alignment.place is None:
        raise Problem(
            Fault.BAD_INPUT,
            "Which place?",
            "The scope “place” lets only one place's PCNs have areas, and no place was named.",
            remedy="Name a place, or ask for the scope “all”.",
        )
    if not 50 <= wish.percent <= 98:
        raise Problem(
            Fault.BAD_INPUT,
            "A core holds 50 % to 98 % of the patients",
            f"{wish.percent:g} % was asked for: below 50 % is no core, above 98 % is a handful of patients far away.",
            remedy="Ask for a percent from 50 to 98.",
        )
    key = ("catchments", given.ground.key, given.alignment.place, wish)
    return work.remember(key, lambda: _catchments(work, given, wish))


def _catchments(work: Workspace, given: Answer, wish: Wish) -> Catchments:
    found = reach(work, given)
    inside = found.of_place({n.code for n in given.alignment.neighbourhoods})
    mine = [code for code in sorted(p.code for p in given.alignment.pcns) if code in found.patients.row_index]
    names = dict(given.ground.inputs.pcn_names)
    if wish.method is Method.PLURALITY:
        among = mine if wish.scope is Scope.PLACE else None
        key = ("plurality", given.ground.key, given.alignment.place if among is not None else None)
        led = work.remember(key, lambda: plurality(found.patients, among=among, unplaced=[UNKNOWN_AREA]))
        return _led(given, wish, found, led, inside, names)
    core = core_areas(found.patients.with_rows(mine), wish.percent / 100, unplaced=[UNKNOWN_AREA])
    return _core(given, wish, found, core, inside, names)


def _led(
    given: Answer, wish: Wish, found: Reach, led: Plurality, inside: frozenset[str], names: dict[str, str]
) -> Catchments:
    rows: list[Row] = []
    members: dict[str, list[str]] = {}
    for at in sorted((i for i, area in enumerate(led.areas) if area in inside), key=lambda i: led.areas[i]):
        code = led.provider[at]
        if given.restricted and led.weight[at] <= 1:  # all who might lead are hidden alike
            code = None
        rows.append(
            {
                "area_code": led.areas[at],
                "area_name": found.names.get(led.areas[at]),
                "pcn_code": code,
                "pcn_name": None if code is None else names.get(code, code),
                "patients": count(float(led.weight[at])),
                "patients_of_area": count(float(led.total[at])),
                "share": share(float(led.share[at])),
                "margin": share(float(led.margin[at])),
                "contested": bool(led.contested[at]),
            }
        )
        if code is not None:
            members.setdefault(code, []).append(led.areas[at])
    codes = _wanted(wish.pcn, sorted(members))
    rows = [row for row in rows if wish.pcn is None or row["pcn_code"] == wish.pcn]
    contested = {row["area_code"] for row in rows if row["contested"]}
    totals = dict(zip(found.patients.rows, map(float, found.patients.row_sums()), strict=True))
    pcns: list[Row] = []
    for code in codes:
        held = float(_cells(found.patients, code, members[code]).sum())
        pcns.append(
            {
                "code": code,
                "name": names.get(code, code),
                "areas": len(members[code]),
                "contested_areas": sum(area in contested for area in members[code]),
                "patients": count(totals[code]),
                "patients_in_footprint": count(held),
                "share_in_footprint": share(held / totals[code]) if totals[code] else None,
            }
        )
    return Catchments(given, wish, found, rows, pcns, {code: members[code] for code in codes})


def _core(
    given: Answer, wish: Wish, found: Reach, core: CoreAreas, inside: frozenset[str], names: dict[str, str]
) -> Catchments:
    codes = _wanted(wish.pcn, list(core.member.rows))
    of_area = dict(zip(found.patients.columns, found.patients.column_sums(), strict=True))
    rows: list[Row] = []
    pcns: list[Row] = []
    members: dict[str, list[str]] = {}
    for code in codes:
        at = core.member.row_index[code]
        everywhere = core.areas_of(code)
        cells = _cells(found.patients, code, everywhere)
        total = float(found.patients.values[[found.patients.row_index[code]], :].sum())
        shown = [area for area in everywhere if wish.scope is Scope.ALL or area in inside]
        members[code] = shown
        pcns.append(
            {
                "code": code,
                "name": names.get(code, code),
                "areas": len(shown),
                "areas_beyond_place": sum(area not in inside for area in everywhere),
                "patients": count(total),
                "patients_core": count(float(cells.sum())),
                "share_core": share(float(core.held[at])),
                "share_unplaced": share(float(core.unplaced[at])),
                "reached": bool(core.reached[at]),
            }
        )
        for area, patients in zip(everywhere, map(float, cells), strict=True):
            if area in inside or wish.scope is Scope.ALL:
                rows.append(
                    {
                        "pcn_code": code,
                        "pcn_name": names.get(code, code),
                        "area_code": area,
                        "area_name": found.names.get(area),
                        "patients": count(patients),
                        "share_of_pcn": share(patients / total) if total else None,
                        "share_of_area": share(patients / of_area[area]),
                        "in_place": area in inside,
                    }
                )
    return Catchments(given, wish, found, rows, pcns, members)


def _cells(patients: Labelled, pcn: str, areas: list[str] | tuple[str, ...]) -> np.ndarray:
    row = patients.values[[patients.row_index[pcn]], :].toarray().ravel()
    return np.asarray(row[[patients.column_index[area] for area in areas]], dtype=np.float64)


def _wanted(pcn: str | None, codes: list[str]) -> list[str]:
    if pcn is None:
        return codes
    if pcn not in codes:
        raise Problem(
            Fault.NOT_FOUND,
            "No such PCN here",
            f"{pcn} has no footprint among those asked about: {', '.join(codes[:10]) or 'none has'}.",
            remedy="Use a PCN code of this place, or leave it out.",
        )
    return [pcn]


def area_rows(found: Catchments) -> list[Row]:
    """The areas, in code order (cores: by PCN, then area)."""
    return published(found.areas, found.answer.restricted)


def table(found: Catchments) -> Row:
    """PCNs and areas, with what they stand on."""
    said = {**_provenance(found), "pcns": found.pcns, "areas": found.areas}
    return published(said, found.answer.restricted)


def on_map(found: Catchments) -> Row:
    """A polygon for each PCN, its areas dissolved; geometry null where no boundary of them is loaded."""
    shapes = dissolved(found)
    drawn_by_code = geometries(gpd.GeoSeries(shapes, crs=27700))
    parts = {code: int(shapely.get_num_geometries(shape)) for code, shape in shapes.items()}
    rows = [{**row, "parts": parts.get(row["code"])} for row in published(found.pcns, found.answer.restricted)]
    return {
        "type": "FeatureCollection",
        **_provenance(found),
        "features": [
            {"type": "Feature", "id": row["code"], "geometry": drawn_by_code.get(row["code"]), "properties": row}
            for row in rows
        ],
    }


def dissolved(found: Catchments) -> dict[str, shapely.Geometry]:
    """The outline of each PCN by code (EPSG:27700), its areas as one; none where no boundary of them is loaded."""
    shapes = found.reach.shapes.reindex(sorted({area for areas in found.members.values() for area in areas})).dropna()
    return {
        code: _dissolved(shapes.loc[drawn].to_numpy())
        for code, areas in found.members.items()
        if (drawn := [area for area in areas if area in shapes.index])
    }


def _dissolved(areas: np.ndarray) -> shapely.Geometry:
    """The union of areas that share their edges, found by the edges; by overlay where they do not fit exactly."""
    quick = shapely.coverage_union_all(areas)
    if quick.is_valid and math.isclose(quick.area, shapely.area(areas).sum(), rel_tol=1e-9):
        return quick
    return shapely.union_all(areas)


def _provenance(found: Catchments) -> Row:
    wish, ground = found.wish, found.answer.ground
    datasets = tuple({r.id: r for r in (*ground.datasets, *found.reach.datasets)}.values())
    return {
        **provenance(found.answer),
        "datasets": [dataset_reference(record) for record in datasets],
        "attribution": attribution(datasets),
        "method": str(wish.method),
        "method_explained": EXPLAINED[wish.method, wish.scope].format(percent=wish.percent),
        "percent": wish.percent if wish.method is Method.CORE else None,
        "scope": str(wish.scope),
        "pcn": wish.pcn,
        "areas_vintage": found.reach.vintage,
        "areas_explained": found.reach.areas_explained,
    }
