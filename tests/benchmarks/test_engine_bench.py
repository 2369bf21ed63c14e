"""The engine beside geometry, a what-if beside a full evaluation, and how all of it grows with the country.

Wanted: all measures from W in at most 1/100 of ``geopandas.overlay``'s time; a what-if in at most 1/20 of a full
evaluation and under 10 ms; England loaded in one pass under 2 GiB and evaluated in seconds; near-linear growth to
190,000 areas. Ratios are taken in one run; nothing is asserted of a clock.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from app.domain.alignment import Inputs, Neighbourhood, align
from app.domain.thresholds import Thresholds
from app.domain.vintage import conversion
from app.domain.whatif import move_area, move_practice, standing
from geometry.agreement import agreement
from geometry.crosstab import crosstab
from geometry.labelled import Labelled
from geometry.overlay import shares

from .test_overlay_bench import exponent, overlaid, rounds, table

COMMAND = [sys.executable, "-c", "from app.cli import main; main()"]
pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")


@pytest.fixture(scope="module")
def parts(shared_data: Path) -> tuple[Labelled, Labelled, dict[str, str], tuple[Neighbourhood, ...]]:
    """R carried to LSOA 2021, W of footprints A, membership and neighbourhoods, straight from the files."""
    lists = pd.read_parquet(shared_data / "london/registrations_2022-07.parquet").query("practice_in_london")
    registered = Labelled.from_triples(lists["practice_code"], lists["lsoa11cd"], lists["patients"].astype(float))
    lookup = pd.read_csv(shared_data / "london/lsoa11_to_lsoa21.csv").rename(
        columns={"lsoa11_code": "from_code", "lsoa21_code": "to_code"}
    )
    plan = pd.read_csv(shared_data / "london/illustrative_footprints_a_lsoa21.csv")
    weights = Labelled.from_triples(plan["LSOA_2021_CODE"], plan["NEIGHBOURHOOD_CODE"], np.ones(len(plan)))
    practices = pd.read_csv(shared_data / "london/practices_2022-07.csv").dropna(subset="pcn_code")
    names = plan.drop_duplicates("NEIGHBOURHOOD_CODE").sort_values("NEIGHBOURHOOD_CODE")
    return (
        registered @ conversion(lookup, {}).matrix,
        weights,
        dict(zip(practices["practice_code"], practices["pcn_code"], strict=True)),
        tuple(
            Neighbourhood(code, name, place)
            for code, name, place in zip(
                names["NEIGHBOURHOOD_CODE"], names["NEIGHBOURHOOD_NAME"], names["PLACE"], strict=True
            )
        ),
    )


def evaluated(
    registered: Labelled, weights: Labelled, pcn_of: dict[str, str], plan: tuple[Neighbourhood, ...]
) -> Inputs:
    return Inputs(crosstab(registered, weights), plan, pcn_of, {}, {}, {}, Thresholds())


def test_measures_and_what_ifs_on_london(parts, shared_data: Path) -> None:
    registered, weights, pcn_of, plan = parts
    inputs = evaluated(registered, weights, pcn_of, plan)
    alignment = align(inputs)
    now = standing(inputs, alignment)
    practice = next(iter(sorted(now.members)))
    area = registered.columns[100]
    column = registered.values[:, [registered.column_index[area]]].toarray().ravel()
    by_pcn = np.zeros(len(now.pcns))
    for member, pcn in now.members.items():
        by_pcn[now.pcns.index(pcn)] += column[registered.row_index[member]]
    row = weights.dense()[weights.row_index[area]]
    areas = gpd.read_parquet(shared_data / "london/lsoa21_units.parquet").set_index("LSOA21CD").geometry
    footprints = (
        gpd.read_file(shared_data / "london/illustrative_footprints_a.geojson", engine="pyogrio")
        .to_crs(27700)
        .set_index("NEIGHBOURHOOD_CODE")
        .geometry
    )

    everybody, first = float(column.sum()), now.neighbourhoods[0]

    def full() -> float | None:
        return align(evaluated(registered, weights, pcn_of, plan)).misalignment

    def group_and_measure() -> object:
        networked = [p for p in inputs.by_practice.table.rows if p in pcn_of]
        groups = Labelled.from_triples([pcn_of[p] for p in networked], networked, np.ones(len(networked)))
        return agreement(inputs.by_practice.grouped(groups).table)

    taken = rounds(
        {
            "geopandas.overlay": lambda: overlaid(areas, footprints),
            "all measures from W": group_and_measure,
            "full evaluation": full,
            "what-if: one practice": lambda: move_practice(now, practice, now.pcns[0]).misalignment,
            "what-if: one area": lambda: move_area(now, by_pcn, everybody, row, first).misalignment,
        }
    )
    print(table("London, 4,994 areas × 161 neighbourhoods, 1,183 practices, 199 PCNs", taken, "all measures from W"))
    for what in ("what-if: one practice", "what-if: one area"):
        ratio = median(f / w for f, w in zip(taken["full evaluation"], taken[what], strict=True))
        print(f"{what}: {median(taken[what]) * 1_000:.2f} ms, a full evaluation takes {ratio:,.0f} times as long")


def test_england_in_one_pass(shared_data: Path, tmp_path: Path) -> None:
    """Synthetic neighbourhoods: each district's LSOAs in code order, closed whenever 50,000 people are reached."""
    areas = gpd.read_parquet(shared_data / "england/lsoa11_units.parquet").sort_values(["LAD21CD", "LSOA11CD"])
    people = areas["population_mid2020"].fillna(0.0)
    within = people.groupby(areas["LAD21CD"]).cumsum() // 50_000
    plan = pd.DataFrame(
        {
            "LSOA11CD": areas["LSOA11CD"],
            "NEIGHBOURHOOD_CODE": areas["LAD21CD"] + "-" + within.astype(int).astype(str),
            "NEIGHBOURHOOD_NAME": areas["LAD21NM"] + " " + within.astype(int).astype(str),
            "PLACE": areas["LAD21NM"],
        }
    )
    plan.to_csv(tmp_path / "england_plan.csv", index=False)
    said = {**os.environ, "COTERMINOUS_DATABASE_URL": f"sqlite:///{tmp_path / 'england.sqlite'}"}
    files = [
        shared_data / "england/lsoa11_units.parquet",
        shared_data / "england/registrations_2022-07.parquet",
        shared_data / "england/practices_2022-07.csv",
        tmp_path / "england_plan.csv",
    ]
    started = time.perf_counter()
    subprocess.run(
        [*COMMAND, "load", "--as-of", "2022-07-01", *map(str, files)], env=said, check=True, capture_output=True
    )
    loaded = time.perf_counter()
    ask = [*COMMAND, "align", "--footprints", "england_plan", "--json"]
    subprocess.run(ask, env=said, check=True, capture_output=True)
    done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"\nEngland, 32,844 areas, 865,965 rows, {plan['NEIGHBOURHOOD_CODE'].nunique():,} neighbourhoods: loaded in "
        f"{loaded - started:.1f} s, W, N and all figures in {done - loaded:.1f} s, largest process {peak:,.0f} MiB "
        "(wanted < 2,048 MiB)"
    )


def grid(side: int, metres: float) -> gpd.GeoSeries:
    """A clean coverage of side × side squares, codes in reading order."""
    x, y = np.meshgrid(np.arange(side) * metres, np.arange(side) * metres)
    squares = shapely.box(x.ravel(), y.ravel(), x.ravel() + metres, y.ravel() + metres)
    return gpd.GeoSeries(squares, index=[f"E{at:08d}" for at in range(side * side)], crs=27700)


def test_growth_to_the_size_of_all_output_areas() -> None:
    """Squares of 100 m as synthetic output areas, neighbourhoods of about 150 of them; then lists crossed with W."""
    rng = np.random.default_rng(2026)
    sizes, overlay, crossing = [], [], []
    for side in (36, 72, 180, 436):
        areas = grid(side, 100.0)
        footprints = grid(side // 12, 1_200.0).set_axis([f"N{at:06d}" for at in range((side // 12) ** 2)])
        found = shares(areas, footprints)
        practices = max(side * side // 25, 5)
        lists = Labelled.from_triples(
            [f"P{p:06d}" for p in rng.integers(0, practices, side * side * 25)],
            areas.index.to_numpy()[rng.integers(0, side * side, side * side * 25)],
            rng.integers(1, 20, side * side * 25).astype(float),
            column_order=areas.index,
        )
        sizes.append(side * side)
        overlay.append(median(rounds({"w": lambda a=areas, f=footprints: shares(a, f)}, 3)["w"]))
        crossing.append(median(rounds({"n": lambda r=lists, w=found.weights: crosstab(r, w)}, 3)["n"]))
    for what, seconds in (("W from polygons", overlay), ("N from W", crossing)):
        cells = ", ".join(f"{size:,} areas {second:.3f} s" for size, second in zip(sizes, seconds, strict=True))
        print(f"\n{what}: {cells}; grows with areas to the power {exponent(sizes, seconds):.2f}")
