"""The best lines for one budget of people moved: first which leads are possible, then the lines for each.

With the leads decided the question is linear (``relaxation``), so the search is over vectors of leads: prices of one
relaxation bound all vectors, the vector with the largest bound is asked next, and what falls below the best assignment
found is done with. Each vector that is left is solved in whole numbers (``programme``, ``linear``).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.domain.options.boundaries.cuts import Cut, first_cuts
from app.domain.options.boundaries.model import BoundaryModel
from app.domain.options.boundaries.programme import Programme, over
from app.domain.options.boundaries.relaxation import Prices, Relaxation, gains
from app.domain.options.boundaries.vectors import Open, vectors
from app.domain.options.boundaries.walk import walk
from app.domain.options.situation import Indices

GAPS = (0.004, 0.02, 1.0)
"""Shares of a bound by which a first answer may fall short of it, tried in turn."""

FIRST_SHARE = 0.4
"""Share of the time that may go into a first answer."""


@dataclass(frozen=True, eq=False)
class Found:
    """``chosen``: the best assignment; ``bound``: value none exceeds; ``proven``: none is better, ties included."""

    chosen: Indices
    bound: int
    proven: bool


class LineSearch:
    """One search over a model; cuts that it learns for one budget serve the next where they hold."""

    def __init__(self, model: BoundaryModel) -> None:
        self.model = model
        self.cuts: list[Cut] = []

    def best(
        self,
        budget: int,
        start: Indices,
        deadline: float | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Found:
        """The best assignment that moves at most so many people, beginning from one that is allowed.

        Ends early at the deadline (``time.monotonic``) or when ``cancelled`` says so, with the bound that stands.
        """
        model = self.model
        whole = [model.whole(k, budget) for k in range(model.width)]
        held = [cut for cut in self.cuts if len(cut.held) > 1 or whole[cut.neighbourhood]]
        self.cuts = list(dict.fromkeys([*first_cuts(model, budget), *held]))
        one = _Budget(model, Relaxation(model, budget, self.cuts), start, deadline, cancelled)
        one.climb()
        return one.close()


class _Budget:
    """The search for one budget: the best assignment so far, and what is still open."""

    def __init__(
        self,
        model: BoundaryModel,
        relaxation: Relaxation,
        start: Indices,
        deadline: float | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self.model, self.relaxation = model, relaxation
        self.deadline, self.cancelled = deadline, cancelled
        self.best, self.score = start, model.score(start)
        self.prices: list[Prices] = []

    @property
    def value(self) -> int:
        return -self.score[0]

    def _hear(self, chosen: Indices | None) -> bool:
        """Keep an assignment if it is the best so far; whether it is worth more."""
        if chosen is None or (score := self.model.score(chosen)) >= self.score:
            return False
        more = -score[0] > self.value
        self.best, self.score = chosen, score
        return more

    def _share_of_time(self) -> float | None:
        """The time until which a first answer is looked for; the rest is for the proof."""
        now = time.monotonic()
        return None if self.deadline is None else now + FIRST_SHARE * max(self.deadline - now, 0.0)

    def _over(self) -> bool:
        return over(self.deadline, self.cancelled)

    def climb(self) -> None:
        """A good assignment: by a walk, then by short searches under the leads that the lines bring about.

        Their answer is asked to be near the bound, which leaves fewer choices, and less near where there is none.
        """
        deadline = self._share_of_time()
        starts = [self.best] if (self.best == self.model.home).all() else [self.best, self.model.home]
        for start in starts:
            self._hear(walk(self.model, self.relaxation.budget, start, deadline=deadline, cancelled=self.cancelled))
        leads = self.model.leads(self.best)
        while not over(deadline, self.cancelled):
            prices = self.relaxation.solve(leads)
            self.prices.append(prices)
            bound, found = prices.bound(self.relaxation.gains(leads)), False
            for gap in GAPS:
                at_least = max(int(bound * (1 - gap)), self.value + 1)
                if at_least > bound or found or over(deadline, self.cancelled):
                    break
                programme = self._programme(leads, prices, at_least)
                found = self._hear(programme.quick(self.best, deadline, self.cancelled))
                if at_least == self.value + 1:
                    break
            after = self.model.leads(self.best)
            if not found or (after == leads).all():
                break
            leads = after

    def close(self) -> Found:
        """Prove the best assignment, or find a better one."""
        if not self.prices:
            self.prices.append(self.relaxation.solve(self.model.leads(self.best), separate=False))
        left = Open(self.relaxation, vectors(self.relaxation, self.prices[0], self.value), self.prices)
        ties: list[tuple[Indices, Prices]] = []
        unproven = left.beyond if left.beyond >= self.value else -1
        while (leads := left.first(self.value)) is not None:
            if self._over():
                return Found(self.best, max(left.bound(self.value), unproven, self.value), False)
            if left.narrow(leads):
                continue
            prices = self.relaxation.solve(leads)
            if prices.bound(self.relaxation.gains(leads)) < self.value:
                left.done(leads)
                continue
            solved = self._programme(leads, prices, self.value).most(self.best, self.deadline, self.cancelled)
            if solved.chosen is not None and self._hear(solved.chosen):
                ties = []
            if not solved.proven:
                unproven = max(unproven, solved.bound)
            elif solved.chosen is not None and self.model.value(solved.chosen) == self.value:
                ties.append((leads, prices))
            left.done(leads)
        settled = unproven < self.value
        for leads, prices in ties:
            if not settled or self._over():
                settled = False
                break
            programme = self._programme(leads, prices, self.value)
            chosen, proven = programme.calmest(self.best, self.deadline, self.cancelled)
            self._hear(chosen)
            settled = settled and proven
        return Found(self.best, max(unproven, self.value), settled)

    def _programme(self, leads: Indices, prices: Prices, at_least: int) -> Programme:
        useful = prices.useful(self.relaxation.gains(leads), at_least)
        return Programme(self.relaxation, gains(self.model, leads), np.asarray(useful), at_least)
