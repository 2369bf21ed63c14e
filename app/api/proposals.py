"""Proposed neighbourhoods over HTTP: of wards at once, of anything from a job; and one kept as a draft."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from app.api.access import Work, Writer
from app.api.formats import Wanted, respond
from app.domain.problem import Fault, Problem
from app.domain.proposing.wish import MOST_ALTERNATIVES
from app.services import jobs
from app.services.proposing_keeping import keep, kept_row
from app.services.proposing_rows import on_map, summary, table_rows
from app.services.proposing_work import PROPOSE, ProposeQuestion, at_once
from app.services.workspace import Workspace

router = APIRouter(prefix="/proposals", tags=["proposals"])

MOST_BOROUGHS = 40


def question(
    borough: Annotated[
        list[str] | None,
        Query(description="Boroughs of the place, by code or name; repeat for several.", max_length=MOST_BOROUGHS),
    ] = None,
    footprints: Annotated[str | None, Query(description="A plan that has the place.", max_length=200)] = None,
    place: Annotated[str | None, Query(description="The place of the plan.", max_length=200)] = None,
    version: Annotated[int | None, Query(description="Version of the plan; by default the latest.", ge=1)] = None,
    band: Annotated[
        str | None, Query(description="People a neighbourhood should have, as LOW-HIGH.", max_length=60)
    ] = None,
    number: Annotated[
        int | None, Query(description="Neighbourhoods; by default as many as the band allows.", ge=1, le=60)
    ] = None,
    alternatives: Annotated[int, Query(description="Alternatives wanted.", ge=1, le=MOST_ALTERNATIVES)] = 4,
    apart: Annotated[
        float, Query(description="Share of people who change between any two alternatives.", ge=0.01, le=0.6)
    ] = 0.15,
    seed: Annotated[int, Query(description="The same seed has the same answer.", ge=0, lt=2**53)] = 1,
    as_of: Annotated[date | None, Query(description="The date; by default that of the registrations.")] = None,
) -> ProposeQuestion:
    """What the parameters ask."""
    return ProposeQuestion(
        boroughs=borough or [],
        footprints=footprints or None,
        place=place or None,
        version=version,
        band=band,
        number=number,
        alternatives=alternatives,
        apart=apart,
        seed=seed,
        as_of=as_of,
    )


@router.get("", summary="Propose neighbourhoods of whole wards: clearly different alternatives, for discussion")
def proposals(work: Work, asked: Annotated[ProposeQuestion, Depends(question)], form: Wanted) -> Response:
    found = at_once(work, asked)
    return respond(
        form,
        json=lambda: summary(found),
        csv_rows=lambda: table_rows(summary(found)),
        geojson=lambda: on_map(found),
        name="proposals",
    )


class Keep(BaseModel):
    """Which alternative to keep, of a finished job or of a question asked at once, and the name it gets."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200, description="Name of the new draft.")
    alternative: int = Field(1, ge=1, le=MOST_ALTERNATIVES, description="Its number, counted from 1.")
    job: str | None = Field(None, max_length=100, description="Id of a finished job of the kind “propose”.")
    question: ProposeQuestion | None = Field(None, description="Else what was asked, for whole wards.")


@router.post(
    "/keep",
    summary="Keep one alternative as a new draft proposal",
    status_code=201,
    responses={
        200: {"description": "It had been kept under this name before."},
        401: {"description": "Keeping needs a key."},
        404: {"description": "There is no such job, result or alternative."},
        409: {"description": "There are other footprints of that name."},
        422: {"description": "It is not said what to keep, or it cannot be kept so."},
    },
)
def keep_one(wanted: Keep, work: Work, _key: Writer) -> Response:
    said = _said(work, wanted)
    version, already = keep(work, said, wanted.alternative, wanted.name)
    return JSONResponse(
        kept_row(version, already, said, wanted.alternative),
        status_code=200 if already else 201,
        headers={"Location": f"/api/v1/footprints/{version.footprint_id}"},
    )


def _said(work: Workspace, wanted: Keep) -> dict[str, Any]:
    if (wanted.job is None) == (wanted.question is None):
        raise Problem(
            Fault.BAD_INPUT,
            "What is to be kept?",
            "One alternative of a finished job, or of a question that is answered at once, can be kept.",
            remedy="Give the id of a job of the kind “propose”, or the question as it was asked.",
        )
    if wanted.question is not None:
        return summary(at_once(work, wanted.question))
    job = jobs.get(work, wanted.job or "")
    if job.kind != PROPOSE.name:
        raise Problem(
            Fault.BAD_INPUT,
            "This job proposes nothing",
            f"{job.id} is of the kind “{job.kind}”.",
            remedy="Give the id of a job of the kind “propose”.",
        )
    said: dict[str, Any] = json.loads(jobs.result(work, job.id))
    return said
