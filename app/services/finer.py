"""People below the small area: output areas with their population, else live postcodes, for areas a line really cuts.

A line drawn through an LSOA divides its people, not its square metres; where something finer is loaded it says how.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import pandas as pd

from app.domain.records import DatasetRecord
from app.ingest.kinds import Kind
from app.services import evidence
from app.services.workspace import Workspace
from app.store.unit import Unit
from geometry.below import weighted_shares
from geometry.locate import locate
from geometry.shares import Shares


@dataclass(frozen=True)
class Finer:
    """What divides cut areas. ``counts``: "population of output areas" or "live postcodes"."""

    record: DatasetRecord
    counts: str


def finer(work: Workspace, unit: Unit, as_of: date | None) -> Finer | None:
    """The best layer below the small areas: output areas with a population, else postcodes; ``None`` without either."""
    for record in evidence.candidates(unit, (Kind.AREAS,), as_of):
        if evidence.level(work, unit, record) == "oa" and not unit.areas.measures(record.id).empty:
            return Finer(record, "population of output areas")
    for record in evidence.candidates(unit, (Kind.POSTCODES,), as_of):
        return Finer(record, "live postcodes")
    return None


def divided(unit: Unit, found: Shares, footprints: gpd.GeoSeries, areas: gpd.GeoSeries, below: Finer) -> Shares:
    """``found`` with its cut areas divided by the people (or, for postcodes, the addresses) below them."""
    cut = areas.loc[list(found.cut)]
    if below.counts == "live postcodes":
        minx, miny, maxx, maxy = map(float, cut.total_bounds)
        frame = unit.postcodes.within(below.record.id, (minx, miny, maxx, maxy))
        live = frame[frame["terminated"].isna()].set_index("postcode")
        shapes = gpd.GeoSeries(gpd.points_from_xy(live["easting"], live["northing"]), index=live.index, crs=27700)
        people = pd.Series(1.0, index=live.index)
        inner = shapes
    else:
        frame = unit.areas.of(below.record.id).set_index("code")
        measures = unit.areas.measures(below.record.id)
        measured = measures[measures["measure"] == "population"].set_index("area_code")["value"].astype(float)
        shapes = gpd.GeoSeries(frame.geometry[frame.index.isin(measured.index)], crs=27700)
        people = measured.reindex(shapes.index)
        inner = shapes.representative_point()
    home = pd.Series(locate(inner, cut), index=shapes.index, dtype=object).dropna()
    return weighted_shares(found, footprints, shapes.loc[home.index], people.loc[home.index], home)
