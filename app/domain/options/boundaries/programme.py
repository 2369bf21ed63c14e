"""The whole-number problem at fixed leads, for CP-SAT: contiguity is added where an answer breaks it.

One worker and a fixed seed, so that the same question has the same answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from app.domain.options.boundaries.cuts import cuts_for
from app.domain.options.boundaries.linear import linear_most
from app.domain.options.boundaries.model import Whole
from app.domain.options.boundaries.relaxation import Relaxation, Solved
from app.domain.options.situation import Indices

EFFORT = 1.5
"""Deterministic seconds of CP-SAT after which HiGHS is asked: the same on every machine, fast or slow."""


class Programme:
    """Areas × neighbourhoods that are ``useful``, at the gains of some leads."""

    def __init__(self, relaxation: Relaxation, gains: Whole, useful: NDArray[np.bool_], at_least: int) -> None:
        self.relaxation, self.model, self.gains = relaxation, relaxation.model, gains
        self.useful, self.at_least = useful, at_least
        self.cp = cp_model.CpModel()
        self.chosen: dict[tuple[int, int], cp_model.IntVar | int] = {}
        self._held = 0
        self.possible = bool(useful.any(axis=1).all())
        if self.possible:
            self._build()

    def _build(self) -> None:
        model, cp = self.model, self.cp
        for u, row in enumerate(self.useful):
            mine = np.flatnonzero(row).tolist()
            for k in mine:
                self.chosen[u, k] = 1 if len(mine) == 1 else cp.new_bool_var(f"{u}:{k}")
            if len(mine) > 1:
                cp.add_exactly_one([self.chosen[u, k] for k in mine])
        for k in range(model.width):
            here = [(u, x) for (u, to), x in self.chosen.items() if to == k]
            living = sum(int(model.people[u]) * x for u, x in here)
            cp.add(living >= int(model.least[k]))
            cp.add(living <= int(model.most[k]))
            cp.add(sum(x for _, x in here) >= 1)
        self.people = self._sum(model.people[:, None])
        cp.add(self.people <= self.relaxation.budget)
        self.worth = sum(int(self.gains[u, k]) * x for (u, k), x in self.chosen.items())
        cp.add(self.worth >= self.at_least)

    def _sum(self, cost: Whole) -> cp_model.LinearExprT:
        """Cost of all that moves; cost: areas × neighbourhoods, or areas × 1."""
        wide = np.broadcast_to(cost, self.useful.shape)
        home = self.model.home
        return sum(int(wide[u, k]) * x for (u, k), x in self.chosen.items() if k != home[u])

    def most(self, hint: Indices, deadline: float | None, cancelled: Callable[[], bool] | None) -> Solved:
        """The largest value."""
        if not self.possible:
            return Solved(None, self.at_least - 1, True)
        self.cp.maximize(self.worth)
        found = self._run(hint, deadline, cancelled, EFFORT)
        if found.proven or over(deadline, cancelled):
            return found
        least = self.at_least if found.chosen is None else self.relaxation.model.value(found.chosen)
        again = linear_most(self.relaxation, self.gains, self.useful, least, deadline)
        if again.chosen is None:
            nothing = again.proven and found.chosen is None
            return Solved(found.chosen, max(min(found.bound, again.bound), least - 1), nothing)
        return Solved(again.chosen, min(found.bound, again.bound), again.proven)

    def calmest(
        self, best: Indices, deadline: float | None, cancelled: Callable[[], bool] | None
    ) -> tuple[Indices, bool]:
        """The assignment of least score that is worth as much as ``best``, and whether that is proven."""
        model = self.model
        if not self.possible:
            return best, True
        ranks = np.arange(len(model.home))[:, None] * model.width + np.arange(model.width)[None, :]
        costs = (model.people[:, None], np.ones((len(model.home), 1), dtype=np.int64), ranks)
        for cost in costs:
            self.cp.minimize(self._sum(cost))
            found = self._run(best, deadline, cancelled)
            if found.chosen is None or not found.proven:
                return best, found.chosen is None and found.proven
            if model.score(found.chosen) < model.score(best):
                best = found.chosen
            wide = np.broadcast_to(cost, self.useful.shape)
            moved = np.flatnonzero(found.chosen != model.home)
            self.cp.add(self._sum(cost) <= int(wide[moved, found.chosen[moved]].sum()))
        return best, True

    def _run(
        self,
        hint: Indices,
        deadline: float | None,
        cancelled: Callable[[], bool] | None,
        effort: float | None = None,
    ) -> Solved:
        """Solve, add the cuts that the answer breaks, and solve again. ``effort``: see ``EFFORT``."""
        bound = int(self.gains.max(axis=1).sum())
        while True:
            self._add_cuts()
            self._hint(hint)
            solver = cp_model.CpSolver()
            solver.parameters.num_workers = 1
            solver.parameters.random_seed = 1
            if effort is not None:
                solver.parameters.max_deterministic_time = max(effort, 0.01)
            if deadline is not None:
                solver.parameters.max_time_in_seconds = max(deadline - time.monotonic(), 0.01)
            status = solver.solve(self.cp, _Stop(cancelled) if cancelled is not None else None)
            if status == cp_model.INFEASIBLE:
                return Solved(None, self.at_least - 1, True)
            if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                return Solved(None, bound, False)
            bound = min(bound, int(np.floor(solver.best_objective_bound + 1e-6)))
            found = self._found(solver)
            missing = cuts_for(self.model, found, self.relaxation.budget)
            if not missing:
                if not self.model.allowed(found, self.relaxation.budget):
                    raise ArithmeticError("the solver's answer breaks a rule when worked out again")
                return Solved(found, bound, status == cp_model.OPTIMAL)
            if effort is not None:
                effort -= solver.response_proto.deterministic_time
            spent = (effort is not None and effort <= 0) or over(deadline, cancelled)
            if spent or not self.relaxation.add(missing):
                return Solved(None, bound, False)

    def _hint(self, hint: Indices) -> None:
        self.cp.clear_hints()  # type: ignore[no-untyped-call]
        for (u, k), x in self.chosen.items():
            if not isinstance(x, int):
                self.cp.add_hint(x, int(hint[u] == k))

    def _found(self, solver: cp_model.CpSolver) -> Indices:
        found = self.model.home.copy()
        for (u, k), x in self.chosen.items():
            if isinstance(x, int) or solver.boolean_value(x):
                found[u] = k
        return found

    def _add_cuts(self) -> None:
        for cut in self.relaxation.cuts[self._held :]:
            k = cut.neighbourhood
            held = [self.chosen.get((u, k), 0) for u in cut.held]
            barrier = [self.chosen.get((u, k), 0) for u in cut.barrier]
            if any(isinstance(x, int) and x == 1 for x in barrier) or any(isinstance(x, int) and x == 0 for x in held):
                continue
            literals = [x for x in barrier if not isinstance(x, int)]
            self.cp.add_bool_or([*literals, *(~x for x in held if not isinstance(x, int))])
        self._held = len(self.relaxation.cuts)


def over(deadline: float | None, cancelled: Callable[[], bool] | None) -> bool:
    """Whether the time (``time.monotonic``) is up, or somebody cancelled."""
    return (deadline is not None and time.monotonic() > deadline) or (cancelled is not None and cancelled())


class _Stop(cp_model.CpSolverSolutionCallback):
    """Ends a search that was cancelled, at its next solution."""

    def __init__(self, cancelled: Callable[[], bool]) -> None:
        super().__init__()
        self._cancelled = cancelled

    def on_solution_callback(self) -> None:
        if self._cancelled():
            self.stop_search()
