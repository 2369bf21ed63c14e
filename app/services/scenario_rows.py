"""What-ifs as plain values with stable names, the same on the command line and over HTTP.

Counts and shares as in ``answers``; what is restricted is hidden as everywhere. Before is today, after with the moves.
"""

from __future__ import annotations

import geopandas as gpd

from app.domain.options.rules import Check
from app.domain.options.states import PcnState
from app.domain.scenario.figures import NeighbourhoodState, Whole
from app.domain.scenario.trying import AreaMove, PracticeMove, TriedNeighbourhood, TriedPcn
from app.services.answers import Row, count, dataset_reference, provenance, share
from app.services.attribution import attribution
from app.services.maps import geometries
from app.services.option_rows import limit_rows
from app.services.scenario_measures import MEASURES
from app.services.scenarios import Trial
from app.services.suppression import FIELDS, FLAG, published

WORDS = (
    "Options for discussion, never instructions. Which PCN a practice is in is for the practices to decide, in "
    "writing, with the approval of the ICB; footprints are for the place partnership to agree. Who belongs to the "
    "place stays as it is today, and a small area that is moved goes wholly."
)


def everything(trial: Trial) -> Row:
    """What the what-if stands on, what moves, and the figures on both sides."""
    tried, (before, after) = trial.tried, figures_of(trial)
    said = {
        **stands_on(trial),
        "words": WORDS,
        "option": trial.option,
        "band": None if trial.band is None else {"low": trial.band[0], "high": trial.band[1]},
        "moves": tried.moves.text,
        "practices": [practice_move_row(trial, move) for move in tried.practices],
        "areas": [area_move_row(trial, move) for move in tried.areas],
        "before": before,
        "after": after,
        "frontier_point": {
            "practices_moved": len(tried.practices),
            "areas_moved": len(tried.areas),
            "patients_outside_lead": after["patients_outside_lead"],
            "patients_disturbed": after["patients_disturbed"],
        },
        "pcns": [pcn_row(trial, pcn) for pcn in tried.pcns],
        "neighbourhoods": [neighbourhood_row(changed) for changed in tried.neighbourhoods],
        "checks": [check_row(check) for check in trial.checks],
        "stopped": any(check.outcome == "stop" for check in trial.checks),
        "limits": limit_rows(tried.after_side.place.limits),
    }
    return published(said, trial.restricted)


def stands_on(trial: Trial) -> Row:
    """Provenance, with the datasets that only a what-if uses."""
    return {
        **provenance(trial.start.answer),
        "datasets": [dataset_reference(record) for record in trial.datasets],
        "attribution": attribution(trial.datasets),
        "warnings": list(trial.warnings),
    }


def figures_of(trial: Trial) -> tuple[Row, Row]:
    """The figures of the whole place before and after, by the names in ``MEASURES``."""
    tried = trial.tried
    nothing = dict.fromkeys(
        ("practices_moved", "areas_moved", "patients_disturbed", "people_moved", "patients_moved"), 0
    )
    moved = {
        "practices_moved": len(tried.practices),
        "areas_moved": len(tried.areas),
        "patients_disturbed": count(tried.disturbed),
        "people_moved": None if tried.people_moved is None else count(tried.people_moved),
        "patients_moved": count(tried.patients_moved),
    }
    return {**nothing, **_whole(tried.before)}, {**moved, **_whole(tried.after)}


def _whole(found: Whole) -> Row:
    largest, smallest = found.residents_largest, found.residents_smallest
    return {
        "patients_inside": count(found.patients_inside),
        "patients_outside_lead": count(found.patients_outside_lead),
        "misalignment": share(found.misalignment),
        "median_containment": share(found.median_containment),
        "pcns": found.pcns,
        "pcns_aligned": found.aligned,
        "pcns_partly": found.partly,
        "pcns_split": found.split,
        "pcn_smallest": _count(found.smallest_pcn),
        "pcn_largest": _count(found.largest_pcn),
        "pcns_below_floor": found.pcns_below_floor,
        "pcns_above_advice": found.pcns_above_advice,
        "pcns_not_contiguous": found.pcns_not_contiguous,
        "practices_without_pcn": found.practices_without_pcn,
        "residents_largest": _count(largest),
        "residents_smallest": _count(smallest),
        "residents_ratio": share(largest / smallest) if largest is not None and smallest else None,
        "patients_largest": _count(found.patients_largest),
        "patients_smallest": _count(found.patients_smallest),
        "outside_band": found.outside_band,
        "neighbourhoods_in_parts": found.neighbourhoods_in_parts,
        "imd_score_highest": share(found.imd_score_highest),
        "imd_score_lowest": share(found.imd_score_lowest),
        "share_most_deprived_highest": share(found.share_most_deprived_highest),
        "share_most_deprived_lowest": share(found.share_most_deprived_lowest),
        "patients_deprived": _count(found.deprived),
        "patients_deprived_outside_lead": _count(found.deprived_outside_lead),
    }


def practice_move_row(trial: Trial, move: PracticeMove) -> Row:
    """``from`` and ``to`` are ``None`` where the practice is in no PCN."""
    place = trial.tried.after_side.place
    return {
        "code": move.practice,
        "name": place.name(move.practice),
        "from": move.source,
        "from_name": None if move.source is None else place.name(move.source),
        "to": move.target,
        "to_name": None if move.target is None else place.name(move.target),
        "patients": count(move.patients),
    }


def area_move_row(trial: Trial, move: AreaMove) -> Row:
    """``from`` is ``None`` for an area that lay mostly in no neighbourhood; ``share_of_area_moved`` is 1 for all."""
    board = trial.start.board
    names = {n.code: n.name for n in board.neighbourhoods}
    return {
        "code": move.area,
        "name": board.land.names.get(move.area) if board.land else None,
        "from": move.source,
        "from_name": None if move.source is None else names[move.source],
        "to": move.target,
        "to_name": names[move.target],
        "people": _count(move.people),
        "patients": count(move.patients),
        "share_of_area_moved": share(move.share),
    }


def pcn_row(trial: Trial, pcn: TriedPcn) -> Row:
    """One PCN on both sides; a side is ``None`` where it has no practice."""
    change = pcn.change
    return {
        "code": change.code,
        "name": change.name,
        "practices_change": pcn.practices_change,
        "before": _state(trial, change.before, pcn.contiguous_before),
        "after": _state(trial, change.after, pcn.contiguous_after),
    }


def _state(trial: Trial, state: PcnState | None, hangs: bool | None) -> Row | None:
    if state is None:
        return None
    place = trial.tried.after_side.place
    return {
        "practices": len(state.practices),
        "patients": count(state.patients),
        "size": _size(trial, state.patients),
        "patients_inside": count(state.patients_inside),
        "patients_unknown": count(state.patients_unknown),
        "lead": state.lead,
        "lead_name": state.lead_name,
        "patients_in_lead": count(state.patients_in_lead),
        "patients_outside_lead": count(state.patients_outside_lead),
        "containment": share(state.containment),
        "class": place.thresholds.class_of(state.containment),
        "contiguous": hangs,
    }


def _size(trial: Trial, patients: float) -> str:
    """The list against the smallest and the advised size of a PCN."""
    limits = trial.tried.after_side.place.limits
    if patients < limits.floor - 0.5:
        return "below the smallest list"
    return "above the advised list" if patients > limits.advice + 0.5 else "as advised"


def neighbourhood_row(changed: TriedNeighbourhood) -> Row:
    after = changed.after
    return {
        "code": after.code,
        "name": after.name,
        "place": after.place,
        "before": _neighbourhood(changed.before),
        "after": _neighbourhood(after),
    }


def _neighbourhood(state: NeighbourhoodState) -> Row:
    return {
        "residents": _count(state.residents),
        "patients": count(state.patients),
        "deviation": share(state.deviation),
        "band": state.within,
        "areas": state.areas,
        "parts": state.parts,
        "people_detached": _count(state.people_detached),
        "imd_score": share(state.imd_score),
        "share_most_deprived": share(state.share_most_deprived),
        "lead_for": list(state.lead_for),
    }


def check_row(check: Check) -> Row:
    return {
        "check": check.kind,
        "outcome": str(check.outcome),
        "text": check.text,
        "mark": str(check.mark),
        "source": check.source,
    }


def table_rows(trial: Trial) -> list[Row]:
    """Before and after as a long table: the place, then each PCN and neighbourhood that changes."""
    said = everything(trial)
    labels = {name: label for name, label, _ in MEASURES}
    rows = [
        {
            "level": "place",
            "code": said["place"]["id"] if said["place"] else said["footprints"]["id"],
            "name": said["place"]["name"] if said["place"] else said["footprints"]["name"],
            "measure": name,
            "label": label,
            **_both(said["before"], said["after"], name),
        }
        for name, label in labels.items()
    ]
    for level in ("pcns", "neighbourhoods"):
        for row in said[level]:
            fields = [f for f in (row["before"] or row["after"]) if f not in (FLAG, FIELDS)]
            rows += [
                {
                    "level": level[:-1],
                    "code": row["code"],
                    "name": row["name"],
                    "measure": field,
                    "label": field.replace("_", " "),
                    **_both(row["before"], row["after"], field),
                }
                for field in fields
            ]
    return rows


def _both(before: Row | None, after: Row | None, field: str) -> Row:
    sides = {"before": before, "after": after}
    row: Row = {side: None if values is None else values.get(field) for side, values in sides.items()}
    hidden = [side for side, values in sides.items() if values and field in values.get(FIELDS, ())]
    return {**row, FLAG: True, FIELDS: hidden} if hidden else row


def on_map(trial: Trial) -> Row:
    """Moved areas as polygons and moved practices as points (GeoJSON, longitude and latitude); geometry null where no
    boundary or point is known."""
    areas, practices = trial.tried.areas, trial.tried.practices
    shapes, points = trial.start.shapes, trial.start.answer.ground.points
    drawn = {
        **geometries(shapes[shapes.index.isin([move.area for move in areas])]),
        **geometries(gpd.GeoSeries(points[points.index.isin([move.practice for move in practices])], crs=27700)),
    }
    rows = [{"what": "area", **area_move_row(trial, move)} for move in areas]
    rows += [{"what": "practice", **practice_move_row(trial, move)} for move in practices]
    features = [
        {"type": "Feature", "id": row["code"], "geometry": drawn.get(row["code"]), "properties": row} for row in rows
    ]
    said = {**stands_on(trial), "moves": trial.tried.moves.text, "features": features}
    return {"type": "FeatureCollection", **published(said, trial.restricted)}


def _count(value: float | None) -> int | float | None:
    return None if value is None else count(value)
