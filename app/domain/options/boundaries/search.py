"""The best lines for one budget of people moved: first which leads are possible, then the lines for each.

With the leads decided the question is linear (``relaxation``), so the search is over vectors of leads, always at the
one with the largest bound: prices of its relaxation lower the bounds of all, then it is solved in whole numbers
(``programme``, ``linear``), layer by layer. A layer asks only for what comes close to the bound, which leaves few
choices; where there is nothing, the bound has sunk by the layer, and the next is deeper.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from app.domain.options.boundaries.cuts import Cut, first_cuts
from app.domain.options.boundaries.linear import linear_most
from app.domain.options.boundaries.model import BoundaryModel
from app.domain.options.boundaries.programme import Programme, over
from app.domain.options.boundaries.relaxation import Prices, Relaxation, gains
from app.domain.options.boundaries.vectors import Open, vectors
from app.domain.options.boundaries.walk import LONG, SHORT, walk
from app.domain.options.situation import Indices

LAYER = 0.001
"""Depth of the first layer, as a share of the bound."""

NEAR = 0.03
"""How far a first answer may be from the bound, as a share of it."""

FEW = 10
"""Nodes of the tree of HiGHS for a first answer."""

SLICE = 0.2
"""Share of the time left that the first step at a vector may take."""


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
        one.start()
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
        self.layers: dict[tuple[int, ...], tuple[Prices, int]] = {}
        self.ties: list[tuple[Indices, Prices]] = []
        self.walked = False

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

    def start(self) -> None:
        """A first assignment, by short walks from the one given and from today's."""
        self._walk(self.best, SHORT, 1)
        self._walk(self.model.home, SHORT, 2)

    def _walk(self, start: Indices, steps: int, seed: int) -> None:
        budget, model = self.relaxation.budget, self.model
        found = walk(model, budget, start, steps=steps, seed=seed, deadline=self.deadline, cancelled=self.cancelled)
        if self._hear(found):
            self.ties = []

    def close(self) -> Found:
        """Prove the best assignment, or find a better one."""
        prices = self.relaxation.priced(self.model.leads(self.best))
        left = Open(self.relaxation, vectors(self.relaxation, prices, self.value), [prices])
        while (leads := left.first(self.value)) is not None:
            if self._over():
                return Found(self.best, max(left.bound(self.value), left.beyond), False)
            if not left.narrow(leads):
                self._layer(left, leads)
        if left.beyond >= self.value:
            return Found(self.best, left.beyond, False)
        settled = self._settle()
        return Found(self.best, self.value, settled)

    def _layer(self, left: Open, leads: Indices) -> None:
        """Ask for what comes close to the bound of a vector.

        What a slice of the time does not decide is left until the others had their turn, and asked less of then.
        """
        key, bound = tuple(leads.tolist()), left.bound_of(leads)
        if key not in self.layers:
            prices = self.relaxation.priced(leads)
            self.layers[key] = prices, max(int(bound * LAYER), 1)
            left.lower(leads, prices.bound(self.relaxation.gains(leads)))
            return
        prices, depth = self.layers[key]
        at_least = max(self.value, bound - depth)
        programme = self._programme(leads, prices, at_least)
        solved = programme.most(self.best, self._slice(left.turns(leads)), self.cancelled)
        if self._hear(solved.chosen):
            self.ties = []
        if solved.proven and solved.chosen is None:
            self.layers[key] = prices, depth + depth // 2 + 1
            left.lower(leads, at_least - 1)
        elif solved.proven and solved.chosen is not None:
            if self.model.value(solved.chosen) == self.value:
                self.ties.append((leads, prices))
            left.done(leads)
        else:
            self.layers[key] = prices, max(depth // 2, 1)
            left.lower(leads, max(solved.bound, at_least - 1))
            if not left.turns(leads):
                self._harder(leads, prices, left.bound_of(leads))
            left.postpone(leads)

    def _harder(self, leads: Indices, prices: Prices, bound: int) -> None:
        """Look longer for an assignment where a vector was not decided at once, unless its bound is close."""
        if not self.walked:
            self.walked = True
            self._walk(self.model.home, LONG, 3)
            self._walk(self.best, LONG, 4)
        if bound - self.value <= 2 * LAYER * bound:
            return
        at_least = max(self.value + 1, int(bound * (1 - NEAR)))
        wanted, useful = gains(self.model, leads), prices.useful(self.relaxation.gains(leads), at_least)
        if self._hear(linear_most(self.relaxation, wanted, useful, at_least, self._slice(0), FEW).chosen):
            self.ties = []

    def _slice(self, turns: int) -> float | None:
        """Until when one step may take: more each time it comes to the same vector again."""
        if self.deadline is None:
            return None
        now = time.monotonic()
        return min(self.deadline, now + max(SLICE * (turns + 1) * (self.deadline - now), 1.0))

    def _settle(self) -> bool:
        """Break the ties that are open; whether all of them could be."""
        settled = True
        for leads, prices in self.ties:
            if self._over():
                return False
            programme = self._programme(leads, prices, self.value)
            chosen, proven = programme.calmest(self.best, self.deadline, self.cancelled)
            self._hear(chosen)
            settled = settled and proven
        return settled

    def _programme(self, leads: Indices, prices: Prices, at_least: int) -> Programme:
        useful = self.relaxation.tightened(leads, prices, at_least)
        return Programme(self.relaxation, gains(self.model, leads), useful, at_least)
