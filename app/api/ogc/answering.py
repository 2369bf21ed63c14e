"""What every address under ``/ogc`` shares: refusals with status 400, tags, links that work behind a proxy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute

from app.api.problems import problem_response
from app.domain.problem import Fault, Problem

ROOT = "/ogc"
SHAPE = 1
"""Grows whenever an answer's form changes while its content does not, so that clients ask for it anew."""

COMMON = ("f", "token")
"""Parameters that every address takes."""

Link = dict[str, Any]


class OgcRoute(APIRoute):
    """The standard wants 400 for any parameter that cannot be used, and 404 for what cannot be had."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except Problem as problem:
                status = {
                    Fault.BAD_INPUT: (HTTPStatus.BAD_REQUEST, "bad-request"),
                    Fault.NOTHING_LOADED: (HTTPStatus.NOT_FOUND, str(Fault.NOTHING_LOADED)),
                }.get(problem.fault)
                if status is None:
                    raise
                return problem_response(*status, problem.title, problem.detail, remedy=problem.remedy)

        return handled


def parameters(request: Request, known: tuple[str, ...] | None = ()) -> dict[str, str]:
    """The parameters of a request but for the common ones, each given once.

    ``known`` are those it may have; ``None`` leaves that to the caller. Raises ``Problem`` (bad input).
    """
    given: dict[str, str] = {}
    for name, text in request.query_params.multi_items():
        if name in given:
            raise _refused(name, "It is given twice.", "Give it once.")
        given[name] = text
    own = {name: text for name, text in given.items() if name not in COMMON}
    for name in own:
        if known is not None and name not in known:
            listed = ", ".join((*known, *COMMON))
            raise _refused(name, "There is no such parameter here.", f"Known: {listed}.")
    return own


def base(request: Request) -> str:
    """The address of ``/ogc`` as the client sees it: of the setting ``public_url``, else of the request."""
    configured = request.app.state.settings.public_url
    return (configured or str(request.base_url)).rstrip("/") + ROOT


def address(request: Request, *path: str, **query: str | int | None) -> str:
    """An address below ``/ogc``; a key sent as ``?token=`` goes with it, so that paging keeps it."""
    said = {name: value for name, value in query.items() if value is not None}
    token = request.query_params.get("token")
    if token is not None:
        said["token"] = token
    below = "".join(f"/{quote(part, safe='')}" for part in path)
    return base(request) + below + (f"?{urlencode(said)}" if said else "")


def link(rel: str, href: str, media: str, title: str) -> Link:
    return {"rel": rel, "href": href, "type": media, "title": title}


def tag(request: Request, *said: Any) -> str:
    """A weak tag: what an answer follows from, and where it is asked for."""
    text = json.dumps([SHAPE, base(request), request.query_params.get("token"), *said], default=str)
    return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def tagged(request: Request, made_of: str) -> dict[str, str]:
    """The headers that every answer with a tag has."""
    private = "token" in request.query_params or "authorization" in request.headers
    return {
        "ETag": made_of,
        "Cache-Control": "private, no-cache" if private else "no-cache",
        "Vary": "Accept",
        "X-Content-Type-Options": "nosniff",
    }


def known_already(request: Request, headers: Mapping[str, str]) -> Response | None:
    """The answer (304) to a client that has what these headers tag already; ``None`` for any other."""
    made_of = headers["ETag"]
    known = [part.strip() for part in request.headers.get("if-none-match", "").split(",")]
    if "*" in known or made_of in known or made_of.removeprefix("W/") in known:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=dict(headers))
    return None


def answered(
    request: Request,
    made_of: str,
    make: Callable[[], str | tuple[str, list[Link]]],
    media: str,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer with its tag; ``make`` is not even called for a client that has it already (304).

    Links that ``make`` gives beside the text become a header.
    """
    said = {**tagged(request, made_of), **(headers or {})}
    known = known_already(request, said)
    if known is not None:
        return known
    made = make()
    text, links = made if isinstance(made, tuple) else (made, [])
    return Response(text, media_type=media, headers={**said, **link_header(links)})


def link_header(links: list[Link]) -> dict[str, str]:
    """Links as a header (RFC 8288), for clients that do not read the body."""
    said = [f'<{link["href"]}>; rel="{link["rel"]}"; type="{link["type"]}"' for link in links]
    return {"Link": ", ".join(said)} if said else {}


def _refused(name: str, why: str, remedy: str) -> Problem:
    return Problem(Fault.BAD_INPUT, f"The parameter “{name[:60]}” cannot be used", why, remedy=remedy)
