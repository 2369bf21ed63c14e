"""What an option is held to: each check with its outcome, the text it rests on, and whether that text binds.

A *rule* binds in London, *guidance* says what is normal, and *local* is a setting of this place (domain notes §1.4,
§5.2). ``stop`` means the option cannot be put forward, ``warn`` that somebody must look at it first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.options.frontier import Move
from app.domain.options.nearness import contiguous, distance
from app.domain.options.situation import Situation
from app.domain.options.states import PcnState, Touched
from app.domain.thresholds import ALIGNED

LONDON_FLOOR = (
    "Londonwide LMCs, July 2019: 30,000 registered patients is a hard bottom, not open to variation or flex in "
    "Greater London"
)
NETWORK_SIZE = "NHS England, ePCN specification: at least 30,000 registered patients, not tending to exceed 50,000"
CONTIGUITY = (
    "Network Contract DES: a network area that makes sense to practices, community providers and the local community, "
    "and is normally geographically contiguous"
)
BORDERS = "NHS England, ePCN specification: networks across ICBs are avoided; the London model: a place is a borough"
LIMITED_CASES = (
    "Network Contract DES 2026/27: aligning PCN lists with neighbourhoods is only intended for limited cases where "
    "current geography does not reflect local communities, and is not intended to disrupt well-functioning PCNs with "
    "geographically contiguous boundaries"
)
CONSENT = "Network Contract DES: practices decide on membership, with written consent; the commissioner approves"
LONDON_MODEL = (
    "A Neighbourhood Health Service for London, May 2025: where boundaries do not align, re-alignment to these "
    "footprints or development of local arrangements capable of operating efficiently and effectively across them "
    "will be required"
)
LOCAL_SETTING = "A setting of this place; no rule gives the number"


class Outcome(StrEnum):
    PASS = "pass"  # noqa: S105 - the outcome of a check
    WARN = "warn"
    STOP = "stop"
    NOT_CHECKED = "not checked"


class Mark(StrEnum):
    RULE = "rule"
    GUIDANCE = "guidance"
    LOCAL = "local"


@dataclass(frozen=True)
class Check:
    """One check of one option. ``text`` says what was found, ``source`` what it rests on."""

    kind: str
    outcome: Outcome
    text: str
    source: str
    mark: Mark


@dataclass(frozen=True)
class Benefit:
    """patients: fewer outside the lead neighbourhood; points: rise of the touched PCNs' joint containment, 0..1;
    disturbed: patients whose PCN changes."""

    patients: float
    points: float
    disturbed: float


def checks(
    place: Situation, touched: Sequence[Touched], moves: Sequence[Move], benefit: Benefit | None = None
) -> tuple[Check, ...]:
    """Hold an option to everything: stops first, then warnings, then what is in order or could not be checked.

    ``benefit`` is given for options that are meant to bring patients into their PCN's lead neighbourhood.
    """
    found = [
        *_sizes(place, touched),
        *_locks(place, touched, moves),
        *_shape(place, touched, moves),
        *_data(place, touched),
        *_fitting(place, touched),
        *losses(place, touched),
        *(_benefit(place, benefit) if benefit is not None else ()),
    ]
    order = [Outcome.STOP, Outcome.WARN, Outcome.PASS, Outcome.NOT_CHECKED]
    return tuple(sorted(found, key=lambda check: order.index(check.outcome)))


def _sizes(place: Situation, touched: Sequence[Touched]) -> Iterator[Check]:
    limits = place.limits
    for change in touched:
        after, before = change.after, change.before.patients if change.before else 0.0
        if after is None:
            continue
        said = f"{after.name} would have {place.people(after.patients)} registered patients"
        if after.patients >= limits.floor - 0.5:
            outcome, text = Outcome.PASS, f"{said}, at least {limits.floor:,.0f}."
        elif after.patients >= before > 0:
            outcome, text = Outcome.WARN, f"{said}: still below {limits.floor:,.0f}, as today ({place.people(before)})."
        else:
            outcome, text = Outcome.STOP, f"{said}, below {limits.floor:,.0f}."
        yield Check("smallest list", outcome, text, f"{LONDON_FLOOR}. {NETWORK_SIZE}", Mark.RULE)
        grows = after.patients > before + 0.5
        if limits.ceiling is not None and after.patients > limits.ceiling + 0.5 and grows:
            text = f"{said}, above {limits.ceiling:,.0f}: two networks' work under one roof."
            yield Check("largest list", Outcome.STOP, text, LOCAL_SETTING, Mark.LOCAL)
        elif after.patients > limits.advice and grows:
            text = f"{said}, above {limits.advice:,.0f}: it would need sub-teams."
            yield Check("largest list", Outcome.WARN, text, NETWORK_SIZE, Mark.GUIDANCE)


def _locks(place: Situation, touched: Sequence[Touched], moves: Sequence[Move]) -> Iterator[Check]:
    for move in moves:
        if move.practice in place.staying:
            text = f"{place.name(move.practice)} has said that it stays."
            yield Check("consent", Outcome.STOP, text, CONSENT, Mark.RULE)
        elif move.target in place.pcns and not place.same_area[place.row[move.practice], place.pcns.index(move.target)]:
            text = f"{place.name(move.practice)} answers to another place or ICB than {place.name(move.target)}."
            yield Check("borders", Outcome.STOP, text, BORDERS, Mark.RULE)
    for change in touched:
        if change.code in place.kept:
            text = f"{change.name} has said that it does not change."
            yield Check("consent", Outcome.STOP, text, CONSENT, Mark.RULE)


def _shape(place: Situation, touched: Sequence[Touched], moves: Sequence[Move]) -> Iterator[Check]:
    after = {change.code: change.after for change in touched if change.after is not None}
    for change in touched:
        state = change.after
        if state is None:
            continue
        if len(state.practices) == 1 and (change.before is None or len(change.before.practices) > 1):
            text = f"{state.name} would be left with one practice, {place.name(state.practices[0])}."
            yield Check("one practice", Outcome.WARN, text, CONTIGUITY, Mark.GUIDANCE)
        yield _contiguity(place, change, state)
    for move in moves:
        state = after.get(move.target)
        far = distance(place, move.practice, state.practices) if state is not None else None
        if far is not None and far > place.limits.apart:
            text = (
                f"{place.name(move.practice)} would be {far / 1000:,.1f} km from the nearest practice of its new PCN."
            )
            yield Check("distance", Outcome.WARN, text, f"{CONTIGUITY}. {LOCAL_SETTING}", Mark.LOCAL)


def _contiguity(place: Situation, change: Touched, state: PcnState) -> Check:
    hangs = contiguous(place, state.practices)
    was = contiguous(place, change.before.practices) if change.before is not None else True
    if hangs is None:
        text = f"Whether {state.name} would be contiguous is not known: it needs the practices' places and a map."
        return Check("contiguity", Outcome.NOT_CHECKED, text, CONTIGUITY, Mark.GUIDANCE)
    if hangs:
        text = f"The practices of {state.name} would stand in one neighbourhood or in neighbouring ones."
        return Check("contiguity", Outcome.PASS, text, CONTIGUITY, Mark.GUIDANCE)
    text = f"The practices of {state.name} would not stand in neighbouring neighbourhoods" + (
        "." if was else ", as today."
    )
    return Check("contiguity", Outcome.WARN, text, CONTIGUITY, Mark.GUIDANCE)


def _data(place: Situation, touched: Sequence[Touched]) -> Iterator[Check]:
    for state in (change.after or change.before for change in touched):
        if state is not None and state.patients_unknown > place.limits.unknown_share * state.patients > 0:
            share = place.percent(state.patients_unknown, state.patients)
            text = f"Where {share} of the patients of {state.name} live is not known."
            yield Check("unknown residence", Outcome.WARN, text, LOCAL_SETTING, Mark.LOCAL)


def _fitting(place: Situation, touched: Sequence[Touched]) -> Iterator[Check]:
    for change in touched:
        if change.before is not None and fits(place, change.before):
            share = place.percent(change.before.patients_in_lead, change.before.patients_inside)
            text = f"{change.name} fits its neighbourhood today ({share} of its patients)."
            yield Check("well-functioning", Outcome.WARN, text, LIMITED_CASES, Mark.GUIDANCE)


def losses(place: Situation, touched: Sequence[Touched]) -> Iterator[Check]:
    """PCNs of which a smaller share would live in the lead neighbourhood, by ``Limits.benefit_points`` or more.

    The patients of both PCNs together gain, or the option would not be there; but one clinical director would be asked
    to agree to a PCN that fits less well, and must see it at once. A merger has nothing of the sort to say: the share
    of the one that stays is of other people.
    """
    if any(change.after is None for change in touched):
        return
    for change in touched:
        before, after = change.before, change.after
        if before is None or after is None or before.containment is None or after.containment is None:
            continue
        if before.containment - after.containment >= max(place.limits.benefit_points, 1e-9):
            then = place.percent(after.patients_in_lead, after.patients_inside)
            now = place.percent(before.patients_in_lead, before.patients_inside)
            text = (
                f"{after.name} itself would fit less well: {then} of its patients in its lead neighbourhood, not {now}."
            )
            yield Check("fits less well", Outcome.WARN, text, f"{LIMITED_CASES}. {LOCAL_SETTING}", Mark.LOCAL)


def _benefit(place: Situation, benefit: Benefit) -> Iterator[Check]:
    limits = place.limits
    small = [
        said
        for below, said in (
            (benefit.patients < limits.benefit_patients, f"fewer than {limits.benefit_patients:,.0f} patients"),
            (round(benefit.points, 3) < limits.benefit_points, f"less than {100 * limits.benefit_points:.0f} points"),
            (
                benefit.patients < limits.benefit_share * benefit.disturbed,
                f"less than {limits.benefit_share:.0%} of the patients whose PCN changes",
            ),
        )
        if below
    ]
    text = (
        f"{place.people(benefit.patients)} fewer patients outside their PCN's lead neighbourhood, and "
        f"{100 * benefit.points:.1f} points more of these PCNs' patients in it"
        + (f" ({' and '.join(small)})." if small else ".")
    )
    yield Check("benefit", Outcome.WARN if small else Outcome.PASS, text, LOCAL_SETTING, Mark.LOCAL)


def fits(place: Situation, state: PcnState) -> bool:
    """Whether a PCN is aligned by the place's own threshold and not known to be in pieces: it is left alone."""
    aligned = place.thresholds.class_of(state.containment) == ALIGNED
    return aligned and contiguous(place, state.practices) is not False
