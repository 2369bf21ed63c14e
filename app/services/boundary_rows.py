"""Boundary moves as plain values with stable names, the same on the command line and over HTTP.

Patients are registered patients, people are those held to the band (residents where known). Only open data gets here.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.options.boundaries.combined import CombinedPoint
from app.domain.options.boundaries.draft import Draft
from app.domain.options.boundaries.frontier import AreaMove, BoundaryPoint
from app.domain.options.boundaries.lines import LinesOption
from app.domain.options.frontier import Move
from app.services.answers import Row, count, dataset_reference, share
from app.services.boundaries import Found, Lines
from app.services.option_rows import check_row
from app.services.option_rows import stands_on as options_stand_on

WORDS = (
    "Options for discussion, never instructions: footprints are agreed by the place partnership, health and local "
    "authority together, with the communities concerned."
)
FRONTIER_WORDS = (
    "For every share of people whose neighbourhood changes, the fewest patients outside the lead neighbourhood of "
    "their PCN. Every neighbourhood hangs together and keeps to its band, or is no worse than today."
)
COMBINED_WORDS = (
    "Practices and lines moved together: the best found for so many practices and so many people, and a number that "
    "no choice can go below. Who is moved by both counts twice."
)


def everything(found: Found) -> Row:
    """What it stands on, the frontier, what is worth discussing of it, and both sides together where asked."""
    made = found.lines
    return {
        **options_stand_on(made.base),
        **_asked(made),
        "frontier": {
            "words": FRONTIER_WORDS,
            "restriction": found.frontier.restriction,
            "stopped": found.frontier.stopped,
            "proven": found.frontier.proven,
            "points": [_point(made.draft, point) for point in found.frontier.points],
        },
        "options": [_option(made.draft, option) for option in found.options],
        "combined": found.combined
        and {
            "words": COMBINED_WORDS,
            "restriction": found.combined.restriction,
            "stopped": found.combined.stopped,
            "points": [_combined(made, point) for point in found.combined.points],
        },
    }


def frontier_table(found: Found) -> list[Row]:
    """A row for each point of the frontier."""
    rows = [_point(found.lines.draft, point) for point in found.frontier.points]
    return [{**row, "moves": [f"{m['area']} {m['from']}>{m['to']}" for m in row["moves"]]} for row in rows]


def _asked(made: Lines) -> Row:
    return {
        "words": WORDS,
        "lines_asked": {
            "shares": list(made.asked.shares),
            "band": made.draft.band,
            "steps": made.draft.steps,
            "staying_areas": sorted(made.draft.staying),
            "kept_neighbourhoods": sorted(made.draft.kept),
            "divided_areas": sorted(made.draft.divided),
        },
        "people_counted": made.counted,
        "people_datasets": [dataset_reference(record) for record in made.used],
    }


def _point(place: Draft, point: BoundaryPoint) -> Row:
    return {
        "share_allowed": point.share,
        "people_allowed": count(point.allowed),
        "people_moved": count(point.people_moved),
        "areas_moved": len(point.moves),
        "patients_outside_lead": count(point.outside),
        "containment": share(point.containment),
        "proven": point.proven,
        "at_least_outside": count(point.at_least_outside),
        "gap": count(point.gap),
        "moves": _area_moves(place, point.moves),
    }


def _area_moves(place: Draft, moves: Sequence[AreaMove]) -> list[Row]:
    return [
        {
            "area": move.area,
            "name": place.name(move.area),
            "from": move.source,
            "from_name": place.name(move.source),
            "to": move.target,
            "to_name": place.name(move.target),
            "people": count(move.people),
        }
        for move in moves
    ]


def _option(place: Draft, option: LinesOption) -> Row:
    return {
        "id": option.id,
        "kind": option.kind,
        "sentence": option.sentence,
        "moves": _area_moves(place, option.moves),
        "patients_outside_lead_before": count(option.outside_before),
        "patients_outside_lead": count(option.outside_after),
        "patients_gained": count(option.benefit),
        "people_moved": count(option.people_moved),
        "patients_moved": count(option.patients_moved),
        "neighbourhoods": [
            {
                "code": each.code,
                "name": place.name(each.code),
                "people_before": count(each.people_before),
                "people": count(each.people_after),
                "in_band_before": each.in_band_before,
                "in_band": each.in_band_after,
                "parts_before": each.parts_before,
                "parts": each.parts_after,
            }
            for each in option.neighbourhoods
        ],
        "pcns": [
            {
                "code": each.code,
                "name": place.name(each.code),
                "lead_before": each.lead_before,
                "lead": each.lead_after,
                "patients_inside": count(each.inside),
                "patients_outside_lead_before": count(each.outside_before),
                "patients_outside_lead": count(each.outside_after),
                "patients_moved": count(each.patients_moved),
                "containment_before": share(each.containment_before),
                "containment": share(each.containment_after),
            }
            for each in option.pcns
        ],
        "checks": [check_row(check) for check in option.checks],
        "needs": list(option.needs),
    }


def _combined(made: Lines, point: CombinedPoint) -> Row:
    return {
        "moves_allowed": point.moves_allowed,
        "share_allowed": point.share,
        "patients_outside_lead": count(point.outside),
        "containment": share(point.containment),
        "patients_moved": count(point.patients_moved),
        "people_moved": count(point.people_moved),
        "disturbed": count(point.disturbed),
        "at_least_outside": count(point.at_least_outside),
        "gap": count(point.gap),
        "proven": point.proven,
        "practice_moves": _practice_moves(made, point.practice_moves),
        "area_moves": _area_moves(made.draft, point.area_moves),
    }


def _practice_moves(made: Lines, moves: Sequence[Move]) -> list[Row]:
    name = made.base.situation.name
    return [
        {
            "practice": move.practice,
            "name": name(move.practice),
            "from": move.source,
            "from_name": name(move.source),
            "to": move.target,
            "to_name": name(move.target),
        }
        for move in moves
    ]
