"""Options as plain values with stable names, the same on the command line and over HTTP (tables: ``option_tables``).

Patients are registered patients; counts and shares as in ``answers``. What is restricted is hidden as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.options.frontier import Frontier, FrontierPoint, Move
from app.domain.options.kinds import Option
from app.domain.options.limits import Limits
from app.domain.options.nearness import contiguous
from app.domain.options.routes import Route, Served, Way
from app.domain.options.rules import (
    BORDERS,
    CONSENT,
    CONTIGUITY,
    LOCAL_SETTING,
    LONDON_FLOOR,
    LONDON_MODEL,
    NETWORK_SIZE,
    Check,
    Mark,
)
from app.domain.options.situation import Alone, Situation
from app.domain.options.states import PcnState
from app.services.answers import Row, count, provenance, share
from app.services.options import Base, Found
from app.services.suppression import published

WORDS = (
    "Options for discussion, never instructions: which PCN a practice is in is for the practices to decide, in "
    "writing, with the view of the Local Medical Committee and the approval of the ICB."
)
FRONTIER_WORDS = (
    "For every number of practice moves, the fewest patients outside the lead neighbourhood of their PCN. Where a "
    "point is proven, no other choice of as many practices does better, or as well with fewer patients changing PCN."
)


def everything(found: Found) -> Row:
    """What the options stand on, the options, the frontier, and the route of each PCN."""
    base = found.base
    said = {
        **stands_on(base),
        "options": [option_row(base, option) for option in found.suggestions.options],
        "frontier": frontier_row(base.situation, found.frontier),
        "routes": [route_row(base.situation, route) for route in found.suggestions.routes],
    }
    return published(said, base.answer.restricted)


def frontier_only(found: Found) -> Row:
    said = {**stands_on(found.base), "frontier": frontier_row(found.base.situation, found.frontier)}
    return published(said, found.base.answer.restricted)


def routes_only(found: Found) -> Row:
    rows = [route_row(found.base.situation, route) for route in found.suggestions.routes]
    return published({**stands_on(found.base), "routes": rows}, found.base.answer.restricted)


def one(base: Base, option: Option) -> Row:
    return published({**stands_on(base), "option": option_row(base, option)}, base.answer.restricted)


def stands_on(base: Base) -> Row:
    """Provenance, what was asked, the limits with their sources, and the dates."""
    place, when = base.situation, base.dates
    return {
        **provenance(base.answer),
        "words": WORDS,
        "asked": {
            "staying": _named(place, sorted(place.staying)),
            "kept": _named(place, sorted(place.kept)),
            "most_moves": base.asked.most_moves,
            "options_of_each_kind": base.asked.each,
        },
        "limits": limit_rows(place.limits),
        "dates": {
            "agreed_on": base.today.isoformat(),
            "earliest": when.earliest.isoformat(),
            "contract_year": when.contract_year.isoformat(),
            "text": when.text,
        },
        "practices_without_pcn": [
            {
                "code": alone.code,
                "name": place.name(alone.code),
                "patients": count(alone.list_size),
                "text": _alone(place, alone),
            }
            for alone in place.alone
        ],
    }


def _alone(place: Situation, alone: Alone) -> str:
    if alone.list_size < place.limits.benefit_patients:
        return f"Fewer than {place.limits.benefit_patients:,.0f} patients: no option here, the ICB finds it a network."
    return "Options are given where a PCN within reach and size could take it."


def limit_rows(limits: Limits) -> list[Row]:
    """The numbers that options are held to, each with what it rests on; value ``None`` where there is no such bar."""
    size, local = f"{LONDON_FLOOR}. {NETWORK_SIZE}", LOCAL_SETTING
    rows: tuple[tuple[str, str, float | None, str, str, Mark], ...] = (
        ("smallest_pcn", "No PCN is left with a smaller list", limits.floor, "patients", size, Mark.RULE),
        ("advised_pcn", "Above it a PCN may need sub-teams", limits.advice, "patients", NETWORK_SIZE, Mark.GUIDANCE),
        ("largest_pcn", "No option makes a PCN larger", limits.ceiling, "patients", local, Mark.LOCAL),
        ("farthest_move", "No practice joins a PCN farther away", limits.reach, "metres", local, Mark.LOCAL),
        ("far_apart", "Farther from its new PCN is warned of", limits.apart, "metres", local, Mark.LOCAL),
        ("least_benefit", "A smaller benefit is called small", limits.benefit_patients, "patients", local, Mark.LOCAL),
        ("least_rise", "So is a smaller rise in containment", limits.benefit_points, "share", local, Mark.LOCAL),
        ("least_return", "Patients gained for each who changes PCN", limits.benefit_share, "share", local, Mark.LOCAL),
        ("moves_at_once", "Practices moved in what is put forward", limits.moves_at_once, "moves", local, Mark.LOCAL),
        ("unknown_residence", "Above it figures are doubtful", limits.unknown_share, "share", local, Mark.LOCAL),
        ("one_place", "No practice joins a PCN of another place or ICB", None, "", BORDERS, Mark.GUIDANCE),
        ("contiguity", "A PCN in pieces is warned of", None, "", CONTIGUITY, Mark.GUIDANCE),
        ("consent", "Who has said no is left alone", None, "", CONSENT, Mark.RULE),
        ("across", "What is not re-aligned works across", None, "", LONDON_MODEL, Mark.GUIDANCE),
    )
    return [
        {"name": name, "label": label, "value": value, "unit": unit, "mark": str(mark), "source": source}
        for name, label, value, unit, source, mark in rows
    ]


def option_row(base: Base, option: Option) -> Row:
    place = base.situation
    inside = float(place.inside.sum()) + sum(sum(alone.inside) for alone in place.alone if alone.code in option.pcn_of)
    return {
        "id": option.id,
        "kind": str(option.kind),
        "sentence": option.sentence,
        "stopped": option.stopped,
        "moves": [move_row(place, move) for move in option.moves],
        "before": _whole(inside, option.outside_before),
        "after": _whole(inside, option.outside_after),
        "patients_gained": count(option.benefit),
        "patients_disturbed": count(option.disturbed),
        "pcns": [
            {
                "code": change.code,
                "name": change.name,
                "before": _state(place, change.before),
                "after": _state(place, change.after),
            }
            for change in option.touched
        ],
        "checks": [check_row(check) for check in option.checks],
        "needs": list(option.needs),
        "earliest": base.dates.earliest.isoformat() if option.moves else None,
        "contract_year": base.dates.contract_year.isoformat() if option.moves else None,
    }


def frontier_row(place: Situation, found: Frontier) -> Row:
    inside = float(place.inside.sum())
    return {
        "words": FRONTIER_WORDS,
        "proven": found.proven,
        "stopped": found.stopped,
        "exhausted": found.exhausted,
        "points": [_point_row(place, point, inside, found.points[0].outside) for point in found.points],
    }


def _point_row(place: Situation, point: FrontierPoint, inside: float, today: float) -> Row:
    return {
        "allowed": point.allowed,
        "practices_moved": len(point.moves),
        **_whole(inside, point.outside),
        "patients_gained": count(round(today - point.outside, 3)),
        "patients_disturbed": count(point.disturbed),
        "proven": point.proven,
        "patients_outside_lead_at_least": count(point.at_least_outside),
        "patients_gap": count(round(point.gap, 3)),
        "moves": [move_row(place, move) for move in point.moves],
    }


def route_row(place: Situation, route: Route) -> Row:
    return {
        "code": route.pcn,
        "name": route.name,
        "route": str(route.way),
        "sentence": route.sentence,
        "reasons": [{"text": r.text, "mark": str(r.mark), "source": r.source} for r in route.reasons],
        "moves": [move_row(place, move) for move in route.moves],
        "lead": None if route.lead is None else _served(route.lead),
        "other_neighbourhoods": [_served(served) for served in route.others],
        "before": _state(place, route.before),
        "after": _state(place, route.after) if route.way is Way.REALIGN else None,
        "needs": list(route.needs),
        "earliest": route.earliest,
    }


def _whole(inside: float, outside: float) -> Row:
    return {
        "patients_outside_lead": count(round(outside, 3)),
        "patients_in_lead": count(round(inside - outside, 3)),
        "containment": share(1 - outside / inside) if inside > 0 else None,
    }


def _state(place: Situation, state: PcnState | None) -> Row | None:
    if state is None:
        return None
    cells = zip(place.neighbourhoods, state.by_neighbourhood, strict=True)
    living = sorted(((code, patients) for code, patients in cells if patients > 0), key=lambda c: (-c[1], c[0]))
    return {
        "practices": _named(place, state.practices),
        "patients": count(state.patients),
        "patients_inside": count(state.patients_inside),
        "patients_unknown": count(state.patients_unknown),
        "lead": state.lead,
        "lead_name": state.lead_name,
        "patients_in_lead": count(state.patients_in_lead),
        "patients_outside_lead": count(state.patients_outside_lead),
        "containment": share(state.containment),
        "class": place.thresholds.class_of(state.containment),
        "contiguous": contiguous(place, state.practices),
        "neighbourhoods": [
            _served(Served(code, place.name(code), patients, patients / state.patients_inside))
            for code, patients in living
        ],
    }


def _served(served: Served) -> Row:
    return {
        "code": served.code,
        "name": served.name,
        "patients": count(served.patients),
        "share": share(served.share),
    }


def move_row(place: Situation, move: Move) -> Row:
    """``from`` is ``None`` for a practice that is in no PCN."""
    alone = {one.code: one.list_size for one in place.alone}
    size = alone[move.practice] if move.practice in alone else place.list_sizes[place.row[move.practice]]
    return {
        "practice": move.practice,
        "practice_name": place.name(move.practice),
        "patients": count(float(size)),
        "from": move.source or None,
        "from_name": place.name(move.source) or None,
        "to": move.target,
        "to_name": place.name(move.target),
    }


def check_row(check: Check) -> Row:
    return {
        "check": check.kind,
        "outcome": str(check.outcome),
        "text": check.text,
        "mark": str(check.mark),
        "source": check.source,
    }


def _named(place: Situation, codes: Iterable[str]) -> list[Row]:
    return [{"code": code, "name": place.name(code)} for code in codes]
