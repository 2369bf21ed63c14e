"""W: the share of each small area in each neighbourhood of a footprint version, made once and kept.

A lookup gives it directly; polygons need geometry. Kept beside the version together with how it was made, so that
any figure can say so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from app.domain.problem import Fault, Problem
from app.domain.records import DatasetRecord, FootprintVersion
from app.services.finer import Finer, divided, finer
from app.services.workspace import Workspace
from app.store.unit import Unit
from geometry.labelled import Labelled
from geometry.overlay import Basis, shares, shares_from_lookup


@dataclass(frozen=True, eq=False)
class Weights:
    """Areas × neighbourhoods, which vintage the areas are of, and how the shares were found (plain JSON values)."""

    shares: Labelled
    vintage: str | None
    areas: DatasetRecord | None
    made: dict[str, Any] = field(default_factory=dict)


def weights(
    work: Workspace, unit: Unit, version: FootprintVersion, areas: DatasetRecord | None, as_of: date | None = None
) -> Weights:
    """The weights of a version on an area dataset; without one only a lookup of LSOAs can be used.

    Areas that a drawn line really cuts are divided by the people below them where output areas or postcodes are
    loaded (the best by ``as_of``), by square metres otherwise; ``made`` says which.

    Raises ``Problem`` where polygons or wards cannot be turned into shares because no small areas are loaded, or
    where none of the lookup's codes is among the areas.
    """
    below = finer(work, unit, as_of) if areas else None
    key = ("weights", version.id, areas.id if areas else None, below.record.id if below else None)
    return work.remember(key, lambda: _weights(work, unit, version, areas, below))


def _weights(
    work: Workspace, unit: Unit, version: FootprintVersion, areas: DatasetRecord | None, below: Finer | None
) -> Weights:
    if areas is not None:
        kept = unit.footprints.shares(version.id, areas.id)
        if kept is not None and kept[1].get("below") in (None, below.record.id if below else ""):
            return Weights(kept[0], areas.vintage, areas, kept[1])
    pairs = unit.footprints.assignments(version.id)
    made = _from_polygons(unit, version, areas, below) if pairs.empty else _from_lookup(unit, version, areas, pairs)
    if areas is not None:
        shapes = {} if pairs.empty else _dissolved(unit, version, areas, made.shares)
        with work.store.write() as writing:
            writing.footprints.save_shares(version.id, areas.id, made.shares, made.made)
            writing.footprints.set_geometry(version.id, shapes)
    return made


def _dissolved(
    unit: Unit, version: FootprintVersion, areas: DatasetRecord, found: Labelled
) -> dict[str, shapely.Geometry]:
    """The outlines of listed neighbourhoods that have none yet: the union of their areas (EPSG:27700)."""
    known = unit.footprints.neighbourhoods(version.id).set_index("code").geometry
    bare = known[known.isna()].index
    shapes = unit.areas.of(areas.id).set_index("code").geometry.reindex(list(found.rows)).to_numpy()
    columns = found.values.tocsc()
    members = {code: columns[:, [found.column_index[code]]].nonzero()[0] for code in bare}
    return {code: shapely.union_all(shapes[at]) for code, at in members.items() if len(at)}


def _from_polygons(unit: Unit, version: FootprintVersion, areas: DatasetRecord | None, below: Finer | None) -> Weights:
    if areas is None:
        raise _no_areas(version, "drawn as polygons")
    shapes, drawn = _by_code(unit.areas.of(areas.id)), _by_code(unit.footprints.neighbourhoods(version.id))
    found = shares(shapes, drawn, valid=True)  # reading kept only valid shapes
    made: dict[str, Any] = {"how": "polygons"}
    cut = len(found.cut)  # before they are divided: one all of whose people live on one side is whole afterwards
    if cut:
        # What divided the cut areas is noted, so that weights kept before something finer was loaded are made again.
        made["below"] = below.record.id if below else ""
        found = divided(unit, found, drawn, shapes, below) if below else found
        by_people = sum(basis is Basis.POPULATION for basis in found.basis)
        made["areas_divided_by"] = {below.counts if below else "people": by_people, "area": cut - by_people}
    made |= {
        "tolerance_metres": found.tolerance,
        "areas_cut": cut,
        "areas_partly_in_a_gap": len(found.gaps),
        "areas_in_an_overlap": len(found.overlaps),
        "areas_outside": len(found.outside),
    }
    return Weights(found.weights, areas.vintage, areas, made)


def _from_lookup(unit: Unit, version: FootprintVersion, areas: DatasetRecord | None, pairs: pd.DataFrame) -> Weights:
    current = newest(pairs)
    wards = current[current["unit"] == "ward"]
    lsoas = current.loc[current["unit"] == "lsoa", ["area_code", "neighbourhood_code"]]
    if len(wards):
        if areas is None:
            raise _no_areas(version, "a list of wards")
        members = unit.areas.of(areas.id, geometry=False)[["code", "ward_code"]]
        joined = members.merge(wards, left_on="ward_code", right_on="area_code")
        lsoas = pd.concat([lsoas, joined[["code", "neighbourhood_code"]].rename(columns={"code": "area_code"})])
    codes = sorted(set(lsoas["area_code"]))
    unknown: list[str] = []
    if areas is not None:
        known = set(unit.areas.of(areas.id, geometry=False)["code"])
        unknown = [code for code in codes if code not in known]
        codes = sorted(known)
        lsoas = lsoas[lsoas["area_code"].isin(known)]
    neighbourhoods = sorted(unit.footprints.neighbourhoods(version.id)["code"])
    listed = zip(lsoas["area_code"], lsoas["neighbourhood_code"], strict=True)
    matrix = shares_from_lookup(codes, listed, neighbourhoods).weights
    made = {"how": "lookup", "areas_listed": len(current), "listed_but_not_loaded": unknown[:50]}
    return Weights(matrix, areas.vintage if areas else None, areas, made)


def newest(pairs: pd.DataFrame) -> pd.DataFrame:
    """One row an area: of an effective-dated list, the row that started last.

    A proposal is about the future, so rows are not cut off at today's date.
    """
    order = pairs.assign(since=[str(s or "") for s in pairs["start"]])
    order = order.sort_values(["unit", "area_code", "since", "neighbourhood_code"], kind="stable")
    return order.drop_duplicates(["unit", "area_code"], keep="last").drop(columns="since")


def _by_code(frame: gpd.GeoDataFrame) -> gpd.GeoSeries:
    return gpd.GeoSeries(frame.set_index("code")["geometry"].sort_index(), crs=27700)


def _no_areas(version: FootprintVersion, form: str) -> Problem:
    return Problem(
        Fault.NOTHING_LOADED,
        "No small areas are loaded",
        f"The neighbourhoods of {version.name} are {form}, and no small areas (LSOAs) that they cover are loaded.",
        remedy="Load the boundaries of the LSOAs of this place (ONS, GeoJSON, GeoPackage, shapefile or GeoParquet).",
    )
