"""The whole-number problem at fixed leads as a mixed-integer programme for HiGHS (through SciPy).

It closes what CP-SAT leaves open when the budget and the bands, rather than contiguity, make the question hard.
"""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from app.domain.options.boundaries.cuts import cuts_for
from app.domain.options.boundaries.model import Whole
from app.domain.options.boundaries.relaxation import Relaxation, Solved

OPTIMAL, INFEASIBLE = 0, 2
"""Statuses of ``scipy.optimize.milp``."""

PLENTY = 2**31 - 1
"""Nodes where their number is not limited."""


def linear_most(
    relaxation: Relaxation,
    gains: Whole,
    useful: NDArray[np.bool_],
    at_least: int,
    deadline: float | None,
    nodes: int = PLENTY,
) -> Solved:
    """The largest value of at least so much, with contiguity added where an answer breaks it.

    The solver counts in floating point, in patients: its answers are worked out again in whole numbers, and its bound
    is taken one unit higher. ``nodes``: nodes of its tree after which it stops with what it has, proving nothing.
    """
    model, unit = relaxation.model, relaxation.model.patient_unit
    area, to, bound = relaxation.area, relaxation.to, int(gains.max(axis=1).sum())
    count = len(area)
    worth = gains[area, to] / unit
    ones = sparse.csr_array((np.ones(count), (area, np.arange(count))), shape=(len(model.home), count))
    rows, limits = relaxation.near_inequalities()
    held = set(relaxation.near)
    while True:
        left = np.inf if deadline is None else max(deadline - time.monotonic(), 0.01)
        found = milp(
            -worth,
            integrality=np.ones(count, dtype=np.int64),
            bounds=Bounds(0, useful[area, to].astype(np.float64)),
            constraints=[
                LinearConstraint(rows, -np.inf, limits),
                LinearConstraint(ones, 1, 1),
                LinearConstraint(worth[None, :], (at_least - 0.4) / unit, np.inf),
            ],
            options={"mip_rel_gap": 0.0, "time_limit": left, "node_limit": nodes},
        )
        if found.status == INFEASIBLE:
            return Solved(None, at_least - 1, True)
        limit = found.mip_dual_bound
        if limit is not None and np.isfinite(limit):
            bound = min(bound, int(np.floor(-limit * unit)) + 1)
        if found.x is None:
            return Solved(None, bound, False)
        chosen = model.home.copy()
        chosen[area[found.x > 0.5]] = to[found.x > 0.5]
        missing = cuts_for(model, chosen, relaxation.budget)
        if not missing:
            if not model.allowed(chosen, relaxation.budget):
                return Solved(None, bound, False)
            return Solved(chosen, bound, found.status == OPTIMAL)
        if (found.status != OPTIMAL and nodes == PLENTY) or held.issuperset(missing):
            return Solved(None, bound, False)
        relaxation.add(missing)
        rows, limits = relaxation.with_cuts(rows, limits, [cut for cut in missing if cut not in held])
        held.update(missing)
