"""A good first assignment: annealing over one or two areas at a line, every rule kept throughout.

It proves nothing. It gives the exact search something to beat, which leaves it fewer choices.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import numpy as np

from app.domain.options.boundaries.model import BoundaryModel
from app.domain.options.boundaries.programme import over
from app.domain.options.situation import Indices

SHORT, LONG = 150, 1_000
"""Steps for each area that may move."""
SEED = 1
COLDEST = 1e-3
"""Share of the first temperature at which the walk ends."""

ASK = 500
"""Steps between two looks at the clock."""


def walk(
    model: BoundaryModel,
    budget: int,
    start: Indices,
    *,
    steps: int = SHORT,
    seed: int = SEED,
    deadline: float | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Indices:
    """The best assignment met on a walk from an allowed one; the same for the same seed and number of steps.

    ``steps``: for each area that may move. ``deadline`` is on the clock of ``time.monotonic``.
    """
    one = _Walk(model, budget, start)
    movable = np.flatnonzero(model.may_join.sum(axis=1) > 1).tolist()
    if not movable:
        return start
    steps *= len(movable)
    chance = random.Random(seed)  # noqa: S311 - a heuristic, not a secret
    hot = float(model.patients[:, movable].sum(axis=0).mean()) / 2 + 1.0
    best, most = start.copy(), one.value
    for step in range(steps):
        if step % ASK == 0 and over(deadline, cancelled):
            break
        warmth = hot * COLDEST ** (step / steps)
        done: list[tuple[int, int]] = []
        before = one.value
        for _ in range(1 + (chance.random() < 0.5)):
            u = chance.choice(movable)
            targets = one.targets(u)
            if targets:
                done.append((u, one.chosen[u]))
                one.shift(u, chance.choice(targets))
        gained = one.value - before
        willing = gained >= 0 or chance.random() < math.exp(gained / warmth)
        if not done or not willing or not one.within() or not one.holds(done):
            for u, was in reversed(done):
                one.shift(u, was)
        elif one.value > most:
            best, most = np.array(one.chosen, dtype=np.intp), one.value
    return best if model.allowed(best, budget) else start


class _Walk:
    """An assignment in plain lists, which single steps change faster than arrays."""

    def __init__(self, model: BoundaryModel, budget: int, start: Indices) -> None:
        self.model, self.budget = model, budget
        self.chosen: list[int] = start.tolist()
        self.home: list[int] = model.home.tolist()
        self.people: list[int] = model.people.tolist()
        self.least, self.most = model.least.tolist(), model.most.tolist()
        self.living: list[int] = model.living(start).tolist()
        self.count: list[int] = np.bincount(start, minlength=model.width).tolist()
        self.moved = model.moved(start)
        self.table: list[list[int]] = model.table(start).tolist()
        self.top = [max(row) for row in self.table]
        self.value = sum(self.top)
        self.may = [set(np.flatnonzero(row).tolist()) for row in model.may_join]
        self.lives = [
            [(i, int(number)) for i, number in enumerate(column) if number] for column in model.patients.T.tolist()
        ]

    def targets(self, u: int) -> list[int]:
        """Neighbourhoods that area u touches and may join."""
        near = {self.chosen[v] for v in self.model.touching[u]}
        return sorted((near & self.may[u]) - {self.chosen[u]})

    def shift(self, u: int, to: int) -> None:
        was, people = self.chosen[u], self.people[u]
        self.moved += people * ((to != self.home[u]) - (was != self.home[u]))
        self.chosen[u] = to
        self.living[was] -= people
        self.living[to] += people
        self.count[was] -= 1
        self.count[to] += 1
        for i, number in self.lives[u]:
            row = self.table[i]
            row[was] -= number
            row[to] += number
            top = max(row)
            self.value += top - self.top[i]
            self.top[i] = top

    def within(self) -> bool:
        """Whether budget and bands are kept, and no neighbourhood is empty."""
        return (
            self.moved <= self.budget
            and min(self.count) > 0
            and all(low <= living <= high for low, living, high in zip(self.least, self.living, self.most, strict=True))
        )

    def holds(self, done: list[tuple[int, int]]) -> bool:
        """Whether every neighbourhood that these steps touched is in no more parts than today."""
        touched = {was for _, was in done} | {self.chosen[u] for u, _ in done}
        return all(self._parts(k) <= self.model.parts[k] for k in touched)

    def _parts(self, k: int) -> int:
        left = {u for u, to in enumerate(self.chosen) if to == k}
        touching, parts = self.model.touching, 0
        while left:
            parts += 1
            stack = [left.pop()]
            while stack:
                near = left.intersection(touching[stack.pop()])
                left -= near
                stack.extend(near)
        return parts
