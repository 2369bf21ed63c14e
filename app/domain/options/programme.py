"""Moves at fixed leads within bands on list sizes, as a mixed-integer programme for HiGHS (through SciPy)."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp

from app.domain.figures import Floats
from app.domain.options.model import RESOLUTION, MoveModel, Whole
from app.domain.options.situation import Indices

OPTIMAL, INFEASIBLE = 0, 2
"""Statuses of ``scipy.optimize.milp``."""

AGAIN = 20
"""Answers spoilt by rounding that are ruled out before a tie is left open."""


class Programme:
    """One 0/1 variable for each practice and PCN it may usefully join."""

    def __init__(
        self,
        model: MoveModel,
        gains: Whole,
        base: int,
        moves: int,
        useful: NDArray[np.bool_],
        deadline: float | None,
    ) -> None:
        self.model, self.base, self.deadline = model, base, deadline
        allowed = model.may_join & useful
        allowed[np.arange(len(model.home)), model.home] = False
        self.practice, self.pcn = np.nonzero(allowed)
        self.gain = gains[self.practice, self.pcn]
        self.grain = 1 if (model.units % RESOLUTION).any() else RESOLUTION
        self.calm = model.sizes[self.practice] * (0.4 * self.grain / RESOLUTION / model.worth)
        count, width = len(model.home), model.pcn_count
        variables = np.arange(len(self.practice))
        ones, sizes = np.ones(len(variables)), model.sizes[self.practice].astype(np.float64)
        matrix = sparse.coo_array(
            (
                np.concatenate([ones, ones, sizes, -sizes]),
                (
                    np.concatenate(
                        [
                            self.practice,
                            np.full(len(variables), count),
                            count + 1 + self.pcn,
                            count + 1 + model.home[self.practice],
                        ]
                    ),
                    np.tile(variables, 4),
                ),
            ),
            shape=(count + 1 + width, len(variables)),
        )
        now = model.lists(model.home)
        self.rules = LinearConstraint(
            matrix.tocsc(),
            np.concatenate([np.full(count + 1, -np.inf), model.least - now]),
            np.concatenate([np.ones(count), [moves], model.most - now]),
        )

    def most(self, at_least: int, bound: int) -> tuple[Indices | None, int, bool]:
        """An assignment of the largest value, if that is at least so much; the bound on the value; whether proven."""
        if not len(self.practice):
            return (self.model.home, self.base, True) if self.base >= at_least else (None, self.base, True)
        found = self._run(self.calm - self.gain / RESOLUTION, [self.rules, self._reaching(at_least)])
        if found.status == INFEASIBLE:
            return None, at_least - 1, True
        if found.status != OPTIMAL:
            limit = found.mip_dual_bound
            if limit is not None and np.isfinite(limit):
                bound = min(bound, self.base + int(np.ceil(-limit * RESOLUTION)) + 1)
            return None if found.x is None else self._chosen(found.x), bound, False
        best = self._chosen(found.x)
        return best, self._value(best), True

    def calmest(self, best: Indices) -> tuple[Indices, bool]:
        """The best score at the value of ``best``, one tie after the other, and whether all of them are proven.

        Each question is whether something less is possible at all, which is mostly refuted at once.
        """
        model = self.model
        if not len(self.practice):
            return best, True
        rules = [self.rules, self._reaching(model.value(best))]
        ties = (
            model.sizes[self.practice],
            np.ones(len(self.practice), dtype=np.int64),
            model.metres[self.practice, self.pcn],
            self.practice * model.pcn_count + self.pcn,
        )
        proven = True
        for cost in ties:
            best, sure = self._less(cost, rules, best)
            proven = proven and sure
            rules = [*rules, LinearConstraint(cost[None, :].astype(np.float64), -np.inf, self._cost(cost, best) + 0.4)]
        return best, proven

    def _less(self, cost: Whole, rules: list[LinearConstraint], best: Indices) -> tuple[Indices, bool]:
        """The assignment of least cost (whole numbers), where one costs less than ``best``.

        The solver takes 0.999999 for 1, so what it finds is added up again; where its value falls short by a few
        thousandths of a patient, it is ruled out by name and the question put again.
        """
        weights = cost.astype(np.float64)
        rules = [*rules, LinearConstraint(weights[None, :], -np.inf, self._cost(cost, best) - 0.6)]
        for _ in range(AGAIN):
            found = self._run(weights, rules)
            if found.status == INFEASIBLE:
                return best, True
            if found.x is None:
                return best, False
            less = self._chosen(found.x)
            if self.model.score(less) < self.model.score(best):
                return less, found.status == OPTIMAL
            taken = np.where(found.x > 0.5, 1.0, -1.0)
            rules = [*rules, LinearConstraint(taken[None, :], -np.inf, float((taken > 0).sum()) - 1)]
        return best, False

    def _cost(self, cost: Whole, chosen: Indices) -> int:
        return int(cost[chosen[self.practice] == self.pcn].sum())

    def _reaching(self, value: int) -> LinearConstraint:
        least = (value - self.base - 0.4 * self.grain) / RESOLUTION
        return LinearConstraint(self.gain[None, :] / RESOLUTION, least, np.inf)

    def _run(self, cost: Floats, rules: list[LinearConstraint]) -> OptimizeResult:
        left = np.inf if self.deadline is None else max(self.deadline - time.monotonic(), 1e-3)
        return milp(
            cost,
            integrality=np.ones(len(cost), dtype=np.int64),
            bounds=Bounds(0, 1),
            constraints=rules,
            options={"mip_rel_gap": 0.0, "time_limit": left},
        )

    def _chosen(self, x: Floats) -> Indices:
        picked = x > 0.5
        chosen = self.model.home.copy()
        chosen[self.practice[picked]] = self.pcn[picked]
        if not self.model.allowed(chosen):
            raise ArithmeticError("the solver's answer breaks a list size when added up in whole patients")
        return chosen

    def _value(self, chosen: Indices) -> int:
        return self.base + int(self.gain[chosen[self.practice] == self.pcn].sum())
