"""The frontier: for every number of practice moves, the fewest patients left outside, each point proven."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.domain.options.model import RESOLUTION, MoveModel, move_model
from app.domain.options.search import LeadSearch
from app.domain.options.single import best_single
from app.domain.options.situation import Indices, Situation

MOST_MOVES = 15


@dataclass(frozen=True)
class Move:
    """One practice moves from one PCN to another; all are codes."""

    practice: str
    source: str
    target: str


@dataclass(frozen=True)
class FrontierPoint:
    """The best that at most ``allowed`` moves can do.

    Patients are registered patients living inside the place. ``outside``: those outside the lead neighbourhood of
    their PCN. ``at_least_outside``: fewer than this nobody can reach, with this many moves; where the point is
    ``proven`` it is the same number and no equally good choice disturbs fewer patients. ``disturbed``: list sizes of
    the practices that move.
    """

    allowed: int
    moves: tuple[Move, ...]
    outside: float
    containment: float | None
    disturbed: float
    at_least_outside: float
    proven: bool

    @property
    def gap(self) -> float:
        """Patients by which an undiscovered assignment could be better; 0 where the number is proven."""
        return self.outside - self.at_least_outside


@dataclass(frozen=True)
class Frontier:
    """Points from no move to the last that still gains. ``stopped``: why the search ended early, if it did.

    ``exhausted`` says that the most moves asked for, or all there can be, gain nothing that these points do not.
    """

    points: tuple[FrontierPoint, ...]
    stopped: str | None
    exhausted: bool

    @property
    def proven(self) -> bool:
        return all(point.proven for point in self.points)


def frontier(
    place: Situation,
    *,
    most_moves: int = MOST_MOVES,
    time_limit: float | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Frontier:
    """Find the frontier of a situation.

    time_limit: seconds for all points together. progress: called with points done and points in all. cancelled: asked
    before every step of the search. Where either ends the search, the points not proven say by how much they could
    be out. Raises ``ValueError`` for a negative number of moves.
    """
    if most_moves < 0:
        raise ValueError("the number of moves must not be negative")
    model = move_model(place)
    most = min(most_moves, int(model.movable.sum()))
    search = LeadSearch(model, most)
    deadline = None if time_limit is None else time.monotonic() + time_limit
    points = [_point(place, model, 0, model.home, model.value(model.home), True)]
    chosen, stopped = model.home, None
    for moves in range(1, most + 1):
        if progress is not None:
            progress(moves - 1, most)
        stopped = stopped or _stopped(deadline, cancelled)
        further = best_single(model, chosen)
        start = further if (further != model.home).sum() <= moves else chosen
        if stopped:
            chosen = start
            bound, value = search.root_bound(moves), model.value(start)
            points.append(_point(place, model, moves, start, bound, bound <= value))
            continue
        found = search.best(moves, start, deadline, cancelled)
        chosen = found.chosen
        points.append(_point(place, model, moves, chosen, found.bound, found.proven))
        if not found.proven:
            stopped = _stopped(deadline, cancelled) or "the solver could not close a point"
    if progress is not None:
        progress(most, most)
    return _trimmed(points, stopped, most == int(model.movable.sum()))


def _stopped(deadline: float | None, cancelled: Callable[[], bool] | None) -> str | None:
    if cancelled is not None and cancelled():
        return "cancelled"
    return "time limit" if deadline is not None and time.monotonic() > deadline else None


def _trimmed(points: list[FrontierPoint], stopped: str | None, all_may_move: bool) -> Frontier:
    """Leave out the last points where they gain nothing more."""
    last = len(points) - 1
    while last > 0 and points[last].proven and points[last].outside >= points[last - 1].outside:
        last -= 1
    flat = last < len(points) - 1 or (all_may_move and points[-1].proven)
    return Frontier(tuple(points[: last + 1]), stopped, flat and stopped is None)


def _point(
    place: Situation, model: MoveModel, allowed: int, chosen: Indices, bound: int, proven: bool
) -> FrontierPoint:
    inside, reached = float(place.inside.sum()), model.value(chosen)
    moved = np.flatnonzero(chosen != model.home)
    outside = inside - reached / RESOLUTION
    return FrontierPoint(
        allowed=allowed,
        moves=tuple(Move(place.practices[i], place.pcns[model.home[i]], place.pcns[chosen[i]]) for i in moved),
        outside=round(outside, 3),
        containment=1 - outside / inside if inside > 0 else None,
        disturbed=float(place.list_sizes[moved].sum()),
        at_least_outside=round(inside - max(bound, reached) / RESOLUTION, 3),
        proven=proven,
    )
