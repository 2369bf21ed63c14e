"""Sensitivity over HTTP: does the answer change with the basis, the thresholds or the day?"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.api.access import Work
from app.api.formats import Wanted, respond
from app.domain.basis import Basis
from app.services import sensitivity as service
from app.services.aligning import Question

router = APIRouter(prefix="/alignment", tags=["alignment"])


@router.get("/sensitivity", summary="Does the answer change with how it is asked?")
def sensitivity(
    work: Work,
    form: Wanted,
    footprints: Annotated[str, Query(description="The proposal: its id or name.", min_length=1, max_length=200)],
    place: Annotated[
        str | None, Query(description="One place of the plan; by default all of it.", max_length=200)
    ] = None,
    basis: Annotated[Basis | None, Query(description="What is counted as asked; by default the best there is.")] = None,
    as_of: Annotated[date | None, Query(description="The date; by default that of the registrations.")] = None,
    version: Annotated[int | None, Query(description="Version of the proposal; by default the latest.", ge=1)] = None,
    date_: Annotated[
        list[date] | None,
        Query(alias="date", description="Other dates to ask about; by default those on which something changes."),
    ] = None,
) -> Response:
    found = service.sensitivity(work, Question(footprints, place or None, basis, as_of, version), tuple(date_ or ()))
    return respond(
        form,
        json=lambda: service.table(found),
        csv_rows=lambda: service.text_rows(found),
        name="alignment-sensitivity",
    )
