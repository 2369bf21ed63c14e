"""Proposals for a real borough: the best plan of whole wards is the best of all there are, counted one by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from app.domain.proposing.band import DEFAULT
from app.domain.proposing.blocks import Blocks
from app.domain.proposing.candidates import candidates
from app.domain.proposing.choosing import choose
from app.domain.proposing.plan import Labels, canonical, contiguous, people_of, share_moved, worth
from app.domain.proposing.wish import Wish
from app.domain.vintage import conversion
from geometry.adjacency import adjacent
from geometry.joining import joined
from geometry.labelled import Labelled


@pytest.fixture(scope="module")
def lewisham(shared_data: Path) -> Blocks:
    """The 19 wards of Lewisham with the patients of its six PCNs."""
    folder = shared_data / "london"
    practices = pd.read_csv(folder / "practices_2022-07.csv", dtype=str, keep_default_na=False)
    practices = practices[practices.pcn_code != ""]
    pcn_of = dict(zip(practices.practice_code, practices.pcn_code, strict=True))
    registered = pd.read_parquet(folder / "registrations_2022-07.parquet")
    practice, area, patients = registered.columns[:3]
    registered = registered[registered[practice].isin(pcn_of)]
    units = gpd.read_parquet(folder / "lsoa21_units.parquet").set_index("LSOA21CD").sort_index()
    people = units.population_census2021.astype(float)
    lookup = pd.read_csv(folder / "lsoa11_to_lsoa21.csv", dtype=str)
    lookup = lookup.rename(columns={"lsoa11_code": "from_code", "lsoa21_code": "to_code"})
    lists = (
        Labelled.from_triples(registered[practice].map(pcn_of), registered[area], registered[patients].astype(float))
        @ conversion(lookup, people.to_dict()).matrix
    )
    home = practices.groupby("pcn_code").borough_name.agg(lambda found: found.mode()[0])
    mine = units[units.LAD22NM == "Lewisham"]
    ward_of = mine.ward24_code.to_dict()
    groups = Labelled.from_triples(list(ward_of), list(ward_of.values()), np.ones(len(ward_of)))
    return Blocks.of(
        joined(adjacent(gpd.GeoSeries(mine.geometry)), ward_of),
        people[mine.index].groupby(mine.ward24_code).sum().to_dict(),
        lists.with_rows(sorted(home.index[home == "Lewisham"])).with_columns(list(mine.index)) @ groups,
    )


def every_plan(blocks: Blocks, sets: tuple[int, ...], number: int) -> Iterator[Labels]:
    """All choices of ``number`` sets that hold each block once: the first free block decides which sets may be next."""
    holding = [[mask for mask in sets if mask & -mask == 1 << block] for block in range(len(blocks))]

    def grown(held: int, chosen: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        free = ~held & ((1 << len(blocks)) - 1)
        if not free:
            if len(chosen) == number:
                yield chosen
        elif len(chosen) < number:
            for mask in holding[(free & -free).bit_length() - 1]:
                if not mask & held:
                    yield from grown(held | mask, (*chosen, mask))

    for chosen in grown(0, ()):
        labels = [next(k for k, mask in enumerate(chosen) if mask >> block & 1) for block in range(len(blocks))]
        yield canonical(labels)


def test_the_first_and_the_next_are_the_best_of_every_plan_there_is(lewisham: Blocks) -> None:
    wish = Wish(number=6, alternatives=2, effort=0.3)
    found = choose(lewisham, wish).alternatives
    plans = list(every_plan(lewisham, candidates(lewisham, DEFAULT, 6), 6))
    assert len(set(plans)) == len(plans) > 100
    assert all(contiguous(lewisham, plan) for plan in plans)
    scores = {plan: worth(lewisham, plan, DEFAULT).score for plan in plans}
    assert found[0].proven
    assert found[0].worth.score == pytest.approx(max(scores.values()), abs=1e-3)
    apart = [plan for plan in plans if share_moved(lewisham, plan, found[0].labels) >= wish.apart]
    assert found[1].proven
    assert found[1].worth.score == pytest.approx(max(scores[plan] for plan in apart), abs=1e-3)


def test_a_plan_within_the_band_has_the_people_of_the_borough(lewisham: Blocks) -> None:
    assert len(lewisham) == 19
    assert len(lewisham.parts) == 1
    assert lewisham.total == 300_529  # Census 2021, by the areas as published here
    for alternative in choose(lewisham, Wish(effort=0.3)).alternatives:
        people = people_of(lewisham, alternative.labels)
        assert people.sum() == 300_529
        assert people.min() >= 37_500
        assert people.max() <= 62_500
        assert alternative.worth.patients <= lewisham.patients.sum()


def test_eight_neighbourhoods_of_wards_are_impossible_and_it_says_so(lewisham: Blocks) -> None:
    found = choose(lewisham, Wish(number=8, alternatives=1, effort=0.3))
    assert not list(every_plan(lewisham, candidates(lewisham, DEFAULT, 8), 8))
    assert found.alternatives[0].worth.beyond > 0
    assert any("none can be within" in note for note in found.notes)
