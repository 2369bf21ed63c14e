"""Branch and bound over the lead neighbourhoods of the PCNs.

The hard part of moving practices is which neighbourhood leads which PCN; with that decided the rest is easy
(``leads``). So the search branches first on which neighbourhoods lead any PCN at all, then PCN by PCN on its lead,
always at the node with the best bound (``bounds``), until no open node can beat or equal the best assignment found.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from app.domain.options.bounds import Profile, convolve, profile
from app.domain.options.leads import Answered, settle, solve_for_leads
from app.domain.options.model import MoveModel, Whole
from app.domain.options.situation import Indices


@dataclass(frozen=True, eq=False)
class Found:
    """``chosen``: the best assignment; ``bound``: value (thousandths of a patient) that none exceeds; ``proven``:
    nothing is better, ties included; ``solved``: lead vectors that had to be solved."""

    chosen: Indices
    bound: int
    proven: bool
    solved: int


@dataclass(frozen=True, eq=False)
class _Sets:
    """The first ``decided`` neighbourhoods are decided: those in ``taken`` lead, the others do not."""

    decided: int
    taken: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class _Vector:
    """The leads of the first PCNs of the order, as positions in ``shape.leads``, which must all be taken."""

    shape: Profile
    chosen: tuple[int, ...]
    reached: Whole


class _Incumbent:
    """The best assignment so far, and the leads with which an equal one could still have a better score."""

    def __init__(self, model: MoveModel, chosen: Indices) -> None:
        self.model = model
        self._ties: list[Indices] = []
        self._take(chosen)

    def _take(self, chosen: Indices) -> None:
        self.chosen, self.score, self.merit = chosen, self.model.score(chosen), self.model.merit(chosen)

    @property
    def value(self) -> int:
        return -self.score[0]

    def hear(self, answer: Answered, leads: Indices) -> None:
        if answer.chosen is None:
            return
        before, found = self.value, self.model.score(answer.chosen)
        if found < self.score:
            self._take(answer.chosen)
        if self.value > before:
            self._ties = []
        if not answer.settled and found[0] == self.score[0]:
            self._ties.append(leads)

    def settle(self, moves: int, prices: Whole, deadline: float | None) -> bool:
        """Break the ties that are open; whether all of them could be."""
        settled = True
        for leads in self._ties:
            chosen, proven = settle(self.model, leads, moves, self.chosen, prices, deadline)
            self._take(chosen)
            settled = settled and proven
        return settled


def _over(deadline: float | None, cancelled: Callable[[], bool] | None) -> bool:
    return (deadline is not None and time.monotonic() > deadline) or (cancelled is not None and cancelled())


@dataclass
class LeadSearch:
    """One search over a model; what it learns of bounds serves every number of moves up to ``moves``."""

    model: MoveModel
    moves: int
    _shapes: dict[tuple[int, ...], Profile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.neighbourhoods = tuple(np.argsort(-self.model.units.sum(axis=0), kind="stable").tolist())
        self._prices = np.zeros(self.model.pcn_count, dtype=np.int64)
        self.pcns = tuple(np.argsort(-self.model.lists(self.model.home), kind="stable").tolist())

    def root_bound(self, moves: int) -> int:
        """Value that no assignment with this many moves exceeds, from the first relaxation alone."""
        return self.model.value_of(self._root(moves))

    def _root(self, moves: int) -> int:
        return int(self._shape(self.neighbourhoods).rest[0, moves])

    def best(
        self,
        moves: int,
        start: Indices,
        deadline: float | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Found:
        """The best assignment with at most this many moves, beginning from one that is allowed.

        Ends early at the deadline (``time.monotonic``) or when ``cancelled`` says so, with the bound that stands.
        """
        best = _Incumbent(self.model, start)
        order, solved, unproven = count(), 0, -1
        heap: list[tuple[int, int, int, _Sets | _Vector]] = []

        def put(bound: int, depth: int, node: _Sets | _Vector) -> None:
            if bound >= best.merit:
                heapq.heappush(heap, (-bound, -depth, next(order), node))

        put(self._root(moves), 0, _Sets(0, ()))
        while heap and -heap[0][0] >= best.merit:
            if _over(deadline, cancelled):
                return Found(best.chosen, max(self.model.value_of(-heap[0][0]), unproven), False, solved)
            _, _, _, node = heapq.heappop(heap)
            if isinstance(node, _Vector) and len(node.chosen) == len(self.pcns):
                solved += 1
                leads = self._leads(node)
                answer = solve_for_leads(self.model, leads, moves, best.merit, self._prices, deadline)
                self._prices = answer.prices
                unproven = unproven if answer.proven else max(unproven, answer.bound)
                best.hear(answer, leads)
                continue
            for bound, depth, below in self._below(node, moves):
                put(bound, depth, below)
        settled = unproven < 0 and best.settle(moves, self._prices, deadline)
        return Found(best.chosen, max(unproven, best.value), settled, solved)

    def _below(self, node: _Sets | _Vector, moves: int) -> list[tuple[int, int, _Sets | _Vector]]:
        """Bound, depth and node of each child."""
        beyond = len(self.neighbourhoods) + 1
        if isinstance(node, _Vector):
            return [(bound, beyond + len(v.chosen), v) for bound, v in self._vectors_below(node, moves)]
        below = self._sets_below(node, moves)
        return [(bound, n.decided if isinstance(n, _Sets) else beyond, n) for bound, n in below]

    def _shape(self, leads: tuple[int, ...]) -> Profile:
        key = tuple(sorted(leads))
        if key not in self._shapes:
            self._shapes[key] = profile(self.model, key, self.pcns, self.moves)
        return self._shapes[key]

    def _sets_below(self, node: _Sets, moves: int) -> list[tuple[int, _Sets | _Vector]]:
        if node.decided == len(self.neighbourhoods) or len(node.taken) == len(self.pcns):
            shape = self._shape(node.taken)
            return [(int(shape.rest[0, moves]), _Vector(shape, (), np.zeros(self.moves + 1, dtype=np.int64)))]
        following = self.neighbourhoods[node.decided]
        later = self.neighbourhoods[node.decided + 1 :]
        below: list[tuple[int, _Sets | _Vector]] = []
        for taken in ((*node.taken, following), node.taken):
            possible = taken if len(taken) == len(self.pcns) else (*taken, *later)
            if possible:
                below.append((int(self._shape(possible).rest[0, moves]), _Sets(node.decided + 1, taken)))
        return below

    def _vectors_below(self, node: _Vector, moves: int) -> list[tuple[int, _Vector]]:
        at, shape = len(node.chosen), node.shape
        untaken = set(range(len(shape.leads))) - set(node.chosen)
        left = len(self.pcns) - at
        below = []
        for a in range(len(shape.leads)) if len(untaken) < left else sorted(untaken):
            reached = convolve(node.reached, shape.reach[at, a])
            bound = int((reached[: moves + 1] + shape.rest[at + 1][moves::-1]).max())
            below.append((bound, _Vector(shape, (*node.chosen, a), reached)))
        return below

    def _leads(self, node: _Vector) -> Indices:
        leads = np.empty(len(self.pcns), dtype=np.intp)
        for j, a in zip(self.pcns, node.chosen, strict=True):
            leads[j] = node.shape.leads[a]
        return leads
