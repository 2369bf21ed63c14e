"""The place that a what-if is tried on, from stored data; gathered once for as long as nothing is loaded."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from app.domain.basis import Basis
from app.domain.options.situation import Situation, situation
from app.domain.problem import Fault, Problem
from app.domain.records import DatasetRecord
from app.domain.scenario.board import Board, Land, board, land
from app.domain.scenario.figures import Whole, whole
from app.domain.scenario.side import Side, today
from app.domain.suppression import protected, protected_matrix
from app.services.aligning import Answer, Question, answer
from app.services.options import Asked as AskedOptions
from app.services.options import base as option_base
from app.services.options import points_of
from app.services.workspace import Workspace
from app.store.unit import Unit
from geometry.adjacency import adjacent
from geometry.locate import locate

ROUNDED = (
    "What areas bring and take is counted from numbers that are hidden and rounded area by area, so the figures after "
    "moving areas are rougher than those after moving practices."
)


@dataclass(frozen=True, eq=False)
class Start:
    """Where a what-if starts: the answer of today, the board, and today's figures.

    shapes: outlines of the areas that may be moved (EPSG:27700), empty where none are loaded. datasets: those used
    beside the answer's.
    """

    answer: Answer
    side: Side
    figures: Whole
    shapes: gpd.GeoSeries
    datasets: tuple[DatasetRecord, ...]

    @property
    def board(self) -> Board:
        return self.side.board


def start(work: Workspace, question: Question) -> Start:
    """Gather it. Raises ``Problem`` as ``answer`` does, and where members of PCNs are not practices (basis “area”)."""
    given = answer(work, question)
    if given.ground.basis is Basis.AREA:
        raise Problem(
            Fault.BAD_INPUT,
            "A what-if needs practices",
            "On the basis “area” square metres of PCNs are counted, and there is no practice or patient to move.",
            remedy="Load registered patients, or practices with postcodes, and ask on that basis.",
        )
    key = ("what-if", given.ground.key, given.alignment.place, work.limits)
    return work.remember(key, lambda: _start(work, given))


def _start(work: Workspace, given: Answer) -> Start:
    place = _situation(work, given)
    with work.store.read() as unit:
        ground, shapes, used = _land(unit, given)
    made = board(
        given.ground.inputs,
        given.alignment,
        place,
        ground,
        count_deprived=not given.restricted,
        final=given.ground.version.status.is_final,
    )
    side = today(made)
    return Start(given, side, whole(side), shapes, used)


def _situation(work: Workspace, given: Answer) -> Situation:
    """The practice side as options see it; a whole plan of several places is one situation here."""
    version, place = given.ground.version, given.alignment.place
    if given.ground.basis is Basis.PATIENTS and (place is not None or len(version.places) < 2):
        question = Question(version.footprint_id, place, given.ground.basis, given.ground.as_of, version.number)
        made = option_base(work, AskedOptions(question)).situation
        if made.practices == tuple(sorted(p.code for p in given.alignment.practices if p.pcn is not None)):
            return made
    return situation(
        given.alignment,
        limits=work.limits,
        thresholds=work.thresholds,
        points=points_of(given.ground),
        restricted=given.restricted,
    )


def _land(unit: Unit, given: Answer) -> tuple[Land | None, gpd.GeoSeries, tuple[DatasetRecord, ...]]:
    ground = given.ground
    found, empty = ground.registered, gpd.GeoSeries([], crs=27700)
    if ground.basis is not Basis.PATIENTS or found.by_area is None:
        return None, empty, ()
    by_area = protected_matrix(found.by_area) if given.restricted else found.by_area
    areas, shares = ground.weights.areas, ground.weights.shares
    frame = None if areas is None else unit.areas.of(areas.id).set_index("code").sort_index()
    columns = [n.code for n in given.alignment.neighbourhoods]
    mine = shares.with_columns(columns).row_sums() > 0
    free = shares.row_sums() <= 0
    boroughs = None if frame is None else frame["lad_code"].reindex(list(shares.rows))
    if boroughs is not None:
        free &= boroughs.isin(set(boroughs[mine].dropna())).to_numpy()
    codes = [code for code, a, b in zip(shares.rows, mine, free, strict=True) if a or (b and frame is not None)]
    used: dict[str, DatasetRecord] = {}
    values: dict[str, dict[str, float] | None] = {}
    for name in ("population", "imd_score", "imd_decile"):
        values[name] = _measure(unit, given, name, used)
    shapes = empty if frame is None else gpd.GeoSeries(frame.geometry.reindex(codes).dropna(), crs=27700)
    whole_map = len(shapes) == len(codes) > 0
    stands = ground.points[ground.points.index.isin(given.alignment.by_practice.table.rows)]
    standing = locate(stands, shapes).dropna() if whole_map and len(stands) else pd.Series(dtype=object)
    return (
        land(
            by_area,
            shares,
            codes,
            given.alignment.by_practice.table.rows,
            columns,
            people=values["population"],
            score=values["imd_score"],
            decile=values["imd_decile"],
            adjacency=adjacent(shapes) if whole_map else None,
            practices_in={str(practice): str(area) for practice, area in standing.items()},
            names={} if frame is None else {str(c): str(n) for c, n in frame["name"].reindex(codes).dropna().items()},
        ),
        shapes,
        tuple(used.values()),
    )


def _measure(unit: Unit, given: Answer, name: str, used: dict[str, DatasetRecord]) -> dict[str, float] | None:
    """A measure by area: of people protected where anything is restricted, of anything else only from open data."""
    found = unit.areas.measure(name, given.ground.weights.vintage, given.ground.as_of)
    if found is None:
        return None
    record = unit.datasets.get(found.dataset_id)
    if record.restricted and name != "population":
        return None
    used[record.id] = record
    values = found.values.to_numpy(dtype=np.float64)
    if given.restricted and name == "population":
        values = np.where(np.isnan(values), np.nan, protected(np.nan_to_num(values)))
    return dict(zip(map(str, found.values.index), map(float, values), strict=True))
