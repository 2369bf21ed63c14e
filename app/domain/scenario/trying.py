"""Try moves on a place and say what they do, both sides at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from app.domain.figures import Floats
from app.domain.options.ids import option_of
from app.domain.options.nearness import contiguous
from app.domain.options.states import PcnState, Touched
from app.domain.scenario.board import NOBODY, Board
from app.domain.scenario.figures import Band, NeighbourhoodState, Whole, neighbourhood_states, pcn_state, whole
from app.domain.scenario.moves import Moves
from app.domain.scenario.side import Side, moved

CHANGED = 1e-6
"""Patients or people by which a figure must differ to count as changed."""


@dataclass(frozen=True)
class TriedPcn:
    """A PCN whose practices or patients change. Contiguity is of the neighbourhoods its practices stand in; ``None``
    where nobody knows."""

    change: Touched
    practices_change: bool
    contiguous_before: bool | None
    contiguous_after: bool | None


@dataclass(frozen=True)
class TriedNeighbourhood:
    before: NeighbourhoodState
    after: NeighbourhoodState


@dataclass(frozen=True)
class PracticeMove:
    """``patients`` is the whole list of the practice; ``None`` is no PCN."""

    practice: str
    source: str | None
    target: str | None
    patients: float


@dataclass(frozen=True)
class AreaMove:
    """An area goes wholly to ``target``. source: the neighbourhood that holds most of it today, ``None`` for none.

    share: the part of it that changes, below 1 where some of it was there already. people: residents of that part;
    patients: registered patients of it.
    """

    area: str
    source: str | None
    target: str
    share: float
    people: float | None
    patients: float
    was_divided: bool


@dataclass(frozen=True, eq=False)
class Tried:
    """What moves do. disturbed: patients of the practices whose PCN changes; people_moved and patients_moved: residents
    and registered patients whose neighbourhood changes. ``after_side`` is there for whoever asks on."""

    moves: Moves
    practices: tuple[PracticeMove, ...]
    areas: tuple[AreaMove, ...]
    pcns: tuple[TriedPcn, ...]
    neighbourhoods: tuple[TriedNeighbourhood, ...]
    before: Whole
    after: Whole
    disturbed: float
    people_moved: float | None
    patients_moved: float
    before_side: Side
    after_side: Side


def start_of(board: Board, option: str) -> dict[str, str | None]:
    """The practice moves of an option by its id (``app.domain.options.ids``); a pair or no change moves nobody.

    Raises ``Problem`` for an id that names no option of this place.
    """
    return {move.practice: move.target for move in option_of(board.place, option).moves}


def needed(board: Board, moves: Moves) -> Moves:
    """The moves without those that change nothing: a practice to its own PCN, an area to where all of it is."""
    now, land = board.standing.members, board.land
    practices = {p: to for p, to in moves.practices if now.get(p) != to}
    if land is None:
        return Moves.of(practices, {})
    column = {n.code: k for k, n in enumerate(board.neighbourhoods)}
    areas = {a: to for a, to in moves.areas if land.shares[land.index[a], column[to]] < 1.0 - CHANGED}
    return Moves.of(practices, areas)


def try_moves(before: Side, moves: Moves, band: Band | None = None, before_whole: Whole | None = None) -> Tried:
    """Try moves on today's side (``side.today``); only what changes is worked out again.

    A divided area moves wholly: whatever part of it lay elsewhere goes along. Who belongs to the place stays as it is
    today. band: the fewest and the most people a neighbourhood should have. before_whole: the figures of today's side,
    where they are known already.
    """
    board = before.board
    moves = needed(board, moves)
    after = moved(before, moves)
    practices, areas = _practice_moves(board, moves), _area_moves(before, moves)
    people = [move.people for move in areas]
    return Tried(
        moves=moves,
        practices=practices,
        areas=areas,
        pcns=tuple(_pcns(before, after, moves)),
        neighbourhoods=_neighbourhoods(before, after, band),
        before=before_whole or whole(before, band),
        after=whole(after, band),
        disturbed=sum(move.patients for move in practices),
        people_moved=None if None in people else sum(p for p in people if p is not None),
        patients_moved=sum(move.patients for move in areas),
        before_side=before,
        after_side=after,
    )


def _practice_moves(board: Board, moves: Moves) -> tuple[PracticeMove, ...]:
    now, lists = board.standing.members, board.standing.practice_lists
    return tuple(
        PracticeMove(practice, now.get(practice), to, float(lists[board.practice_index[practice]]))
        for practice, to in moves.practices
    )


def _area_moves(before: Side, moves: Moves) -> tuple[AreaMove, ...]:
    board, land = before.board, before.board.land
    if land is None:
        return ()
    column = {n.code: k for k, n in enumerate(board.neighbourhoods)}
    found = []
    for area, target in moves.areas:
        at = land.index[area]
        share = float(1.0 - land.shares[at, column[target]])
        held = int(before.holder[at])
        found.append(
            AreaMove(
                area=area,
                source=None if held == NOBODY else board.neighbourhoods[held].code,
                target=target,
                share=share,
                people=None if land.people is None else float(np.nan_to_num(land.people[at])) * share,
                patients=float(land.registered[at]) * share,
                was_divided=bool(land.divided[at]),
            )
        )
    return tuple(found)


def _pcns(before: Side, after: Side, moves: Moves) -> Iterable[TriedPcn]:
    """The PCNs that gain or lose practices, then those whose patients' neighbourhoods change; both in code order."""
    now = before.board.standing.members
    regrouped = {code for p, to in moves.practices for code in (now.get(p), to) if code is not None}
    for code in (*sorted(regrouped), *sorted(_shifted(before, after) - regrouped)):
        change = Touched(_state(before, code), pcn_state(after, code))
        if change.before is None and change.after is None:
            continue
        yield TriedPcn(
            change=change,
            practices_change=code in regrouped,
            contiguous_before=_hangs(before, change.before),
            contiguous_after=_hangs(after, change.after),
        )


def _shifted(before: Side, after: Side) -> set[str]:
    """PCNs of which some patients are in another neighbourhood than before."""
    row = {code: j for j, code in enumerate(after.standing.pcns)}
    at = [row[code] for code in before.standing.pcns]
    differs = np.abs(after.standing.table[at] - before.standing.table).max(axis=1, initial=0.0) > CHANGED
    return {code for code, changed in zip(before.standing.pcns, differs.tolist(), strict=True) if changed}


def _state(side: Side, code: str) -> PcnState | None:
    return pcn_state(side, code) if code in side.standing.pcns else None


def _hangs(side: Side, state: PcnState | None) -> bool | None:
    return None if state is None else contiguous(side.place, state.practices)


def _neighbourhoods(before: Side, after: Side, band: Band | None) -> tuple[TriedNeighbourhood, ...]:
    """Neighbourhoods of which the people, or the PCNs they lead, change; in the order of the board."""
    differs = _differs(before.standing.registered, after.standing.registered) | _differs(
        np.nan_to_num(before.residents), np.nan_to_num(after.residents)
    )
    swapped = before.holder != after.holder
    touched = np.unique(np.concatenate([before.holder[swapped], after.holder[swapped]]))
    differs[touched[touched != NOBODY]] = True
    differs |= np.array([one != two for one, two in zip(before.lead_for, after.lead_for, strict=True)], dtype=bool)
    chosen = np.flatnonzero(differs).tolist()
    pairs = zip(neighbourhood_states(before, chosen, band), neighbourhood_states(after, chosen, band), strict=True)
    return tuple(TriedNeighbourhood(one, two) for one, two in pairs)


def _differs(one: Floats, two: Floats) -> np.ndarray:
    return np.abs(one - two) > CHANGED
