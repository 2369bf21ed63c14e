"""The datasets a question stands on: which areas, registrations, memberships, names and points.

Several datasets of one kind may be loaded (another year, another region). The best by date that has anything to do
with the plan is taken, so that a figure never rests on another region's file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

import geopandas as gpd
import pandas as pd

from app.domain.choosing import ranked
from app.domain.membership import Membership, resolve
from app.domain.records import DatasetRecord, FootprintVersion
from app.domain.vintage import Conversion, conversion
from app.ingest.kinds import Kind
from app.services.workspace import Workspace
from app.store.unit import Unit
from geometry.labelled import Labelled

MEMBERSHIP_KINDS = (Kind.PCN_MEMBERSHIP, Kind.PCN_PARTNERS, Kind.PRACTICE_MAP, Kind.PRACTICE_POINTS)
NAME_KINDS = (Kind.PRACTICES, Kind.PRACTICE_MAP, Kind.PRACTICE_POINTS)
PCN_NAME_KINDS = (Kind.PCN_MEMBERSHIP, Kind.PCNS, Kind.PRACTICE_MAP, Kind.PRACTICE_POINTS)
PREFERRED_VINTAGES = ("2021", "2011")


@dataclass(frozen=True, eq=False)
class Located:
    """Where practices stand: points by practice code (EPSG:27700), and areas for those with a postcode only."""

    points: gpd.GeoSeries
    areas: dict[str, tuple[str, ...]]  # practice -> candidate area codes, newest vintage first
    datasets: tuple[DatasetRecord, ...]


def candidates(unit: Unit, kinds: Iterable[Kind], as_of: date | None) -> list[DatasetRecord]:
    """Datasets of these kinds, best first by date; where dates tie, in the order of the kinds."""
    order = {str(kind): place for place, kind in enumerate(kinds)}
    found = [record for kind in order for record in unit.datasets.page(kind, limit=None)]
    return ranked(sorted(found, key=lambda r: order[r.kind], reverse=True), as_of)


def areas_for(work: Workspace, unit: Unit, version: FootprintVersion, as_of: date | None) -> list[DatasetRecord]:
    """Datasets of LSOAs that have something to do with the plan, the newest vintage first."""
    small = [r for r in candidates(unit, (Kind.AREAS,), as_of) if level(work, unit, r) == "lsoa"]
    touching = [r for r in small if _touches(work, unit, version, r)]
    known = {vintage: place for place, vintage in enumerate(PREFERRED_VINTAGES)}
    return sorted(touching, key=lambda r: known.get(r.vintage or "", len(known)))


def level(work: Workspace, unit: Unit, record: DatasetRecord) -> str:
    """Whether a dataset's areas are output areas ("oa", codes E00… and W00…) or LSOAs and the like ("lsoa")."""

    def look() -> str:
        codes = unit.areas.of(record.id, geometry=False)["code"]
        return "oa" if len(codes) and codes.str.match(r"[EW]00").mean() > 0.5 else "lsoa"

    return work.remember(("level", record.id), look)


def _touches(work: Workspace, unit: Unit, version: FootprintVersion, record: DatasetRecord) -> bool:
    def look() -> bool:
        pairs = unit.footprints.assignments(version.id)
        if pairs is not None and len(pairs):
            areas = unit.areas.of(record.id, geometry=False)
            listed = set(pairs["area_code"])
            return bool(listed & set(areas["code"])) or bool(listed & set(areas["ward_code"].dropna()))
        minx, miny, maxx, maxy = map(float, unit.footprints.neighbourhoods(version.id).total_bounds)
        return len(unit.areas.within(record.id, (minx, miny, maxx, maxy))) > 0

    return work.remember(("touches", version.id, record.id), look)


def population(unit: Unit, vintage: str | None, as_of: date | None) -> dict[str, float]:
    """People by area of a vintage, from the best dataset that states them; empty where none does."""
    measure = unit.areas.measure("population", vintage, as_of)
    return {} if measure is None else {str(area): float(people) for area, people in measure.values.items()}


def carried(
    work: Workspace, unit: Unit, source: str | None, target: str | None, as_of: date | None
) -> tuple[Conversion, DatasetRecord] | None:
    """The conversion of counts from one census's areas to another's; ``None`` where no lookup is loaded."""
    for record in candidates(unit, (Kind.AREA_LOOKUP,), as_of):
        people = unit.areas.measure("population", target, as_of)
        key = ("conversion", record.id, source, target, people.dataset_id if people else None)
        return work.remember(key, partial(_conversion, unit, record, source, target, as_of)), record
    return None


def _conversion(
    unit: Unit, record: DatasetRecord, source: str | None, target: str | None, as_of: date | None
) -> Conversion:
    backwards = (source, target) == ("2021", "2011")
    return conversion(unit.lookups.of(record.id), population(unit, target, as_of), reverse=backwards)


def registrations(work: Workspace, unit: Unit, record: DatasetRecord) -> Labelled:
    """R: practices × areas of a registrations dataset, on the vintage it was published on."""
    return work.remember(("registrations", record.id), lambda: unit.registrations.matrix(record.id))


def membership(
    unit: Unit, practices: Iterable[str], as_of: date
) -> tuple[Membership, DatasetRecord] | tuple[Membership, None]:
    """Membership on a date, from the best dataset that knows any of the practices."""
    wanted = set(practices)
    for record in candidates(unit, MEMBERSHIP_KINDS, as_of):
        rows = unit.memberships.of(record.id)
        rows = rows[rows["practice_code"].isin(wanted)]
        if len(rows):
            return resolve(rows, as_of), record
    return Membership(as_of, {}, ()), None


def practice_names(unit: Unit, as_of: date | None) -> tuple[pd.DataFrame, tuple[DatasetRecord, ...]]:
    """Names, postcodes and list sizes by practice code, each from the best dataset that has it."""
    frames, used = [], []
    for record in candidates(unit, NAME_KINDS, as_of):
        frame = unit.practices.of(record.id)
        if len(frame):
            frames.append(frame.set_index("code"))
            used.append(record)
    if not frames:
        return pd.DataFrame(columns=["name", "postcode", "easting", "northing", "list_size"]), ()
    merged = frames[0]
    for frame in frames[1:]:
        merged = merged.combine_first(frame)
    return merged, tuple(used)


def pcn_names(unit: Unit, as_of: date | None) -> dict[str, str]:
    """Name by PCN code; where several datasets name one, the best by date."""
    names: dict[str, str] = {}
    for record in candidates(unit, PCN_NAME_KINDS, as_of):
        frame = unit.pcns.of(record.id)
        for code, name in zip(frame["code"], frame["name"], strict=True):
            names.setdefault(str(code), str(name))
    return names


def located(unit: Unit, practices: pd.DataFrame, as_of: date | None) -> Located:
    """Where practices stand: their own coordinates, else their postcode's, else the areas of their postcode."""
    points = practices.dropna(subset=["easting", "northing"])[["easting", "northing"]].astype(float)
    areas: dict[str, tuple[str, ...]] = {}
    used: list[DatasetRecord] = []
    for record in candidates(unit, (Kind.POSTCODES,), as_of):
        missing = practices.loc[practices.index.difference(points.index).difference(list(areas))]
        keys = missing["postcode"].dropna().astype(str).str.replace(" ", "").str.upper()
        if keys.empty:
            break
        rows = unit.postcodes.locate(record.id, sorted(set(keys))).set_index("postcode")
        joined = keys.to_frame("postcode").join(rows, on="postcode", how="inner")
        if joined.empty:
            continue
        used.append(record)
        with_point = joined.dropna(subset=["easting", "northing"])
        points = pd.concat([points, with_point[["easting", "northing"]].astype(float)])
        for code, row in joined.drop(index=with_point.index).iterrows():
            found = tuple(a for a in (row["lsoa21_code"], row["lsoa11_code"]) if isinstance(a, str) and a)
            if found:
                areas[str(code)] = found
    points = points.sort_index()
    series = gpd.GeoSeries(gpd.points_from_xy(points["easting"], points["northing"]), index=points.index, crs=27700)
    return Located(series, areas, tuple(used))
