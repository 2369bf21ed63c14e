"""The frontier of boundary moves: for every share of people moved, the fewest patients left outside, each point proven.

What is proven: among all assignments that ``model`` allows (and, where ``Draft.steps`` is set, only those among areas
within so many steps of a line), with the lead of every PCN free to change, none leaves fewer patients outside the lead
neighbourhood of their PCN; of equal ones none moves fewer people, then fewer areas, then areas earlier in code order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from app.domain.options.boundaries.draft import Draft
from app.domain.options.boundaries.model import BoundaryModel, boundary_model
from app.domain.options.boundaries.search import LineSearch
from app.domain.options.situation import Indices

SHARES = (0.01, 0.02, 0.05, 0.10, 0.15)
"""Shares of the people of the place that may find themselves in another neighbourhood."""

TIME_LIMIT = 60.0
"""Seconds for each point."""


@dataclass(frozen=True)
class AreaMove:
    """One area moves from one neighbourhood to another; all are codes. ``people`` live in it."""

    area: str
    source: str
    target: str
    people: float


@dataclass(frozen=True)
class BoundaryPoint:
    """The best that moving at most ``share`` of the people of the place (``allowed`` people) can do.

    ``outside_before``, ``outside``: patients living in the place outside the lead neighbourhood of their PCN, today and
    afterwards. ``at_least_outside``: fewer than this nobody can reach with so many people moved; where the point is
    ``proven`` it is the same number, and no equally good choice moves fewer people. ``people_moved``: people whose
    neighbourhood changes. ``neighbourhood_of``: the neighbourhood of every area that moves.
    """

    share: float
    allowed: float
    moves: tuple[AreaMove, ...]
    people_moved: float
    outside_before: float
    outside: float
    containment: float | None
    at_least_outside: float
    proven: bool

    @property
    def gap(self) -> float:
        """Patients by which undiscovered lines could be better; 0 where the number is proven."""
        return self.outside - self.at_least_outside

    @property
    def neighbourhood_of(self) -> dict[str, str]:
        return {move.area: move.target for move in self.moves}


@dataclass(frozen=True)
class BoundaryFrontier:
    """Points from no move to the largest share asked for. ``stopped``: why points were left open, if they were.

    ``restriction`` says, in words, which moves were not looked at; ``None`` where every move was.
    """

    points: tuple[BoundaryPoint, ...]
    stopped: str | None
    restriction: str | None

    @property
    def proven(self) -> bool:
        return all(point.proven for point in self.points)


def boundary_frontier(
    place: Draft,
    *,
    shares: Sequence[float] = SHARES,
    time_limit: float | None = TIME_LIMIT,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> BoundaryFrontier:
    """Find the frontier of a draft.

    shares: of the people of the place, 0..1. time_limit: seconds for each point. progress: called with points done and
    points in all. cancelled: asked before every step of the search. Where either ends the search, the points not proven
    say by how much they could be out. Raises ``ValueError`` for a share that is not between 0 and 1.
    """
    if any(not 0 <= share <= 1 for share in shares):
        raise ValueError("a share of people moved lies between 0 and 1")
    wanted = sorted(set(shares) - {0})
    model = boundary_model(place)
    budgets = [people_allowed(model, share) for share in wanted]
    search = LineSearch(model)
    points = [boundary_point(place, model, 0.0, model.home, model.value(model.home), True)]
    chosen, stopped = model.home, None
    for at, (share, budget) in enumerate(zip(wanted, budgets, strict=True)):
        if progress is not None:
            progress(at, len(wanted))
        deadline = None if time_limit is None else time.monotonic() + time_limit
        found = search.best(budget, chosen, deadline, cancelled)
        chosen = found.chosen
        points.append(boundary_point(place, model, share, chosen, found.bound, found.proven))
        if not found.proven:
            stopped = "cancelled" if cancelled is not None and cancelled() else "time limit"
    if progress is not None:
        progress(len(wanted), len(wanted))
    return BoundaryFrontier(tuple(points), stopped, restriction(place))


def people_allowed(model: BoundaryModel, share: float) -> int:
    """How many people a share stands for, in the units of the model, rounded down."""
    return int(Fraction(str(share)) * int(model.people.sum()))


def restriction(place: Draft) -> str | None:
    """Which moves were left out of account, in words."""
    if place.steps is None:
        return None
    steps = "one step" if place.steps == 1 else f"{place.steps} steps"
    return f"Only among areas within {steps} of a line: moves that reach farther were not looked at."


def boundary_point(
    place: Draft, model: BoundaryModel, share: float, chosen: Indices, bound: int, proven: bool
) -> BoundaryPoint:
    """The point of an assignment, every number worked out from the assignment itself."""
    budget = people_allowed(model, share)
    if not model.allowed(chosen, budget):
        raise ArithmeticError("these lines break a rule of the draft")
    unit = model.patient_unit
    inside, reached = int(model.patients.sum()), model.value(chosen)
    moved = np.flatnonzero(chosen != model.home).tolist()
    codes = place.neighbourhoods
    return BoundaryPoint(
        share=share,
        allowed=budget / model.person_unit,
        moves=tuple(
            AreaMove(place.areas[u], codes[model.home[u]], codes[chosen[u]], float(place.people[u])) for u in moved
        ),
        people_moved=model.moved(chosen) / model.person_unit,
        outside_before=(inside - model.value(model.home)) / unit,
        outside=(inside - reached) / unit,
        containment=reached / inside if inside > 0 else None,
        at_least_outside=(inside - max(bound, reached)) / unit,
        proven=proven,
    )
