"""Which leads are possible at all: every vector of leads that could still beat or equal what is known.

At given prices (``relaxation``) an area with R[u] patients of these PCNs, of which r[i, u] are of PCN i, is worth

    max_k (Σ_{i led by k} r[i, u] - charge[u, k])  ≤  Σ_i r[i, u] / R[u] · max_k (R[u] · [i is led by k] - charge[u, k])

because a largest of averages is at most the average of the largest. So every PCN has a bound of its own for each lead,
they add up, and a search PCN by PCN finds all vectors above a threshold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.figures import Floats
from app.domain.options.boundaries.model import Whole
from app.domain.options.boundaries.relaxation import REFUSED, Prices, Relaxation
from app.domain.options.situation import Indices

MANY = 300_000
"""Vectors looked at one by one."""


CHUNK = 2_000
"""Vectors that are bounded at once."""


@dataclass(frozen=True, eq=False)
class Vectors:
    """``leads``: vectors × PCNs, and the bound of each vector. ``beyond``: what no vector left out can exceed (below
    what was asked for where none was left out)."""

    leads: Indices
    bounds: Whole
    beyond: int


def vectors(relaxation: Relaxation, prices: Prices, at_least: int) -> Vectors:
    """All vectors of leads that could be worth at least so much."""
    constant, each = _each(relaxation, prices)
    order = np.argsort(each.max(axis=1) - np.sort(each, axis=1)[:, -2] if each.shape[1] > 1 else each[:, 0])[::-1]
    rest = np.concatenate([np.cumsum(each[order].max(axis=1)[::-1])[::-1], [0.0]])
    found: list[tuple[int, tuple[int, ...]]] = []
    beyond = at_least - 1
    stack: list[tuple[int, float, tuple[int, ...]]] = [(0, constant, ())]
    while stack:
        depth, total, chosen = stack.pop()
        limit = int(np.floor(total + rest[depth] + 0.5))
        if limit < at_least:
            continue
        if len(found) >= MANY:
            beyond = max(beyond, limit)
            continue
        if depth == len(order):
            found.append((limit, chosen))
            continue
        i = order[depth]
        ascending = np.argsort(each[i], kind="stable").tolist()
        stack += [(depth + 1, total + float(each[i, k]), (*chosen, k)) for k in ascending]
    leads = np.empty((len(found), len(order)), dtype=np.intp)
    leads[:, order] = np.array([chosen for _, chosen in found], dtype=np.intp).reshape(len(found), len(order))
    bounds = np.array([bound for bound, _ in found], dtype=np.int64)
    return Vectors(leads, bounds, beyond)


class Open:
    """The vectors that are not done with, and the best bound known of each."""

    def __init__(self, relaxation: Relaxation, found: Vectors, prices: Sequence[Prices]) -> None:
        self.relaxation, self.beyond = relaxation, found.beyond
        self.leads, self.bounds = found.leads, found.bounds
        self.postponed = np.zeros(len(found.leads), dtype=np.int64)
        self._priced: dict[tuple[int, ...], int] = {}
        for more in prices:
            self._lower(more)

    def first(self, at_least: int) -> Indices | None:
        """The vector with the largest bound of those least often postponed; what is below ``at_least`` is dropped."""
        self._keep(self.bounds >= at_least)
        if not len(self.leads):
            return None
        found: Indices = self.leads[np.lexsort((-self.bounds, self.postponed))[0]]
        return found

    def _keep(self, keep: NDArray[np.bool_]) -> None:
        self.leads, self.bounds, self.postponed = self.leads[keep], self.bounds[keep], self.postponed[keep]

    def _is(self, leads: Indices) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = (self.leads == leads).all(axis=1)
        return found

    def bound_of(self, leads: Indices) -> int:
        return int(self.bounds[self._is(leads)].max())

    def turns(self, leads: Indices) -> int:
        """How often a vector was postponed."""
        return int(self.postponed[self._is(leads)].max())

    def postpone(self, leads: Indices) -> None:
        self.postponed[self._is(leads)] += 1

    def bound(self, at_least: int) -> int:
        return int(self.bounds.max(initial=at_least))

    def narrow(self, leads: Indices) -> bool:
        """Price the relaxation of a vector, first without and then with the cuts known, and bound all by it.

        False where both were done for this vector before.
        """
        key = tuple(leads.tolist())
        times = self._priced.get(key, 0)
        if times == 2:
            return False
        self._priced[key] = times + 1
        self._lower(self.relaxation.priced(leads, separate=False, cuts=times == 1))
        return True

    def lower(self, leads: Indices, bound: int) -> None:
        """No assignment with these leads is worth more than ``bound``."""
        mine = self._is(leads)
        self.bounds[mine] = np.minimum(self.bounds[mine], bound)

    def done(self, leads: Indices) -> None:
        self._keep(~self._is(leads))

    def _lower(self, prices: Prices) -> None:
        for start in range(0, len(self.leads), CHUNK):
            part = slice(start, start + CHUNK)
            self.bounds[part] = np.minimum(self.bounds[part], _bounds(self.relaxation, prices, self.leads[part]))


def _bounds(relaxation: Relaxation, prices: Prices, leads: Indices) -> Whole:
    """Bound of each vector (row) at some prices."""
    model = relaxation.model
    worth = np.broadcast_to(-prices.charge.T, (len(leads), *prices.charge.T.shape)).copy()
    rows = np.arange(len(leads))
    for i, patients in enumerate(model.patients):
        worth[rows, leads[:, i]] += patients
    worth[:, ~relaxation.reachable.T] = REFUSED
    return prices.rounded(prices.constant + worth.max(axis=1).sum(axis=1))


def _each(relaxation: Relaxation, prices: Prices) -> tuple[float, Floats]:
    """The constant, and PCNs × neighbourhoods: bound of each PCN for each lead."""
    model = relaxation.model
    charge = np.where(relaxation.reachable, prices.charge, -REFUSED)
    patients = model.patients.astype(np.float64)
    everyone = patients.sum(axis=0)
    lowest = -charge.min(axis=1)
    inhabited = everyone > 0
    part = np.divide(patients, everyone, out=np.zeros_like(patients), where=inhabited)
    each = np.empty((len(patients), model.width))
    for k in range(model.width):
        best = np.maximum(lowest, everyone - charge[:, k])
        each[:, k] = part @ np.where(inhabited, best, 0.0)
    return prices.constant + float(lowest[~inhabited].sum()), each
