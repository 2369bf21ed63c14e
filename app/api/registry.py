"""Practices and PCNs over HTTP, as of a date."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from app.api.access import Work
from app.api.paging import DEFAULT, After, Limit, clamp, page
from app.services import registry

router = APIRouter(tags=["practices and PCNs"])

AsOf = Annotated[date | None, Query(description="The date; by default today.")]


@router.get("/practices", summary="Practices in code order, each with its PCN on the date")
def practices(
    request: Request,
    work: Work,
    as_of: AsOf = None,
    pcn: Annotated[str | None, Query(description="Only practices of this PCN.", max_length=20)] = None,
    limit: Limit = DEFAULT,
    after: After = None,
) -> dict[str, Any]:
    limit = clamp(limit)
    return page(request, registry.practices(work, as_of, pcn, after, limit + 1), limit, "code")


@router.get("/practices/{code}", summary="One practice, with every membership it had")
def practice(code: str, work: Work, as_of: AsOf = None) -> dict[str, Any]:
    return registry.practice(work, code.upper(), as_of)


@router.get("/pcns", summary="PCNs in code order, each with its practices on the date")
def pcns(
    request: Request, work: Work, as_of: AsOf = None, limit: Limit = DEFAULT, after: After = None
) -> dict[str, Any]:
    limit = clamp(limit)
    return page(request, registry.pcns(work, as_of, after, limit + 1), limit, "code")


@router.get("/pcns/{code}", summary="One PCN and its practices on the date")
def pcn(code: str, work: Work, as_of: AsOf = None) -> dict[str, Any]:
    return registry.pcn(work, code.upper(), as_of)
