"""The sorts of option on the practice side, each with figures before and after for every PCN it touches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.domain.options.frontier import Move
from app.domain.options.rules import Benefit, Check, Outcome, checks, fits, losses
from app.domain.options.situation import Situation
from app.domain.options.states import PcnState, Touched, changes, joint_containment, outside_lead, states
from app.domain.options.words import counted, listed
from app.domain.problem import Fault, Problem

NEEDS = (
    "agreement of the practices concerned",
    "the view of the Local Medical Committee",
    "approval by the ICB",
)
"""What every change of membership needs (Network Contract DES; domain notes §1.4)."""


class Kind(StrEnum):
    NO_CHANGE = "no change, cross-INT arrangement"
    MOVE = "move practices"
    MERGE = "merge two PCNs"
    PAIR = "pair two PCNs"
    SPLIT = "split a PCN"
    JOIN = "a practice in no PCN joins one"


@dataclass(frozen=True)
class Option:
    """An option for discussion, never an instruction.

    outside_before, outside_after: patients of the whole place outside the lead neighbourhood of their PCN (for a pair:
    outside the neighbourhoods the two share). disturbed: patients whose PCN changes. ``pcn_of`` is the membership it
    leads to. ``needs``: who must agree.
    """

    id: str
    kind: Kind
    sentence: str
    moves: tuple[Move, ...]
    touched: tuple[Touched, ...]
    outside_before: float
    outside_after: float
    disturbed: float
    checks: tuple[Check, ...]
    pcn_of: Mapping[str, str]
    needs: tuple[str, ...] = NEEDS

    @property
    def benefit(self) -> float:
        """Patients who would come to live in the lead neighbourhood of their PCN."""
        return self.outside_before - self.outside_after

    @property
    def stopped(self) -> bool:
        return any(check.outcome is Outcome.STOP for check in self.checks)


def no_change(place: Situation) -> Option:
    """Nobody moves, and the teams work across: what stays, to be met by cross-INT arrangements."""
    now = states(place)
    outside, inside = outside_lead(now.values()), sum(state.patients_inside for state in now.values())
    share = f" ({place.percent(outside, inside)} of those living there)" if inside > 0 else ""
    across = sum(not fits(place, state) for state in now.values())
    sentence = (
        f"No practice changes its PCN: {place.people(outside)} patients{share} stay outside the lead neighbourhood of "
        f"their PCN. {across} of {counted(len(now), 'PCN')} would work across neighbourhoods under a cross-INT "
        f"arrangement{'; the others fit as they are' if across < len(now) else ''}."
    )
    return Option("no-change", Kind.NO_CHANGE, sentence, (), (), outside, outside, 0.0, (), place.pcn_of, ())


def move(place: Situation, wanted: Mapping[str, str]) -> Option:
    """One practice or more, by code, to other PCNs of today.

    Raises ``Problem`` for an unknown practice or PCN, for a move that changes nothing, and where a PCN would be left
    without practices.
    """
    for practice, target in sorted(wanted.items()):
        if practice not in place.row or target not in place.pcns:
            unknown = practice if practice not in place.row else target
            raise _problem(Fault.NOT_FOUND, "Unknown practice or PCN", f"{unknown} is not in this place on this date.")
        if place.pcn_of[practice] == target:
            raise _problem(Fault.BAD_INPUT, "Nothing would change", f"{practice} is in {target} already.")
    if not wanted:
        raise _problem(Fault.BAD_INPUT, "Nothing would change", "No practice is named.")
    after = {**place.pcn_of, **wanted}
    empty = sorted(set(place.pcns) - set(after.values()))
    if empty:
        raise _problem(
            Fault.CONFLICT, "A PCN would have no practice", f"{', '.join(empty)} would be left empty: that is a merger."
        )
    moves = _moves(place, after)
    names = [f"{place.name(m.practice)} from {place.name(m.source)} to {place.name(m.target)}" for m in moves]
    code = "-".join(f"{m.practice}-{m.target}" for m in moves)
    return _option(place, f"move-{code}", Kind.MOVE, f"Move {listed(names)}", after, moves)


def merge(place: Situation, first: str, second: str) -> Option:
    """Two PCNs become one, under the code of the larger. Raises ``Problem`` for an unknown PCN or one PCN twice."""
    _two(place, first, second)
    now = states(place)
    keep, end = sorted((now[first], now[second]), key=lambda state: (-state.patients, state.code))
    after = {practice: keep.code if pcn == end.code else pcn for practice, pcn in place.pcn_of.items()}
    said = f"Merge {end.name} into {keep.name}"
    return _option(place, f"merge-{keep.code}-{end.code}", Kind.MERGE, said, after, _moves(place, after))


def split(place: Situation, pcn: str, leaving: Sequence[str]) -> Option:
    """Some practices of a PCN make a new one, ``<code>/2``. Raises ``Problem`` where none leave or none stay."""
    _pcn(place, pcn)
    members = set(states(place)[pcn].practices)
    if not set(leaving) < members or not leaving:
        raise _problem(Fault.BAD_INPUT, "Not a split", f"Some practices of {pcn} must leave it, and some must stay.")
    after = {**place.pcn_of, **dict.fromkeys(sorted(leaving), f"{pcn}/2")}
    place = replace(place, names={**place.names, f"{pcn}/2": f"the new network out of {place.name(pcn)}"})
    said = (
        f"Split {place.name(pcn)}: {listed([place.name(code) for code in sorted(leaving)])} in a network of their own"
    )
    if len(leaving) == 1:
        said = f"Split {place.name(pcn)}: {place.name(leaving[0])} in a network of its own"
    return _option(place, "-".join(["split", pcn, *sorted(leaving)]), Kind.SPLIT, said, after, _moves(place, after))


def pair(place: Situation, first: str, second: str) -> Option:
    """Two PCNs stay as they are, and one community team in two halves works with both.

    The team's neighbourhoods are the leads of the two; patients of either living in any of them count as inside.
    Raises ``Problem`` for an unknown PCN or one PCN twice.
    """
    _two(place, first, second)
    now = states(place)
    both = [now[code] for code in sorted((first, second))]
    patch = sorted({state.lead for state in both if state.lead is not None})
    outside = outside_lead(now.values())
    shared = sum(state.in_neighbourhood(place, code) for state in both for code in patch)
    gained = shared - sum(state.patients_in_lead for state in both)
    names = listed([place.name(code) for code in patch])
    if len(patch) == 1:
        there = place.registered[place.neighbourhoods.index(patch[0])]
        share = (
            f" {place.percent(shared, there)} of the registered patients living there" if there > 0 else " its patients"
        )
        said = f"they would be the two halves of the community team of {names}, for{share}"
    else:
        said = (
            f"with one community team in two halves for {names}, {place.people(gained)} more of their patients would "
            "live where the team works"
        )
    sentence = f"Pair {both[0].name} and {both[1].name}: no practice changes its PCN; {said}."
    code = "-".join(state.code for state in both)
    touched = tuple(Touched(state, state) for state in both)
    found = tuple(c for c in checks(place, touched, ()) if c.kind in ("unknown residence", "consent"))
    needs = ("agreement of both PCNs", "agreement of the community provider and the place partnership")
    return Option(
        f"pair-{code}", Kind.PAIR, sentence, (), touched, outside, outside - gained, 0.0, found, place.pcn_of, needs
    )


def _option(
    place: Situation, code: str, kind: Kind, said: str, after: Mapping[str, str], moves: tuple[Move, ...]
) -> Option:
    before, then = states(place), states(place, after)
    touched = changes(before, then)
    outside, left = outside_lead(before.values()), outside_lead(then.values())
    disturbed = float(sum(place.list_sizes[place.row[m.practice]] for m in moves))
    benefit = None if kind is Kind.MERGE else _benefit(touched, disturbed)
    return Option(
        id=code,
        kind=kind,
        sentence=f"{said}: {_effect(place, kind, outside - left)}, and {place.people(disturbed)} patients would be in "
        f"another PCN.{_losses(place, touched)}",
        moves=moves,
        touched=touched,
        outside_before=outside,
        outside_after=left,
        disturbed=disturbed,
        checks=checks(place, touched, moves, benefit),
        pcn_of=dict(after),
    )


def _benefit(touched: Sequence[Touched], disturbed: float) -> Benefit:
    before: list[PcnState | None] = [change.before for change in touched]
    after: list[PcnState | None] = [change.after for change in touched]
    rise = (joint_containment(after) or 0.0) - (joint_containment(before) or 0.0)
    return Benefit(outside_lead(before) - outside_lead(after), rise, disturbed)


def _effect(place: Situation, kind: Kind, gained: float) -> str:
    if round(gained) == 0:
        alone = " (one PCN fewer for the team to work with)" if kind is Kind.MERGE else ""
        return f"no patient more or fewer would live in the lead neighbourhood of their PCN{alone}"
    more = "more" if gained > 0 else "fewer"
    return f"{place.people(abs(gained))} {more} patients would live in the lead neighbourhood of their PCN"


def _losses(place: Situation, touched: Sequence[Touched]) -> str:
    """A PCN that would fit less well is named where the option is, not only among its checks."""
    texts = [check.text for check in losses(place, touched)]
    return f" But {' '.join(texts)}" if texts else ""


def _moves(place: Situation, after: Mapping[str, str]) -> tuple[Move, ...]:
    now = place.pcn_of
    return tuple(Move(code, now[code], after[code]) for code in place.practices if after[code] != now[code])


def _two(place: Situation, first: str, second: str) -> None:
    for code in (first, second):
        _pcn(place, code)
    if first == second:
        raise _problem(Fault.BAD_INPUT, "One PCN twice", f"{first} is named twice.")


def _pcn(place: Situation, code: str) -> None:
    if code not in place.pcns:
        raise _problem(Fault.NOT_FOUND, "Unknown PCN", f"{code} is not a PCN of this place on this date.")


def _problem(fault: Fault, title: str, detail: str) -> Problem:
    return Problem(fault, title, detail, remedy="Name practices and PCNs by the codes of this place.")
