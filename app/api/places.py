"""Places over HTTP."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from app.api.access import Work
from app.services import places as service

router = APIRouter(prefix="/places", tags=["places"])


@router.get("", summary="Every place named by a plan")
def places(work: Work) -> dict[str, Any]:
    return {"items": service.places(work)}


@router.get("/{place_id}", summary="One place and the plans that have neighbourhoods in it")
def place(place_id: str, work: Work) -> dict[str, Any]:
    return service.place(work, place_id)
