"""What a footprint version is checked against: the small areas of its place and the people in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from app.domain.records import DatasetRecord, FootprintVersion
from app.domain.suppression import protected
from app.services import evidence
from app.services.suppression import is_restricted
from app.services.weights import weights
from app.services.workspace import Workspace
from app.store.unit import Unit
from data.sample.names import FICTIONAL_AREA
from geometry.labelled import Labelled

MOSTLY = 0.5
"""A borough belongs to the place of a plan that holds at least this part of its small areas."""


@dataclass(frozen=True, eq=False)
class Survey:
    """``areas`` are all that matter, by code (EPSG:27700), ``place`` the codes of those the plan should hold.

    ``people`` by code, ``None`` where nobody has counted. ``assignments`` is empty for a plan that was drawn.
    """

    version: FootprintVersion
    shapes: gpd.GeoSeries  # neighbourhoods by code; None where no outline is known
    names: dict[str, str]
    assignments: pd.DataFrame
    areas: gpd.GeoDataFrame | None
    place: frozenset[str]
    place_known_by: str
    people: dict[str, float] | None
    as_of: date | None
    datasets: tuple[DatasetRecord, ...]
    warnings: tuple[str, ...]
    fictional: bool

    @property
    def restricted(self) -> bool:
        """Whether small numbers in it must be hidden; ``people`` are protected then."""
        return is_restricted(self.datasets)

    @property
    def outline(self) -> Any:
        """The place as one shape; ``None`` where no small areas are loaded or all of them are the place."""
        if self.areas is None or len(self.place) == len(self.areas):
            return None
        return shapely.union_all(self.areas.geometry[self.areas.index.isin(self.place)].to_numpy())


def survey(work: Workspace, version: FootprintVersion, as_of: date | None) -> Survey:
    """Gather it; kept in memory for as long as nothing is loaded. Without small areas the survey says so."""
    with work.store.read() as unit:
        loaded = tuple((record.id, record.restricted) for record in unit.datasets.page(limit=None))
    return work.remember(("survey", version.id, as_of, loaded), lambda: _survey(work, version, as_of))


def _survey(work: Workspace, version: FootprintVersion, as_of: date | None) -> Survey:
    with work.store.read() as unit:
        record = _areas(work, unit, version, as_of)
        made = None if record is None else weights(work, unit, version, record, as_of)
    with work.store.read() as unit:  # anew: outlines of a list may just have been made
        frame = unit.footprints.neighbourhoods(version.id).set_index("code").sort_index()
        pairs = unit.footprints.assignments(version.id)
        used = [unit.datasets.get(version.dataset_id)]
        warnings: list[str] = []
        areas, people, place, known_by = None, None, frozenset[str](), "nothing: no small areas of it are loaded"
        if record is None or made is None:
            warnings.append("No small areas of this place are loaded: people, and gaps at its edge, cannot be told.")
        else:
            used.append(record)
            everywhere = unit.areas.of(record.id).set_index("code").sort_index()
            held = _held(made.shares, everywhere.index)
            place, known_by = _place(everywhere, held)
            areas = everywhere[everywhere.index.isin(place) | (held > MOSTLY)]
            people, counted = _people(unit, areas.index, record.vintage, as_of, warnings)
            used += [] if counted is None else [counted]
            if people is not None and is_restricted(used):
                people = dict(zip(people, map(float, protected(np.array(list(people.values())))), strict=True))
    return Survey(
        version=version,
        shapes=gpd.GeoSeries(frame.geometry, crs=27700),
        names={str(code): str(name or code) for code, name in frame["name"].items()},
        assignments=pairs,
        areas=areas,
        place=place,
        place_known_by=known_by,
        people=people,
        as_of=as_of or max((r.effective_date for r in used if r.effective_date), default=None),
        datasets=tuple({r.id: r for r in used}.values()),
        warnings=tuple(warnings),
        fictional=any(code.startswith(FICTIONAL_AREA) for code in place),
    )


def _areas(work: Workspace, unit: Unit, version: FootprintVersion, as_of: date | None) -> DatasetRecord | None:
    """The areas to check against: of a list those that know most of its codes, else the newest that touch."""
    found = evidence.areas_for(work, unit, version, as_of)
    pairs = unit.footprints.assignments(version.id)
    if pairs.empty or len(found) < 2:
        return found[0] if found else None
    listed = set(pairs["area_code"])

    def known(record: DatasetRecord) -> int:
        frame = unit.areas.of(record.id, geometry=False)
        return len(listed & (set(frame["code"]) | set(frame["ward_code"].dropna())))

    return max(found, key=known)  # of equals the first, which is the newest


def _held(shares: Labelled, codes: pd.Index[str]) -> pd.Series[float]:
    """The part of each area that any neighbourhood holds."""
    return pd.Series(shares.row_sums(), index=list(shares.rows)).reindex(codes, fill_value=0.0)


def _place(areas: gpd.GeoDataFrame, held: pd.Series[float]) -> tuple[frozenset[str], str]:
    """The areas a plan should hold: all of the boroughs it mostly holds, else those it holds and what they enclose."""
    inside = held > MOSTLY
    share = inside.groupby(areas["lad_code"]).mean()
    boroughs = sorted(share.index[share >= MOSTLY])
    if boroughs:
        mine = areas["lad_code"].isin(boroughs)
        names = sorted(set(areas.loc[mine, "lad_name"].fillna(areas["lad_code"])))
        return frozenset(areas.index[mine]), f"the boroughs it holds at least half of: {', '.join(names)}"
    whole = shapely.union_all(areas.geometry[inside].to_numpy())
    filled = shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(whole) if part.area > 0])
    enclosed = shapely.covers(filled, areas.geometry.representative_point().to_numpy())
    return frozenset(areas.index[np.asarray(inside) | enclosed]), "the small areas it holds, and those they enclose"


def _people(
    unit: Unit, codes: pd.Index[str], vintage: str | None, as_of: date | None, warnings: list[str]
) -> tuple[dict[str, float] | None, DatasetRecord | None]:
    measure = unit.areas.measure("population", vintage, as_of)
    counted = {} if measure is None else {str(a): float(n) for a, n in measure.values.items() if n >= 0}
    missing = [code for code in codes if code not in counted]
    if measure is None or len(missing) == len(codes):
        warnings.append("No population of these small areas is loaded, so people are not counted.")
        return None, None
    if missing:
        warnings.append(f"{len(missing):,} areas have no population and count as empty: {', '.join(missing[:5])}.")
    return {code: counted.get(code, 0.0) for code in codes}, unit.datasets.get(measure.dataset_id)
