"""Contiguity as inequalities, found where a solution breaks it.

For neighbourhood k, with x[u] = 1 where area u is in it, and S a set of areas whose absence parts ``a`` from ``t``:

* rooted: x[a] + x[t] - 1 ≤ Σ_{s in S} x[s], where k is in one part (it may not fall in two);
* from home: x[a] ≤ Σ_{s in S} x[s], where S parts ``a``, not in k today, from all that is in k today, k is in one part
  and cannot lose all its areas (``BoundaryModel.whole``); S may hold areas that are in k today;
* of many: Σ_{m=0..P} x[a_m] - P ≤ Σ_{s in S} x[s], where k is in P parts today, and S parts each of a_0 … a_{P-1} from
  everything else among them: P + 1 areas that hang together in fewer than P + 1 parts need one of S.

These are the (a, b)-separator inequalities of Validi, Buchanan and Lykhovyd (Oper. Res. 70(2), 2022, CUT), with the
home of today in place of a fixed root.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from app.domain.figures import Floats
from app.domain.options.boundaries.model import BoundaryModel
from app.domain.options.situation import Indices

GRAIN = 10_000
"""Flows are in ten-thousandths."""

VIOLATED = 0.02
"""By how much a relaxed solution must break an inequality for it to be worth adding."""


@dataclass(frozen=True, order=True)
class Cut:
    """Σ x[held] - (len(held) - 1) ≤ Σ x[barrier], all in one neighbourhood; areas by position."""

    neighbourhood: int
    held: tuple[int, ...]
    barrier: tuple[int, ...]


def first_cuts(model: BoundaryModel, budget: int) -> list[Cut]:
    """Whatever joins a neighbourhood touches something in it."""
    found = []
    for k in range(model.width):
        if model.whole(k, budget):
            found += [
                Cut(k, (u,), model.touching[u])
                for u in np.flatnonzero(model.may_join[:, k] & (model.home != k)).tolist()
            ]
    return found


def cuts_for(model: BoundaryModel, chosen: Indices, budget: int) -> list[Cut]:
    """Cuts that rule out an assignment in too many parts; none where it is in no more parts than today."""
    found: list[Cut] = []
    for k in model.broken(chosen):
        pieces = model.pieces(chosen, k)
        if model.parts[k] == 1:
            found += _of_one(model, k, pieces, budget)
        else:
            found += _of_many(model, k, pieces)
    return found


def _of_one(model: BoundaryModel, k: int, pieces: list[list[int]], budget: int) -> list[Cut]:
    today = set(np.flatnonzero(model.home == k).tolist())
    main = pieces[0]
    root = max(main, key=lambda u: (int(model.people[u]), -u))
    found = []
    for piece in pieces[1:]:
        around = {v for u in piece for v in model.touching[u]} - set(piece)
        if model.whole(k, budget) and not today & set(piece):
            barrier = _seen(model, (today - around) | set(main), around) | (around & today)
            found += [Cut(k, (u,), tuple(sorted(barrier))) for u in piece]
        else:
            barrier = _seen(model, set(main), around)
            found += [Cut(k, (u, root), tuple(sorted(barrier))) for u in piece]
    return found


def _of_many(model: BoundaryModel, k: int, pieces: list[list[int]]) -> list[Cut]:
    """For every piece too many, each of its areas with one area of each of the pieces that there may be."""
    several = pieces[: model.parts[k]]
    held = [min(piece, key=lambda u: (model.home[u] != k, -int(model.people[u]), u)) for piece in several]
    found = []
    for piece in pieces[model.parts[k] :]:
        enclosed = [*several[1:], piece]
        around = {v for one in enclosed for u in one for v in model.touching[u]} - {u for one in enclosed for u in one}
        found += [Cut(k, (u, *held), tuple(sorted(around))) for u in piece]
    return found


def _seen(model: BoundaryModel, start: set[int], around: set[int]) -> set[int]:
    """The areas of ``around`` that can be reached from ``start`` without crossing it."""
    seen, stack, met = set(start), sorted(start), set()
    while stack:
        for v in model.touching[stack.pop()]:
            if v in around:
                met.add(v)
            elif v not in seen:
                seen.add(v)
                stack.append(v)
    return met


class Separator:
    """Cuts that a relaxed solution breaks, by smallest node cuts."""

    def __init__(self, model: BoundaryModel, budget: int) -> None:
        self.model, self.budget, self.count = model, budget, len(model.home)
        self.roots = [_deepest(model, k) for k in range(model.width)]
        links = [(u, v) for u in range(self.count) for v in model.touching[u]]
        self._from = np.array([2 * u + 1 for u, _ in links], dtype=np.int32)
        self._to = np.array([2 * v for _, v in links], dtype=np.int32)

    def cuts(self, x: Floats) -> list[Cut]:
        """``x``: areas × neighbourhoods, 0..1."""
        found: list[Cut] = []
        for k in range(self.model.width):
            if self.model.parts[k] == 1:
                found += self._rooted(k, x[:, k])
                if self.model.whole(k, self.budget):
                    found += self._from_home(k, x[:, k])
        return list(dict.fromkeys(found))

    def _rooted(self, k: int, x: Floats) -> list[Cut]:
        root = self.roots[k]
        firm = self._firm([root], x)
        wanted = [u for u in np.argsort(-x, kind="stable").tolist() if x[u] > 0.05 and u not in firm and u != root]
        return self._parted(k, x, wanted, [root], float(x[root]), (root,))

    def _from_home(self, k: int, x: Floats) -> list[Cut]:
        today = np.flatnonzero(self.model.home == k).tolist()
        firm = self._firm(today, x)
        wanted = [
            u
            for u in np.argsort(-x, kind="stable").tolist()
            if x[u] > 0.05 and u not in firm and self.model.home[u] != k
        ]
        return self._parted(k, x, wanted, today, 1.0, ())

    def _firm(self, start: Iterable[int], x: Floats) -> set[int]:
        """Areas next to what hangs together with ``start`` through areas that are wholly in the neighbourhood."""
        reached = {u for u in start if x[u] > 1 - 1e-6}
        stack, met = sorted(reached), set(reached)
        while stack:
            for v in self.model.touching[stack.pop()]:
                met.add(v)
                if v not in reached and x[v] > 1 - 1e-6:
                    reached.add(v)
                    stack.append(v)
        return met

    def _parted(
        self, k: int, x: Floats, wanted: list[int], ends: list[int], weight: float, held: tuple[int, ...]
    ) -> list[Cut]:
        if not wanted:
            return []
        graph, done, found = self._network(x, ends), set[int](), []
        for u in wanted:
            if u in done or x[u] + weight - 1 <= VIOLATED:
                continue
            flow = maximum_flow(graph, 2 * u + 1, 2 * self.count)
            if flow.flow_value / GRAIN >= x[u] + weight - 1 - VIOLATED:
                continue
            left = graph - flow.flow
            left.data[left.data < 0] = 0
            left.eliminate_zeros()
            near = set(breadth_first_order(left, 2 * u + 1, return_predecessors=False).tolist())
            barrier = tuple(v for v in range(self.count) if 2 * v in near and 2 * v + 1 not in near and v != u)
            behind = [v for v in range(self.count) if 2 * v + 1 in near and v not in barrier]
            mine = [v for v in behind if v not in ends and x[v] + weight - 1 > flow.flow_value / GRAIN + VIOLATED]
            mine = [v for v in mine if held or self.model.home[v] != k]
            found += [Cut(k, (v, *held), barrier) for v in mine]
            done |= set(mine)
        return found

    def _network(self, x: Floats, ends: list[int]) -> sparse.csr_array:
        nodes = np.arange(self.count, dtype=np.int32)
        capacity = np.rint(np.clip(x, 0, 1) * GRAIN).astype(np.int32)
        plenty = np.int32(10**8)
        starts = np.concatenate([2 * nodes, self._from, 2 * np.array(ends, dtype=np.int32) + 1])
        stops = np.concatenate([2 * nodes + 1, self._to, np.full(len(ends), 2 * self.count, dtype=np.int32)])
        # An end that is itself the barrier is counted at its own capacity; a root is where the flow must arrive.
        flows = np.concatenate([capacity, np.full(len(self._from), plenty), np.full(len(ends), plenty)])
        if len(ends) == 1:
            flows[ends[0]] = plenty
        size = 2 * self.count + 1
        return sparse.csr_array((flows, (starts, stops)), shape=(size, size))


def _deepest(model: BoundaryModel, k: int) -> int:
    """The area of k farthest, in steps, from everything that is not in it; of equal ones the most people, then code."""
    inside = set(np.flatnonzero(model.home == k).tolist())
    layer = {u for u in inside if any(v not in inside for v in model.touching[u])}
    left, last = inside - layer, layer or inside
    while left:
        layer = {u for u in left if any(v not in left and v in inside for v in model.touching[u])}
        last = layer or set(left)
        left -= last
    return min(last, key=lambda u: (-int(model.people[u]), u))
