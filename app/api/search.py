"""Search over HTTP: what a person may mean, by name, code or postcode."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from app.api.access import Work
from app.api.alignment import Asked
from app.services import search as service

router = APIRouter(prefix="/search", tags=["search"])


@router.get("", summary="Practices, PCNs, neighbourhoods, small areas and postcodes of a plan, best find first")
def search(
    work: Work,
    given: Asked,
    q: Annotated[str, Query(description="Part of a name, a code or a postcode.", min_length=2, max_length=80)],
    limit: Annotated[int, Query(ge=1, le=50, description="Most finds given.")] = 10,
) -> dict[str, Any]:
    return service.search(work, given, q, limit)
