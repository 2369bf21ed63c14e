"""Small areas over HTTP: outlines for a map, and what is known of each area as a table."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from app.api.access import Work
from app.api.alignment import Asked
from app.api.formats import MEDIA, Format, Wanted, respond
from app.services import small_areas as service

router = APIRouter(prefix="/areas", tags=["small areas"])


@router.get("", summary="Small areas of a plan or place: what is known of each, or outlines for a map (f=geojson)")
def areas(
    work: Work,
    given: Asked,
    form: Wanted,
    tolerance: Annotated[
        float | None,
        Query(
            ge=0,
            le=500,
            description="How far outlines are thinned, in metres; 0 keeps all. By default more on a large map.",
        ),
    ] = None,
    pcn: Annotated[
        str | None,
        Query(max_length=20, description="Outlines only: also areas beyond the place where this PCN's patients live."),
    ] = None,
) -> Response:
    if form is Format.GEOJSON:
        content = service.outlines(work, given, tolerance, pcn or None)
        return Response(content, media_type=MEDIA[Format.GEOJSON])
    return respond(
        form,
        json=lambda: service.table(work, given),
        csv_rows=lambda: service.rows(work, given),
        name="small-areas",
    )


@router.get("/shadings", summary="Which fields of the areas a map can be shaded by")
def shadings(work: Work, given: Asked) -> dict[str, Any]:
    return service.shadings(work, given)
