"""Comparing plans over HTTP: a row per figure, a column per plan; and the areas that change between them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.api.access import Work
from app.api.formats import Wanted, respond
from app.domain.basis import Basis
from app.services import comparison_rows as service
from app.services.comparison import Comparison, compare_plans

router = APIRouter(prefix="/comparison", tags=["comparison"])


def asked(
    work: Work,
    plans: Annotated[
        str,
        Query(
            description="Two to eight plans, as id or id@version, with commas between. The first is compared with.",
            min_length=1,
            max_length=2_000,
        ),
    ],
    place: Annotated[
        str | None, Query(description="One place, which every plan must have; by default all of each.", max_length=200)
    ] = None,
    basis: Annotated[Basis | None, Query(description="What is counted; by default the best there is.")] = None,
    as_of: Annotated[date | None, Query(description="The date; by default that of the registrations.")] = None,
) -> Comparison:
    """The comparison the parameters ask for."""
    return compare_plans(work, plans.split(","), place or None, basis, as_of)


Asked = Annotated[Comparison, Depends(asked)]


@router.get("", summary="Plans side by side, who gains and who loses")
def comparison(found: Asked, form: Wanted) -> Response:
    return respond(
        form,
        json=lambda: service.summary(found),
        csv_rows=lambda: service.measure_rows(found),
        name="comparison",
    )


@router.get("/changes", summary="The areas that change from the first plan to the others, and their people")
def changes(found: Asked, form: Wanted) -> Response:
    return respond(
        form,
        json=lambda: {
            **service.stands_on(found),
            "changes": [service.step_row(step) for step in found.steps],
            "items": service.change_rows(found),
        },
        csv_rows=lambda: service.change_rows(found),
        geojson=lambda: service.changes_on_map(found),
        name="comparison-changes",
    )
