"""How fast shares are, as ratios to kept libraries in the same run, and how the time grows with the country.

``python -m pytest tests/benchmarks/test_overlay_bench.py -s`` prints the tables. Rounds are interleaved and
ratios taken within each round, so that a busy machine slows all sides alike. Each table prints the smallest,
the median and the largest ratio; nothing is asserted of a clock.
"""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable
from functools import partial
from statistics import median

import geopandas as gpd
import pandas as pd
import pytest

from geometry.adjacency import adjacent
from geometry.crs import to_national_grid
from geometry.overlay import shares

# maup still uses what pandas has deprecated; the warnings are not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")

ROUNDS = 7
AREA, FOOTPRINT = "area", "footprint"


def rounds(methods: dict[str, Callable[[], object]], count: int = ROUNDS) -> dict[str, list[float]]:
    """Seconds of each method, one of each in every round, beginning with another one each time."""
    taken: dict[str, list[float]] = {name: [] for name in methods}
    names = list(methods)
    for name in names:
        methods[name]()  # once unmeasured: imports, caches
    for turn in range(count):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            start = time.perf_counter()
            methods[name]()
            taken[name].append(time.perf_counter() - start)
    return taken


def table(title: str, taken: dict[str, list[float]], ours: str) -> str:
    lines = [f"\n{title}", f"{'':28}{'median s':>10}{'times as slow as ' + ours + ': min, median, max':>52}"]
    for name, seconds in taken.items():
        ratios = [theirs / mine for theirs, mine in zip(seconds, taken[ours], strict=True)]
        lines.append(f"{name:28}{median(seconds):>10.3f}{min(ratios):>36.2f}{median(ratios):>8.2f}{max(ratios):>8.2f}")
    return "\n".join(lines)


def exponent(sizes: list[int], seconds: list[float]) -> float:
    """The power of size that time grows with: the slope of a straight line through the logarithms."""
    x, y = [math.log(size) for size in sizes], [math.log(second) for second in seconds]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sum((a - mean_x) ** 2 for a in x)


@pytest.fixture(scope="module")
def london(shared_data):
    areas = gpd.read_parquet(shared_data / "london" / "lsoa21_units.parquet").set_index("LSOA21CD").geometry
    plan = gpd.read_file(shared_data / "london" / "illustrative_footprints_a.geojson")
    return areas, to_national_grid(plan.set_index("NEIGHBOURHOOD_CODE").geometry).geometry


@pytest.fixture(scope="module")
def maup():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("maup")


def overlaid(areas: gpd.GeoSeries, footprints: gpd.GeoSeries) -> pd.DataFrame:
    """The table of shares as geopandas makes it."""
    left = areas.rename_axis(AREA).rename("geometry").reset_index()
    right = footprints.rename_axis(FOOTPRINT).rename("geometry").reset_index()
    pieces = gpd.overlay(left, right, how="intersection", keep_geom_type=True)
    pieces["share"] = pieces.area / areas.area.loc[pieces[AREA]].to_numpy()
    return pieces[[AREA, FOOTPRINT, "share"]]


def test_footprints_that_nearly_follow_the_areas(london, maup):
    areas, footprints = london
    taken = rounds(
        {
            "shares": lambda: shares(areas, footprints, valid=True),  # as the service calls it
            "shares, one thread": lambda: shares(areas, footprints, threads=1, valid=True),
            "shares, checking validity": lambda: shares(areas, footprints),
            "geopandas.overlay": lambda: overlaid(areas, footprints),
            "maup.assign": lambda: maup.assign(areas, footprints),
        }
    )
    print(table("London, footprints from WGS 84 of six decimals", taken, "shares"))
    ours = shares(areas, footprints).weights
    given = maup.assign(areas, footprints).loc[list(ours.rows)].tolist()
    assert given == [ours.columns[at] for at in ours.values.indices]


def test_footprints_that_cut_most_areas(london, maup):
    areas, footprints = london
    moved = footprints.translate(175, 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # maup warns of areas that the shifted plan leaves out
        taken = rounds(
            {
                "shares": lambda: shares(areas, moved),
                "shares, nothing snapped": lambda: shares(areas, moved, tolerance=0),
                "geopandas.overlay": lambda: overlaid(areas, moved),
                "maup.assign": lambda: maup.assign(areas, moved),
            }
        )
    print(table("London, the same footprints shifted by 175 m", taken, "shares"))
    exact = shares(areas, moved, tolerance=0).weights.values
    theirs = overlaid(areas, moved)
    assert exact.sum() == pytest.approx(theirs.share.sum(), rel=1e-9)


def test_growth_from_a_borough_to_london_to_england(london, shared_data):
    """Areas by areas of one borough, London (20 m) and England (200 m), the footprints being unions of the areas."""
    places = pd.read_parquet(
        shared_data / "london" / "lsoa21_units.parquet", columns=["LSOA21CD", "LAD22NM", "MSOA21CD"]
    )
    places = places.set_index("LSOA21CD")
    areas = london[0]
    england = gpd.read_parquet(shared_data / "england" / "lsoa11_units.parquet").set_index("LSOA11CD")
    england = england[england.geometry.is_valid]
    sets = []
    for name, chosen, groups in (
        ("Lewisham", areas[places.LAD22NM == "Lewisham"], places.MSOA21CD),
        ("London", areas, places.MSOA21CD),
        ("England", england.geometry, england.LAD21CD),
    ):
        parts = chosen.groupby(groups.loc[chosen.index]).agg(lambda group: group.union_all())
        footprints = gpd.GeoSeries(parts, crs=27700).translate(0.5, 0.5)
        sets.append((name, chosen, footprints))
    print()
    for what, work in (
        ("shares, nearly following", shares),
        ("shares, shifted by 175 m", lambda areas, footprints: shares(areas, footprints.translate(175, 0))),
        ("adjacent", lambda areas, _: adjacent(areas)),
    ):
        sizes, seconds = [], []
        for _, chosen, footprints in sets:
            sizes.append(int(chosen.count_coordinates().sum()))
            taken = rounds({what: partial(work, chosen, footprints)}, 3)
            seconds.append(median(taken[what]))
        cells = ", ".join(
            f"{name} {len(chosen):,} areas {second:.3f} s"
            for (name, chosen, _), second in zip(sets, seconds, strict=True)
        )
        print(f"{what:26} {cells}; grows with vertices to the power {exponent(sizes, seconds):.2f}")


def test_the_exponent_of_known_growth():
    assert exponent([10, 100, 1000], [1.0, 100.0, 10_000.0]) == pytest.approx(2.0)
    assert exponent([3, 30], [0.3, 3.0]) == pytest.approx(1.0)
