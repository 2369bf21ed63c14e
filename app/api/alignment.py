"""Alignment over HTTP: the summary, the matrix, and the figures by PCN, neighbourhood and practice."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.api.access import Work
from app.api.formats import Wanted, respond
from app.domain.basis import Basis
from app.services import answers, maps
from app.services.aligning import Answer, Question, answer

router = APIRouter(prefix="/alignment", tags=["alignment"])


def asked(
    work: Work,
    footprints: Annotated[str, Query(description="The proposal: its id or name.", min_length=1, max_length=200)],
    place: Annotated[
        str | None, Query(description="One place of the plan, by id or name; by default all of it.", max_length=200)
    ] = None,
    basis: Annotated[
        Basis | None, Query(description="What is counted; by default the best there is evidence for.")
    ] = None,
    as_of: Annotated[date | None, Query(description="The date; by default that of the registrations.")] = None,
    version: Annotated[int | None, Query(description="Version of the proposal; by default the latest.", ge=1)] = None,
) -> Answer:
    """The answer to what the parameters ask."""
    return answer(work, Question(footprints, place or None, basis, as_of, version))


Asked = Annotated[Answer, Depends(asked)]


@router.get("", summary="Which PCNs do not fit, and by how much")
def summary(work: Work, given: Asked, form: Wanted) -> Response:
    return respond(
        form,
        json=lambda: answers.summary(given, work.thresholds),
        csv_rows=lambda: answers.pcn_rows(given),
        name="alignment",
    )


@router.get("/matrix", summary="Registered patients of each PCN living in each neighbourhood")
def matrix(given: Asked, form: Wanted) -> Response:
    return respond(
        form, json=lambda: answers.matrix(given), csv_rows=lambda: answers.matrix_rows(given), name="alignment-matrix"
    )


@router.get("/pcns", summary="Figures by PCN, most patients outside their lead neighbourhood first")
def pcns(given: Asked, form: Wanted) -> Response:
    return respond(
        form,
        json=lambda: {**answers.provenance(given), "items": answers.pcn_rows(given)},
        csv_rows=lambda: answers.pcn_rows(given),
        geojson=lambda: maps.pcns_on_map(given),
        name="alignment-pcns",
    )


@router.get("/neighbourhoods", summary="Figures by neighbourhood: residents, registered patients, PCNs to work with")
def neighbourhoods(given: Asked, form: Wanted) -> Response:
    return respond(
        form,
        json=lambda: {**answers.provenance(given), "items": answers.neighbourhood_rows(given)},
        csv_rows=lambda: answers.neighbourhood_rows(given),
        geojson=lambda: maps.neighbourhoods_on_map(given),
        name="alignment-neighbourhoods",
    )


@router.get("/practices", summary="Figures by practice: where it stands and where its patients live")
def practices(given: Asked, form: Wanted) -> Response:
    return respond(
        form,
        json=lambda: {**answers.provenance(given), "items": answers.practice_rows(given)},
        csv_rows=lambda: answers.practice_rows(given),
        geojson=lambda: maps.practices_on_map(given),
        name="alignment-practices",
    )
