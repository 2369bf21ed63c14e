"""Propose neighbourhoods for a place: clearly different alternatives to start a discussion from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from app.domain.alignment import align
from app.domain.figures import Alignment, Floats
from app.domain.problem import Fault, Problem
from app.domain.proposing.blocks import Blocks
from app.domain.proposing.choosing import Alternative, Proposals, choose
from app.domain.proposing.naming import named
from app.domain.proposing.plan import people_of
from app.domain.proposing.wish import Wish
from app.services.long_work import Cancelled, Progress, Stopped
from app.services.proposing_ground import Ground, proposing_ground
from app.services.proposing_place import Units, Where
from app.services.workspace import Workspace
from geometry.catchment import plurality
from geometry.joining import joined
from geometry.labelled import Labelled
from geometry.pairing import plan_distance

GATHERING, FIGURES = 0.05, 0.95
"""How far a run is when the search begins, and when figures are worked out."""


@dataclass(frozen=True)
class Asked:
    """Which place, built of what, and how many neighbourhoods of how many people."""

    where: Where
    units: Units = Units.WARDS
    wish: Wish = field(default_factory=Wish)


@dataclass(frozen=True, eq=False)
class Option:
    """One alternative in full. ``assigned`` is area to neighbourhood code; every figure is computed anew from it.

    ``moved`` is the share of people who live in another neighbourhood than in each alternative (itself 0), ``from_now``
    than in the plan there is, ``from_pcns`` than their area's PCN has most patients, each after the best pairing.
    """

    alternative: Alternative
    assigned: dict[str, str]
    names: dict[str, str]
    alignment: Alignment
    people: dict[str, float]
    moved: tuple[float, ...]
    from_now: float | None
    from_pcns: float
    wards_split: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Proposed:
    """The alternatives and what they stand on; ``now`` are the figures of the plan there is."""

    asked: Asked
    ground: Ground
    blocks: Blocks
    block_names: dict[str, str]
    found: Proposals
    options: tuple[Option, ...]
    now: Alignment | None
    now_people: dict[str, float]


def _quietly(_done: float, _what: str) -> None:
    pass


def propose(
    work: Workspace, asked: Asked, progress: Progress = _quietly, cancelled: Cancelled = lambda: False
) -> Proposed:
    """Propose alternatives; the same question about the same data always has the same answer.

    Raises ``Problem`` as ``proposing_ground`` and ``choose`` do, and where the areas say nothing of the units asked
    for; ``Stopped`` once cancelled.
    """
    progress(0.0, "Gathering who lives and is registered where")
    ground = proposing_ground(work, asked.where)
    return work.remember(("proposed", ground.key, asked), lambda: _propose(work, ground, asked, progress, cancelled))


def _propose(work: Workspace, ground: Ground, asked: Asked, progress: Progress, cancelled: Cancelled) -> Proposed:
    block_of, block_names = _blocks_of(ground, asked.units)
    groups = Labelled.from_triples(list(block_of), list(block_of.values()), np.ones(len(block_of)))
    people: dict[str, float] = {}
    for area, block in block_of.items():
        people[block] = people.get(block, 0.0) + ground.people[area]
    blocks = Blocks.of(joined(ground.adjacency, block_of), people, ground.by_pcn @ groups)

    def tell(done: float, what: str) -> None:
        progress(GATHERING + (FIGURES - GATHERING) * done, what)

    found = choose(blocks, asked.wish, block_names, tell, cancelled)
    if found.stopped or cancelled():
        raise Stopped
    progress(FIGURES, "Working out the figures of each alternative")
    assigned = [_codes(blocks, block_of, alternative) for alternative in found.alternatives]
    catchments = plurality(ground.by_pcn).assignment
    options = []
    for at, alternative in enumerate(found.alternatives):
        mine = assigned[at]
        names = _names(ground, mine)
        options.append(
            Option(
                alternative=alternative,
                assigned=mine,
                names=names,
                alignment=align(ground.inputs(mine, names, work), ground.place),
                people=dict(zip(sorted(names), map(float, people_of(blocks, alternative.labels)), strict=True)),
                moved=tuple(_moved(ground, mine, other) for other in assigned),
                from_now=_moved(ground, mine, ground.now) if ground.now else None,
                from_pcns=_moved(ground, mine, catchments),
                wards_split=_split(ground, mine),
            )
        )
    now, now_people = None, dict[str, float]()
    if ground.now:
        now = align(ground.inputs(ground.now, {}, work), ground.place)
        for area, code in ground.now.items():
            now_people[code] = now_people.get(code, 0.0) + ground.people[area]
    return Proposed(asked, ground, blocks, block_names, found, tuple(options), now, now_people)


def _blocks_of(ground: Ground, units: Units) -> tuple[dict[str, str], dict[str, str]]:
    """The block of each area, and the names of the blocks. Raises ``Problem`` where an area has none."""
    codes = [str(code) for code in ground.areas.index]
    if units.column is None:
        names = ground.areas["name"]
        return {code: code for code in codes}, {str(c): str(n) for c, n in names.dropna().items()}
    column = ground.areas[units.column]
    missing = [code for code, block in zip(codes, column, strict=True) if pd.isna(block) or not str(block)]
    if missing:
        raise Problem(
            Fault.NOTHING_LOADED,
            f"The areas do not say which of the {units.words} they are in",
            f"{len(missing):,} of {len(codes):,} areas of {ground.place} have none, for example {missing[0]}.",
            remedy="Load area boundaries that name wards and MSOAs, or build neighbourhoods of LSOAs.",
        )
    label = ground.areas[units.column.replace("_code", "_name")]
    names = {str(block): str(name) for block, name in zip(column, label, strict=True) if not pd.isna(name)}
    return dict(zip(codes, map(str, column), strict=True)), names


def _codes(blocks: Blocks, block_of: dict[str, str], alternative: Alternative) -> dict[str, str]:
    """Neighbourhood codes N01, N02, … by area, in the order of their first block."""
    width = max(2, len(str(alternative.number)))
    code = {block: f"N{label + 1:0{width}}" for block, label in zip(blocks.codes, alternative.labels, strict=True)}
    return {area: code[block] for area, block in block_of.items()}


def _names(ground: Ground, assigned: dict[str, str]) -> dict[str, str]:
    """A name for each neighbourhood from the wards, else the MSOAs, that most of its people live in."""
    for column in ("ward_name", "msoa_name", "lad_name"):
        if ground.areas[column].notna().any():
            break
    groups: dict[str, dict[str, float]] = {}
    for area, name in ground.areas[column].fillna("").items():
        held = groups.setdefault(assigned[str(area)], {})
        held[str(name)] = held.get(str(name), 0.0) + ground.people[str(area)]
    codes = sorted(groups)
    return dict(zip(codes, named([groups[code] for code in codes]), strict=True))


def _moved(ground: Ground, one: dict[str, str], other: dict[str, str]) -> float:
    """Share of people of the place whose group differs after the best one-to-one pairing; those in no group of the
    other count as moved."""
    areas = list(one)
    rows, columns = sorted(set(one.values())), [*sorted(set(other.values())), ""]
    at = {code: k for k, code in enumerate(rows)}
    to = {code: k for k, code in enumerate(columns)}
    overlap: Floats = np.zeros((len(rows), len(columns)))
    for area in areas:
        overlap[at[one[area]], to[other.get(area, "")]] += ground.people[area]
    whole = float(overlap.sum())
    together = overlap[:, :-1]
    if not whole > 0 or not together.sum() > 0:
        return 0.0
    return 1 - plan_distance(together).kept / whole


def _split(ground: Ground, assigned: dict[str, str]) -> tuple[str, ...]:
    """Wards, by code, of which areas lie in several neighbourhoods."""
    column = ground.areas["ward_code"].dropna()
    held: dict[str, set[str]] = {}
    for area, ward in column.items():
        held.setdefault(str(ward), set()).add(assigned[str(area)])
    return tuple(sorted(ward for ward, codes in held.items() if len(codes) > 1))
