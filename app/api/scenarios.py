"""What-ifs over HTTP: try moves, share them by address, keep them, compare them, submit them as a new version."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from app.api.access import Work, Writer
from app.api.formats import Wanted, respond
from app.api.paging import DEFAULT, After, Limit, clamp, page
from app.domain.basis import Basis
from app.domain.naming import slug
from app.domain.scenario.moves import LONGEST_CODE, MOST_MOVES, MOST_TEXT
from app.services import scenario_rows as rows
from app.services import scenario_tables as tables
from app.services.aligning import Question
from app.services.checking import parse_band
from app.services.scenario_board import start
from app.services.scenario_board_table import board_table
from app.services.scenario_versions import submit, submitted_row
from app.services.scenarios import Asked, Trial, compare, kept, save, what_if

router = APIRouter(tags=["what-if"])

Code = Annotated[str, Field(min_length=1, max_length=LONGEST_CODE)]


class Moved(BaseModel):
    """One move: a practice to a PCN (“none”, or “new-1” for one that is not there yet), or an area to a
    neighbourhood."""

    model_config = ConfigDict(extra="forbid")

    code: Code
    to: Code


class WhatIf(BaseModel):
    """What is tried. Moves come on top of those of the option, where one is named."""

    model_config = ConfigDict(extra="forbid")

    footprints: str = Field(min_length=1, max_length=200, description="The proposal: its id or name.")
    place: str | None = Field(None, max_length=200, description="One place of the plan; by default all of it.")
    basis: Basis | None = None
    as_of: date | None = None
    version: int | None = Field(None, ge=1)
    moves: list[Moved] = Field(default_factory=list, max_length=MOST_MOVES)
    option: str | None = Field(None, max_length=2_000, description="Id of an option to start from.")
    band: str | None = Field(None, max_length=60, description="People a neighbourhood should have, as LOW-HIGH.")

    @property
    def asked(self) -> Asked:
        question = Question(self.footprints, self.place or None, self.basis, self.as_of, self.version)
        pairs = tuple((move.code, move.to) for move in self.moves)
        return Asked(question, pairs, self.option or None, parse_band(self.band))


class NewScenario(WhatIf):
    """A what-if and the name it is kept under."""

    name: str = Field(max_length=2_000, description="1 to 200 characters; everybody who reads scenarios sees it.")


def question(
    footprints: Annotated[str, Query(description="The proposal: its id or name.", min_length=1, max_length=200)],
    place: Annotated[
        str | None, Query(description="One place of the plan, by id or name; by default all of it.", max_length=200)
    ] = None,
    basis: Annotated[Basis | None, Query(description="What is counted; areas move on “patients” only.")] = None,
    as_of: Annotated[date | None, Query(description="The date; by default that of the registrations.")] = None,
    version: Annotated[int | None, Query(description="Version of the proposal; by default the latest.", ge=1)] = None,
) -> Question:
    """What the moves are moves from."""
    return Question(footprints, place or None, basis, as_of, version)


Of = Annotated[Question, Depends(question)]


@router.get("/what-if", summary="Try moves of practices and areas: both sides at once; nothing is kept")
def try_by_address(
    work: Work,
    given: Of,
    form: Wanted,
    moves: Annotated[
        str,
        Query(
            description=(
                "CODE>TARGET with commas between, like F81001>U12345,E01000001>NBH-2. A practice goes to a PCN, to "
                f"none or to new-1; an area to a neighbourhood. At most {MOST_TEXT:,} characters."
            )
        ),
    ] = "",
    option: Annotated[
        str | None, Query(description="Id of an option to start from; moves come on top.", max_length=2_000)
    ] = None,
    band: Annotated[
        str | None, Query(description="People a neighbourhood should have, as LOW-HIGH; only advice.", max_length=60)
    ] = None,
) -> Response:
    return _answered(form, what_if(work, Asked.of_text(given, moves, option, parse_band(band))))


@router.post("/what-if", summary="The same with the moves in a body, for long lists; nothing is kept")
def try_by_body(work: Work, wanted: WhatIf, form: Wanted) -> Response:
    return _answered(form, what_if(work, wanted.asked))


@router.get("/what-if/table", summary="A place as arrays, for a page that evaluates moves by itself")
def table(work: Work, given: Of) -> JSONResponse:
    return JSONResponse(board_table(start(work, given), work.thresholds))


@router.post(
    "/scenarios",
    summary="Keep a what-if under a name, pinned to version and date",
    status_code=201,
    responses={200: {"description": "The same scenario had been kept before."}},
)
def keep(work: Work, key: Writer, wanted: NewScenario) -> JSONResponse:
    scenario, trial, already = save(work, wanted.asked, wanted.name, key.name)
    body = {**tables.scenario_row(scenario), "already_kept": already, "what_if": rows.everything(trial)}
    location = {"Location": f"/api/v1/scenarios/{scenario.id}"}
    return JSONResponse(body, status_code=200 if already else 201, headers=location)


@router.get("/scenarios", summary="Scenarios kept, the newest first")
def scenarios(
    request: Request,
    work: Work,
    footprints: Annotated[str | None, Query(description="Only those of this proposal.", max_length=200)] = None,
    limit: Limit = DEFAULT,
    after: After = None,
) -> dict[str, Any]:
    limit = clamp(limit)
    with work.store.read() as unit:
        found = unit.scenarios.page(slug(footprints) if footprints else None, after, limit + 1)
    return page(request, [tables.scenario_row(scenario) for scenario in found], limit, "id")


@router.get("/scenarios/compare", summary="2 to 8 scenarios, “today” and options side by side")
def side_by_side(
    work: Work,
    form: Wanted,
    ids: Annotated[
        str,
        Query(
            description="Ids of scenarios, “today”, and ids of options, with commas between.",
            min_length=1,
            max_length=MOST_TEXT,
        ),
    ],
    footprints: Annotated[
        str | None, Query(description="The proposal, where no saved scenario is among the ids.", max_length=200)
    ] = None,
    place: Annotated[str | None, Query(description="Its place.", max_length=200)] = None,
) -> Response:
    columns = compare(work, ids.split(","), Question(footprints, place or None) if footprints else None)
    return respond(
        form,
        json=lambda: tables.comparison(columns),
        csv_rows=lambda: tables.measure_rows(columns),
        name="scenarios",
    )


@router.get("/scenarios/{scenario_id}", summary="A scenario as of its own version and date, and what is newer")
def scenario(scenario_id: str, work: Work, form: Wanted) -> Response:
    found = kept(work, scenario_id)
    return _answered(form, found.trial, lambda: tables.kept_row(found), f"scenario-{found.scenario.id}")


@router.post(
    "/scenarios/{scenario_id}/submit",
    summary="Submit its moves of areas as a new draft version of the footprints",
    status_code=201,
    responses={200: {"description": "The same version had been submitted before."}},
)
def submit_version(scenario_id: str, work: Work, key: Writer) -> JSONResponse:
    done = submit(work, scenario_id, key.name)
    location = {"Location": f"/api/v1/footprints/{done.version.footprint_id}/versions/{done.version.number}"}
    return JSONResponse(submitted_row(done), status_code=200 if done.already else 201, headers=location)


def _answered(form: Wanted, trial: Trial, json: Callable[[], Any] | None = None, name: str = "what-if") -> Response:
    return respond(
        form,
        json=json or (lambda: rows.everything(trial)),
        csv_rows=lambda: rows.table_rows(trial),
        geojson=lambda: rows.on_map(trial),
        name=name,
    )
