"""The route of each PCN in the London model's words: it fits, or it is re-aligned, or there is a local arrangement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.options.dates import Dates
from app.domain.options.frontier import Frontier, FrontierPoint, Move
from app.domain.options.kinds import NEEDS, Kind, Option
from app.domain.options.nearness import contiguous
from app.domain.options.rules import (
    CONSENT,
    CONTIGUITY,
    LIMITED_CASES,
    LOCAL_SETTING,
    LONDON_MODEL,
    NETWORK_SIZE,
    Mark,
    fits,
)
from app.domain.options.situation import Situation
from app.domain.options.states import PcnState, states


class Way(StrEnum):
    FITS = "fits, no action"
    REALIGN = "re-align"
    ARRANGEMENT = "cross-INT arrangement"


@dataclass(frozen=True)
class Reason:
    """Why a route is named, and the rule or guidance it rests on."""

    text: str
    source: str
    mark: Mark


@dataclass(frozen=True)
class Served:
    """A neighbourhood in which a PCN's patients live: how many, and their share of its patients inside the place."""

    code: str
    name: str
    patients: float
    share: float


@dataclass(frozen=True)
class Route:
    """The route of one PCN: an option for discussion, never an instruction.

    moves: the practices that would join or leave it. lead and others: the neighbourhoods it would serve afterwards, the
    others being those with a material number of its patients. needs, earliest: who must agree, and from when at the
    earliest; nothing where no action is named.
    """

    pcn: str
    name: str
    way: Way
    sentence: str
    reasons: tuple[Reason, ...]
    moves: tuple[Move, ...]
    before: PcnState
    after: PcnState
    lead: Served | None
    others: tuple[Served, ...]
    needs: tuple[str, ...]
    earliest: str | None


def worthwhile(place: Situation, found: Frontier) -> tuple[FrontierPoint, ...]:
    """The points of a frontier that are worth the disturbance, the first being to do nothing.

    A point counts where, since the last one that counts, each further practice moved brings at least a material
    number of patients (``Limits.benefit_patients``) into the lead neighbourhood of their PCN, and each further patient
    whose PCN changes at least a share of one (``Limits.benefit_share``): every move is a negotiation.
    None has more moves than ``Limits.moves_at_once``: re-alignment is for limited cases.
    """
    points = [found.points[0]]
    for point in found.points[1:]:
        more = len(point.moves) - len(points[-1].moves)
        gained = points[-1].outside - point.outside
        disturbed = point.disturbed - points[-1].disturbed
        enough = max(more * place.limits.benefit_patients, disturbed * place.limits.benefit_share)
        if len(point.moves) <= place.limits.moves_at_once and more > 0 and gained >= enough:
            points.append(point)
    return tuple(points)


def routes(place: Situation, chosen: Option, when: Dates, options: Sequence[Option] = ()) -> tuple[Route, ...]:
    """One route for each PCN, in code order, if the moves of ``chosen`` (or none) are the ones put forward.

    ``options``: what else was found; a route that is an arrangement names the best of them that touches its PCN.
    """
    now, then = states(place), states(place, chosen.pcn_of)
    return tuple(_route(place, now[code], then[code], chosen, when, options) for code in place.pcns)


def _route(
    place: Situation, before: PcnState, after: PcnState, chosen: Option, when: Dates, options: Sequence[Option]
) -> Route:
    moves = tuple(m for m in chosen.moves if before.code in (m.source, m.target))
    served = _served(place, after)
    lead = served[0] if served else None
    others = tuple(
        s
        for s in served[1:]
        if s.share >= place.thresholds.material_share or s.patients >= place.thresholds.material_patients
    )
    if moves:
        way, sentence, reasons = Way.REALIGN, *_realign(place, before, after, moves, others)
    elif fits(place, before):
        way, sentence, reasons = Way.FITS, *_fits(place, before)
    else:
        way, sentence, reasons = Way.ARRANGEMENT, *_arrangement(place, before, lead, others)
        reasons = (*reasons, *_besides(place, before, options))
    needs = {
        Way.FITS: (),
        Way.REALIGN: NEEDS,
        Way.ARRANGEMENT: ("agreement of the PCN and the teams concerned", "agreement of the place partnership"),
    }[way]
    earliest = when.text if way is Way.REALIGN else None
    return Route(before.code, before.name, way, sentence, reasons, moves, before, after, lead, others, needs, earliest)


def _served(place: Situation, state: PcnState) -> list[Served]:
    found = [
        Served(code, place.name(code), patients, patients / state.patients_inside)
        for code, patients in zip(place.neighbourhoods, state.by_neighbourhood, strict=True)
        if patients > 0
    ]
    return sorted(found, key=lambda s: (s.code != state.lead, -s.patients, s.code))


def _fits(place: Situation, state: PcnState) -> tuple[str, tuple[Reason, ...]]:
    sentence = (
        f"{state.name} fits {state.lead_name}: {_percent(place, state)} of its patients in the place live there. "
        "No action."
    )
    return sentence, (
        Reason(f"At least {place.thresholds.aligned:.0%} live in one neighbourhood.", LOCAL_SETTING, Mark.LOCAL),
        Reason("A well-functioning PCN is left alone.", LIMITED_CASES, Mark.GUIDANCE),
    )


def _realign(
    place: Situation, before: PcnState, after: PcnState, moves: tuple[Move, ...], others: tuple[Served, ...]
) -> tuple[str, tuple[Reason, ...]]:
    parts = [
        f"{place.name(m.practice)} would join from {place.name(m.source)}"
        if m.target == before.code
        else f"{place.name(m.practice)} would leave for {place.name(m.target)}"
        for m in moves
    ]
    rest = f" A cross-INT arrangement would still be needed with {_names(place, others)}." if others else ""
    led = f", led by {after.lead_name} instead of {before.lead_name}" if after.lead != before.lead else ""
    now, then = _percent(place, before), _percent(place, after)
    change = f"stay at {now}" if now == then else f"go from {now} to {then}"
    sentence = (
        f"Option for discussion for {before.name}: {'; '.join(parts)}. The share of its patients in its lead "
        f"neighbourhood would {change}{led}.{rest}"
    )
    return sentence, (
        Reason("Its boundary does not align with the neighbourhoods.", LONDON_MODEL, Mark.GUIDANCE),
        Reason(
            f"Over the place, each of these moves brings at least {place.limits.benefit_patients:,.0f} patients, on "
            "average, into the lead neighbourhood of their PCN.",
            LOCAL_SETTING,
            Mark.LOCAL,
        ),
        Reason("Only the practices themselves can decide to move.", CONSENT, Mark.RULE),
        *_cautions(place, before, after),
    )


def _cautions(place: Situation, before: PcnState, after: PcnState) -> Iterator[Reason]:
    """What somebody must look at before a PCN is re-aligned in this way."""
    if contiguous(place, before.practices) and contiguous(place, after.practices) is False:
        text = "But its practices would no longer stand in one neighbourhood or in neighbouring ones."
        yield Reason(text, CONTIGUITY, Mark.GUIDANCE)
    if after.patients > max(place.limits.advice, before.patients):
        text = f"But with {place.people(after.patients)} patients it would need sub-teams."
        yield Reason(text, NETWORK_SIZE, Mark.GUIDANCE)
    if len(after.practices) == 1 < len(before.practices):
        yield Reason("But one practice would be left in it.", CONTIGUITY, Mark.GUIDANCE)


def _arrangement(
    place: Situation, state: PcnState, lead: Served | None, others: tuple[Served, ...]
) -> tuple[str, tuple[Reason, ...]]:
    if lead is None:
        sentence = f"Nobody registered with {state.name} lives in the place: arrange with the places they live in."
    else:
        sentence = (
            f"Option for discussion for {state.name}: no practice changes. {lead.name} leads "
            f"({_percent(place, state)} of its patients in the place); its patients in "
            f"{_names(place, others) or 'the other neighbourhoods'} would be met under a cross-INT arrangement."
        )
    return sentence, (
        Reason("Its boundary does not align with the neighbourhoods.", LONDON_MODEL, Mark.GUIDANCE),
        Reason(
            f"No move of a practice into or out of it brings enough: {place.limits.benefit_patients:,.0f} patients for "
            "each practice moved, within list sizes, borders and consent.",
            LOCAL_SETTING,
            Mark.LOCAL,
        ),
        Reason("Re-alignment is for limited cases, and minimum change is preferred.", LIMITED_CASES, Mark.GUIDANCE),
    )


def _besides(place: Situation, state: PcnState, options: Sequence[Option]) -> tuple[Reason, ...]:
    """The option that touches a PCN and brings most, where there is one besides the moves put forward."""
    there = [
        option
        for option in options
        if option.kind is not Kind.JOIN
        and option.benefit >= place.limits.benefit_patients
        and state.code in {change.code for change in option.touched}
    ]
    if not there:
        return ()
    best = min(there, key=lambda option: (-round(option.benefit), option.disturbed, option.id))
    text = (
        f"There is another option to discuss ({best.kind}), which would bring {place.people(best.benefit)} more "
        f"patients into the neighbourhood that leads for them: see {best.id}."
    )
    return (Reason(text, LONDON_MODEL, Mark.GUIDANCE),)


def _percent(place: Situation, state: PcnState) -> str:
    return place.percent(state.patients_in_lead, state.patients_inside)


def _names(place: Situation, others: tuple[Served, ...]) -> str:
    return ", ".join(f"{s.name} ({place.people(s.patients)} patients)" for s in others)
