"""What a what-if is held to: the rules of options for its practices, and the same kind of checks for its areas."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.options.frontier import Move
from app.domain.options.rules import (
    BORDERS,
    CONSENT,
    LOCAL_SETTING,
    LONDON_MODEL,
    Benefit,
    Check,
    Mark,
    Outcome,
    checks,
)
from app.domain.options.states import joint_containment, outside_lead
from app.domain.options.words import counted, listed
from app.domain.scenario.figures import Band
from app.domain.scenario.trying import Tried

COVERAGE = "Network Contract DES: the commissioner sees to it that every registered patient is served by a network"
NO_BAND = (
    "A Neighbourhood Health Service for London, May 2025, gives no population band and says that footprints cannot "
    "simply be based on population sizes; the band is a local setting"
)
COMMUNITIES = (
    "A Neighbourhood Health Service for London, May 2025: neighbourhoods follow local communities; that each is one "
    "piece on the map is what people expect, not a rule"
)
VERSIONS = "An agreed version of footprints never changes: a change is a new version, to be agreed by the same people"
NAMED = 3


def scenario_checks(tried: Tried, band: Band | None = None) -> tuple[Check, ...]:
    """Everything a what-if is held to: stops first, then warnings, then what is in order or could not be checked."""
    found = [*_practices(tried), *_ends(tried), *_alone(tried), *_areas(tried, band)]
    order = [Outcome.STOP, Outcome.WARN, Outcome.PASS, Outcome.NOT_CHECKED]
    return tuple(sorted(found, key=lambda check: order.index(check.outcome)))


def _practices(tried: Tried) -> Iterator[Check]:
    """The rules of options, for the PCNs whose practices change; patients of the others only change neighbourhood."""
    touched = [pcn.change for pcn in tried.pcns if pcn.practices_change]
    if not touched:
        return
    place = tried.after_side.place
    moves = [
        Move(move.practice, move.source, move.target)
        for move in tried.practices
        if move.source is not None and move.target is not None and move.practice in place.row
    ]
    benefit = None
    if moves and all(change.after is not None for change in touched) and not tried.areas:
        before, after = [change.before for change in touched], [change.after for change in touched]
        rise = (joint_containment(after) or 0.0) - (joint_containment(before) or 0.0)
        benefit = Benefit(outside_lead(before) - outside_lead(after), rise, tried.disturbed)
    yield from checks(place, touched, moves, benefit)


def _ends(tried: Tried) -> Iterator[Check]:
    for pcn in tried.pcns:
        if pcn.change.before is not None and pcn.change.after is None:
            text = f"{pcn.change.name} would have no practice left and would end: that is a merger."
            yield Check("no practice left", Outcome.WARN, text, CONSENT, Mark.RULE)


def _alone(tried: Tried) -> Iterator[Check]:
    place = tried.after_side.place
    for move in tried.practices:
        if move.target is None:
            text = f"{place.name(move.practice)} would be in no PCN, with {place.people(move.patients)} patients."
            yield Check("coverage", Outcome.WARN, text, COVERAGE, Mark.RULE)


def _areas(tried: Tried, band: Band | None) -> Iterator[Check]:
    if not tried.areas:
        return
    board = tried.after_side.board
    if board.final:
        text = "The footprints are agreed: the moves of areas would be a new version, and a new agreement."
        yield Check("agreed footprints", Outcome.WARN, text, VERSIONS, Mark.RULE)
    yield from _borders(tried)
    for change in tried.neighbourhoods:
        before, after = change.before, change.after
        if after.areas == 0 and before.areas:
            yield Check(
                "empty neighbourhood", Outcome.STOP, f"{after.name} would have nobody.", LONDON_MODEL, Mark.LOCAL
            )
            continue
        if after.areas != before.areas or after.parts != before.parts:
            yield _pieces(tried, before.parts, after.parts, after.name, after.people_detached)
        if band is not None and after.within is not None and after.areas != before.areas:
            size = tried.after_side.place.people(after.patients if after.residents is None else after.residents)
            as_today = ", as today" if before.within == after.within != "inside" else ""
            text = f"{after.name} would have {size} people, {after.within} the band of {band[0]:,.0f} to {band[1]:,.0f}"
            outcome = Outcome.PASS if after.within == "inside" else Outcome.WARN
            yield Check("band", outcome, f"{text}{as_today}.", f"{NO_BAND}. {LOCAL_SETTING}", Mark.LOCAL)


def _borders(tried: Tried) -> Iterator[Check]:
    place_of = {n.code: n.place for n in tried.after_side.board.neighbourhoods}
    crossing = [
        move.area for move in tried.areas if move.source is not None and place_of[move.source] != place_of[move.target]
    ]
    if crossing:
        text = f"{counted(len(crossing), 'area')} would go to another place: {listed(crossing[:NAMED])}"
        text += f" and {len(crossing) - NAMED} more." if len(crossing) > NAMED else "."
        yield Check("borders", Outcome.STOP, text, BORDERS, Mark.RULE)


def _pieces(tried: Tried, before: int | None, after: int | None, name: str, detached: float | None) -> Check:
    kind, mark = "one piece", Mark.GUIDANCE
    if after is None or before is None:
        text = f"Whether {name} would be in one piece is not known: no boundaries of the areas are loaded."
        return Check(kind, Outcome.NOT_CHECKED, text, COMMUNITIES, mark)
    if after <= 1:
        return Check(kind, Outcome.PASS, f"{name} would be in one piece.", COMMUNITIES, mark)
    people = "" if detached is None else f", {tried.after_side.place.people(detached)} people apart from the largest"
    was = "" if after > before else " (no more than today)"
    return Check(kind, Outcome.WARN, f"{name} would be in {after} pieces{people}{was}.", COMMUNITIES, mark)
