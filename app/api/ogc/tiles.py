"""OGC API - Tiles: collections as vector tiles, what says where they are (tilesets, TileJSON), and how to draw them."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from starlette_compress import add_compress_type

from app.api.access import Reader, Work
from app.api.ogc import styles, tilesets
from app.api.ogc.answering import OgcRoute, answered, known_already, parameters, tag, tagged
from app.api.ogc.forms import JSON, wanted
from app.domain.problem import Fault, Problem
from app.domain.publication import Collection
from app.services.publishing import published
from app.services.tiling.archive import archive, archive_name
from app.services.tiling.squares import Square
from app.services.tiling.tiles import tile
from app.services.workspace import Workspace

router = APIRouter(route_class=OgcRoute, include_in_schema=False)
READ = ["GET", "HEAD"]
OWN = "/collections/{collection_id}"
A_YEAR = 31_536_000
MOST_DRAWN = 10

add_compress_type(tilesets.MVT)


@router.api_route(f"{OWN}/tiles", methods=READ)
def listed(collection_id: str, request: Request, work: Work, _reader: Reader) -> Response:
    """The tilesets of a collection: one."""
    parameters(request)
    wanted(request, (JSON,))
    return _said(request, tilesets.listed(request, published.published(work, collection_id)))


@router.api_route(f"{OWN}/tiles/{tilesets.SQUARES}", methods=READ)
def tileset(collection_id: str, request: Request, work: Work, _reader: Reader) -> Response:
    """What a tileset holds and where its tiles are, as the standard says it or as TileJSON (``f=tilejson``)."""
    parameters(request)
    form = wanted(request, (JSON, tilesets.TILEJSON))
    made = published.published(work, collection_id)
    return _said(request, (tilesets.tilejson if form is tilesets.TILEJSON else tilesets.tileset)(request, made))


@router.api_route(f"{OWN}/tilejson.json", methods=READ)
def tilejson(collection_id: str, request: Request, work: Work, _reader: Reader) -> Response:
    """TileJSON 3.0, which maps in browsers and QGIS read."""
    parameters(request)
    return _said(request, tilesets.tilejson(request, published.published(work, collection_id)))


@router.api_route(f"{OWN}/style.json", methods=READ)
def style(collection_id: str, request: Request, work: Work, _reader: Reader) -> Response:
    """A style for MapLibre that draws one collection."""
    parameters(request)
    return _said(request, styles.style(request, [published.published(work, collection_id)]))


@router.api_route("/style.json", methods=READ)
def style_of_several(request: Request, work: Work, _reader: Reader) -> Response:
    """A style that draws several collections, the first lowest: areas, neighbourhoods, practices."""
    return _said(request, styles.style(request, several(request, work)))


@router.api_route(f"{OWN}/tiles.pmtiles", methods=READ)
def archived(collection_id: str, request: Request, work: Work, _reader: Reader) -> Response:
    """All tiles of a collection in one file (PMTiles 3), whole or in parts (``Range``)."""
    parameters(request)
    return _archive(request, work, [published.published(work, collection_id)])


@router.api_route("/tiles.pmtiles", methods=READ)
def archive_of_several(request: Request, work: Work, _reader: Reader) -> Response:
    """The same of several collections, a layer each."""
    return _archive(request, work, several(request, work))


def several(request: Request, work: Workspace) -> list[Collection]:
    """The collections that a request names. Raises ``Problem``."""
    named = [name for name in parameters(request, ("collections",)).get("collections", "").split(",") if name]
    if not named or len(named) > MOST_DRAWN or len(set(named)) < len(named):
        raise Problem(
            Fault.BAD_INPUT,
            "The parameter “collections” cannot be used",
            f"It names from 1 to {MOST_DRAWN} collections, each once.",
            remedy="Give ids of collections, joined by commas.",
        )
    return [published.published(work, name) for name in named]


def _archive(request: Request, work: Workspace, drawn: list[Collection]) -> Response:
    # A strong tag, since the bytes are the same for the same content: parts of one file fit together (If-Range).
    headers = tagged(request, f'"{archive_name(drawn)}"')
    if (known := known_already(request, headers)) is not None:
        return known
    name = drawn[0].id if len(drawn) == 1 else "coterminous"
    headers["Content-Disposition"] = f'attachment; filename="{name}.pmtiles"'
    return FileResponse(archive(work, drawn), media_type=tilesets.PMTILES, headers=headers)


@router.api_route(OWN + f"/tiles/{tilesets.SQUARES}/{{zoom}}/{{row}}/{{column}}", methods=READ)
def one(
    collection_id: str, zoom: str, row: str, column: str, request: Request, work: Work, _reader: Reader
) -> Response:
    """One tile: the row from the north before the column from the west. 204 where nothing lies there."""
    given = parameters(request, ("content",))
    wanted(request, (tilesets.FORM,))
    made = _content(work, collection_id, given.get("content"))
    square = _square(zoom, row, column)
    headers = tagged(request, tag(request, made.key, "tile", square.zoom, square.row, square.column))
    if "content" in given:
        whose = "private" if headers["Cache-Control"].startswith("private") else "public"
        headers["Cache-Control"] = f"{whose}, max-age={A_YEAR}, immutable"
    if (known := known_already(request, headers)) is not None:
        return known
    text = tile(work, made, square)
    if not text:
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)
    return Response(text, media_type=tilesets.MVT, headers=headers)


def _content(work: Workspace, collection_id: str, key: str | None) -> Collection:
    made = published.published(work, collection_id)
    if key is None or key == made.key:
        return made
    older = published.by_key(work, collection_id, key)
    if older is None:
        raise Problem(
            Fault.NOT_FOUND,
            "No such tile",
            "The features it was made of have been replaced since.",
            remedy=f"Read /ogc{OWN.format(collection_id=collection_id)}/tilejson.json again.",
        )
    return older


def _square(zoom: str, row: str, column: str) -> Square:
    texts = (zoom, row, column)
    if all(text.isascii() and text.isdigit() and len(text) < 6 for text in texts):
        square = Square(int(zoom), int(row), int(column))
        if square.exists:
            return square
    raise Problem(
        Fault.NOT_FOUND,
        "No such tile",
        f"There is no tile {'/'.join(texts)[:60]}.",
        remedy=f"Zooms are {tilesets.ZOOMS}; row and column are from 0, below 2 to the power of the zoom.",
    )


def _said(request: Request, said: dict[str, Any]) -> Response:
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return answered(request, tag(request, text), lambda: text, JSON.media)
