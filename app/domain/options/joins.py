"""A practice in no PCN joins one: the commissioner must see that every registered patient has a network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.domain.options.frontier import Move
from app.domain.options.kinds import Kind, Option
from app.domain.options.nearness import distance
from app.domain.options.rules import checks, losses
from app.domain.options.situation import Situation
from app.domain.options.states import changes, outside_lead, states
from app.domain.problem import Fault, Problem

JOIN_NEEDS = (
    "agreement of the practice and of the practices of the PCN (a commissioner may ask a PCN to take a practice in)",
    "the view of the Local Medical Committee",
    "approval by the ICB",
)
FOR_EACH = 2
"""PCNs shown for each practice without one."""


def join(place: Situation, practice: str, pcn: str) -> Option:
    """A practice of ``Situation.alone`` joins a PCN of today.

    Until then none of its patients has a PCN, and so none is in the lead neighbourhood of one: they count as outside
    before. Raises ``Problem`` for a practice that is not without a PCN, and for an unknown PCN.
    """
    if practice not in {alone.code for alone in place.alone}:
        raise _unknown(f"{practice} is not a practice without a PCN of this place on this date.")
    if pcn not in place.pcns:
        raise _unknown(f"{pcn} is not a PCN of this place on this date.")
    then = joined(place, practice, pcn)
    row = then.row[practice]
    size, living = float(then.list_sizes[row]), float(then.inside[row].sum())
    before, after = states(place), states(then)
    touched = changes(before, after)
    moves = (Move(practice, "", pcn),)
    outside, left = outside_lead(before.values()) + living, outside_lead(after.values())
    state = after[pcn]
    led = f"the lead neighbourhood of the PCN, {state.lead_name}" if state.lead_name else "the place"
    there = float(then.inside[row, then.neighbourhoods.index(state.lead)]) if state.lead else 0.0
    sentence = (
        f"{place.name(practice)}, which is in no PCN, joins {place.name(pcn)}: of its {place.people(size)} patients "
        f"{place.people(there)} live in {led}."
    )
    worse = " ".join(check.text for check in losses(then, touched))
    return Option(
        id=f"join-{practice}-{pcn}",
        kind=Kind.JOIN,
        sentence=f"{sentence} But {worse}" if worse else sentence,
        moves=moves,
        touched=touched,
        outside_before=outside,
        outside_after=left,
        disturbed=size,
        checks=checks(then, touched, moves),
        pcn_of=then.pcn_of,
        needs=JOIN_NEEDS,
    )


def joins(place: Situation) -> list[Option]:
    """For each practice in no PCN, those it could join: most patients in the lead neighbourhood first, then nearest.
    The second only where at least half as many would live in its lead neighbourhood.

    A PCN with a hard stop, or out of reach (``Limits.reach``), is not among them, and nothing is said of a practice
    with fewer patients than ``Limits.benefit_patients``: often a service for a few, that is in no network anywhere.
    """
    found: list[Option] = []
    for alone in (one for one in place.alone if one.list_size >= place.limits.benefit_patients):
        metres = {pcn: _metres(place, alone.code, pcn) for pcn in place.pcns}
        near = [pcn for pcn in place.pcns if place.limits.reach is None or metres[pcn] <= place.limits.reach]
        allowed = [option for option in (join(place, alone.code, pcn) for pcn in near) if not option.stopped]
        best = sorted(allowed, key=lambda option: (-round(option.benefit), metres[option.moves[0].target], option.id))
        found += [option for option in best[:FOR_EACH] if 2 * option.benefit >= best[0].benefit]
    return found


def joined(place: Situation, practice: str, pcn: str) -> Situation:
    """The situation in which a practice without a PCN is a member of one."""
    (alone,) = (one for one in place.alone if one.code == practice)
    at = int(np.searchsorted(place.practices, practice))
    return replace(
        place,
        practices=(*place.practices[:at], practice, *place.practices[at:]),
        list_sizes=np.insert(place.list_sizes, at, alone.list_size),
        inside=np.insert(place.inside, at, alone.inside, axis=0),
        unknown=np.insert(place.unknown, at, alone.unknown),
        home=np.insert(place.home, at, place.pcns.index(pcn)),
        alone=tuple(one for one in place.alone if one.code != practice),
    )


def _metres(place: Situation, practice: str, pcn: str) -> float:
    """Metres to the nearest practice of a PCN; 0 where that is not known, so that it neither bars nor ranks."""
    return distance(place, practice, [code for code, home in place.pcn_of.items() if home == pcn]) or 0.0


def _unknown(detail: str) -> Problem:
    return Problem(
        Fault.NOT_FOUND, "Unknown practice or PCN", detail, remedy="Name practices and PCNs by the codes of this place."
    )
