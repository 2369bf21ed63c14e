"""Footprints over HTTP: proposals, their versions, and the neighbourhoods of each."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Response

from app.api.access import Work, Writer
from app.api.formats import Wanted, respond
from app.domain.records import Status
from app.services import footprints as service
from app.services.records import version_row

router = APIRouter(prefix="/footprints", tags=["footprints"])


@router.get("", summary="Proposals, each with its latest version")
def footprints(work: Work) -> dict[str, Any]:
    return {"items": [version_row(version) for version in service.latest(work)]}


@router.get("/{footprint_id}", summary="The latest version of a proposal")
def footprint(footprint_id: str, work: Work) -> dict[str, Any]:
    return version_row(service.version(work, footprint_id))


@router.get("/{footprint_id}/versions", summary="All versions of a proposal, oldest first")
def versions(footprint_id: str, work: Work) -> dict[str, Any]:
    return {"items": [version_row(version) for version in service.versions(work, footprint_id)]}


@router.get("/{footprint_id}/versions/{number}", summary="One version")
def version(footprint_id: str, number: int, work: Work) -> dict[str, Any]:
    return version_row(service.version(work, footprint_id, number))


@router.get("/{footprint_id}/versions/{number}/neighbourhoods", summary="The neighbourhoods of a version")
def neighbourhoods(footprint_id: str, number: int, work: Work, form: Wanted) -> Response:
    return respond(
        form,
        json=lambda: {"items": service.neighbourhoods(work, footprint_id, number)},
        csv_rows=lambda: service.neighbourhoods(work, footprint_id, number),
        geojson=lambda: service.neighbourhoods_on_map(work, footprint_id, number),
        name="neighbourhoods",
    )


@router.put("/{footprint_id}/versions/{number}/status", summary="Move a version on: draft, shared, proposed, agreed")
def set_status(
    footprint_id: str, number: int, work: Work, _key: Writer, status: Annotated[Status, Body(embed=True)]
) -> dict[str, Any]:
    return version_row(service.set_status(work, footprint_id, number, status))
