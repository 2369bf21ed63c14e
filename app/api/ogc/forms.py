"""The form of an answer: by ``f=``, else by ``Accept``; JSON where nobody asks for a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request
from starlette_compress import add_compress_type

from app.domain.problem import Fault, Problem


@dataclass(frozen=True)
class Form:
    """``name`` is what ``f=`` calls it, ``media`` its type; ``accepts`` are other types it answers to."""

    name: str
    media: str
    title: str
    accepts: tuple[str, ...] = ()


JSON = Form("json", "application/json", "JSON")
HTML = Form("html", "text/html; charset=utf-8", "HTML page", ("text/html", "application/xhtml+xml"))
SCHEMA = Form("json", "application/schema+json", "JSON Schema", ("application/json",))
OPENAPI = Form("json", "application/vnd.oai.openapi+json;version=3.0", "OpenAPI 3.0", ("application/json",))
DOCUMENT = (JSON, HTML)

for described in (SCHEMA, OPENAPI):
    add_compress_type(described.media.split(";")[0])


def wanted(request: Request, offered: Sequence[Form]) -> Form:
    """The form a request asks for, by default the first. Raises ``Problem`` for an unknown ``f=``."""
    named = request.query_params.get("f")
    if named is not None:
        found = next((form for form in offered if form.name == named), None)
        if found is None and named == "geojson":
            found = next((form for form in offered if form.media == "application/geo+json"), None)
        if found is None:
            raise Problem(
                Fault.BAD_INPUT,
                "The parameter “f” cannot be used",
                f"This address has no form “{named[:40]}”.",
                remedy=f"It has: {', '.join(form.name for form in offered)}.",
            )
        return found
    best, quality = offered[0], 0.0
    for accepted, weight in _accepted(request.headers.get("accept", "")):
        form = next((f for f in offered if accepted in (f.media.split(";")[0], *f.accepts)), None)
        if form is not None and weight > quality:
            best, quality = form, weight
    return best


def _accepted(header: str) -> list[tuple[str, float]]:
    found = []
    for part in header.lower().split(","):
        media, *rest = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for piece in rest:
            name, _, value = piece.partition("=")
            if name.strip() == "q":
                try:
                    weight = float(value)
                except ValueError:
                    weight = 0.0
        found.append((media, weight))
    return found
