"""The decision paper over HTTP: one request, one file. What people write is sent with it and kept nowhere."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from app.api.access import Work
from app.api.options import Options
from app.report.forms import MEDIA, Form, written
from app.report.gathered import gather
from app.report.html import CONTENT_SECURITY_POLICY
from app.report.paper import paper_of
from app.report.words import Words
from app.services.checking import Band, parse_band
from app.services.options import DIRECT_SECONDS, Asked
from app.services.workspace import Workspace

router = APIRouter(prefix="/paper", tags=["paper"])

_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The paper",
        "content": {
            media: {"schema": {"type": "string", **({} if form is Form.HTML else {"format": "binary"})}}
            for form, media in MEDIA.items()
        },
    }
}


def form_wanted(
    request: Request,
    f: Annotated[Form | None, Query(description="Form; by default what Accept asks for, else HTML.")] = None,
) -> Form:
    """The form a request asks for."""
    if f is not None:
        return f
    accepted = [part.split(";")[0].strip() for part in request.headers.get("accept", "").lower().split(",")]
    return next((form for media in accepted for form, name in MEDIA.items() if name == media), Form.HTML)


def band_of(
    band: Annotated[
        str | None,
        Query(description="Fewest and most people a neighbourhood should have, like 50000-100000.", max_length=60),
    ] = None,
) -> Band | None:
    return parse_band(band)


Wished = Annotated[Form, Depends(form_wanted)]
Guide = Annotated[Band | None, Depends(band_of)]


@router.get("", summary="A decision paper on a place, to print or to edit", response_class=Response, responses=_ANSWERS)
def paper(work: Work, given: Options, form: Wished, band: Guide) -> Response:
    return _answer(work, given, form, band, Words())


@router.post("", summary="The same, with what people write into it", response_class=Response, responses=_ANSWERS)
def paper_with_words(work: Work, given: Options, form: Wished, band: Guide, words: Words) -> Response:
    return _answer(work, given, form, band, words)


def _answer(work: Workspace, given: Asked, form: Form, band: Band | None, words: Words) -> Response:
    gathered = gather(work, given, words, band=band, time_limit=DIRECT_SECONDS)
    body = written(paper_of(gathered), form)
    name = f"decision-paper-{gathered.given.place_id or gathered.given.ground.version.footprint_id}.{form}"
    headers = {"X-Content-Type-Options": "nosniff", "Content-Disposition": f'attachment; filename="{name}"'}
    if form is Form.HTML:
        headers["Content-Disposition"] = f'inline; filename="{name}"'
        headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    media = f"{MEDIA[form]}; charset=utf-8" if form is Form.HTML else MEDIA[form]
    return Response(body, media_type=media, headers=headers)
