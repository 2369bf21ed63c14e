"""Agreement over HTTP: PCNs with neighbourhoods, a plan with another plan or a layer, and layers with a plan."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from app.api.access import Work
from app.api.formats import Wanted, respond
from app.domain.basis import Basis
from app.domain.weighing import Weighing
from app.services import agreeing
from app.services import layers as service
from app.services.aligning import Question
from app.services.records import version_row

router = APIRouter(tags=["agreement"])

Number = Annotated[int, Path(description="Version of the footprints.", ge=1)]
Place = Annotated[str | None, Query(description="One place of the plan; by default all.", max_length=200)]
AsOf = Annotated[date | None, Query(description="The date; by default that of the data.")]
Weigh = Annotated[
    Weighing | None, Query(description="What is weighed; by default residents where loaded, else patients, else area.")
]


@router.get("/alignment/agreement", summary="How well PCNs' lists and neighbourhoods agree, measure by measure")
def pcns(
    work: Work,
    form: Wanted,
    footprints: Annotated[str, Query(description="The proposal: its id or name.", min_length=1, max_length=200)],
    place: Place = None,
    basis: Annotated[Basis | None, Query(description="What is counted; by default the best there is.")] = None,
    as_of: AsOf = None,
    version: Annotated[int | None, Query(description="Version of the proposal; by default the latest.", ge=1)] = None,
) -> Response:
    found = agreeing.pcns_with_neighbourhoods(work, Question(footprints, place or None, basis, as_of, version))
    return respond(
        form,
        json=lambda: agreeing.pcn_summary(found),
        csv_rows=lambda: agreeing.pcn_long(found),
        name="agreement",
    )


@router.get("/footprints/{footprint_id}/versions/{number}/agreement", summary="How well a plan agrees with another")
def plans(
    footprint_id: str,
    number: Number,
    work: Work,
    form: Wanted,
    other: Annotated[
        str, Query(alias="with", description="Another plan or a layer: its id or name.", min_length=1, max_length=200)
    ],
    with_version: Annotated[int | None, Query(description="Its version; by default the latest.", ge=1)] = None,
    weighing: Weigh = None,
    place: Place = None,
    as_of: AsOf = None,
    boundaries: Annotated[
        bool | None, Query(description="Measure how far the lines run together; by default where that is quick.")
    ] = None,
) -> Response:
    found = agreeing.plan_with(
        work,
        footprint_id,
        number,
        other,
        with_version,
        weighing=weighing,
        place=place or None,
        as_of=as_of,
        boundaries=boundaries,
    )
    return respond(
        form,
        json=lambda: agreeing.plan_summary(found),
        csv_rows=lambda: agreeing.plan_long(found),
        name="plan-agreement",
    )


@router.get("/layers", summary="Footprints that other services work in, each with its latest version")
def layers(work: Work) -> dict[str, Any]:
    return {"items": [version_row(version) for version in service.layers(work)]}


@router.get(
    "/footprints/{footprint_id}/versions/{number}/layers", summary="How far each layer is from a plan, and where"
)
def layers_of_plan(
    footprint_id: str,
    number: Number,
    work: Work,
    form: Wanted,
    layer: Annotated[str | None, Query(description="One layer, by id or name; by default all.", max_length=200)] = None,
    weighing: Weigh = None,
    place: Place = None,
    as_of: AsOf = None,
) -> Response:
    found = service.distances(
        work, footprint_id, number, layer=layer or None, weighing=weighing, place=place or None, as_of=as_of
    )
    return respond(
        form,
        json=lambda: service.summary(found),
        csv_rows=lambda: service.area_rows(found),
        geojson=lambda: service.on_map(found),
        name="layers",
    )
