"""The figures of one side of a what-if: of PCNs, of neighbourhoods, and of the whole place (domain notes §5.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.domain.figures import Floats
from app.domain.options.nearness import contiguous
from app.domain.options.states import PcnState
from app.domain.scenario.side import Side
from app.domain.thresholds import ALIGNED, PARTLY, SPLIT

Band = tuple[float, float]
Within = Literal["below", "inside", "above"]


@dataclass(frozen=True)
class NeighbourhoodState:
    """One neighbourhood on one side.

    residents: people living there, ``None`` where not loaded; patients: registered patients living there, whoever their
    practice is. deviation: residents (else patients) over the mean of the place, minus one. within: where that stands
    to the band asked about. areas: small areas mostly in it; parts: pieces it falls into, by areas with a common
    border; people_detached: those in all but the largest piece. imd_score: mean deprivation score, weighted by people;
    share_most_deprived: share of people in deciles 1 and 2. lead_for: PCNs that have most of their patients here.
    """

    code: str
    name: str
    place: str
    residents: float | None
    patients: float
    deviation: float | None
    within: Within | None
    areas: int | None
    parts: int | None
    people_detached: float | None
    imd_score: float | None
    share_most_deprived: float | None
    lead_for: tuple[str, ...]


@dataclass(frozen=True)
class Whole:
    """The whole place on one side; patients are registered patients. Sizes of PCNs are whole lists.

    deprived: patients of these PCNs living in the most deprived fifth; deprived_outside_lead: those of them outside the
    lead neighbourhood of their PCN. ``None`` where nothing loaded says.
    """

    pcns: int
    practices_without_pcn: int
    patients_inside: float
    patients_outside_lead: float
    misalignment: float | None
    median_containment: float | None
    aligned: int
    partly: int
    split: int
    smallest_pcn: float | None
    largest_pcn: float | None
    pcns_below_floor: int
    pcns_above_advice: int
    pcns_not_contiguous: int | None
    residents_smallest: float | None
    residents_largest: float | None
    patients_smallest: float | None
    patients_largest: float | None
    outside_band: int | None
    neighbourhoods_in_parts: int | None
    imd_score_lowest: float | None
    imd_score_highest: float | None
    share_most_deprived_lowest: float | None
    share_most_deprived_highest: float | None
    deprived: float | None
    deprived_outside_lead: float | None


def pcn_state(side: Side, code: str) -> PcnState | None:
    """One PCN on one side; ``None`` where it has no practice."""
    members = side.practices_of.get(code)
    if not members:
        return None
    board = side.board
    j = side.standing.pcns.index(code)
    rows = [board.practice_index[practice] for practice in members]
    k = int(side.leads[j])
    lead = board.neighbourhoods[k] if k >= 0 else None
    return PcnState(
        code=code,
        name=side.place.name(code),
        practices=members,
        patients=float(side.standing.lists[j]),
        patients_inside=float(side.inside[j]),
        patients_unknown=float(board.unknown[rows].sum()),
        lead=lead.code if lead else None,
        lead_name=lead.name if lead else None,
        patients_in_lead=float(side.in_lead[j]),
        by_neighbourhood=tuple(side.standing.table[j].tolist()),
    )


def neighbourhood_states(side: Side, wanted: Iterable[int], band: Band | None = None) -> list[NeighbourhoodState]:
    """Neighbourhoods by position. ``band``: the fewest and the most people one should have."""
    size, deviation = _sizes(side)
    scores, poor = _deprivation(side)
    found = []
    for k in wanted:
        n = side.board.neighbourhoods[k]
        parts = None if side.parts is None else side.parts[k]
        found.append(
            NeighbourhoodState(
                code=n.code,
                name=n.name,
                place=n.place,
                residents=_known(side.residents[k]),
                patients=float(side.standing.registered[k]),
                deviation=_known(deviation[k]),
                within=_within(size[k], band),
                areas=None if side.board.land is None else side.held[k],
                parts=None if parts is None else len(parts),
                people_detached=None if parts is None else sum(part.people for part in parts[1:]),
                imd_score=_known(scores[k]),
                share_most_deprived=_known(poor[k]),
                lead_for=side.lead_for[k],
            )
        )
    return found


def whole(side: Side, band: Band | None = None) -> Whole:
    """The figures of the whole place."""
    there = np.array([pcn in side.practices_of for pcn in side.standing.pcns], dtype=bool)
    inside, outside = side.inside[there], (side.inside - side.in_lead)[there]
    containment = side.in_lead[there][inside > 0] / inside[inside > 0]
    lists, limits, thresholds = side.standing.lists[there], side.place.limits, side.place.thresholds
    classes = [thresholds.class_of(share) for share in containment.tolist()]
    total, missed = float(inside.sum()), float(outside.sum())
    size, _ = _sizes(side)
    scores, poor = _deprivation(side)
    hangs = [contiguous(side.place, members) for members in side.practices_of.values()]
    deprived, deprived_outside = _deprived(side)
    return Whole(
        pcns=int(there.sum()),
        practices_without_pcn=len(side.board.practices) - len(side.standing.members),
        patients_inside=total,
        patients_outside_lead=missed,
        misalignment=missed / total if total > 0 else None,
        median_containment=float(np.median(containment)) if len(containment) else None,
        aligned=classes.count(ALIGNED),
        partly=classes.count(PARTLY),
        split=classes.count(SPLIT),
        smallest_pcn=_least(lists),
        largest_pcn=_most(lists),
        pcns_below_floor=int((lists < limits.floor - 0.5).sum()),
        pcns_above_advice=int((lists > limits.advice + 0.5).sum()),
        pcns_not_contiguous=None if side.place.neighbours is None else sum(hang is False for hang in hangs),
        residents_smallest=_least(side.residents),
        residents_largest=_most(side.residents),
        patients_smallest=_least(side.standing.registered),
        patients_largest=_most(side.standing.registered),
        outside_band=None if band is None else sum(_within(people, band) in ("below", "above") for people in size),
        neighbourhoods_in_parts=None if side.parts is None else sum(len(parts) > 1 for parts in side.parts),
        imd_score_lowest=_least(scores),
        imd_score_highest=_most(scores),
        share_most_deprived_lowest=_least(poor),
        share_most_deprived_highest=_most(poor),
        deprived=deprived,
        deprived_outside_lead=deprived_outside,
    )


def _sizes(side: Side) -> tuple[Floats, Floats]:
    """People in each neighbourhood (registered patients where residents are not loaded for all), and how far each is
    from their mean."""
    size = side.standing.registered if np.isnan(side.residents).any() else side.residents
    mean = size.mean() if len(size) else 0.0
    return size, size / mean - 1.0 if mean > 0 else np.full(len(size), np.nan)


def _deprivation(side: Side) -> tuple[Floats, Floats]:
    """Mean score, and share in the most deprived fifth, of each neighbourhood; NaN where not known."""
    blank = np.full(len(side.board.neighbourhoods), np.nan)
    if side.summed is None:
        return blank, blank
    scored, total, ranked, poor = side.summed.T
    return (
        np.divide(total, scored, out=blank.copy(), where=scored > 1e-6),
        np.divide(poor, ranked, out=blank.copy(), where=ranked > 1e-6),
    )


def _deprived(side: Side) -> tuple[float | None, float | None]:
    if side.deprived is None:
        return None, None
    table = side.deprived.table
    in_lead = np.where(side.leads >= 0, table[np.arange(len(table)), side.leads], 0.0)
    return float(table.sum()), float(table.sum() - in_lead.sum())


def _within(people: float, band: Band | None) -> Within | None:
    if band is None:
        return None
    return "below" if people < band[0] else "above" if people > band[1] else "inside"


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _least(values: Floats) -> float | None:
    return float(np.nanmin(values)) if not np.isnan(values).all() else None


def _most(values: Floats) -> float | None:
    return float(np.nanmax(values)) if not np.isnan(values).all() else None
