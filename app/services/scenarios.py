"""What-if scenarios: try moves, keep them under a name, look at them again, and put several side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from app.domain.basis import Basis
from app.domain.options.rules import Check
from app.domain.problem import Fault, Problem
from app.domain.records import DatasetRecord, FootprintVersion
from app.domain.scenario.checking import scenario_checks
from app.domain.scenario.figures import Band
from app.domain.scenario.moves import Moves, Pair, read_moves, read_pairs
from app.domain.scenario.record import Scenario, named, scenario_id
from app.domain.scenario.trying import Tried, start_of, try_moves
from app.ingest.kinds import Kind
from app.services import evidence
from app.services.aligning import Question
from app.services.scenario_board import ROUNDED, Start, start
from app.services.workspace import Workspace

TODAY = "today"
MOST_COMPARED = 8
OPTION_KINDS = ("no-change", "move-", "merge-", "split-", "pair-", "join-")


@dataclass(frozen=True)
class Asked:
    """What is tried: moves as pairs of code and target, on top of those of an option where one is named.

    band: the fewest and the most people a neighbourhood should have; only advice.
    """

    question: Question
    pairs: tuple[Pair, ...] = ()
    option: str | None = None
    band: Band | None = None

    @classmethod
    def of_text(cls, question: Question, moves: str = "", option: str | None = None, band: Band | None = None) -> Asked:
        """With moves as an address writes them. Raises ``Problem`` as ``read_pairs`` does."""
        return cls(question, read_pairs(moves), option or None, band)


@dataclass(frozen=True, eq=False)
class Trial:
    """What moves do on a place, and everything it stands on."""

    start: Start
    tried: Tried
    checks: tuple[Check, ...]
    option: str | None
    band: Band | None

    @property
    def restricted(self) -> bool:
        return self.start.answer.restricted

    @property
    def datasets(self) -> tuple[DatasetRecord, ...]:
        every = (*self.start.answer.ground.datasets, *self.start.datasets)
        return tuple({record.id: record for record in every}.values())

    @property
    def warnings(self) -> tuple[str, ...]:
        more = []
        if self.restricted and self.tried.areas:
            more.append(ROUNDED)
        divided = [move.area for move in self.tried.areas if move.was_divided]
        if divided:
            more.append(
                f"A line of the plan divides {len(divided):,} of the areas moved ({', '.join(divided[:3])}); a moved "
                "area goes wholly to its new neighbourhood."
            )
        return (*self.start.answer.warnings, *more)


def what_if(work: Workspace, asked: Asked) -> Trial:
    """Try moves; nothing is kept.

    Raises ``Problem``: as ``start`` does; for moves that cannot be made; for areas where no patients by area are known;
    for an option that is none of this place.
    """
    begun = start(work, asked.question)
    made, ground = begun.board, begun.board.land
    plan = frozenset(n.code for n in made.neighbourhoods)
    practices = made.standing.by_practice.row_index
    if ground is None and any(code not in practices for code, _ in asked.pairs):
        raise _no_land(next(code for code, _ in asked.pairs if code not in practices))
    first = start_of(made, asked.option) if asked.option else {}
    named_now = read_moves(asked.pairs, practices, ground.index if ground else (), frozenset(made.standing.pcns), plan)
    moves = Moves.of({**first, **named_now.pcn_of}, named_now.neighbourhood_of)
    known = begun.figures if asked.band is None else None
    tried = try_moves(begun.side, moves, asked.band, known)
    return Trial(begun, tried, scenario_checks(tried, asked.band), asked.option, asked.band)


def save(work: Workspace, asked: Asked, name: str, by: str) -> tuple[Scenario, Trial, bool]:
    """Keep a what-if under a name, pinned to version, place, basis and date; the same one twice is kept once.

    Returns it, its figures, and whether it was kept before. Raises ``Problem`` as ``what_if`` does, and for a what-if
    without moves or a name.
    """
    clean = named(name)
    live = what_if(work, asked).start.answer
    version, as_of = live.ground.version, live.ground.as_of
    question = Question(version.footprint_id, live.alignment.place, live.ground.basis, as_of, version.number)
    trial = what_if(work, replace(asked, question=question))
    moves = trial.tried.moves
    if not len(moves):
        raise Problem(
            Fault.BAD_INPUT,
            "Nothing is moved",
            "A scenario is kept for what it moves, and this one leaves everything where it is.",
            remedy="Move a practice or an area first; “today” can be compared without keeping it.",
        )
    place, basis = live.alignment.place, str(live.ground.basis)
    record = Scenario(
        id=scenario_id(clean, version.id, place, basis, as_of, moves, asked.option, asked.band),
        name=clean,
        version_id=version.id,
        place=place,
        basis=basis,
        as_of=as_of,
        moves=moves,
        option=asked.option,
        band=asked.band,
        datasets=tuple(sorted(dataset.id for dataset in trial.datasets)),
        created_by=by,
        created_at=datetime.now(UTC),
    )
    with work.store.write() as unit:
        already = not unit.scenarios.add(record)
        return unit.scenarios.get(record.id), trial, already


@dataclass(frozen=True, eq=False)
class Kept:
    """A saved scenario, evaluated as of its own version and date, and what is newer than it.

    other_data: its figures stand on other datasets than when it was saved. newer_version, newer_registrations: the
    number and the date, where there are any.
    """

    scenario: Scenario
    version: FootprintVersion
    trial: Trial
    other_data: bool
    newer_version: int | None
    newer_registrations: date | None


def kept(work: Workspace, id_: str) -> Kept:
    """A saved scenario by its id. Raises ``Problem`` (not found), and where its moves cannot be made any more."""
    with work.store.read() as unit:
        scenario = unit.scenarios.get(id_)
        version = unit.footprints.version(scenario.version_id)
        latest = unit.footprints.get(version.footprint_id)
        newest = next((r.effective_date for r in evidence.candidates(unit, (Kind.REGISTRATIONS,), None)), None)
    trial = what_if(work, asked_by(scenario, version))
    return Kept(
        scenario=scenario,
        version=version,
        trial=trial,
        other_data=tuple(sorted(dataset.id for dataset in trial.datasets)) != scenario.datasets,
        newer_version=latest.number if latest.number > version.number else None,
        newer_registrations=newest if newest is not None and newest > scenario.as_of else None,
    )


def asked_by(scenario: Scenario, version: FootprintVersion) -> Asked:
    """The question that a saved scenario is the answer to. The option's moves are among its own."""
    question = question_of(scenario, version)
    return Asked(question, scenario.moves.pairs, None, scenario.band)


def question_of(scenario: Scenario, version: FootprintVersion) -> Question:
    """What a scenario is pinned to."""
    return Question(version.footprint_id, scenario.place, Basis(scenario.basis), scenario.as_of, version.number)


@dataclass(frozen=True, eq=False)
class Column:
    """One column of a comparison: ``key`` is the scenario's id, “today”, or an option's id."""

    key: str
    name: str
    trial: Trial


def compare(work: Workspace, ids: Sequence[str], question: Question | None = None) -> tuple[Column, ...]:
    """Put 2 to 8 side by side: saved scenarios by id, “today”, and options by id.

    Today and options are of the plan, place and date of the first scenario named, or of ``question``. Raises
    ``Problem``: too few or too many, one named twice, scenarios of different places, nothing that says which place.
    """
    wanted = [id_.strip() for id_ in ids if id_.strip()]
    if not 2 <= len(wanted) <= MOST_COMPARED or len(set(wanted)) != len(wanted):
        raise Problem(
            Fault.BAD_INPUT,
            "Which scenarios?",
            f"{len(wanted)} named; a comparison takes 2 to {MOST_COMPARED} different ones.",
            remedy="Name scenarios by id, “today”, or options by id, with commas between.",
        )
    saved = {id_: kept(work, id_) for id_ in wanted if id_ != TODAY and not id_.startswith(OPTION_KINDS)}
    places = sorted({found.scenario.place or "the whole plan" for found in saved.values()})
    if len(places) > 1:
        raise Problem(
            Fault.BAD_INPUT,
            "Scenarios of different places",
            f"They are of {', '.join(places)}; figures of different places say nothing about each other.",
            remedy="Compare scenarios of one place.",
        )
    if question is None and saved:
        first = next(iter(saved.values()))
        question = question_of(first.scenario, first.version)
    columns = []
    for id_ in wanted:
        if id_ in saved:
            columns.append(Column(id_, saved[id_].scenario.name, saved[id_].trial))
            continue
        if question is None:
            raise Problem(
                Fault.BAD_INPUT,
                "Of which place?",
                f"“{id_}” is of the place of a scenario, and none is named.",
                remedy="Name a saved scenario too, or the footprints and the place.",
            )
        option = None if id_ == TODAY else id_
        columns.append(Column(id_, "Today" if option is None else id_, what_if(work, Asked(question, (), option))))
    return tuple(columns)


def _no_land(code: str) -> Problem:
    return Problem(
        Fault.NOTHING_LOADED,
        "Areas cannot be moved",
        f"{code} is no practice of this place, and without registered patients by area no area can be moved.",
        remedy="Load “Patients Registered at a GP Practice” by LSOA, and ask on the basis “patients”.",
    )
