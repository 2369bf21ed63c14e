"""The frontier of practice moves for every place of two full plans of London, each point proven.

``python -m pytest tests/benchmarks/test_frontier_bench.py -s`` prints a line for each place. Wanted on two cores: a
plan in under 120 s, a median under 3 s, the slowest place under 30 s. Simulated annealing gets as long for the most
moves of a place as the search took for all of them (and at least ``LEAST`` seconds): it must never find anything
better. The options of three places must equal a full recomputation, and no option of any place may be absurd
(``tests/sensible.py``).
"""

from __future__ import annotations

import math
import random
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import median

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from app.domain.alignment import Inputs, Neighbourhood, align
from app.domain.options.frontier import Frontier, frontier
from app.domain.options.model import RESOLUTION, MoveModel, move_model
from app.domain.options.routes import Way
from app.domain.options.situation import Situation, situation
from app.domain.options.suggesting import suggest
from app.domain.thresholds import Thresholds
from app.domain.vintage import conversion
from app.services.aligning import Question
from app.services.footprints import version
from app.services.options import Asked, options, places_of
from app.services.workspace import Workspace
from app.store.store import Store
from geometry.crosstab import crosstab
from geometry.labelled import Labelled
from tests.london import GROUND, ON, POLYGONS_A, POLYGONS_B, load_london
from tests.sensible import assert_sensible

LEAST = 0.5


def london(data: Path, plan: str) -> tuple[Inputs, dict[str, tuple[float, float]]]:
    """A plan's inputs, and the points of the practices, from the shared files."""
    registered = pd.read_parquet(data / "london" / "registrations_2022-07.parquet")
    practice, area, patients = registered.columns[:3]
    practices = pd.read_csv(data / "london" / "practices_2022-07.csv", dtype=str, keep_default_na=False)
    registered = registered[registered[practice].isin(practices.practice_code)]
    lookup = pd.read_csv(data / "london" / "lsoa11_to_lsoa21.csv", dtype=str)
    lookup = lookup.rename(columns={"lsoa11_code": "from_code", "lsoa21_code": "to_code"})
    areas = pd.read_parquet(
        data / "london" / "lsoa21_units.parquet", columns=["LSOA21CD", "population_census2021"]
    ).set_index("LSOA21CD")
    footprints = pd.read_csv(data / "london" / f"illustrative_footprints_{plan}_lsoa21.csv", dtype=str)
    shares = Labelled.from_triples(
        footprints.LSOA_2021_CODE, footprints.NEIGHBOURHOOD_CODE, np.ones(len(footprints), dtype=np.float64)
    )
    lived = Labelled.from_triples(registered[practice], registered[area], registered[patients].astype(float))
    converted = conversion(lookup, areas.population_census2021.astype(float).to_dict()).matrix @ shares
    drawn = gpd.read_file(data / "london" / f"illustrative_footprints_{plan}.geojson").to_crs(27700)
    easting, northing = pd.to_numeric(practices.easting), pd.to_numeric(practices.northing)
    points = gpd.GeoDataFrame(practices[["practice_code"]], geometry=gpd.points_from_xy(easting, northing), crs=27700)
    standing = gpd.sjoin(points, drawn)[["practice_code", "NEIGHBOURHOOD_CODE"]]
    listed = drawn[["NEIGHBOURHOOD_CODE", "NEIGHBOURHOOD_NAME", "PLACE"]].sort_values("NEIGHBOURHOOD_CODE")
    networked = practices[practices.pcn_code != ""]
    made = Inputs(
        by_practice=crosstab(lived, converted, frozenset(["NO2011"])),
        neighbourhoods=tuple(Neighbourhood(*row) for row in listed.itertuples(index=False)),
        pcn_of=dict(zip(networked.practice_code, networked.pcn_code, strict=True)),
        standing_in=dict(standing.itertuples(index=False, name=None)),
        practice_names=dict(zip(practices.practice_code, practices.practice_name, strict=True)),
        pcn_names=dict(zip(networked.pcn_code, networked.pcn_name, strict=True)),
        thresholds=Thresholds(),
    )
    known = easting.notna()
    where = zip(practices.practice_code[known], easting[known], northing[known], strict=True)
    return made, {code: (east, north) for code, east, north in where}


def annealed(model: MoveModel, moves: int, seconds: float, seed: int = 1) -> int:
    """The largest value that simulated annealing finds: change one practice or exchange two, cooling over the time."""
    chance = random.Random(seed)  # noqa: S311 - a heuristic, not a secret
    chosen, table, lists = model.home.copy(), model.table(model.home), model.lists(model.home)
    movable = np.flatnonzero(model.movable).tolist()
    choices = {i: np.flatnonzero(model.may_join[i]).tolist() for i in movable}
    away, value = 0, int(table.max(axis=1).sum())
    best, start = value, time.perf_counter()
    hot = float(model.units[movable].max(axis=1).mean()) / 2 if movable else 1.0
    while movable and (spent := (time.perf_counter() - start) / seconds) < 1:
        warmth = hot * (1e-4**spent)
        for _ in range(50):
            step = [
                (i, chance.choice(choices[i])) for i in chance.sample(movable, min(chance.choice((1, 2)), len(movable)))
            ]
            before = [(i, int(chosen[i])) for i, _ in step]
            touched = sorted({j for pair in (step, before) for _, j in pair})
            old = int(table[touched].max(axis=1).sum())
            at_home = [int(model.home[i]) for i, _ in step]
            then = away + sum(new != home for (_, new), home in zip(step, at_home, strict=True))
            then -= sum(was != home for (_, was), home in zip(before, at_home, strict=True))
            _shift(model, chosen, table, lists, step)
            change = int(table[touched].max(axis=1).sum()) - old
            fine = then <= moves and all(model.least[j] <= lists[j] <= model.most[j] for j in touched)
            if fine and (change >= 0 or chance.random() < math.exp(change / warmth)):
                away, value = then, value + change
                best = max(best, value)
            else:
                _shift(model, chosen, table, lists, before)
    return best


def _shift(
    model: MoveModel, chosen: np.ndarray, table: np.ndarray, lists: np.ndarray, step: list[tuple[int, int]]
) -> None:
    for i, j in step:
        table[chosen[i]] -= model.units[i]
        lists[chosen[i]] -= model.sizes[i]
        chosen[i] = j
        table[j] += model.units[i]
        lists[j] += model.sizes[i]


def line(name: str, place: Situation, found: Frontier, seconds: float, heuristic: float) -> str:
    first, last = found.points[0], found.points[-1]
    return (
        f"{name:24}{len(place.practices):>5}{len(place.neighbourhoods):>5}{len(place.pcns):>5}{seconds:>9.2f}"
        f"{sum(p.proven for p in found.points):>8}/{len(found.points):<3}{first.outside:>11,.0f}{last.outside:>10,.0f}"
        f"{first.containment or 0:>8.1%}{last.containment or 0:>7.1%}{heuristic - last.outside:>12,.0f}"
    )


@pytest.mark.parametrize("plan", ["a", "b"])
def test_every_place_of_london(shared_data: Path, plan: str) -> None:
    made, points = london(shared_data, plan)
    heads = f"{'prac':>5}{'INTs':>5}{'PCNs':>5}{'s':>9}{'proven':>12}{'outside now':>11}{'best':>10}"
    heads += f"{'in lead':>8}{'best':>7}"
    print(f"\nPlan {plan.upper()}\n{'place':24}{heads}{'annealing +':>12}")
    taken = []
    for name in sorted({n.place for n in made.neighbourhoods}):
        place = situation(align(made, name), points=points)
        start = time.perf_counter()
        found = frontier(place)
        taken.append(time.perf_counter() - start)
        model = move_model(place)
        heuristic = annealed(model, len(found.points[-1].moves), max(taken[-1], LEAST))
        outside = float(place.inside.sum()) - heuristic / RESOLUTION
        print(line(name, place, found, taken[-1], outside))
        assert found.proven
        assert found.points[-1].outside <= outside + 0.01
    print(f"{sum(taken):.1f} s in all, median {median(taken):.2f} s, slowest {max(taken):.1f} s")


def test_the_options_of_real_places_equal_a_full_recomputation(shared_data: Path) -> None:
    made, points = london(shared_data, "a")
    for name in ("Lewisham", "Southwark", "Bexley"):
        found = suggest(situation(align(made, name), points=points), date(2026, 11, 25))
        for option in found.options:
            after = {p.code: p for p in align(replace(made, pcn_of={**made.pcn_of, **option.pcn_of}), name).pcns}
            for change in option.touched:
                if change.after is not None:
                    figures = after[change.code]
                    assert change.after.patients_outside_lead == pytest.approx(figures.patients_outside_lead, abs=0.01)
                    assert change.after.patients == pytest.approx(figures.patients, abs=0.01)
                    assert change.after.lead == figures.lead
        print(f"{name}: {len(found.options)} options, each PCN as aligned from scratch")


@pytest.fixture(scope="module")
def loaded(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """London as a service has it: official files, ICBs, and neighbourhoods that touch."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('options') / 'london.sqlite'}")
    return load_london(store, shared_data, (*GROUND, POLYGONS_A, POLYGONS_B))


@pytest.mark.parametrize("plan", ["a", "b"])
def test_no_option_of_any_place_of_london_is_absurd(loaded: Workspace, plan: str) -> None:
    footprints = f"illustrative_footprints_{plan}"
    print(f"\nPlan {plan.upper()}\n{'place':24}{'s':>7}{'options':>9}{'fits':>6}{'re-align':>10}{'across':>8}")
    taken = []
    for place in places_of(version(loaded, footprints)):
        start = time.perf_counter()
        found = options(loaded, Asked(Question(footprints, place, as_of=ON), most_moves=15))
        taken.append(time.perf_counter() - start)
        assert found.frontier.proven
        assert_sensible(found.base.situation, found.suggestions)
        ways = [route.way for route in found.suggestions.routes]
        counts = "".join(f"{ways.count(way):>{width}}" for way, width in zip(Way, (6, 10, 8), strict=True))
        print(f"{place:24}{taken[-1]:>7.2f}{len(found.suggestions.options):>9}{counts}")
    print(f"{sum(taken):.1f} s in all, median {median(taken):.2f} s, slowest {max(taken):.1f} s")
