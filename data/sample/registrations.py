"""Who is registered where: a doubly constrained gravity model (Wilson 1971), rounded to whole patients.

Registration falls with distance, people seldom cross the railway and main roads between communities and hardly ever the
river, every practice reaches the list it aims at and every area of the borough registers somewhat more people than live
there, as in London. Residents of the neighbouring boroughs may also register further away, beyond the map.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.sample.grouping import Floats, Ints
from data.sample.place import Place
from data.sample.practices import Practices

NEAR, FAR = 560.0, 2_400.0  # metres over which registration falls to 1/e: most patients, and the few who moved away
FAR_WEIGHT = 0.0009
ACROSS_COMMUNITIES, ACROSS_BOROUGHS, ACROSS_RIVER = 0.24, 0.30, 0.04
ELSEWHERE = 1_050.0  # metres at which a neighbouring borough's own practices beyond the map are felt
FAR_AREAS = 160


@dataclass(frozen=True)
class Registrations:
    """Patients by practice (rows) and area (columns), then by practice and far area, and those of unknown residence.

    Far areas stand for the rest of the country: they have codes, but no shape in the sample.
    """

    patients: Ints
    far: Ints
    far_code: tuple[str, ...]
    unknown: Ints

    @property
    def lists(self) -> Ints:
        """Registered patients of each practice."""
        return np.asarray(self.patients.sum(axis=1) + self.far.sum(axis=1) + self.unknown, dtype=np.int64)


def registrations(place: Place, practices: Practices, rng: np.random.Generator) -> Registrations:
    """Register everybody. Rounding is by one random number a cell, so that sums stay right on average."""
    count = len(practices.code)
    unknown = np.floor(practices.target * 0.006 * rng.random(count) ** 2).astype(np.int64)
    far = np.where(rng.random((count, FAR_AREAS)) < 0.32, 1 + np.floor(rng.random((count, FAR_AREAS)) ** 3 * 4), 0)
    far = far.astype(np.int64)
    expected = _balanced(_pull(place, practices, rng), place, practices.target - unknown - far.sum(axis=1), rng)
    patients = np.floor(np.round(expected, 6) + rng.random(expected.shape)).astype(np.int64)
    return Registrations(patients, far, tuple(f"E01999{at + 1:03d}" for at in range(FAR_AREAS)), unknown)


def _pull(place: Place, practices: Practices, rng: np.random.Generator) -> Floats:
    """How strongly each practice draws each area, up to a factor per practice and per area."""
    gap = practices.point[:, None] - place.ground.centre[None]
    distance = np.sqrt((gap**2).sum(axis=2) + 150.0**2)
    side_of = place.ground.side
    community = np.where(side_of < 0, place.community, -2 - side_of)
    near = np.exp(-distance / NEAR)
    crossing = community[practices.area][:, None] != community[None]
    abroad = side_of[practices.area][:, None] != side_of[None]
    wet = (side_of[practices.area][:, None] == 2) != (side_of[None] == 2)
    near = near * np.where(crossing, ACROSS_COMMUNITIES, 1.0) * np.where(abroad, ACROSS_BOROUGHS, 1.0)
    near = near * np.where(wet, ACROSS_RIVER, 1.0)
    taste = np.exp(1.1 * (rng.random(near.shape) + rng.random(near.shape) - 1.0))
    straggle = FAR_WEIGHT * np.exp(-distance / FAR) * (0.25 + 1.5 * rng.random(near.shape) ** 2)
    pull: Floats = near * taste + straggle
    return pull


def _balanced(pull: Floats, place: Place, lists: Floats, rng: np.random.Generator) -> Floats:
    """Iterative proportional fitting to list sizes and to the people each area registers (Deming and Stephan 1940)."""
    young = (place.score - place.score.mean()) / 400  # deprived areas have more people on lists who have moved on
    wanted = place.population * np.round(1.095 + young + 0.05 * (rng.random(len(place.code)) - 0.3), 4)
    elsewhere = np.where(place.home, 0.0, float(np.median(lists)) * np.exp(-ELSEWHERE / NEAR))
    flow = pull * lists[:, None]
    for _ in range(120):
        factor = wanted / (flow.sum(axis=0) + elsewhere)
        flow, elsewhere = flow * factor, elsewhere * factor
        flow *= (lists / flow.sum(axis=1))[:, None]
    return np.asarray(flow, dtype=np.float64)
