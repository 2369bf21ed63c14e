"""The place on one side of a what-if: today, or after the moves. The second is made from the first by what changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from app.domain.figures import Floats
from app.domain.options.situation import Indices, Situation
from app.domain.scenario.board import NOBODY, Board, membership
from app.domain.scenario.moves import Moves
from app.domain.whatif import Standing, leave_pcn, move_areas, move_practice, with_pcns
from geometry.adjacency import pieces


@dataclass(frozen=True)
class Part:
    """Areas of a neighbourhood that hang together, and the people (else registered patients) in them."""

    areas: int
    people: float


@dataclass(frozen=True, eq=False)
class Side:
    """One side. holder: position of the neighbourhood of each area of the land. summed: neighbourhoods × the columns
    of ``Land.summed``. parts: by neighbourhood, the largest first; ``None`` where nobody said which areas touch.
    place: the practice side with the borders and standing points of this side."""

    board: Board
    standing: Standing
    deprived: Standing | None
    residents: Floats
    holder: Indices
    summed: Floats | None
    parts: tuple[tuple[Part, ...], ...] | None
    place: Situation

    @cached_property
    def leads(self) -> Indices:
        return self.standing.leads

    @cached_property
    def in_lead(self) -> Floats:
        """Patients of each PCN living in its lead neighbourhood."""
        there = self.standing.table[np.arange(len(self.leads)), self.leads]
        return np.where(self.leads >= 0, there, 0.0)

    @cached_property
    def inside(self) -> Floats:
        return np.asarray(self.standing.table.sum(axis=1), dtype=np.float64)

    @cached_property
    def practices_of(self) -> dict[str, tuple[str, ...]]:
        """Practices by PCN, in code order; a PCN without any is missing."""
        found: dict[str, list[str]] = {}
        for practice in sorted(self.standing.members):
            found.setdefault(self.standing.members[practice], []).append(practice)
        return {pcn: tuple(members) for pcn, members in found.items()}

    @cached_property
    def lead_for(self) -> tuple[tuple[str, ...], ...]:
        """By neighbourhood, the PCNs that have most of their patients there, in code order."""
        found: list[list[str]] = [[] for _ in self.board.neighbourhoods]
        for code, k in zip(self.standing.pcns, self.leads.tolist(), strict=True):
            if k >= 0 and code in self.practices_of:
                found[k].append(code)
        return tuple(map(tuple, found))

    @cached_property
    def held(self) -> list[int]:
        """Areas mostly in each neighbourhood."""
        counts = np.bincount(self.holder[self.holder != NOBODY], minlength=len(self.board.neighbourhoods))
        return [int(areas) for areas in counts]


def today(board: Board) -> Side:
    """The side before any move."""
    land, width = board.land, len(board.neighbourhoods)
    holder = np.empty(0, dtype=np.intp) if land is None else land.holder
    return Side(
        board=board,
        standing=board.standing,
        deprived=board.deprived,
        residents=board.residents,
        holder=holder,
        summed=None if land is None else np.asarray(land.shares.T @ land.summed, dtype=np.float64),
        parts=_parts(board, holder, range(width)),
        place=_situated(board, holder, {}),
    )


def moved(before: Side, moves: Moves) -> Side:
    """The other side. Codes must be of the board (``read_moves`` sees to it): ``KeyError`` otherwise."""
    board, land = before.board, before.board.land
    standing = _regrouped(before.standing, moves)
    deprived = None if before.deprived is None else _regrouped(before.deprived, moves)
    if not moves.areas:
        return replace(before, standing=standing, deprived=deprived)
    if land is None:
        raise KeyError(moves.areas[0][0])
    column = {n.code: k for k, n in enumerate(board.neighbourhoods)}
    at = np.array([land.index[code] for code, _ in moves.areas], dtype=np.intp)
    to = np.array([column[target] for _, target in moves.areas], dtype=np.intp)
    change = -land.shares[at]
    change[np.arange(len(at)), to] += 1.0
    member = membership(standing, board.practice_index)
    standing = move_areas(standing, _of(member, land.patients, at), land.registered[at], change)
    if deprived is not None:
        theirs = move_areas(deprived, _of(member, board.patients_of_deprived, at), np.zeros(len(at)), change)
        deprived = replace(theirs, registered=standing.registered)
    holder = before.holder.copy()
    holder[at] = to
    people = np.zeros(len(at)) if land.people is None else np.nan_to_num(land.people[at])
    touched = sorted({int(k) for k in (*before.holder[at], *to) if k != NOBODY})
    fresh = None if before.parts is None else _parts(board, holder, touched)
    parts = None if before.parts is None or fresh is None else list(before.parts)
    if parts is not None and fresh is not None:
        for k, found in zip(touched, fresh, strict=True):
            parts[k] = found
    return Side(
        board=board,
        standing=standing,
        deprived=deprived,
        residents=np.maximum(before.residents + people @ change, 0.0),
        holder=holder,
        summed=None if before.summed is None else before.summed + change.T @ land.summed[at],
        parts=None if parts is None else tuple(parts),
        place=_situated(board, holder, moves.neighbourhood_of),
    )


def _regrouped(now: Standing, moves: Moves) -> Standing:
    then = with_pcns(now, (to for _, to in moves.practices if to is not None))
    for practice, to in moves.practices:
        then = leave_pcn(then, practice) if to is None else move_practice(then, practice, to)
    return then


def _of(member: sparse.csr_array, patients: sparse.csc_array, at: Indices) -> Floats:
    """PCNs × the chosen areas, in patients."""
    return np.asarray((member @ patients[:, at]).toarray(), dtype=np.float64)


def _parts(board: Board, holder: Indices, wanted: Iterable[int]) -> tuple[tuple[Part, ...], ...] | None:
    land = board.land
    if land is None or land.adjacency is None:
        return None
    weight = land.registered if land.people is None else np.nan_to_num(land.people)
    found = []
    for k in wanted:
        mine = np.flatnonzero(holder == k)
        held = {land.codes[at]: "" for at in mine}
        people = {land.codes[at]: float(weight[at]) for at in mine}
        found.append(tuple(Part(len(p.areas), p.people) for p in pieces(land.adjacency, held, people)))
    return tuple(found)


def _situated(board: Board, holder: Indices, moved_to: dict[str, str]) -> Situation:
    """The practice side with the neighbourhoods that touch now, and practices standing where their area has gone.

    Two neighbourhoods touch where an area of one touches an area of the other.
    """
    place, land = board.place, board.land
    if land is None:
        return place
    standing_in = dict(place.standing_in)
    if moved_to:
        standing_in |= {p: moved_to[area] for p, area in land.practices_in.items() if area in moved_to}
    if land.adjacency is None:
        return _carried(place, replace(place, standing_in=standing_in))
    ends = np.sort(holder[land.adjacency.edges], axis=1)
    apart = ends[(ends[:, 0] != ends[:, 1]) & (ends[:, 0] != NOBODY)]
    codes, width = [n.code for n in board.neighbourhoods], len(board.neighbourhoods)
    pairs = (divmod(pair, width) for pair in np.unique(apart[:, 0] * width + apart[:, 1]).tolist())
    touching = frozenset(frozenset((codes[a], codes[b])) for a, b in pairs)
    return _carried(place, replace(place, standing_in=standing_in, neighbours=touching))


def _carried(place: Situation, then: Situation) -> Situation:
    """Who answers to which place and ICB is the same on both sides, and dear to work out for all of London."""
    vars(then)["same_area"] = place.same_area
    return then
