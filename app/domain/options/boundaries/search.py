"""The best lines for one budget of people moved: first which leads are possible, then the lines for each.

With the leads decided the question is linear (``relaxation``), so the search is over vectors of leads: prices of one
relaxation bound all vectors, the vector with the largest bound is asked next, and what falls below the best assignment
found is done with. Each vector that is left is solved in whole numbers (``programme``, ``linear``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.domain.options.boundaries.cuts import Cut, Separator, first_cuts
from app.domain.options.boundaries.model import BoundaryModel
from app.domain.options.boundaries.programme import Programme, over
from app.domain.options.boundaries.relaxation import Prices, Relaxation, gains
from app.domain.options.boundaries.vectors import Open, vectors
from app.domain.options.situation import Indices

FIRST_GAP = 0.002
"""Share of a bound by which the first answer is asked to be near it; each time there is none, it is asked less."""


@dataclass(frozen=True, eq=False)
class Found:
    """``chosen``: the best assignment; ``bound``: value none exceeds; ``proven``: none is better, ties included."""

    chosen: Indices
    bound: int
    proven: bool


class LineSearch:
    """One search over a model; cuts that it learns serve every budget up to ``most``."""

    def __init__(self, model: BoundaryModel, most: int) -> None:
        self.model = model
        self.cuts: list[Cut] = first_cuts(model, most)
        self.separator = Separator(model, most)

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
        one = _Budget(self.model, Relaxation(self.model, budget, self.cuts, self.separator), start, deadline, cancelled)
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

    def _over(self) -> bool:
        return over(self.deadline, self.cancelled)

    def climb(self) -> None:
        """A good assignment, under today's leads and then under those that its lines bring about.

        The answer is asked to be close to the bound, which leaves few choices, and less close each time there is none.
        """
        leads = self.model.leads(self.best)
        while not self._over():
            prices = self.relaxation.solve(leads)
            self.prices.append(prices)
            wanted = self.relaxation.gains(leads)
            bound, gap, found = prices.bound(wanted), FIRST_GAP, False
            while not self._over():
                at_least = max(int(bound * (1 - gap)), self.value + 1)
                if at_least > bound:
                    break
                programme = self._programme(leads, prices, at_least)
                found = self._hear(programme.quick(self.best, self.deadline, self.cancelled))
                if found or at_least == self.value + 1 or gap > 0.1:
                    break
                gap *= 2
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
