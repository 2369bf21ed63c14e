"""PCN footprints over HTTP: which areas are whose, as polygons and as a table."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.api.access import Work
from app.api.formats import Wanted, respond
from app.services import catchments as service
from app.services.aligning import Question
from app.services.catchments import Method, Scope, Wish

router = APIRouter(prefix="/catchments", tags=["catchments"])


@router.get("", summary="Footprints of PCNs: where most patients are theirs, or the core of their patients")
def catchments(
    work: Work,
    form: Wanted,
    footprints: Annotated[str, Query(description="The proposal: its id or name.", min_length=1, max_length=200)],
    method: Annotated[
        Method, Query(description="plurality divides the areas; core gives each PCN its own.")
    ] = Method.PLURALITY,
    percent: Annotated[float, Query(ge=50, le=98, description="Of a PCN's patients that its core holds.")] = 80,
    scope: Annotated[Scope, Query(description="Among all PCNs, or this place's only.")] = Scope.ALL,
    place: Annotated[
        str | None, Query(description="One place of the plan; by default all of it.", max_length=200)
    ] = None,
    pcn: Annotated[str | None, Query(description="One PCN, by its code.", max_length=20)] = None,
    as_of: Annotated[date | None, Query(description="The date; by default that of the registrations.")] = None,
    version: Annotated[int | None, Query(description="Version of the proposal; by default the latest.", ge=1)] = None,
) -> Response:
    question = Question(footprints, place or None, None, as_of, version)
    found = service.catchments(work, question, Wish(method, percent, scope, pcn or None))
    return respond(
        form,
        json=lambda: service.table(found),
        csv_rows=lambda: service.area_rows(found),
        geojson=lambda: service.on_map(found),
        name="catchments",
    )
