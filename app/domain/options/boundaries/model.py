"""The choice of a neighbourhood for every area, in whole numbers, so that equal is equal and a proof is a proof.

An assignment is one position in the neighbourhoods for each area. It is worth the patients who then live in the lead
neighbourhood of their PCN, ``V(x) = Σ_i max_k Σ_{u in k} r[i, u]``: leads are free, a PCN is led by whichever
neighbourhood holds most of its patients afterwards. An assignment is allowed where

* only areas that may move have moved (``Draft.may_join``), of at most so many people together;
* every neighbourhood has at least one area, and people within the band, or no farther out than today;
* no neighbourhood is in more parts than today (connected by shared edges or links); parts that are detached today may
  stay so.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from app.domain.figures import Floats
from app.domain.options.boundaries.draft import Draft
from app.domain.options.situation import Indices

Whole = NDArray[np.int64]
Score = tuple[int, int, int, int]

RESOLUTION = 1_000
"""Patients, or people, are counted in thousandths where some number of them is not whole."""


@dataclass(frozen=True, eq=False)
class BoundaryModel:
    """patients: PCNs × areas in units of 1/``patient_unit`` patient. people: by area in units of 1/``person_unit``
    person. least, most: people allowed by neighbourhood, in the same units. parts: parts of each neighbourhood today.
    may_join: areas × neighbourhoods."""

    patients: Whole
    patient_unit: int
    people: Whole
    person_unit: int
    home: Indices
    least: Whole
    most: Whole
    parts: tuple[int, ...]
    may_join: NDArray[np.bool_]
    touching: tuple[tuple[int, ...], ...]

    @property
    def width(self) -> int:
        return len(self.least)

    @cached_property
    def home_people(self) -> Whole:
        return self.living(self.home)

    def living(self, chosen: Indices) -> Whole:
        """People of each neighbourhood."""
        found = np.zeros(self.width, dtype=np.int64)
        np.add.at(found, chosen, self.people)
        return found

    def table(self, chosen: Indices) -> Whole:
        """N under an assignment: PCNs × neighbourhoods."""
        found = np.zeros((self.width, len(self.patients)), dtype=np.int64)
        np.add.at(found, chosen, self.patients.T)
        return found.T

    def value(self, chosen: Indices) -> int:
        return int(self.table(chosen).max(axis=1, initial=0).sum())

    def leads(self, chosen: Indices) -> Indices:
        """A neighbourhood with most patients of each PCN (the first of equal ones: for the value they are the same)."""
        found: Indices = self.table(chosen).argmax(axis=1)
        return found

    def moved(self, chosen: Indices) -> int:
        """People whose neighbourhood changes."""
        return int(self.people[chosen != self.home].sum())

    def pieces(self, chosen: Indices, k: int) -> list[list[int]]:
        """The parts that neighbourhood k falls into, most people first, then by first area."""
        found = connected(np.flatnonzero(chosen == k).tolist(), self.touching)
        return sorted(found, key=lambda piece: (-int(self.people[piece].sum()), piece[0]))

    def broken(self, chosen: Indices) -> list[int]:
        """Neighbourhoods in more parts than today."""
        return [k for k in range(self.width) if len(self.pieces(chosen, k)) > self.parts[k]]

    def allowed(self, chosen: Indices, budget: int) -> bool:
        """Whether an assignment keeps every rule, worked out from nothing but the draft."""
        living = self.living(chosen)
        return bool(
            self.may_join[np.arange(len(chosen)), chosen].all()
            and self.moved(chosen) <= budget
            and (np.bincount(chosen, minlength=self.width) > 0).all()
            and (living >= self.least).all()
            and (living <= self.most).all()
            and not self.broken(chosen)
        )

    def score(self, chosen: Indices) -> Score:
        """Least is best: value, then people moved, areas moved, and the sum of the moves' ranks in code order."""
        moved = np.flatnonzero(chosen != self.home)
        ranks = moved * self.width + chosen[moved]
        return -self.value(chosen), self.moved(chosen), len(moved), int(ranks.sum())

    def whole(self, k: int, budget: int) -> bool:
        """Whether neighbourhood k is in one part and cannot exchange all its areas.

        What joins it must then hang together with areas that are in it today. To exchange all, all its people would
        leave and at least as many as the band asks for would come.
        """
        return self.parts[k] == 1 and int(self.home_people[k] + self.least[k]) > budget

    def reachable(self, budget: int) -> NDArray[np.bool_]:
        """Areas × neighbourhoods: what may join, less what would take more people along than may move.

        An area that joins a neighbourhood in one part needs a chain of areas that join it too, back to those in it
        today; the chain with fewest people is a shortest path. Nothing allowed is lost.
        """
        found = self.may_join.copy()
        for k in range(self.width):
            if self.whole(k, budget):
                found[:, k] &= self._within(k, budget)
        return found

    def _within(self, k: int, budget: int) -> NDArray[np.bool_]:
        reached: NDArray[np.bool_] = self.home == k
        mine = reached.copy()
        heap = [
            (int(self.people[v]), v)
            for v in range(len(mine))
            if not mine[v] and self.may_join[v, k] and any(mine[w] for w in self.touching[v])
        ]
        heapq.heapify(heap)
        while heap:
            cost, u = heapq.heappop(heap)
            if reached[u] or cost > budget:
                continue
            reached[u] = True
            for v in self.touching[u]:
                if not reached[v] and self.may_join[v, k]:
                    heapq.heappush(heap, (cost + int(self.people[v]), v))
        return reached


def connected(nodes: Iterable[int], touching: tuple[tuple[int, ...], ...]) -> list[list[int]]:
    """The connected parts of some areas, each ascending, in order of first area."""
    left = set(nodes)
    found = []
    for first in sorted(left):
        if first not in left:
            continue
        left.discard(first)
        piece, stack = [first], [first]
        while stack:
            for v in touching[stack.pop()]:
                if v in left:
                    left.discard(v)
                    piece.append(v)
                    stack.append(v)
        found.append(sorted(piece))
    return found


def boundary_model(place: Draft) -> BoundaryModel:
    """The model of a draft. The band is the mean of the place ± ``Draft.band``, widened to where a neighbourhood is."""
    patients, patient_unit = _whole(place.patients)
    people, person_unit = _whole(place.people)
    width = len(place.neighbourhoods)
    now = np.zeros(width, dtype=np.int64)
    np.add.at(now, place.home, people)
    mean = int(people.sum()) / width
    pieces = [connected(np.flatnonzero(place.home == k).tolist(), place.touching) for k in range(width)]
    return BoundaryModel(
        patients=patients,
        patient_unit=patient_unit,
        people=people,
        person_unit=person_unit,
        home=place.home,
        least=np.minimum(ceil((1 - place.band) * mean - 1e-6), now),
        most=np.maximum(floor((1 + place.band) * mean + 1e-6), now),
        parts=tuple(len(found) for found in pieces),
        may_join=place.may_join,
        touching=place.touching,
    )


def _whole(values: Floats) -> tuple[Whole, int]:
    unit = 1 if np.allclose(values, np.rint(values), rtol=0, atol=1e-9) else RESOLUTION
    return np.rint(values * unit).astype(np.int64), unit
