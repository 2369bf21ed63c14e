"""What the lines could reach at most: the relaxed problem, and prices that carry its bound to other leads.

With the lead of every PCN decided each area has a gain g[u, k] for each neighbourhood, and the question is linear but
for its whole numbers. Whatever prices ≥ 0 are put on the band, the people moved and the contiguity cuts (A x ≤ b), no
assignment is worth more than

    b · prices + Σ_u max_k (g[u, k] - charge[u, k]),   charge = Aᵀ prices

(the Lagrangian bound). The prices come from the linear relaxation, and are as valid for any other leads. A choice that
falls below the best of its area by more than the bound exceeds what is asked for cannot be part of an answer: it is
ruled out (reduced-cost fixing).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog

from app.domain.figures import Floats
from app.domain.options.boundaries.cuts import Cut, Separator
from app.domain.options.boundaries.model import BoundaryModel, Whole
from app.domain.options.situation import Indices

REFUSED = -1e15
ROUNDS = 12
"""Times that cuts are looked for in one relaxation."""

NEAR = 0.5
"""Slack in the last relaxation up to which a cut is used at once in whole numbers; others only where broken."""

SLACK = 1e-6
"""Units of value allowed for rounding in floating point; values are whole."""


@dataclass(frozen=True, eq=False)
class Prices:
    """``constant`` = b · prices; ``charge``: areas × neighbourhoods."""

    constant: float
    charge: Floats

    def worth(self, gains: Floats) -> Floats:
        return gains - self.charge

    def bound(self, gains: Floats) -> int:
        """Value that no assignment exceeds with these gains (``REFUSED`` where an area may not be)."""
        return int(self.rounded(self.constant + self.worth(gains).max(axis=1).sum()))

    def rounded(self, total: Floats | float) -> Whole:
        """The whole number that a bound in floating point stands for, on the safe side."""
        found: Whole = np.floor(np.asarray(total) + SLACK * np.maximum(1.0, np.abs(total) * 1e-6)).astype(np.int64)
        return found

    def useful(self, gains: Floats, at_least: int) -> NDArray[np.bool_]:
        """Choices that can be part of an assignment worth at least so much."""
        worth = self.worth(gains)
        best = worth.max(axis=1, keepdims=True)
        spare = self.constant + float(best.sum()) - at_least + SLACK * max(1.0, abs(at_least) * 1e-6)
        found: NDArray[np.bool_] = (best - worth <= spare) & (gains > REFUSED / 2)
        return found


@dataclass(frozen=True, eq=False)
class Solved:
    """``chosen``: an allowed assignment, ``None`` where none was found. ``bound``: value that no assignment exceeds
    with the leads asked about, if it reaches what was asked for. ``proven``: ``chosen`` is best, or there is none."""

    chosen: Indices | None
    bound: int
    proven: bool


class Relaxation:
    """The linear programme of one budget; cuts stay once they are found."""

    def __init__(self, model: BoundaryModel, budget: int, cuts: list[Cut]) -> None:
        self.model, self.budget, self.cuts = model, budget, cuts
        self.separator = Separator(model, budget)
        self.reachable = model.reachable(budget)
        self.area, self.to = np.nonzero(self.reachable)
        self.at = np.full(self.reachable.shape, -1)
        self.at[self.area, self.to] = np.arange(len(self.area))
        self._known = set(cuts)
        self.near: list[Cut] = list(cuts)

    def gains(self, leads: Sequence[int] | Indices) -> Floats:
        """Areas × neighbourhoods: patients who would live in the lead of their PCN; ``REFUSED`` out of reach."""
        found = gains(self.model, leads).astype(np.float64)
        found[~self.reachable] = REFUSED
        return found

    def tightened(self, leads: Indices, prices: Prices, at_least: int) -> NDArray[np.bool_]:
        """Choices that can be part of an assignment worth at least so much, none where there is no such assignment.

        What is ruled out sharpens the relaxation, and that rules out more.
        """
        wanted = self.gains(leads)
        useful = prices.useful(wanted, at_least)
        for _ in range(ROUNDS):
            if not useful.any(axis=1).all() or (useful.sum(axis=1) == 1).all():
                break
            within = np.where(useful, wanted, REFUSED)
            sharper = self._solve(within)
            if sharper is None or sharper.bound(within) < at_least:
                return np.zeros_like(useful)
            fewer = useful & sharper.useful(within, at_least)
            if fewer.sum() > 0.97 * useful.sum():
                return fewer
            useful = fewer
        return useful

    def priced(self, leads: Indices, *, separate: bool = True, cuts: bool = True) -> Prices:
        """Prices of the relaxation with these leads.

        ``separate``: look for cuts that its solution breaks. ``cuts``: whether any cuts are used.
        """
        found = self._solve(self.gains(leads), separate, cuts)
        if found is None:
            raise ArithmeticError("the relaxation could not be solved, though to leave everything as it is solves it")
        return found

    def _solve(self, wanted: Floats, separate: bool = True, cuts: bool = True) -> Prices | None:
        """Prices at some gains, ``REFUSED`` where an area may not be; ``None`` where nothing is possible."""
        model = self.model
        mine = wanted[self.area, self.to]
        there = mine > REFUSED / 2
        objective = np.where(there, -mine, 0.0)
        limit = np.column_stack([np.zeros(len(mine)), there.astype(np.float64)])
        count = len(self.area)
        ones = sparse.csr_array((np.ones(count), (self.area, np.arange(count))), shape=(len(model.home), count))
        rows, limits = self.near_inequalities() if cuts else self._first()
        active = list(self.near) if cuts else []
        for turn in range(ROUNDS if separate else 1):
            found = linprog(  # type: ignore[call-overload]  # the stubs know no sparse matrices
                objective, A_ub=rows, b_ub=limits, A_eq=ones, b_eq=np.ones(len(model.home)), bounds=limit
            )
            if found.x is None:
                return None
            if not separate or turn == ROUNDS - 1:
                break
            x = np.zeros(self.reachable.shape)
            x[self.area, self.to] = found.x
            used = set(active)
            broken = [cut for cut in self.separator.cuts(x) if cut not in used]
            if not broken:
                break
            self.add(broken)
            active += broken
            rows, limits = self.with_cuts(rows, limits, broken)
        paid = np.maximum(-found.ineqlin.marginals, 0.0)
        if separate:
            slack = found.ineqlin.residual[2 * model.width + 1 :]
            self.near = [cut for cut, spare in zip(active, slack, strict=True) if spare < NEAR]
        charge = np.zeros(self.reachable.shape)
        charge[self.area, self.to] = rows.T @ paid
        return Prices(float(limits @ paid), charge)

    def add(self, cuts: Sequence[Cut]) -> bool:
        """Keep cuts; whether any of them is new."""
        new = [cut for cut in cuts if cut not in self._known]
        self.cuts += new
        self._known.update(new)
        return bool(new)

    def near_inequalities(self) -> tuple[sparse.csr_array, Floats]:
        """Band, people moved and the cuts ``near`` in the last relaxation: A x ≤ b over ``area`` and ``to``."""
        return self.with_cuts(*self._first(), self.near)

    def with_cuts(self, rows: sparse.csr_array, limits: Floats, cuts: Sequence[Cut]) -> tuple[sparse.csr_array, Floats]:
        """Rows and limits with those of more cuts below."""
        rows_of: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        bounds: list[float] = []
        for cut in cuts:
            at, k = len(bounds), cut.neighbourhood
            mine = [(u, 1.0) for u in cut.held] + [(u, -1.0) for u in cut.barrier]
            there = [(int(self.at[u, k]), value) for u, value in mine if self.at[u, k] >= 0]
            rows_of += [at] * len(there)
            columns += [column for column, _ in there]
            values += [value for _, value in there]
            bounds.append(len(cut.held) - 1.0)
        if not bounds:
            return rows, limits
        more = sparse.csr_array((values, (rows_of, columns)), shape=(len(bounds), len(self.area)))
        return sparse.vstack([rows, more]).tocsr(), np.concatenate([limits, bounds])

    def _first(self) -> tuple[sparse.csr_array, Floats]:
        model, count = self.model, len(self.area)
        people = model.people[self.area].astype(np.float64)
        columns = np.arange(count)
        width = model.width
        values = np.concatenate([people, -people, np.where(self.to != model.home[self.area], people, 0.0)])
        at = np.concatenate([self.to, width + self.to, np.full(count, 2 * width)])
        rows = sparse.csr_array((values, (at, np.tile(columns, 3))), shape=(2 * width + 1, count))
        return rows, np.concatenate([model.most, -model.least, [self.budget]]).astype(np.float64)


def gains(model: BoundaryModel, leads: Sequence[int] | Indices) -> Whole:
    """Areas × neighbourhoods: patients living in the area whose PCN that neighbourhood would lead."""
    found = np.zeros((model.width, len(model.home)), dtype=np.int64)
    np.add.at(found, np.asarray(leads, dtype=np.intp), model.patients)
    return found.T
