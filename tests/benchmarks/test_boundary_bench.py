"""Boundary moves in Camden, Southwark and Barnet beside annealing, GerryChain and spopt, each with as much time.

``python -m pytest tests/benchmarks/test_boundary_bench.py -s`` prints a line for each point: patients left outside by
the search, what nobody can go below, and what each of the others left outside in the same number of seconds. Wanted:
each point proven in under 60 s on two cores, and no other ever better. Annealing starts again with a new seed until
the time is up. GerryChain anneals single flips, held to the same band, contiguity and people moved. spopt has neither
an upper band nor a memory of today, so what its AZP draws is only shown: people of its smallest and largest region.
"""

from __future__ import annotations

import time
import warnings
from functools import partial
from itertools import count
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

from app.domain.options.boundaries.draft import Draft
from app.domain.options.boundaries.frontier import TIME_LIMIT, boundary_frontier, people_allowed
from app.domain.options.boundaries.model import BoundaryModel, boundary_model
from app.domain.options.boundaries.walk import LONG, walk
from tests.unit.domain.options.boundaries.london import London

SHARES = (0.05, 0.10, 0.15)
LEAST = 1.0


def annealed(model: BoundaryModel, budget: int, seconds: float) -> int:
    """The largest value of walks from today's lines, one after the other."""
    deadline, best = time.monotonic() + seconds, 0
    for seed in count(101):
        found = walk(model, budget, model.home, steps=LONG, seed=seed, deadline=deadline)
        best = max(best, model.value(found))
        if time.monotonic() > deadline:
            return best
    raise AssertionError("seeds do not run out")


def flipped(model: BoundaryModel, budget: int, seconds: float) -> int:
    """The largest value that GerryChain's annealing of single flips meets; today's where it meets none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        chain, networkx = pytest.importorskip("gerrychain"), pytest.importorskip("networkx")
        optimization = pytest.importorskip("gerrychain.optimization")
        proposals = pytest.importorskip("gerrychain.proposals")
        graph = networkx.Graph()
        graph.add_nodes_from(range(len(model.home)))
        graph.add_edges_from((u, v) for u, near in enumerate(model.touching) for v in near if u < v)
        first = chain.Partition(chain.Graph.from_networkx(graph), dict(enumerate(model.home.tolist())), {})

        def lines(partition: object) -> np.ndarray:
            return np.array([partition.assignment[u] for u in range(len(model.home))])  # type: ignore[attr-defined]

        optimizer = optimization.SingleMetricOptimizer(
            proposals.propose_random_flip,
            lambda partition: model.allowed(lines(partition), budget),
            first,
            lambda partition: model.value(lines(partition)) / model.patient_unit,
            rng=1,
        )
        beta = partial(lambda half, step: min(step / half, 1.0) * 0.02, 2_000)
        deadline, best = time.monotonic() + seconds, model.value(model.home)
        for partition in optimizer.simulated_annealing(10**9, beta):
            best = max(best, model.value(lines(partition)))
            if time.monotonic() > deadline:
                return best
    return best


def regions(place: Draft, model: BoundaryModel) -> str:
    """People of the smallest and largest region that spopt's AZP draws."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        weights, region = pytest.importorskip("libpysal.weights"), pytest.importorskip("spopt.region")
        table = gpd.GeoDataFrame({f"p{i}": row for i, row in enumerate(place.patients)})
        start = time.perf_counter()
        touching = weights.W({u: list(near) for u, near in enumerate(model.touching)})
        drawn = region.AZP(table, touching, list(table.columns), model.width, random_state=1)
        drawn.solve()
        labels = np.array(drawn.labels_)
        people = np.bincount(labels.astype(int), weights=place.people)
        return f"AZP {people.min():,.0f} to {people.max():,.0f} people, {time.perf_counter() - start:.1f} s"


@pytest.mark.parametrize("name", ["Camden", "Southwark", "Barnet"])
def test_no_heuristic_is_better_in_equal_time(shared_data: Path, name: str) -> None:
    place = London(shared_data).draft(name)
    model = boundary_model(place)
    mean = place.people.sum() / model.width
    print(f"\n{name}: {len(place.areas)} areas, {model.width} neighbourhoods, {len(place.pcns)} PCNs")
    print(f"a neighbourhood has {mean * 0.75:,.0f} to {mean * 1.25:,.0f} people; spopt: {regions(place, model)}")
    print(f"{'share':>6}{'s':>7}{'outside':>10}{'at least':>10}{'gap':>7}{'annealing':>11}{'gerrychain':>11}")
    total = float(place.patients.sum())
    for share in SHARES:
        start = time.perf_counter()
        point = boundary_frontier(place, shares=(share,), time_limit=TIME_LIMIT).points[-1]
        seconds = max(time.perf_counter() - start, LEAST)
        budget = people_allowed(model, share)
        walked, chained = (total - other(model, budget, seconds) / model.patient_unit for other in (annealed, flipped))
        print(
            f"{share:>6.0%}{seconds:>7.1f}{point.outside:>10,.0f}{point.at_least_outside:>10,.0f}{point.gap:>7,.0f}"
            f"{walked:>11,.0f}{chained:>11,.0f}"
        )
        assert point.outside <= min(walked, chained) + 0.01
        assert point.proven or point.gap < 0.02 * point.outside
