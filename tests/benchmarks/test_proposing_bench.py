"""Proposed neighbourhoods of whole LSOAs against GerryChain's ReCom and spopt on three London boroughs.

``python -m pytest tests/benchmarks/test_proposing_bench.py -s`` prints a line for each borough. The score is the one
that is searched for: patients in their PCN's lead neighbourhood, less the price of the border. GerryChain gets as long
as the search took, once in short bursts and once tilted, from a start and within a band of its own making; spopt's
methods know no such score, only blocks that are alike, so they are told the mix of PCNs. Nothing within the band may
score more than what the search found.
"""

from __future__ import annotations

import random
import time
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from app.domain.proposing.band import DEFAULT
from app.domain.proposing.blocks import Blocks
from app.domain.proposing.plan import Labels, canonical, contiguous, worth
from app.domain.proposing.searching import search
from app.domain.proposing.wish import Wish
from app.domain.vintage import conversion
from geometry.adjacency import adjacent
from geometry.labelled import Labelled

gerrychain = pytest.importorskip("gerrychain", reason="GerryChain is not installed (bench group)")
spopt_region = pytest.importorskip("spopt.region", reason="spopt is not installed (bench group)")
optimization = pytest.importorskip("gerrychain.optimization")
networkx = pytest.importorskip("networkx")
libpysal_weights = pytest.importorskip("libpysal.weights")

BURST = 10
LEAST = 10.0
"""Seconds that GerryChain gets at least."""
BOROUGHS = [("Camden", 4), ("Southwark", 6), ("Lewisham", 6)]


def borough(data: Path, name: str) -> tuple[Blocks, gpd.GeoDataFrame]:
    """A borough's LSOAs as blocks, and their shapes."""
    registered = pd.read_parquet(data / "london" / "registrations_2022-07.parquet")
    practice, area, patients = registered.columns[:3]
    practices = pd.read_csv(data / "london" / "practices_2022-07.csv", dtype=str, keep_default_na=False)
    practices = practices[practices.pcn_code != ""]
    pcn_of = dict(zip(practices.practice_code, practices.pcn_code, strict=True))
    units = gpd.read_parquet(data / "london" / "lsoa21_units.parquet").set_index("LSOA21CD").sort_index()
    people = units.population_census2021.astype(float)
    lookup = pd.read_csv(data / "london" / "lsoa11_to_lsoa21.csv", dtype=str)
    lookup = lookup.rename(columns={"lsoa11_code": "from_code", "lsoa21_code": "to_code"})
    registered = registered[registered[practice].isin(pcn_of)]
    lists = (
        Labelled.from_triples(registered[practice].map(pcn_of), registered[area], registered[patients].astype(float))
        @ conversion(lookup, people.to_dict()).matrix
    )
    home = practices.groupby("pcn_code").borough_name.agg(lambda found: found.mode()[0])
    mine = units[name == units.LAD22NM]
    table = lists.with_rows(sorted(home.index[home == name])).with_columns(list(mine.index))
    return Blocks.of(adjacent(gpd.GeoSeries(mine.geometry)), people.to_dict(), table), mine


def recom(blocks: Blocks, number: int, seconds: float, tilted: bool) -> float:
    """The best score of a ReCom chain that runs so long: short bursts, or tilted towards the score."""
    plain = networkx.Graph()
    for at, people in enumerate(blocks.people.tolist()):
        plain.add_node(at, people=people)
    plain.add_edges_from(map(tuple, blocks.edges.tolist()))
    ideal = blocks.total / number
    leeway = min(1 - DEFAULT.low / ideal, DEFAULT.high / ideal - 1)
    chance = random.Random(1)  # noqa: S311 - a heuristic, not a secret
    start = gerrychain.tree.recursive_tree_part(
        gerrychain.Graph.from_networkx(plain), range(number), ideal, "people", leeway, rng=chance
    )
    initial = gerrychain.Partition(
        plain, assignment=dict(start), updaters={"people": gerrychain.updaters.Tally("people")}
    )

    def score(partition: object) -> float:
        given = partition.assignment.to_dict() if hasattr(partition.assignment, "to_dict") else partition.assignment
        labels = canonical([given[at] for at in range(len(blocks))])
        return worth(blocks, labels, DEFAULT).score

    def proposal(partition: object, rng: object = None) -> object:
        return gerrychain.proposals.recom(partition, "people", ideal, leeway, node_repeats=1, rng=rng or chance)

    optimiser = optimization.SingleMetricOptimizer(
        proposal,
        [gerrychain.constraints.within_percent_of_ideal_population(initial, leeway, "people")],
        initial,
        score,
        rng=chance,
    )
    run = optimiser.tilted_run(10**9, p=0.05) if tilted else optimiser.short_bursts(BURST, 10**8)
    end = time.perf_counter() + seconds
    for _ in run:
        if time.perf_counter() > end:
            break
    return float(optimiser.best_score)


def spopt(blocks: Blocks, mine: gpd.GeoDataFrame, number: int) -> dict[str, tuple[float, Labels]]:
    """Labels by method, and the seconds each took."""
    mix = blocks.patients / np.maximum(blocks.patients.sum(axis=0), 1.0)
    frame = mine[["geometry"]].reset_index(drop=True)
    names = [f"pcn{at}" for at in range(len(blocks.pcns))]
    for name, values in zip(names, mix, strict=True):
        frame[name] = values
    frame["people"] = blocks.people
    frame["one"] = 1
    touching = {at: [other for other, _ in pairs] for at, pairs in enumerate(blocks.neighbours)}
    w = libpysal_weights.W(touching, silence_warnings=True)
    found = {}
    for name, made in {
        "Max-P": lambda: spopt_region.MaxPHeuristic(
            frame, w, names, "people", DEFAULT.low, max_iterations_construction=3, max_iterations_sa=2
        ),
        "AZP": lambda: spopt_region.AZP(frame, w, names, n_clusters=number, random_state=1),
        "SKATER": lambda: spopt_region.Skater(frame, w, names, n_clusters=number, floor=10),
    }.items():
        np.random.seed(1)  # noqa: NPY002 - spopt draws from the global generator
        start = time.perf_counter()
        method = made()
        method.solve()
        found[name] = (time.perf_counter() - start, canonical(list(method.labels_)))
    return found


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(("name", "number"), BOROUGHS)
def test_nothing_within_the_band_scores_more(shared_data: Path, name: str, number: int) -> None:
    blocks, mine = borough(shared_data, name)
    start = time.perf_counter()
    found = search(blocks, Wish(), number)
    seconds = time.perf_counter() - start
    assert found.labels is not None
    assert found.worth is not None
    assert found.worth.beyond == 0
    assert contiguous(blocks, found.labels)
    inside = float(blocks.patients.sum())
    print(
        f"\n{name}: {len(blocks)} LSOAs, {number} neighbourhoods, {blocks.total:,.0f} people\n"
        f"  ours         {seconds:6.1f} s  score {found.worth.score:10,.0f}  "
        f"in lead {found.worth.patients / inside:.1%}  at most {found.bound:,.0f}"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for tilted in (False, True):
            score = recom(blocks, number, max(seconds, LEAST), tilted)
            print(f"  ReCom {'tilted' if tilted else 'bursts'} {max(seconds, LEAST):6.1f} s  score {score:10,.0f}")
            assert found.worth.score >= score
        for method, (took, labels) in spopt(blocks, mine, number).items():
            value = worth(blocks, labels, DEFAULT)
            print(
                f"  {method:12} {took:6.1f} s  score {value.score:10,.0f}  in lead {value.patients / inside:.1%}  "
                f"{max(labels) + 1} neighbourhoods, {value.beyond:,.0f} people outside the band"
            )
            assert value.beyond > 0 or max(labels) + 1 != number or found.worth.score >= value.score
