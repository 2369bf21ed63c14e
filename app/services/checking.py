"""Does a plan cover its place once? What is wrong with a set of footprints, where, and for how many people."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import shapely

from app.domain.lists import Listing, check_list
from app.domain.naming import slug
from app.domain.problem import Fault, Problem
from app.domain.suppression import RULE
from app.services.answers import Row, count, dataset_reference
from app.services.attribution import attribution
from app.services.maps import geometries
from app.services.records import version_reference
from app.services.suppression import published
from app.services.survey import Survey, survey
from app.services.workspace import Workspace
from geometry.adjacency import adjacent
from geometry.coverage import TOLERANCE, check_coverage
from geometry.crs import to_wgs84
from geometry.findings import CoverageFinding, Severity

Band = tuple[float, float]

DECIMALS = 8
"""Of a degree on the map: a millimetre, so that a sliver keeps its width."""


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
    """What was found, worst sorts first, and what it was checked against. ``form``: ``polygons`` or ``list``."""

    survey: Survey
    form: str
    band: Band | None
    findings: tuple[Finding, ...]

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
) -> Checked:
    """Check a version (the latest by default) against the small areas of its place.

    ``band`` is the people a neighbourhood should have, smallest and largest; outside it is advice, never a fault.
    Raises ``Problem`` for footprints or versions there are none of.
    """
    with work.store.read() as unit:
        version = unit.footprints.get(slug(footprints), number)
    ground = survey(work, version, as_of)
    key = ("checked", version.id, as_of, band, tuple((r.id, r.restricted) for r in ground.datasets), ground.warnings)
    return work.remember(key, lambda: _check(ground, band))


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
        return Checked(ground, "list", band, _in_list(ground, band))
    found = check_coverage(
        ground.shapes,
        place=ground.outline,
        areas=None if ground.areas is None else gpd.GeoSeries(ground.areas.geometry, crs=27700),
        people=ground.people,
        band=band,
    )
    return Checked(ground, "polygons", band, tuple(map(from_coverage, found)))


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


def summary(checked: Checked) -> Row:
    """Everything found, and what it stands on."""
    ground = checked.survey
    return {
        **provenance(ground),
        "form": checked.form,
        "tolerance_metres": TOLERANCE if checked.form == "polygons" else None,
        "band": None if checked.band is None else {"low": checked.band[0], "high": checked.band[1]},
        "clean": checked.clean,
        "findings": len(checked.findings),
        "by_severity": {str(s): sum(f.severity is s for f in checked.findings) for s in Severity},
        "by_kind": dict(Counter(f.kind for f in checked.findings)),
        "items": rows(checked),
    }


def provenance(ground: Survey) -> Row:
    """What any finding stands on."""
    version = ground.version
    return {
        "footprints": version_reference(version),
        "basis": "area" if ground.people is None else "residents",
        "basis_explained": "square metres alone"
        if ground.people is None
        else "people living in the small areas; of an area that is touched in part, by its share of square metres",
        "place_known_by": ground.place_known_by,
        "as_of": ground.as_of.isoformat() if ground.as_of else None,
        "fictional": ground.fictional,
        "restricted": ground.restricted,
        "small_numbers": RULE if ground.restricted else None,
        "datasets": [dataset_reference(record) for record in ground.datasets],
        "attribution": attribution(ground.datasets),
        "warnings": list(ground.warnings),
    }


def rows(checked: Checked) -> list[Row]:
    """Findings as plain values, numbered from 1; longitude and latitude are of a point within."""
    return finding_rows(checked.findings, checked.survey.restricted)


def finding_rows(findings: tuple[Finding, ...], restricted: bool) -> list[Row]:
    """The same for any findings."""
    spots = [None if f.shape is None else shapely.point_on_surface(f.shape) for f in findings]
    known = [spot for spot in spots if spot is not None]
    degrees = iter(to_wgs84(known).geometry if known else [])
    out = []
    for number, (found, spot) in enumerate(zip(findings, spots, strict=True), start=1):
        lonlat = None if spot is None else next(degrees)
        out.append(
            {
                "id": number,
                "kind": found.kind,
                "severity": str(found.severity),
                "footprints": list(found.footprints),
                "area_m2": round(found.square_metres, 2),
                "people": None if found.people is None else count(found.people),
                "lsoas": len(found.areas),
                "safe_to_mend": found.safe_to_mend,
                "message": found.message,
                "easting": None if spot is None else round(spot.x, 2),
                "northing": None if spot is None else round(spot.y, 2),
                "longitude": None if lonlat is None else round(lonlat.x, 7),
                "latitude": None if lonlat is None else round(lonlat.y, 7),
                "lsoa_codes": list(found.areas),
            }
        )
    return published(out, restricted)


def on_map(checked: Checked) -> Row:
    """Findings as GeoJSON, each with the shape at fault; ``null`` where it is nowhere on the map."""
    items = rows(checked)
    shapes = {row["id"]: f.shape for row, f in zip(items, checked.findings, strict=True) if f.shape is not None}
    drawn = geometries(gpd.GeoSeries(shapes, crs=27700), DECIMALS)
    return {
        "type": "FeatureCollection",
        **provenance(checked.survey),
        "features": [
            {
                "type": "Feature",
                "id": row["id"],
                "geometry": drawn.get(str(row["id"])),
                "properties": {
                    **row,
                    "footprints": ";".join(row["footprints"]),
                    "lsoa_codes": ";".join(row["lsoa_codes"]),
                },
            }
            for row in items
        ],
    }
