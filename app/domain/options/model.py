"""The choice of a PCN for every practice, in whole numbers, so that equal is equal and a proof is a proof.

An assignment is one position in the PCNs for each practice. It is worth the patients who then live in the lead
neighbourhood of their PCN, ``V = Σ_j max_k Σ_{i in j} n[i, k]``; the patients inside the place never change, so the
fewest outside is the most inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.domain.options.situation import Indices, Situation

Whole = NDArray[np.int64]

RESOLUTION = 1_000
"""Values are counted in thousandths of a patient: lists split between areas are not whole numbers."""

Score = tuple[int, int, int, int, int]

FAR = 100_000
"""Metres taken for a distance nobody knows, where others are known."""


@dataclass(frozen=True, eq=False)
class MoveModel:
    """units: practices × neighbourhoods, thousandths of a patient. sizes: patients on the list, whole. least, most:
    list sizes allowed by PCN. may_join: practices × PCNs. metres: practices × PCNs, whole."""

    units: Whole
    sizes: Whole
    home: Indices
    least: Whole
    most: Whole
    may_join: NDArray[np.bool_]
    metres: Whole

    @property
    def pcn_count(self) -> int:
        return len(self.least)

    @cached_property
    def movable(self) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self.may_join.sum(axis=1) > 1
        return found

    def table(self, chosen: Indices) -> Whole:
        """N under an assignment: PCNs × neighbourhoods."""
        found = np.zeros((self.pcn_count, self.units.shape[1]), dtype=np.int64)
        np.add.at(found, chosen, self.units)
        return found

    def lists(self, chosen: Indices) -> Whole:
        found = np.zeros(self.pcn_count, dtype=np.int64)
        np.add.at(found, chosen, self.sizes)
        return found

    def value(self, chosen: Indices) -> int:
        return int(self.table(chosen).max(axis=1, initial=0).sum())

    @cached_property
    def worth(self) -> int:
        """What a thousandth of a patient counts in ``merit``: more than all patients moved."""
        return int(self.sizes.sum()) + 1

    def merit(self, chosen: Indices) -> int:
        """Value first, then fewer patients moved, as one number: ``V · worth - P``. Most is best."""
        return self.value(chosen) * self.worth - int(self.sizes[chosen != self.home].sum())

    def value_of(self, merit: int) -> int:
        """The largest value that a merit can stand for (thousandths of a patient)."""
        return -(-merit // self.worth)

    def allowed(self, chosen: Indices) -> bool:
        """Whether an assignment keeps every lock, border and list size."""
        lists = self.lists(chosen)
        return bool(
            self.may_join[np.arange(len(chosen)), chosen].all()
            and (lists >= self.least).all()
            and (lists <= self.most).all()
        )

    def score(self, chosen: Indices) -> Score:
        """Least is best: value, then patients moved, practices moved, metres between practices and the PCNs they
        join, then the sum of the moves' ranks in code order."""
        moved = np.flatnonzero(chosen != self.home)
        return (
            -self.value(chosen),
            int(self.sizes[moved].sum()),
            len(moved),
            int(self.metres[moved, chosen[moved]].sum()),
            int((moved * self.pcn_count + chosen[moved]).sum()),
        )


def move_model(place: Situation) -> MoveModel:
    """The model of a situation.

    A PCN may have any list from the floor, or its list today where that is smaller, to the ceiling, or its list today
    where that is larger: never worse than now, so doing nothing is always allowed.
    """
    sizes = np.rint(place.list_sizes).astype(np.int64)
    now = np.zeros(len(place.pcns), dtype=np.int64)
    np.add.at(now, place.home, sizes)
    limits = place.limits
    floor = max(int(np.ceil(limits.floor)), 1)  # a PCN without patients has no practices
    ceiling = int(sizes.sum()) if limits.ceiling is None else int(limits.ceiling)
    return MoveModel(
        units=np.rint(place.inside * RESOLUTION).astype(np.int64),
        sizes=sizes,
        home=place.home,
        least=np.minimum(floor, now),
        most=np.maximum(ceiling, now),
        may_join=place.may_join,
        metres=_metres(place),
    )


def _metres(place: Situation) -> Whole:
    known = place.metres if place.points else np.zeros_like(place.metres)
    metres: Whole = np.rint(np.nan_to_num(known, nan=FAR)).astype(np.int64)
    return metres
