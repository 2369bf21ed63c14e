"""Coverage checks over HTTP: what is wrong with a version of footprints, and a mended version of it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.responses import JSONResponse

from app.api.access import Work, Writer
from app.api.formats import Wanted, respond
from app.services import checking, finding_rows, mending

router = APIRouter(prefix="/footprints", tags=["checks"])

AsOf = Annotated[date | None, Query(description="The date of the areas and people; by default the newest.")]
Number = Annotated[int, Path(description="Version of the footprints.", ge=1)]


def asked(
    work: Work,
    footprint_id: str,
    number: Number,
    band: Annotated[
        str | None,
        Query(
            description="Fewest and most people a neighbourhood should have, like 50000-100000; outside it is advice.",
            max_length=60,
        ),
    ] = None,
    as_of: AsOf = None,
    place: Annotated[
        str | None, Query(description="Only what concerns this place of the plan, by id or name.", max_length=200)
    ] = None,
) -> checking.Checked:
    """What is found in the version that is asked for."""
    return checking.check(work, footprint_id, number, checking.parse_band(band), as_of, place or None)


Asked = Annotated[checking.Checked, Depends(asked)]


@router.get(
    "/{footprint_id}/versions/{number}/findings", summary="Gaps, overlaps and whatever else is wrong, and where"
)
def findings(given: Asked, form: Wanted) -> Response:
    return respond(
        form,
        json=lambda: finding_rows.summary(given),
        csv_rows=lambda: finding_rows.rows(given),
        geojson=lambda: finding_rows.on_map(given),
        name="findings",
    )


@router.post(
    "/{footprint_id}/versions/{number}/mend",
    summary="Mend what is noise, as a new version",
    status_code=201,
    responses={200: {"description": "Nothing was written: a dry run, nothing to mend, or mended before."}},
)
def mend(
    footprint_id: str,
    number: Number,
    work: Work,
    _key: Writer,
    dry_run: Annotated[bool, Query(description="Say what would change, keep nothing.")] = False,
    as_of: AsOf = None,
) -> Response:
    done = mending.mend_version(work, footprint_id, number, as_of=as_of, dry_run=dry_run)
    wrote = done.made is not None and not done.already
    headers = {}
    if wrote and done.made is not None:
        headers["Location"] = f"/api/v1/footprints/{done.made.footprint_id}/versions/{done.made.number}"
    return JSONResponse(mending.summary(done), status_code=201 if wrote else 200, headers=headers)
