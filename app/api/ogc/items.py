"""Pages of features: GeoJSON joined from what is kept ready, and pages for people.

Other forms (files, tables) are added to ``FORMS``; each answers for a collection and what is asked of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from fastapi import Request
from fastapi.responses import Response

from app.api.ogc import pages
from app.api.ogc.answering import Link, address, answered, link, link_header, tag
from app.api.ogc.documents import GEOJSON, REL
from app.api.ogc.forms import HTML, SCHEMA, Form
from app.domain.publication import Collection, Cursor, Page
from app.services.publishing import asking
from app.services.publishing.asking import Asked
from app.services.publishing.crs import CRS84, GRID, Crs, given
from app.services.publishing.writing import feature_text
from app.services.workspace import Workspace
from app.store.features import Kept

_BY_TEN = re.compile(r"GDAL/(2\.|3\.[0-7]\.)")

_ASKS = "application/geo+json, application/json"

GEOJSON_FORM = Form("json", GEOJSON, "GeoJSON", ("application/json", "application/vnd.geo+json"))


@dataclass(frozen=True)
class Wanted:
    """One request for features, read and checked."""

    request: Request
    work: Workspace
    collection: Collection
    asked: Asked
    cursor: Cursor | None

    def tag(self, form: Form) -> str:
        """The tag of the answer: its content never changes, so the question tells the answer."""
        place = self.request.query_params.get("cursor")
        asked = self.asked
        of = (self.collection.key, asked.said, asked.limit, asked.crs.uri, place, form.name, self.walks_by_ten)
        return tag(self.request, *of)

    @property
    def walks_by_ten(self) -> bool:
        """Whether a program downloads all features but asks for ten, as GDAL did until 3.8, following ``next``.

        Its next pages are as large as others': 5,000 areas are then six requests instead of five hundred. Unless told
        otherwise it does not say who it is, and is known by how it asks.
        """
        given = self.request.headers
        program = given.get("user-agent")
        by_name = bool(_BY_TEN.match(program)) if program else given.get("accept") == _ASKS
        return by_name and self.request.query_params.get("limit") == "10"


@dataclass(frozen=True)
class ItemForm:
    """A form that features can be had in, and what answers in it."""

    form: Form
    answer: Callable[[Wanted], Response]


def as_geojson(wanted: Wanted) -> Response:
    crs = wanted.asked.crs
    headers = {"Content-Crs": f"<{crs.uri}>", "Vary": "Accept, User-Agent"}

    def make() -> tuple[str, list[Link]]:
        texts, page, matched = _texts(wanted)
        links = page_links(wanted, GEOJSON_FORM, page)
        said = {"type": "FeatureCollection", "numberMatched": matched, "numberReturned": len(texts), "links": links}
        head = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
        return f'{head[:-1]},"features":[{",".join(texts)}]}}', links

    return answered(wanted.request, wanted.tag(GEOJSON_FORM), make, GEOJSON, headers)


def as_page(wanted: Wanted) -> Response:
    def make() -> str:
        with wanted.work.store.read() as unit:
            found = unit.features.search(wanted.collection, wanted.asked.where, wanted.asked.order)
            page = found.page(wanted.cursor, wanted.asked.limit, ("properties",))
            matched = found.matched(page, wanted.cursor)
        links = {item["rel"]: item["href"] for item in page_links(wanted, HTML, page)}
        return pages.render(
            "items.html", wanted.request, made=wanted.collection, page=page, matched=matched, links=links
        )

    return answered(wanted.request, wanted.tag(HTML), make, HTML.media, pages.HEADERS)


FORMS: list[ItemForm] = [ItemForm(GEOJSON_FORM, as_geojson), ItemForm(HTML, as_page)]


def feature(
    request: Request, work: Workspace, collection: Collection, feature_id: str, crs: Crs, html: bool
) -> Response:
    """One feature. Raises ``Problem`` (not found)."""
    with work.store.read() as unit:
        kept = unit.features.one(collection, feature_id)
    own = ("collections", collection.id, "items", kept.id)
    code = None if crs is CRS84 else crs.uri
    as_json = link("alternate" if html else "self", address(request, *own, f="json", crs=code), GEOJSON, "This feature")
    page = link(
        "self" if html else "alternate", address(request, *own, f="html"), "text/html", "This feature as a page"
    )
    above = link("collection", address(request, "collections", collection.id), "application/json", collection.title)
    made_of = tag(request, collection.key, kept.id, crs.uri, html)
    if html:

        def show() -> str:
            return pages.render("feature.html", request, made=collection, kept=kept, json=as_json["href"])

        return answered(request, made_of, show, HTML.media, pages.HEADERS)
    links = [as_json, page, above]
    text = _in(crs, collection, [kept])[0]

    def make() -> str:
        return f'{text[:-1]},"links":{json.dumps(links, ensure_ascii=False, separators=(",", ":"))}}}'

    return answered(request, made_of, make, GEOJSON, {"Content-Crs": f"<{crs.uri}>", **link_header(links)})


def page_links(wanted: Wanted, form: Form, page: Page) -> list[Link]:
    """The page itself, in each form, and the pages beside it."""
    request, collection, question = wanted.request, wanted.collection, wanted.asked
    own = ("collections", collection.id, "items")
    said = {**dict(question.said)}
    if "limit" in request.query_params:
        said["limit"] = str(question.limit)
    if question.crs is not CRS84:
        said["crs"] = question.crs.uri
    here = {"cursor": request.query_params["cursor"]} if "cursor" in request.query_params else {}

    def href(name: str, place: dict[str, str]) -> str:
        return address(request, *own, **{**said, **place, "f": name})

    links = [link("self", href(form.name, here), form.media, "This page")]
    links += [
        link("alternate", href(other.form.name, here), other.form.media, f"This page as {other.form.title}")
        for other in FORMS
        if other.form.name != form.name
    ]
    for rel, cursor in (("next", page.following), ("prev", page.preceding)):
        if cursor is not None:
            place = {"cursor": asking.encoded(cursor, collection.key, question.digest)}
            if wanted.walks_by_ten:
                place["limit"] = str(asking.DEFAULT)
            links.append(link(rel, href(form.name, place), form.media, f"The {rel} page"))
    asks = address(request, "collections", collection.id, "queryables")
    links.append(link(f"{REL}queryables", asks, SCHEMA.media, "What can be asked"))
    links.append(
        link("collection", address(request, "collections", collection.id), "application/json", collection.title)
    )
    return links


def _texts(wanted: Wanted) -> tuple[list[str], Page, int]:
    """The features of a page as GeoJSON, the page, and how many features match in all."""
    crs = wanted.asked.crs
    names = ("geojson",) if crs is CRS84 else ("grid",) if crs is GRID else ("properties", "geometry")
    with wanted.work.store.read() as unit:
        found = unit.features.search(wanted.collection, wanted.asked.where, wanted.asked.order)
        page = found.page(wanted.cursor, wanted.asked.limit, names)
        matched = found.matched(page, wanted.cursor)
    return _in(crs, wanted.collection, page.rows), page, matched


def _in(crs: Crs, collection: Collection, rows: list[Kept]) -> list[str]:
    if crs is CRS84:
        return [row.geojson or "" for row in rows]
    if crs is GRID:
        return [row.grid or "" for row in rows]
    shapes = given(np.array([row.shape for row in rows], dtype=object), crs)
    return [
        feature_text(row.id, shape, _said(collection, row.properties or {}))
        for row, shape in zip(rows, shapes, strict=True)
    ]


def _said(collection: Collection, properties: dict[str, Any]) -> str:
    ordered = {field.name: properties.get(field.name) for field in collection.fields}
    return json.dumps(ordered, ensure_ascii=False, separators=(",", ":"))
