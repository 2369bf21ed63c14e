"""Re-align, or work across: the options of a place, from stored data to what can be discussed.

The figures are those of the alignment on registered patients. Everything an option says follows from them, from who is
asked not to change, and from the limits; the same question always has the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from app.domain.basis import Basis
from app.domain.options.dates import Dates, dates
from app.domain.options.frontier import Frontier
from app.domain.options.ids import option_of
from app.domain.options.kinds import Option
from app.domain.options.limits import Limits
from app.domain.options.situation import Point, Situation, situation
from app.domain.options.suggesting import EACH, Suggestions, suggest
from app.domain.problem import Fault, Problem
from app.domain.records import FootprintVersion
from app.services import evidence
from app.services.aligning import Answer, Question, answer, named_place
from app.services.footprints import version as version_of
from app.services.ground import Ground
from app.services.workspace import Workspace
from geometry.adjacency import adjacent

DIRECT_MOVES = 5
"""Practice moves for which the frontier is worked out while the reader waits; more is long work."""

DIRECT_SECONDS = 60.0
"""After so long a direct answer ends with what is proven by then, and states the gap of the rest."""


@dataclass(frozen=True)
class Asked:
    """What is asked. staying: practices that do not move; kept: PCNs that neither lose nor gain a practice; both codes.

    each: options of one kind shown. limits: the workspace's where ``None``. agreed_on: the day on which something is
    taken to be agreed, by default that of the figures, so that the earliest dates are always the same.
    """

    question: Question
    staying: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    most_moves: int = DIRECT_MOVES
    each: int = EACH
    limits: Limits | None = None
    agreed_on: date | None = None


@dataclass(frozen=True, eq=False)
class Base:
    """What the options of a place are made from."""

    answer: Answer
    situation: Situation
    asked: Asked

    @property
    def today(self) -> date:
        return self.asked.agreed_on or self.answer.ground.as_of

    @property
    def dates(self) -> Dates:
        return dates(self.today)


@dataclass(frozen=True, eq=False)
class Found:
    """The options of a place, and what they were made from."""

    base: Base
    suggestions: Suggestions

    @property
    def frontier(self) -> Frontier:
        return self.suggestions.frontier


def base(work: Workspace, asked: Asked) -> Base:
    """The situation that a question means, with nothing suggested yet.

    Raises ``Problem``: as ``answer`` does; where the plan has several places and none is named; where nobody is counted
    where they live; for a practice or PCN that is not there.
    """
    given = answer(work, replace(asked.question, place=one_place(work, asked.question)))
    ground = given.ground
    if ground.basis is not Basis.PATIENTS:
        raise Problem(
            Fault.NOTHING_LOADED if asked.question.basis is None else Fault.BAD_INPUT,
            "Options need registered patients",
            f"On the basis “{ground.basis}” nobody is counted where they live: whom a move would help is not known.",
            remedy="Load “Patients Registered at a GP Practice” by LSOA, and ask on the basis “patients”.",
        )
    made = situation(
        given.alignment,
        limits=asked.limits or work.limits,
        thresholds=work.thresholds,
        points=points_of(ground),
        neighbours=neighbours(work, ground),
        icb_of=_icbs(work, ground),
        staying=asked.staying,
        kept=asked.kept,
        restricted=given.restricted,
    )
    return Base(given, made, asked)


def options(
    work: Workspace,
    asked: Asked,
    *,
    time_limit: float | None = None,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Found:
    """The options of a place; kept in memory where the search came to its end.

    progress is told points of the frontier done and in all; time_limit is in seconds. Raises ``Problem`` as ``base``
    does.
    """
    made = base(work, asked)
    ground = made.answer.ground
    limits = made.situation.limits
    key = (
        "options", ground.key, made.answer.alignment.place, tuple(sorted(made.situation.staying)),
        tuple(sorted(made.situation.kept)), asked.most_moves, asked.each, limits, made.today,
    )  # fmt: skip
    try:
        found = work.remember(key, lambda: _ended(_suggested(made, time_limit, progress, cancelled)))
    except _Unfinished as part:
        found = part.found
    return Found(made, found)


def one_option(work: Workspace, asked: Asked, id_: str) -> tuple[Base, Option]:
    """An option by its id, suggested or not. Raises ``Problem`` as ``base`` and ``option_of`` do."""
    made = base(work, asked)
    return made, option_of(made.situation, id_)


def one_place(work: Workspace, question: Question) -> str:
    """The place that a question is about. Raises ``Problem`` where none is named and the plan has several."""
    version = version_of(work, question.footprints, question.version)
    places = places_of(version)
    if question.place is not None:
        return named_place(version, question.place) or version.name
    if len(places) == 1:
        return places[0]
    raise Problem(
        Fault.BAD_INPUT,
        "Which place?",
        f"{version.name} has {len(places)} places, and options are for one: practices and PCNs stay within it.",
        remedy=f"Name one of: {', '.join(places)}.",
    )


def places_of(version: FootprintVersion) -> tuple[str, ...]:
    """The places of a plan, in order; a plan without any is one place of its own name."""
    return version.places or (version.name,)


def points_of(ground: Ground) -> dict[str, Point]:
    """Easting and northing of each practice whose place is known (metres, EPSG:27700)."""
    points = ground.points
    return {str(code): (float(p.x), float(p.y)) for code, p in points.items() if p is not None and not p.is_empty}


def neighbours(work: Workspace, ground: Ground) -> tuple[tuple[str, str], ...] | None:
    """Pairs of neighbourhoods that touch, in code order; ``None`` where there is no map.

    Two touch where small areas of theirs do, each area taken for the neighbourhood that holds most of it, so that
    lines drawn a little apart count as one. Without small areas the neighbourhoods' own outlines are compared.
    """
    areas = ground.weights.areas
    key = ("neighbours", ground.version.id, areas.id if areas else None)
    return work.remember(key, lambda: _by_areas(work, ground) if areas else _by_outlines(ground))


def _by_areas(work: Workspace, ground: Ground) -> tuple[tuple[str, str], ...] | None:
    areas, shares = ground.weights.areas, ground.weights.shares
    assert areas is not None  # noqa: S101 - the caller has looked
    with work.store.read() as unit:
        shapes = unit.areas.of(areas.id).set_index("code").geometry.reindex(list(shares.rows)).dropna()
    if shapes.empty:
        return _by_outlines(ground)
    largest = shares.values.tocsr().argmax(axis=1)
    held = {code: shares.columns[int(at)] for code, at in zip(shares.rows, largest, strict=True)}
    touching = ((held[one], held[other]) for one, other in adjacent(shapes.sort_index()).pairs)
    return _sorted(touching)


def _by_outlines(ground: Ground) -> tuple[tuple[str, str], ...] | None:
    return _sorted(adjacent(ground.shapes).pairs) if len(ground.shapes) else None


def _sorted(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}))


def _icbs(work: Workspace, ground: Ground) -> dict[str, str]:
    """The ICB of each practice, by the best file of practices that names any.

    Of that file only: ICBs merge, and codes of two dates must not look like a border.
    """
    with work.store.read() as unit:
        for record in evidence.candidates(unit, evidence.NAME_KINDS, ground.as_of):
            frame = unit.practices.of(record.id)
            named = frame.dropna(subset=["icb_code"]) if len(frame) else pd.DataFrame()
            if len(named):
                return dict(zip(named["code"].astype(str), named["icb_code"].astype(str), strict=True))
    return {}


class _Unfinished(Exception):  # noqa: N818 - carries an answer past the memory
    """A search that was ended early: its answer is given, but not kept."""

    def __init__(self, found: Suggestions) -> None:
        self.found = found


def _ended(found: Suggestions) -> Suggestions:
    if found.frontier.stopped is not None:
        raise _Unfinished(found)
    return found


def _suggested(
    made: Base,
    time_limit: float | None,
    progress: Callable[[int, int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> Suggestions:
    return suggest(
        made.situation,
        made.today,
        most_moves=made.asked.most_moves,
        each=made.asked.each,
        time_limit=time_limit,
        progress=progress,
        cancelled=cancelled,
    )
