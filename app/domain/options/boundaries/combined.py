"""Practices and lines together: what both can do for so many practice moves and so many people moved.

With the membership decided the lines are a linear question, and with the lines decided so is the membership (once the
leads are); together they are bilinear. So for each number of practice moves and each share of people the two exact
searches take turns, from practices first and from lines first, until neither gains: the *best found*. What nobody can
exceed is bounded from both sides. For membership x, lines y, and today's x0 and y0,

    V(x, y) ≤ V(x, y0) + Σ_{areas moved} patients living there           (a lead gains at most whom it is given)
    V(x, y) ≤ V(x0, y) + Σ_{practices moved} patients living in the place

so the optimum of practices alone plus the most patients that may be moved, and the optimum of lines alone plus the
largest practices that may move, are both bounds; the tighter one counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from app.domain.figures import Floats
from app.domain.options.boundaries.draft import Draft
from app.domain.options.boundaries.frontier import AreaMove, people_allowed, restriction
from app.domain.options.boundaries.model import boundary_model
from app.domain.options.boundaries.search import LineSearch
from app.domain.options.frontier import Move
from app.domain.options.model import RESOLUTION, move_model
from app.domain.options.search import LeadSearch
from app.domain.options.situation import Indices, Situation

MOVES = (0, 1, 2, 3, 5)
SHARES = (0.0, 0.01, 0.02, 0.05)
TURNS = 8
"""Times the two searches take turns for one point."""


@dataclass(frozen=True)
class CombinedPoint:
    """The best found for at most ``moves_allowed`` practice moves and ``share`` of the people moved.

    ``patients_moved``: list sizes of the practices that move (their PCN changes). ``people_moved``: people living in
    the areas that move (their neighbourhood changes). ``disturbed`` is the sum of the two: who is both counts twice.
    ``at_least_outside``: fewer than this nobody can reach with so many moves and people. ``proven``: the number outside
    cannot be lower; otherwise it is the best found.
    """

    moves_allowed: int
    share: float
    practice_moves: tuple[Move, ...]
    area_moves: tuple[AreaMove, ...]
    outside: float
    containment: float | None
    patients_moved: float
    people_moved: float
    at_least_outside: float
    proven: bool

    @property
    def disturbed(self) -> float:
        return self.patients_moved + self.people_moved

    @property
    def gap(self) -> float:
        return max(self.outside - self.at_least_outside, 0.0)


@dataclass(frozen=True)
class CombinedFrontier:
    """``points``: those that no other beats in both ``outside`` and ``disturbed``, least disturbed first. ``tried``:
    all, by moves allowed, then share. ``stopped``: why the search ended early, if it did. ``restriction``: which moves
    of areas were not looked at."""

    points: tuple[CombinedPoint, ...]
    tried: tuple[CombinedPoint, ...]
    stopped: str | None
    restriction: str | None


def combined_frontier(
    place: Situation,
    lines: Draft,
    lived: Floats,
    *,
    moves: Sequence[int] = MOVES,
    shares: Sequence[float] = SHARES,
    time_limit: float | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> CombinedFrontier:
    """Find what practice moves and boundary moves can do together.

    lived: practices of ``place`` × areas of ``lines``, patients. time_limit: seconds for each point. progress: called
    with points done and points in all. Raises ``ValueError`` for numbers out of range and where the two sides do not
    describe the same neighbourhoods and patients.
    """
    if any(number < 0 for number in moves) or any(not 0 <= share <= 1 for share in shares):
        raise ValueError("moves must not be negative, and a share lies between 0 and 1")
    both = _Both(place, lines, lived, max(moves, default=0), max(shares, default=0.0), cancelled)
    grid = [(number, share) for number in sorted({0, *moves}) for share in sorted({0.0, *shares})]
    tried: list[CombinedPoint] = []
    stopped = None
    for at, (number, share) in enumerate(grid):
        if progress is not None:
            progress(at, len(grid))
        both.deadline = None if time_limit is None else time.monotonic() + time_limit
        tried.append(both.point(number, share))
        stopped = stopped or both.stopped()
    if progress is not None:
        progress(len(grid), len(grid))
    return CombinedFrontier(_undominated(tried), tuple(tried), stopped, restriction(lines))


def _undominated(tried: Sequence[CombinedPoint]) -> tuple[CombinedPoint, ...]:
    kept: list[CombinedPoint] = []
    for point in sorted(tried, key=lambda p: (p.disturbed, p.outside, p.moves_allowed, p.share)):
        if not kept or point.outside < kept[-1].outside - 1e-9:
            kept.append(point)
    return tuple(kept)


Pair = tuple[Indices, Indices]


@dataclass
class _Both:
    """Membership and lines, each searched with the other as it stands."""

    place: Situation
    lines: Draft
    lived: Floats
    most_moves: int
    most_share: float
    cancelled: Callable[[], bool] | None
    deadline: float | None = None
    _alone: dict[tuple[str, int], tuple[Indices, float, bool]] = field(default_factory=dict)
    _best: dict[tuple[int, float], Pair] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.place.neighbourhoods != self.lines.neighbourhoods:
            raise ValueError("the place and the draft must have the same neighbourhoods")
        if self.place.pcns != self.lines.pcns:
            raise ValueError("the place and the draft must have the same PCNs")
        if self.lived.shape != (len(self.place.practices), len(self.lines.areas)):
            raise ValueError("patients for each practice of the place and area of the draft")
        if not np.allclose(self._inside(self.lines.home), self.place.inside, rtol=0, atol=0.01):
            raise ValueError("patients by area do not add up to those of the neighbourhoods")
        self.borders = boundary_model(self.lines)
        self.home = (self.place.home, self.lines.home)

    def stopped(self) -> str | None:
        if self.cancelled is not None and self.cancelled():
            return "cancelled"
        return "time limit" if self.deadline is not None and time.monotonic() > self.deadline else None

    def point(self, moves: int, share: float) -> CombinedPoint:
        budget = people_allowed(self.borders, share)
        starts = [self.home, *(pair for (m, s), pair in self._best.items() if m <= moves and s <= share)]
        best = max(starts, key=self._rank)
        total = float(self.place.inside.sum())
        practices, lines = self._practices_alone(moves), self._lines_alone(budget)
        for first in ("practices", "lines"):
            if self.stopped() is not None:
                break
            best = max(best, self._turns(best, moves, budget, first), key=self._rank)
        if moves and share:
            best = max(best, self._both_starts(moves, budget, practices[0], lines[0]), key=self._rank)
        else:
            best = max(best, (practices[0], lines[0]), key=self._rank)
        self._best[moves, share] = best
        value = self.value(best)
        bound = min(total, practices[1] + self._areas_gain(budget), lines[1] + self._practices_gain(moves))
        return self._made(moves, share, best, value, max(bound, value), bound <= value + 0.5 / RESOLUTION)

    def _both_starts(self, moves: int, budget: int, practices: Indices, lines: Indices) -> Pair:
        pairs = [self._turns((practices, self.home[1]), moves, budget, "lines")]
        pairs.append(self._turns((self.home[0], lines), moves, budget, "practices"))
        return max(pairs, key=self._rank)

    def _turns(self, pair: Pair, moves: int, budget: int, first: str) -> Pair:
        """Take turns until neither search gains."""
        order = ["practices", "lines"] if first == "practices" else ["lines", "practices"]
        still = 0
        for turn in range(TURNS):
            if still == 2 or self.stopped() is not None:
                break
            membership, lines = pair
            if order[turn % 2] == "practices":
                found = self._best_practices(moves, membership, lines)[0]
                after = (found, lines)
            else:
                found = self._best_lines(budget, membership, lines)[0]
                after = (membership, found)
            better = self.value(after) > self.value(pair) + 0.5 / RESOLUTION
            still = 0 if better else still + 1
            pair = after if better else pair
        return pair

    def _practices_alone(self, moves: int) -> tuple[Indices, float, bool]:
        """The best membership with today's lines, and what none exceeds."""
        key = ("practices", moves)
        if key not in self._alone:
            self._alone[key] = self._best_practices(moves, *self.home)
        return self._alone[key]

    def _lines_alone(self, budget: int) -> tuple[Indices, float, bool]:
        key = ("lines", budget)
        if key not in self._alone:
            self._alone[key] = self._best_lines(budget, *self.home)
        return self._alone[key]

    def _best_practices(self, moves: int, membership: Indices, lines: Indices) -> tuple[Indices, float, bool]:
        model = move_model(replace(self.place, inside=self._inside(lines)))
        most = min(moves, int(model.movable.sum()))
        found = LeadSearch(model, most).best(most, membership, self.deadline, self.cancelled)
        return found.chosen, found.bound / RESOLUTION, found.proven

    def _best_lines(self, budget: int, membership: Indices, lines: Indices) -> tuple[Indices, float, bool]:
        model = boundary_model(replace(self.lines, patients=self._patients(membership)))
        if budget == 0:
            return lines, model.value(lines) / model.patient_unit, True
        found = LineSearch(model).best(budget, lines, self.deadline, self.cancelled)
        return found.chosen, found.bound / model.patient_unit, found.proven

    def _inside(self, lines: Indices) -> Floats:
        """Practices × neighbourhoods under some lines."""
        found = np.zeros((len(self.lines.neighbourhoods), len(self.place.practices)))
        np.add.at(found, lines, self.lived.T)
        return found.T

    def _patients(self, membership: Indices) -> Floats:
        """PCNs × areas under a membership."""
        found = np.zeros((len(self.place.pcns), len(self.lines.areas)))
        np.add.at(found, membership, self.lived)
        return found

    def value(self, pair: Pair) -> float:
        """Patients who live in the lead neighbourhood of their PCN."""
        table = np.zeros((len(self.place.pcns), len(self.lines.neighbourhoods)))
        np.add.at(table, pair[0], self._inside(pair[1]))
        return float(table.max(axis=1, initial=0.0).sum())

    def _rank(self, pair: Pair) -> tuple[float, float, tuple[int, ...]]:
        """Most is best: value, then fewest disturbed, then code order."""
        patients, people = self._disturbed(pair)
        order = tuple(-int(at) for chosen in pair for at in chosen)
        return round(self.value(pair), 3), -(patients + people), order

    def _disturbed(self, pair: Pair) -> tuple[float, float]:
        patients = float(self.place.list_sizes[pair[0] != self.home[0]].sum())
        return patients, float(self.lines.people[pair[1] != self.home[1]].sum())

    def _areas_gain(self, budget: int) -> float:
        """Most patients that can live in areas with at most so many people: a knapsack, filled to the brim."""
        patients, people = self.lived.sum(axis=0), self.borders.people
        can = (self.borders.may_join.sum(axis=1) > 1) & (people <= budget) & (patients > 0)
        if budget == 0:
            return 0.0
        gain = float(patients[can & (people == 0)].sum())
        some = np.flatnonzero(can & (people > 0))
        left = float(budget)
        for u in some[np.argsort(-patients[some] / people[some], kind="stable")]:
            part = min(1.0, left / float(people[u]))
            gain += part * float(patients[u])
            left -= part * float(people[u])
            if left <= 0:
                break
        return gain

    def _practices_gain(self, moves: int) -> float:
        movable = self.place.may_join.sum(axis=1) > 1
        return float(np.sort(self.place.inside.sum(axis=1)[movable])[::-1][:moves].sum())

    def _made(self, moves: int, share: float, pair: Pair, value: float, bound: float, proven: bool) -> CombinedPoint:
        place, lines, total = self.place, self.lines, float(self.place.inside.sum())
        went = np.flatnonzero(pair[0] != self.home[0]).tolist()
        moved = np.flatnonzero(pair[1] != self.home[1]).tolist()
        if not move_model(place).allowed(pair[0]) or not self.borders.allowed(
            pair[1], people_allowed(self.borders, share)
        ):
            raise ArithmeticError("these moves break a rule")
        patients, people = self._disturbed(pair)
        codes = lines.neighbourhoods
        return CombinedPoint(
            moves_allowed=moves,
            share=share,
            practice_moves=tuple(
                Move(place.practices[i], place.pcns[place.home[i]], place.pcns[pair[0][i]]) for i in went
            ),
            area_moves=tuple(
                AreaMove(lines.areas[u], codes[lines.home[u]], codes[pair[1][u]], float(lines.people[u])) for u in moved
            ),
            outside=round(total - value, 3),
            containment=value / total if total > 0 else None,
            patients_moved=patients,
            people_moved=people,
            at_least_outside=round(total - bound, 3),
            proven=proven,
        )
