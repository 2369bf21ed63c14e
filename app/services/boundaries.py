"""Moving the lines of a draft: which small areas could change neighbourhood, from stored data to what can be discussed.

Only while a version is not agreed: an agreed version never changes, and its lines are moved in a new draft.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.domain.options.boundaries.combined import CombinedFrontier, combined_frontier
from app.domain.options.boundaries.draft import BAND, Draft, draft
from app.domain.options.boundaries.frontier import SHARES, TIME_LIMIT, BoundaryFrontier, boundary_frontier
from app.domain.options.boundaries.lines import LinesOption, lines_options
from app.domain.problem import Fault, Problem
from app.domain.records import DatasetRecord
from app.services import evidence
from app.services.options import Asked as AskedOptions
from app.services.options import Base
from app.services.options import base as option_base
from app.services.workspace import Workspace
from geometry.adjacency import adjacent
from geometry.labelled import Labelled

STEPS = 2
"""By default areas within so many steps of a line are looked at; the answer says so."""

MOST_SHARE = 0.30
"""Largest share of the people of a place that may be asked about."""


@dataclass(frozen=True)
class Asked:
    """What is asked: as for options, and the shares of people (0..1) who may find themselves in another neighbourhood.

    band: how far a neighbourhood may be from the mean, as a share. steps: ``None`` looks at every area. together:
    practice moves and lines together as well. seconds: for each point.
    """

    options: AskedOptions
    shares: tuple[float, ...] = SHARES
    band: float = BAND
    steps: int | None = STEPS
    staying_areas: tuple[str, ...] = ()
    kept_neighbourhoods: tuple[str, ...] = ()
    together: bool = False
    seconds: float | None = TIME_LIMIT


@dataclass(frozen=True, eq=False)
class Lines:
    """A draft, and what its lines are worked out from. lived: practices of the situation × areas, patients."""

    base: Base
    draft: Draft
    lived: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
    counted: str  # who is held to the band
    used: tuple[DatasetRecord, ...]
    asked: Asked


@dataclass(frozen=True, eq=False)
class Found:
    lines: Lines
    frontier: BoundaryFrontier
    options: tuple[LinesOption, ...]
    combined: CombinedFrontier | None


def lines(work: Workspace, asked: Asked) -> Lines:
    """The draft of a place. Raises ``Problem``: as options do; a version that is agreed; restricted registrations;
    no small areas; shares or a band out of range."""
    if any(not 0 < share <= MOST_SHARE for share in asked.shares) or not asked.shares or not 0 < asked.band < 1:
        raise Problem(
            Fault.BAD_INPUT,
            "Not a share of the people",
            f"Shares of people moved are above 0 and up to {MOST_SHARE:.0%}, and a band is between 0 and 1.",
            remedy="Say for example 0.05 for five in a hundred.",
        )
    made = option_base(work, asked.options)
    ground, situation = made.answer.ground, made.situation
    if ground.version.status.is_final:
        raise Problem(
            Fault.CONFLICT,
            "The neighbourhoods are agreed",
            f"{ground.version.name}, version {ground.version.number}, is {ground.version.status}: its lines are fixed.",
            remedy="Make a new draft version first, or look at what practices could do.",
        )
    if made.answer.restricted:
        raise Problem(
            Fault.CONFLICT,
            "Lines are not moved on restricted data",
            "The search tells areas apart by patients that must stay hidden.",
            remedy="Load the published registrations for it.",
        )
    key = ("lines", ground.key, made.answer.alignment.place, situation.staying, situation.kept, situation.limits)
    extra = (asked.band, asked.steps, asked.staying_areas, asked.kept_neighbourhoods)
    drawn, lived, counted, used = work.remember((*key, *extra), lambda: _drawn(work, made, asked))
    return Lines(made, drawn, lived, counted, used, asked)


def boundaries(
    work: Workspace,
    asked: Asked,
    *,
    progress: Callable[[float, str], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Found:
    """The frontier of moving lines, what is worth discussing of it and, where asked, both sides together.

    progress: told the share done (0..1) and what is being done. Raises ``Problem`` as ``lines`` does.
    """
    made = lines(work, asked)
    whole = 0.5 if asked.together else 1.0

    def tell(start: float, what: str) -> Callable[[int, int], None]:
        def told(done: int, of: int) -> None:
            if progress is not None:
                progress(start + whole * done / max(of, 1), f"{what}: {done} of {of}")

        return told

    frontier = boundary_frontier(
        made.draft,
        shares=asked.shares,
        time_limit=asked.seconds,
        progress=tell(0.0, "Moving lines"),
        cancelled=cancelled,
    )
    both = None
    if asked.together and not (cancelled is not None and cancelled()):
        both = combined_frontier(
            made.base.situation,
            made.draft,
            made.lived,
            moves=tuple(range(asked.options.most_moves + 1)),
            shares=(0.0, *(share for share in asked.shares if share <= max(0.05, min(asked.shares)))),
            time_limit=asked.seconds,
            progress=tell(0.5, "Practices and lines together"),
            cancelled=cancelled,
        )
    return Found(made, frontier, lines_options(made.draft, frontier), both)


Drawn = tuple[Draft, "np.ndarray[tuple[int, ...], np.dtype[np.float64]]", str, tuple[DatasetRecord, ...]]


def _drawn(work: Workspace, made: Base, asked: Asked) -> Drawn:
    ground, situation = made.answer.ground, made.situation
    found, weights = ground.registered, ground.weights
    if found.by_area is None or weights.areas is None:
        raise Problem(
            Fault.NOTHING_LOADED,
            "Lines cannot be moved without small areas",
            "Their outlines say which areas touch, and their patients whom a line parts from whom.",
            remedy="Load the boundaries of the LSOAs of this place and the patients registered by LSOA.",
        )
    codes = list(situation.neighbourhoods)
    held = weights.shares.with_columns(codes)
    areas = [code for code, total in zip(held.rows, held.row_sums(), strict=True) if total > 0]
    lived = found.by_area.with_columns(areas)
    everybody = dict(zip(areas, map(float, lived.column_sums()), strict=True))
    with work.store.read() as unit:
        people = evidence.population(unit, weights.vintage, ground.as_of)
        measure = unit.areas.measure("population", weights.vintage, ground.as_of)
        used = () if measure is None else (unit.datasets.get(measure.dataset_id),)
        frame = unit.areas.of(weights.areas.id).set_index("code").sort_index()
    shapes = frame.geometry.reindex(areas).dropna()
    members = Labelled.from_triples(
        list(situation.pcn_of.values()), list(situation.pcn_of), np.ones(len(situation.pcn_of))
    )
    drawn = draft(
        place=situation.place,
        shares=held.with_rows(areas),
        people=people or everybody,
        patients=members @ lived.with_rows(members.columns),
        registered=everybody,
        neighbourhoods=codes,
        pairs=adjacent(shapes.sort_index()).pairs,
        names={**dict(situation.names), **{str(c): str(n) for c, n in frame["name"].dropna().items()}},
        staying=asked.staying_areas,
        kept=asked.kept_neighbourhoods,
        band=asked.band,
        steps=asked.steps,
        limits=situation.limits,
        thresholds=situation.thresholds,
    )
    rows = lived.with_rows(situation.practices)
    source = [code.partition("/")[0] for code in drawn.areas]
    spread = rows.dense()[:, [rows.column_index[area] for area in source]]
    part = np.array([_share(held, code, area) for code, area in zip(drawn.areas, source, strict=True)])
    return drawn, spread * part, "residents" if people else "registered patients", used


def _share(held: Labelled, code: str, area: str) -> float:
    """How much of an area a part of the draft is: all of it, or its share in the neighbourhood it is named after."""
    _, divided, neighbourhood = code.partition("/")
    if not divided:
        return 1.0
    row = held.values[[held.row_index[area]], :].toarray().ravel()
    return float(row[held.column_index[neighbourhood]])
