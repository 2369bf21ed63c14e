"""Lookups over HTTP: what there is, and each as a table to join to data of one's own."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from app.api.access import Work
from app.api.formats import Format, Wanted, as_csv, respond
from app.services import lookups as service

router = APIRouter(prefix="/lookups", tags=["lookups"])

ADDRESS = "/api/v1/lookups"


@router.get("", summary="The lookups there are, and what each of their columns means")
def lookups() -> dict[str, Any]:
    return {
        "items": [
            {**service.described(found), "links": [{"rel": "item", "href": f"{ADDRESS}/{found.name}"}]}
            for found in service.LOOKUPS.values()
        ]
    }


@router.get(
    "/{name}",
    summary="One lookup, as CSV or JSON",
    responses={404: {"description": "No such lookup, plan, version or place."}},
)
def lookup(
    work: Work,
    form: Wanted,
    name: Annotated[str, Path(description="Which lookup; /api/v1/lookups lists them.", max_length=100)],
    footprints: Annotated[str, Query(description="The proposal: its id or name.", min_length=1, max_length=200)],
    place: Annotated[
        str | None, Query(description="One place of the plan, by id or name; by default all of it.", max_length=200)
    ] = None,
    version: Annotated[int | None, Query(description="Version of the proposal; by default the latest.", ge=1)] = None,
    to: Annotated[
        str | None,
        Query(description="For the change list: the plan after, as id or id@version.", max_length=200),
    ] = None,
    as_of: Annotated[date | None, Query(description="The date; by default that of the registrations.")] = None,
) -> Response:
    wanted = service.Wanted(footprints, place or None, version, as_of, to or None)
    if form is Format.CSV:
        made = service.table(work, name, wanted)
        return Response(
            as_csv(made.rows, service.columns(service.lookup(name), made)),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
        )
    return respond(form, json=lambda: service.whole(work, name, wanted), csv_rows=list, name=name)
