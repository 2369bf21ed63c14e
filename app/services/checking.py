"""Does a plan cover its place once? What is wrong with a set of footprints, where, and for how many people."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import geopandas as gpd
import shapely

from app.domain.lists import Listing, check_list
from app.domain.naming import slug
from app.domain.problem import Fault, Problem
from app.domain.records import FootprintVersion
from app.services.aligning import named_place
from app.services.survey import Survey, survey
from app.services.workspace import Workspace
from geometry.adjacency import adjacent
from geometry.coverage import check_coverage
from geometry.findings import CoverageFinding, Severity

Band = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Finding:
    """One thing found in a drawn plan or in a list; ``shape`` is where on the map (EPSG:27700), ``None`` if nowhere."""

    kind: str
    severity: Severity
    footprints: tuple[str, ...]
    areas: tuple[str, ...]
    square_metres: float
    people: float | None
    message: str
    safe_to_mend: bool
    shape: Any


@dataclass(frozen=True, eq=False)
class Checked:
    """What was found, worst sorts first, and what it was checked against. ``form``: ``polygons`` or ``list``.

    Of one ``place`` of the plan, findings keep the ``numbers`` they have in the whole.
    """

    survey: Survey
    form: str
    band: Band | None
    findings: tuple[Finding, ...]
    numbers: tuple[int, ...]
    place: str | None = None

    @property
    def clean(self) -> bool:
        """Nothing is wrong; there may be advice."""
        return all(found.severity is Severity.ADVICE for found in self.findings)


def check(
    work: Workspace,
    footprints: str,
    number: int | None = None,
    band: Band | None = None,
    as_of: date | None = None,
    place: str | None = None,
) -> Checked:
    """Check a version (the latest by default) against the small areas of its place.

    ``band`` is the people a neighbourhood should have, smallest and largest; outside it is advice, never a fault.
    With ``place`` only what concerns that place of the plan is told. Raises ``Problem`` for footprints, versions or
    places there are none of.
    """
    with work.store.read() as unit:
        version = unit.footprints.get(slug(footprints), number)
    ground = survey(work, version, as_of)
    key = ("checked", version.id, as_of, band, tuple((r.id, r.restricted) for r in ground.datasets), ground.warnings)
    whole = work.remember(key, lambda: _check(ground, band))
    named = named_place(version, place)
    return whole if named is None else _of_place(whole, named, _in_place(work, version, named))


def _in_place(work: Workspace, version: FootprintVersion, place: str) -> frozenset[str]:
    with work.store.read() as unit:
        frame = unit.footprints.neighbourhoods(version.id)
    return frozenset(frame["code"][frame["place"].fillna(version.name) == place].astype(str))


def _of_place(whole: Checked, place: str, codes: frozenset[str]) -> Checked:
    """What names a neighbourhood of the place, or lies nearest to one; what is nowhere on the map concerns them all."""
    shapes = whole.survey.shapes.dropna().sort_index()
    tree = shapely.STRtree(shapes.to_numpy())

    def concerns(found: Finding) -> bool:
        if found.footprints or found.shape is None or shapes.empty:
            return not found.footprints or not codes.isdisjoint(found.footprints)
        return not codes.isdisjoint(shapes.index[tree.query_nearest(found.shape)])

    kept = [(n, found) for n, found in zip(whole.numbers, whole.findings, strict=True) if concerns(found)]
    return replace(whole, place=place, numbers=tuple(n for n, _ in kept), findings=tuple(found for _, found in kept))


def parse_band(text: str | None) -> Band | None:
    """``50000-100000`` as two numbers of people. Raises ``Problem`` for anything else."""
    if not text:
        return None
    low, dash, high = text.replace(",", "").replace("–", "-").replace(" ", "").partition("-")
    if dash and low.isascii() and low.isdigit() and high.isascii() and high.isdigit() and int(low) <= int(high):
        return float(low), float(high)
    raise Problem(
        Fault.BAD_INPUT,
        "The band is not two numbers of people",
        f"“{text[:60]}” should be the fewest and the most people a neighbourhood should have.",
        remedy="Give it like 50000-100000.",
    )


def _check(ground: Survey, band: Band | None) -> Checked:
    if not ground.assignments.empty:
        return _checked(ground, "list", band, _in_list(ground, band))
    found = check_coverage(
        ground.shapes,
        place=ground.outline,
        areas=None if ground.areas is None else gpd.GeoSeries(ground.areas.geometry, crs=27700),
        people=ground.people,
        band=band,
    )
    return _checked(ground, "polygons", band, tuple(map(from_coverage, found)))


def _checked(ground: Survey, form: str, band: Band | None, findings: tuple[Finding, ...]) -> Checked:
    return Checked(ground, form, band, findings, tuple(range(1, len(findings) + 1)))


def from_coverage(found: CoverageFinding) -> Finding:
    """A finding of geometry as one of a plan."""
    return Finding(
        kind=str(found.fault),
        severity=found.severity,
        footprints=found.footprints,
        areas=found.areas,
        square_metres=found.area,
        people=found.people,
        message=found.message,
        safe_to_mend=found.safe_to_mend,
        shape=None if shapely.is_empty(found.geometry) else found.geometry,
    )


def _in_list(ground: Survey, band: Band | None) -> tuple[Finding, ...]:
    shapes = gpd.GeoSeries([], crs=27700) if ground.areas is None else ground.areas.geometry
    listing = Listing(
        neighbourhoods=list(ground.names),
        holders=_holders(ground),
        place=ground.place,
        adjacency=adjacent(gpd.GeoSeries(shapes, crs=27700)),
        people=ground.people,
        band=band,
    )
    findings = []
    for found in check_list(listing):
        here = shapes[shapes.index.isin(found.areas)].to_numpy()
        shape = shapely.union_all(here) if len(here) else None
        findings.append(
            Finding(
                kind=str(found.fault),
                severity=found.severity,
                footprints=found.footprints,
                areas=found.areas,
                square_metres=0.0 if shape is None else float(shape.area),
                people=found.people,
                message=found.message,
                safe_to_mend=False,
                shape=shape,
            )
        )
    return tuple(findings)


def _holders(ground: Survey) -> dict[str, tuple[str, ...]]:
    """The neighbourhoods that list each area now: of rows with dates the latest; wards stand for their areas."""
    starts = ground.assignments.assign(since=[str(s or "") for s in ground.assignments["start"]])
    latest = starts.groupby(["unit", "area_code"])["since"].transform("max")
    rows = starts[starts["since"] == latest]
    in_ward: dict[str, list[str]] = defaultdict(list)
    if ground.areas is not None:
        for code, ward in ground.areas["ward_code"].dropna().items():
            in_ward[str(ward)].append(str(code))
    holders: dict[str, set[str]] = defaultdict(set)
    for unit, area, code in zip(rows["unit"], rows["area_code"], rows["neighbourhood_code"], strict=True):
        for member in in_ward.get(area, [area]) if unit == "ward" else [area]:
            holders[member].add(code)
    return {area: tuple(sorted(holders[area])) for area in sorted(holders)}
