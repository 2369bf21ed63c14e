"""The sample place as a whole: its areas with people and names, its communities, wards and MSOAs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.sample import names
from data.sample.areas import ORIGIN, Ground, ground
from data.sample.grouping import Floats, Ints, balanced, centres, components

COMMUNITY_ANCHORS = np.array(
    [(-2_400, -1_000), (-2_000, 1_900), (300, 2_100), (2_200, 1_700), (100, -1_000), (2_300, -1_100)], dtype=float
)
COMMUNITY_SHARES = np.array([77.0, 45.0, 48.0, 53.0, 53.0, 69.0])
WARDS_IN = (6, 4, 4, 4, 4, 5)
DECILE_LIMITS = np.array([42.0, 33.5, 27.0, 22.0, 18.0, 14.5, 11.5, 8.8, 6.3])  # scores between deciles 1|2 … 9|10


@dataclass(frozen=True)
class Place:
    """Row ``i`` of every array is one area; the borough's areas come first. Groups are numbered from 0, -1 is none.

    ``population`` are residents; ``score`` and ``decile`` are deprivation (decile 1 is the most deprived tenth).
    """

    ground: Ground
    code: tuple[str, ...]
    name: tuple[str, ...]
    lad_code: tuple[str, ...]
    lad_name: tuple[str, ...]
    ward: Ints
    ward_code: tuple[str, ...]  # per area
    ward_name: tuple[str, ...]  # per area
    msoa_code: tuple[str, ...]  # per area
    msoa_name: tuple[str, ...]  # per area
    community: Ints
    population: Ints
    score: Floats
    decile: Ints

    @property
    def home(self) -> NDArray[np.bool_]:
        return self.ground.home


def place(rng: np.random.Generator) -> Place:
    """Draw the place; everything follows from the generator's state."""
    land = ground(rng)
    home, count = land.home, len(land.polygons)
    spread = rng.random((count, 3))
    large = np.where(rng.random(count) < 0.04, 350, 0)
    population = (1_020 + 1_560 * spread[:, :2].mean(axis=1)).astype(np.int64) + large
    score, decile = _deprivation(land, rng)

    community = np.full(count, -1, dtype=np.int64)
    points, weights = land.centre[home], population[home].astype(float)
    community[home] = balanced(
        points, weights, land.border[np.ix_(home, home)], COMMUNITY_ANCHORS + ORIGIN, COMMUNITY_SHARES
    )
    ward = np.full(count, -1, dtype=np.int64)
    msoa = np.full(count, -1, dtype=np.int64)
    ward_names: list[str] = []
    for at in range(len(names.COMMUNITIES)):
        members = np.flatnonzero(community == at)
        _divide(members, WARDS_IN[at], ward, land, population)
        _divide(members, max(1, round(len(members) / 5)), msoa, land, population)
        ward_names += names.WARDS[at][: WARDS_IN[at]]
    for side in range(len(names.NEIGHBOURS)):
        before = int(ward.max()) + 1
        members = np.flatnonzero(land.side == side)
        part = components(land.border[np.ix_(members, members)])
        for piece in np.unique(part):
            mine = members[part == piece]
            wanted = max(1, round(len(mine) / 5))
            _divide(mine, wanted, ward, land, population)
            _divide(mine, wanted, msoa, land, population)
        ward_names += names.NEIGHBOUR_WARDS[side][: int(ward.max()) + 1 - before]

    lads = [names.BOROUGH, *names.NEIGHBOURS]
    lad_codes = [names.BOROUGH_CODE, *names.NEIGHBOUR_CODES]
    msoa_name, area_name = _numbered(land.side, msoa, [lad.removesuffix(" (sample)") for lad in lads])
    return Place(
        ground=land,
        code=tuple(f"{names.FICTIONAL_AREA}{at + 1:04d}" for at in range(count)),
        name=area_name,
        lad_code=tuple(lad_codes[side + 1] for side in land.side),
        lad_name=tuple(lads[side + 1] for side in land.side),
        ward=ward,
        ward_code=tuple(f"E0599{at + 1:04d}" for at in ward),
        ward_name=tuple(ward_names[at] for at in ward),
        msoa_code=tuple(f"E0299{at + 1:04d}" for at in msoa),
        msoa_name=msoa_name,
        community=community,
        population=population,
        score=score,
        decile=decile,
    )


def _divide(members: Ints, wanted: int, label: Ints, land: Ground, population: Ints) -> None:
    """Number ``members`` in ``wanted`` contiguous groups of like population, after the numbers already given."""
    weights = population[members].astype(float)
    seeds = centres(land.centre[members], weights, wanted)
    border = land.border[np.ix_(members, members)]
    found = balanced(land.centre[members], weights, border, seeds, np.ones(wanted))
    label[members] = int(label.max()) + 1 + np.unique(found, return_inverse=True)[1]


def _deprivation(land: Ground, rng: np.random.Generator) -> tuple[Floats, Ints]:
    """Scores high along the river and round two estates, low on the hills, with noise from street to street."""
    local = land.centre - ORIGIN
    docks = np.exp(-(((local[:, 1] + 2_300) / 1_300) ** 2))
    estates = sum(
        np.exp(-(((local - spot) ** 2).sum(axis=1)) / 750.0**2) for spot in ((-1_500.0, 1_400.0), (1_900.0, 900.0))
    )
    score = 9 + 22 * docks + 24 * np.asarray(estates) + 14 * (rng.random(len(local)) + rng.random(len(local)) - 0.6)
    score = np.round(np.clip(score, 2.5, 68.0), 3)
    return score, np.asarray(10 - np.searchsorted(DECILE_LIMITS[::-1], score, side="right"), dtype=np.int64)


def _numbered(side: Ints, msoa: Ints, lads: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """MSOA and LSOA names as ONS forms them: the borough's name, the MSOA's number in it, a letter for the LSOA."""
    number: dict[int, int] = {}
    used: dict[int, int] = {}
    letters: dict[int, int] = {}
    msoa_names, area_names = [], []
    for which, group in zip(side.tolist(), msoa.tolist(), strict=True):
        if group not in number:
            used[which] = number[group] = used.get(which, 0) + 1
        letter = letters[group] = letters.get(group, -1) + 1
        stem = f"{lads[which + 1]} {number[group]:03d}"
        msoa_names.append(stem)
        area_names.append(f"{stem}{chr(ord('A') + letter)}")
    return tuple(msoa_names), tuple(area_names)
