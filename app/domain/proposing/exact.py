"""The best plan of whole blocks, proven: a choice among all neighbourhoods that could be.

With every possible neighbourhood listed, contiguity and band hold by construction. What is left is to choose sets that
hold each block once, and for each PCN one of the chosen as its lead: a mixed-integer programme without any symmetry
(a set partition, as Garfinkel & Nemhauser 1970 used it for districts), which HiGHS solves through SciPy.

Its linear relaxation is nearly tight. With a good plan already in hand, any set whose reduced cost is larger than what
is left between the relaxation and that plan can be in no better one, and a few dozen sets of thousands remain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, linprog, milp

from app.domain.figures import Floats
from app.domain.proposing.band import Band
from app.domain.proposing.blocks import Blocks, bits
from app.domain.proposing.plan import Labels, canonical

OPTIMAL, INFEASIBLE = 0, 2
"""Statuses of ``scipy.optimize.milp`` and ``linprog``."""

MOST_LEADS = 60_000
"""Pairs of a PCN and a neighbourhood that could be its lead, beyond which a programme is not tried."""

CLOSE = 1e-3
"""Patients by which scores of floating-point programmes may be out."""

UNIT = 1_000.0
"""People and patients are handed over in thousands: HiGHS is surer of numbers that are not far from one."""


@dataclass(frozen=True)
class Solved:
    """``labels`` of the best plan found, ``None`` where there is none. ``bound``: no plan has a higher score.

    ``proven``: the plan is the best there is; without labels, that there is no plan.
    """

    labels: Labels | None
    bound: float
    proven: bool


class Programme:
    """The choice among ``sets`` (from ``candidates``) of ``number`` that hold each block once.

    ``others`` are plans from which at least ``apart`` of the people must differ after the best pairing. With κ people
    kept at most, that is written through the dual of the pairing: α_S ≥ overlap(S, T) · y_S - β_T for every set S and
    neighbourhood T of the other plan, α, β ≥ 0, Σα + Σβ ≤ κ; such α and β exist just where no pairing keeps more.
    """

    def __init__(
        self,
        blocks: Blocks,
        sets: Sequence[int],
        number: int,
        band: Band,
        price: float,
        others: Sequence[Labels] = (),
        apart: float = 0.0,
        *,
        seconds: float = 60.0,
    ) -> None:
        self.blocks, self.number, self.sets, self.band, self.price = blocks, number, tuple(sets), band, price
        self.others, self.apart, self.seconds = tuple(others), apart, seconds
        self.member = _member(blocks, self.sets)
        people = np.asarray(self.member.T @ blocks.people)
        self.beyond = np.array([band.beyond(value) for value in people.tolist()])
        self.cost = price / 1_000 * _border(blocks, self.member) / 2
        inside = blocks.patients.sum(axis=1)
        patients = np.asarray((self.member.T @ blocks.patients.T).T)  # PCNs × sets
        # A lead holds at least the average over the neighbourhoods, so smaller sets need not be tried.
        may_lead = (patients >= (inside / number)[:, np.newaxis] - 1e-6) & (inside > 0)[:, np.newaxis]
        self.pcn, self.lead = np.nonzero(may_lead)
        self.gain = patients[self.pcn, self.lead]
        self.too_large = len(self.lead) > MOST_LEADS
        self.rows: list[tuple[sparse.csr_array, Floats, Floats]] = []
        self.extra = 0
        self.slim = False  # whether sets have been ruled out as if there were no others
        if not self.too_large:
            self._partition()
            for other in self.others:
                self._apart(other, (1 - apart) * blocks.total / UNIT)

    def least_beyond(self) -> float | None:
        """The fewest people outside the band of any plan, summed over neighbourhoods; ``None`` if not proven."""
        if self.too_large:
            return None
        if not self.beyond.any():
            return 0.0
        found = self._whole(np.concatenate([self.beyond, np.zeros(len(self.lead) + self.extra)]))
        return float(found.fun) * UNIT if found.status == OPTIMAL and found.fun is not None else None

    def best(self, beyond: float = 0.0, at_least: float = -np.inf) -> Solved:
        """The plan with the highest score among those with at most ``beyond`` people outside the band.

        ``at_least`` is the score of a plan that is known already: without labels, and proven, none is better.
        """
        if self.too_large or not self.sets:
            return Solved(None, np.inf if self.sets else -np.inf, not self.sets)
        if self.others and np.isfinite(at_least) and not self.slim:
            return self._slimmed(beyond, at_least)
        if self.beyond.any():
            row = np.concatenate([self.beyond / UNIT, np.zeros(len(self.lead))])[np.newaxis, :]
            self._add(sparse.csr_array(row), np.array([-np.inf]), np.array([(beyond + 1e-6) / UNIT]))
        costs = np.concatenate([self.cost, -self.gain, np.zeros(self.extra)])
        bound = np.inf
        if np.isfinite(at_least):
            relaxed = self._relaxed(costs)
            if relaxed.status == INFEASIBLE:
                return Solved(None, -np.inf, True)
            if relaxed.status != OPTIMAL:
                return Solved(None, np.inf, False)
            bound = -float(relaxed.fun) * UNIT
            if bound <= at_least + CLOSE:
                return Solved(None, bound, True)
            left = self._worth_trying(relaxed, bound - at_least)
            if len(left) < len(self.sets):
                better = self._of(left, self.others).best(beyond)
                return Solved(better.labels, min(bound, max(better.bound, at_least)), better.proven)
        found = self._whole(costs)
        if found.status == INFEASIBLE:
            return Solved(None, -np.inf, True)
        limit = found.mip_dual_bound
        bound = bound if limit is None or not np.isfinite(limit) else min(bound, -float(limit) * UNIT)
        labels = None if found.x is None else self._labels(found.x)
        return Solved(labels, bound, found.status == OPTIMAL)

    def _slimmed(self, beyond: float, at_least: float) -> Solved:
        """The same with sets ruled out first as if there were no other plans, which is much the smaller programme."""
        free = self._of(self.sets, ())
        relaxed = free._relaxed(np.concatenate([free.cost, -free.gain]))
        if relaxed.status != OPTIMAL:
            return Solved(None, -np.inf if relaxed.status == INFEASIBLE else np.inf, relaxed.status == INFEASIBLE)
        bound = -float(relaxed.fun) * UNIT
        left = self._worth_trying(relaxed, bound - at_least)
        fewer = self._of(left, self.others)
        fewer.slim = True
        found = fewer.best(beyond, at_least)
        return Solved(found.labels, min(bound, max(found.bound, at_least)), found.proven)

    def _worth_trying(self, relaxed: OptimizeResult, gap: float) -> list[int]:
        """The sets that may be in a plan better than one by so much below the relaxation: the others cost more."""
        reduced = relaxed.lower.marginals[: len(self.sets)] * UNIT
        return [mask for mask, price in zip(self.sets, reduced, strict=True) if price <= gap + 1]

    def _of(self, sets: Sequence[int], others: Sequence[Labels]) -> Programme:
        return Programme(
            self.blocks, sets, self.number, self.band, self.price, others, self.apart, seconds=self.seconds
        )

    def _partition(self) -> None:
        count, pairs = len(self.sets), len(self.lead)
        pcns = sparse.coo_array(
            (np.ones(pairs), (self.pcn, np.arange(pairs))), shape=(len(self.blocks.pcns), pairs)
        ).tocsr()
        led = np.unique(self.pcn)
        chosen = sparse.coo_array((np.ones(pairs), (np.arange(pairs), self.lead)), shape=(pairs, count)).tocsr()
        whole = np.ones(len(self.blocks))
        self._add(self._padded(self.member, 0), whole, whole)
        self._add(self._padded(sparse.csr_array(np.ones((1, count))), 0), *(2 * [np.array([float(self.number)])]))
        self._add(self._padded(pcns[led], count), np.ones(len(led)), np.ones(len(led)))
        both = sparse.csr_array(sparse.hstack([-chosen, sparse.eye_array(pairs, format="csr")], format="csr"))
        self._add(both, np.full(pairs, -np.inf), np.zeros(pairs))

    def _apart(self, other: Labels, kept: float) -> None:
        theirs = np.zeros((len(self.blocks), max(other) + 1))
        theirs[np.arange(len(self.blocks)), list(other)] = self.blocks.people / UNIT
        overlap = np.asarray(self.member.T @ theirs)  # sets × neighbourhoods
        count, width = overlap.shape
        fixed = len(self.sets) + len(self.lead)
        at = fixed + self.extra
        self.extra += count + width
        one, there = np.nonzero(overlap > 0)
        rows = np.arange(len(one))
        ones = np.ones(len(one))
        cells = sparse.coo_array(
            (
                np.concatenate([overlap[one, there], -ones, -ones]),
                (np.tile(rows, 3), np.concatenate([one, at + one, at + count + there])),
            ),
            shape=(len(one), at + count + width),
        ).tocsr()
        self._add(cells, np.full(len(one), -np.inf), np.zeros(len(one)))
        total = sparse.csr_array(np.concatenate([np.zeros(at), np.ones(count + width)])[np.newaxis, :])
        self._add(total, np.array([-np.inf]), np.array([kept]))
        # Two chosen sets cannot both hold most of one neighbourhood, so those that do are paired with it in any case.
        most = np.where(overlap > theirs.sum(axis=0) / 2, overlap, 0.0).max(axis=1)
        row = np.concatenate([most, np.zeros(len(self.lead))])[np.newaxis, :]
        self._add(sparse.csr_array(row), np.array([-np.inf]), np.array([kept]))

    def _padded(self, matrix: sparse.csr_array, before: int) -> sparse.csr_array:
        """A matrix with zero columns before it."""
        empty = sparse.csr_array((matrix.shape[0], before))
        return sparse.csr_array(sparse.hstack([empty, matrix]).tocsr())

    def _add(self, matrix: sparse.csr_array, low: Floats, high: Floats) -> None:
        self.rows.append((matrix, low, high))

    def _rules(self, width: int) -> tuple[sparse.csr_array, Floats, Floats]:
        stacked = []
        for matrix, _, _ in self.rows:
            shape = (matrix.shape[0], width)
            stacked.append(sparse.csr_array((matrix.data, matrix.indices, matrix.indptr), shape=shape))
        low = np.concatenate([low for _, low, _ in self.rows])
        return sparse.vstack(stacked).tocsr(), low, np.concatenate([high for _, _, high in self.rows])

    def _upper(self) -> Floats:
        return np.concatenate([np.ones(len(self.sets) + len(self.lead)), np.full(self.extra, np.inf)])

    def _relaxed(self, costs: Floats) -> OptimizeResult:
        """The same with sets chosen in part; its value is a bound, its marginals are reduced costs."""
        matrix, low, high = self._rules(len(costs))
        same, above, under = low == high, (low != high) & np.isfinite(high), (low != high) & np.isfinite(low)
        run: Any = linprog  # its stubs know no sparse matrices
        found: OptimizeResult = run(
            costs / UNIT,
            A_ub=sparse.vstack([matrix[above], -matrix[under]]).tocsr(),
            b_ub=np.concatenate([high[above], -low[under]]),
            A_eq=matrix[same],
            b_eq=low[same],
            bounds=np.column_stack([np.zeros(len(costs)), self._upper()]),
            method="highs-ds",
            options={"time_limit": self.seconds},
        )
        return found

    def _whole(self, costs: Floats) -> OptimizeResult:
        matrix, low, high = self._rules(len(costs))
        return milp(
            costs / UNIT,
            integrality=np.concatenate([np.ones(len(self.sets)), np.zeros(len(costs) - len(self.sets))]),
            bounds=Bounds(0, self._upper()),
            constraints=LinearConstraint(matrix.tocsc(), low, high),
            options={"time_limit": self.seconds, "mip_rel_gap": 0.0},
        )

    def _labels(self, x: NDArray[np.float64]) -> Labels:
        labels = [0] * len(self.blocks)
        for at, index in enumerate(np.flatnonzero(x[: len(self.sets)] > 0.5).tolist()):
            for block in bits(self.sets[index]):
                labels[block] = at
        return canonical(labels)


def _member(blocks: Blocks, sets: Sequence[int]) -> sparse.csr_array:
    """Blocks × sets, one where the set holds the block."""
    held = [(block, at) for at, mask in enumerate(sets) for block in bits(mask)]
    rows, columns = zip(*held, strict=True) if held else ((), ())
    return sparse.coo_array((np.ones(len(held)), (rows, columns)), shape=(len(blocks), len(sets))).tocsr()


def _border(blocks: Blocks, member: sparse.csr_array) -> Floats:
    """Metres of border between each set and the blocks outside it."""
    if not len(blocks.edges):
        return np.zeros(member.shape[1])
    crossed = abs(member[blocks.edges[:, 0]] - member[blocks.edges[:, 1]])
    return np.asarray(crossed.T @ blocks.lengths, dtype=np.float64)
