"""The addresses of OGC API - Features."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.api.access import Reader, Work
from app.api.ogc import documents, formats, items, pages, tiles
from app.api.ogc.answering import ROOT, OgcRoute, answered, link_header, parameters, tag
from app.api.ogc.forms import DOCUMENT, HTML, OPENAPI, SCHEMA, Form, wanted
from app.api.ogc.openapi import openapi
from app.domain.problem import Fault, Problem
from app.domain.publication import Collection
from app.services.publishing import asking, published
from app.services.publishing.crs import CRS84, named
from app.services.workspace import Workspace

router = APIRouter(prefix=ROOT, route_class=OgcRoute, include_in_schema=False)
READ = ["GET", "HEAD"]

items.FORMS.extend(formats.FORMS)
router.include_router(tiles.router)


@router.api_route("", methods=READ)
@router.api_route("/", methods=READ)
def landing(request: Request, _reader: Reader) -> Response:
    """What the service is and where everything is."""
    parameters(request)
    form = wanted(request, DOCUMENT)
    return _document(request, form, "landing.html", documents.landing(request, form is HTML))


@router.api_route("/conformance", methods=READ)
def conformance(request: Request, _reader: Reader) -> Response:
    """Which standards it conforms to."""
    parameters(request)
    form = wanted(request, DOCUMENT)
    return _document(request, form, "conformance.html", documents.conformance(request, form is HTML))


@router.api_route("/api", methods=READ)
def api(request: Request, work: Work, _reader: Reader) -> Response:
    """The interface, described in OpenAPI 3.0 or for people."""
    parameters(request)
    form = wanted(request, (OPENAPI, HTML))
    said = openapi(request, [offer.id for offer, _ in published.listed(work)])
    return _document(request, form, "api.html", said)


@router.api_route("/style.css", methods=READ)
def style(request: Request) -> Response:
    """The style of the pages."""
    return answered(request, tag(request, pages.STYLE), lambda: pages.STYLE, "text/css")


@router.api_route("/collections", methods=READ)
def collections(request: Request, work: Work, _reader: Reader) -> Response:
    """Every collection; ``versions=all`` lists older versions of plans, too."""
    given = parameters(request, ("versions",))
    if given.get("versions", "latest") not in ("latest", "all"):
        raise Problem(
            Fault.BAD_INPUT,
            "The parameter “versions” cannot be used",
            "It is neither latest nor all.",
            remedy="Leave it out, or give all.",
        )
    every = given.get("versions") == "all"
    form = wanted(request, DOCUMENT)
    said = documents.collections(request, published.listed(work, every), form is HTML, every)
    return _document(request, form, "collections.html", said)


@router.api_route("/collections/{collection_id}", methods=READ)
def collection(collection_id: str, request: Request, work: Work, _reader: Reader) -> Response:
    """One collection, its extent, and what it stands on."""
    parameters(request)
    form = wanted(request, DOCUMENT)
    offer, made = published.offer(work, collection_id), published.published(work, collection_id)
    said = documents.collection(request, offer, made, form is HTML)
    return _document(request, form, "collection.html", said, made=made)


@router.api_route("/collections/{collection_id}/queryables", methods=READ)
def queryables(collection_id: str, request: Request, work: Work, _reader: Reader) -> Response:
    """What can be asked of it."""
    parameters(request)
    form = wanted(request, (SCHEMA, HTML))
    made = published.published(work, collection_id)
    return _document(request, form, "fields.html", documents.queryables(request, made), made=made)


@router.api_route("/collections/{collection_id}/schema", methods=READ)
def schema(collection_id: str, request: Request, work: Work, _reader: Reader) -> Response:
    """What the properties of its features are."""
    parameters(request)
    form = wanted(request, (SCHEMA, HTML))
    made = published.published(work, collection_id)
    return _document(request, form, "fields.html", documents.schema(request, made), made=made)


@router.api_route("/collections/{collection_id}/items", methods=READ)
def features(collection_id: str, request: Request, work: Work, _reader: Reader) -> Response:
    """Its features, a page at a time."""
    given = parameters(request, None)
    form = wanted(request, [known.form for known in items.FORMS])
    made, place = _content(work, collection_id, given.get("cursor"))
    question = asking.asked(made, given)
    cursor = None if place is None else asking.cursor(place, question)
    chosen = next(known for known in items.FORMS if known.form is form)
    return chosen.answer(items.Wanted(request, work, made, question, cursor))


@router.api_route("/collections/{collection_id}/items/{feature_id}", methods=READ)
def feature(collection_id: str, feature_id: str, request: Request, work: Work, _reader: Reader) -> Response:
    """One feature."""
    given = parameters(request, ("crs",))
    form = wanted(request, (items.GEOJSON_FORM, HTML))
    crs = named(given["crs"], "crs") if "crs" in given else CRS84
    made = published.published(work, collection_id)
    return items.feature(request, work, made, _usable(feature_id), crs, form is HTML)


def _content(work: Workspace, collection_id: str, place: str | None) -> tuple[Collection, str | None]:
    """The content asked about: the current one, or the one that a page began in."""
    made = published.published(work, collection_id)
    if place is not None:
        key = asking.content_key(place)
        if key != made.key:
            older = published.by_key(work, collection_id, key)
            if older is None:
                raise Problem(
                    Fault.BAD_INPUT,
                    "The parameter “cursor” cannot be used",
                    "The features it went through have been replaced since.",
                    remedy="Begin again without it.",
                )
            return older, place
    return made, place


def _usable(feature_id: str) -> str:
    if "\x00" in feature_id:
        raise Problem(Fault.NOT_FOUND, "No such feature", "No feature has such an id.")
    return feature_id


def _document(request: Request, form: Form, template: str, said: dict[str, Any], **more: Any) -> Response:
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    made_of = tag(request, form.name, text)
    shown = ("self", "alternate", "license")
    headers = link_header([link for link in said.get("links", []) if link["rel"] in shown])
    if form is not HTML:
        return answered(request, made_of, lambda: text, form.media, headers)

    def show() -> str:
        return pages.render(template, request, said=said, **more)

    return answered(request, made_of, show, HTML.media, {**headers, **pages.HEADERS})
