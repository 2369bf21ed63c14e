"""Options over HTTP: re-align or work across, the frontier, and the route of each PCN."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from app.api.access import Work
from app.api.formats import Wanted, respond
from app.domain.basis import Basis
from app.domain.options.boundaries.draft import BAND
from app.domain.options.suggesting import EACH
from app.domain.problem import Fault, Problem
from app.services import boundary_rows, option_maps, option_rows, option_tables
from app.services.aligning import Question
from app.services.boundaries import Asked as AskedLines
from app.services.boundaries import boundaries
from app.services.options import DIRECT_MOVES, DIRECT_SECONDS, Asked, Found, one_option, options

router = APIRouter(prefix="/options", tags=["options"])

DIRECT_SHARES = (0.01, 0.02, 0.05)
DIRECT_SHARE = 0.05
"""Share of people moved up to which lines are worked out while the reader waits."""


def asked(
    work: Work,
    footprints: Annotated[str, Query(description="The proposal: its id or name.", min_length=1, max_length=200)],
    place: Annotated[
        str | None, Query(description="The place, by id or name; needed where the plan has several.", max_length=200)
    ] = None,
    basis: Annotated[Basis | None, Query(description="Options need “patients”, which is the default.")] = None,
    as_of: Annotated[date | None, Query(description="The date; by default that of the registrations.")] = None,
    version: Annotated[int | None, Query(description="Version of the proposal; by default the latest.", ge=1)] = None,
    staying: Annotated[
        list[str] | None, Query(description="Practices that do not move, by code; may be repeated.", max_length=1_000)
    ] = None,
    kept: Annotated[
        list[str] | None,
        Query(description="PCNs that neither lose nor gain a practice, by code; may be repeated.", max_length=1_000),
    ] = None,
    most_moves: Annotated[
        int,
        Query(
            description="Practice moves up to which is searched; more, up to 15, is a job of the kind “options”.",
            ge=0,
            le=DIRECT_MOVES,
        ),
    ] = DIRECT_MOVES,
    each: Annotated[int, Query(description="Options of one kind shown.", ge=1, le=20)] = EACH,
    largest_pcn: Annotated[
        int | None, Query(description="Local: no option makes a PCN larger than this many patients.", ge=50_000)
    ] = None,
    farthest_move: Annotated[
        int | None, Query(description="Local: metres beyond which no practice joins a PCN.", ge=1)
    ] = None,
    least_benefit: Annotated[
        int | None, Query(description="Local: patients below which a benefit is called small.", ge=1)
    ] = None,
    agreed_on: Annotated[
        date | None, Query(description="Day on which something is taken to be agreed; by default that of the figures.")
    ] = None,
) -> Asked:
    """What the parameters ask."""
    local = work.limits
    limits = replace(
        local,
        ceiling=local.ceiling if largest_pcn is None else largest_pcn,
        reach=local.reach if farthest_move is None else farthest_move,
        benefit_patients=local.benefit_patients if least_benefit is None else least_benefit,
    )
    question = Question(footprints, place or None, basis, as_of, version)
    return Asked(question, tuple(staying or ()), tuple(kept or ()), most_moves, each, limits, agreed_on)


Options = Annotated[Asked, Depends(asked)]


def found(work: Work, given: Options) -> Found:
    """The options of what is asked, or as far as they are found in the time there is."""
    return options(work, given, time_limit=DIRECT_SECONDS)


Suggested = Annotated[Found, Depends(found)]


@router.get("", summary="Everything that could be discussed for a place: options, frontier and the route of each PCN")
def all_options(given: Suggested, form: Wanted) -> Response:
    return respond(
        form,
        json=lambda: option_rows.everything(given),
        csv_rows=lambda: option_tables.option_table(given),
        geojson=lambda: option_maps.moves_on_map(given),
        name="options",
    )


@router.get("/frontier", summary="For every number of practice moves, the fewest patients left outside, proven")
def frontier(given: Suggested, form: Wanted) -> Response:
    return respond(
        form,
        json=lambda: option_rows.frontier_only(given),
        csv_rows=lambda: option_tables.frontier_table(given),
        name="options-frontier",
    )


@router.get("/routes", summary="For each PCN: it fits, or it is re-aligned, or there is a cross-INT arrangement")
def routes(given: Suggested, form: Wanted) -> Response:
    return respond(
        form,
        json=lambda: option_rows.routes_only(given),
        csv_rows=lambda: option_tables.route_table(given),
        name="options-routes",
    )


@router.get("/boundaries", summary="Lines of a draft: for every share of people moved, the fewest patients outside")
def lines(
    work: Work,
    given: Options,
    form: Wanted,
    share: Annotated[
        list[float] | None,
        Query(description="Share of people who may move, up to 0.05 here; more is a job of the kind “boundaries”."),
    ] = None,
    band: Annotated[float, Query(description="How far a neighbourhood may be from the mean.", gt=0, lt=1)] = BAND,
) -> Response:
    shares = tuple(share or DIRECT_SHARES)
    if len(shares) > len(DIRECT_SHARES) or max(shares) > DIRECT_SHARE:
        raise Problem(
            Fault.BAD_INPUT,
            "That is long work",
            f"Up to {len(DIRECT_SHARES)} shares of at most {DIRECT_SHARE} are answered directly.",
            remedy="Ask for a job of the kind “boundaries”: POST /api/v1/jobs.",
        )
    found = boundaries(work, AskedLines(given, shares, band, seconds=DIRECT_SECONDS / 6))
    return respond(
        form,
        json=lambda: boundary_rows.everything(found),
        csv_rows=lambda: boundary_rows.frontier_table(found),
        name="options-boundaries",
    )


@router.get("/{option}", summary="One option in full, suggested or not, by its id")
def option(
    work: Work,
    given: Options,
    form: Wanted,
    option: Annotated[str, Path(description="For example move-PRACTICE-PCN or merge-PCN-PCN.", max_length=2_000)],
) -> Response:
    base, one = one_option(work, given, option)
    return respond(
        form,
        json=lambda: option_rows.one(base, one),
        geojson=lambda: option_maps.moves_of(base, [one]),
        name="option",
    )
