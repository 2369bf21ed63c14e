"""The documents that say what tiles there are: lists of tilesets, tilesets, and TileJSON, as plain JSON values."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from app.api.ogc.answering import Link, address, link
from app.api.ogc.documents import REL
from app.api.ogc.forms import JSON, Form
from app.domain.publication import Collection, FieldKind
from app.services.publishing.crs import CRS84
from app.services.tiling.squares import LAST, limits

Document = dict[str, Any]

SQUARES = "WebMercatorQuad"
SET = f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{SQUARES}"
MERCATOR = "http://www.opengis.net/def/crs/EPSG/0/3857"
MVT = "application/vnd.mapbox-vector-tile"
PMTILES = "application/vnd.pmtiles"
FORM = Form("mvt", MVT, "Mapbox Vector Tile", ("application/x-protobuf",))
TILEJSON = Form("tilejson", "application/json", "TileJSON", ("application/vnd.mapbox.tile+json",))
ZOOMS = f"0 to {LAST}"

_DIMENSIONS = {"points": 0, "lines": 1, "polygons": 2}
_TYPES = {
    FieldKind.TEXT: {"type": "string"},
    FieldKind.NUMBER: {"type": "number"},
    FieldKind.INTEGER: {"type": "integer"},
    FieldKind.FLAG: {"type": "boolean"},
    FieldKind.DATE: {"type": "string", "format": "date"},
}


def listed(request: Request, made: Collection) -> Document:
    """The one tileset of a collection."""
    here = address(request, "collections", made.id, "tiles")
    said = tileset(request, made)
    short = {name: said[name] for name in ("title", "dataType", "crs", "tileMatrixSetURI")}
    return {
        "links": [link("self", here, JSON.media, "This document")],
        "tilesets": [{**short, "links": said["links"]}],
    }


def tileset(request: Request, made: Collection) -> Document:
    """What the tiles of a collection hold, and where they are (OGC 17-083r4, TileSet metadata)."""
    own = ("collections", made.id)
    here = address(request, *own, "tiles", SQUARES)
    links: list[Link] = [
        link("self", here, JSON.media, "This tileset"),
        link("alternate", address(request, *own, "tilejson.json"), JSON.media, "TileJSON"),
        link("enclosure", address(request, *own, "tiles.pmtiles"), PMTILES, "All tiles in one file"),
        {**link("item", _template(request, made, "tileMatrix", "tileRow", "tileCol"), MVT, "Tiles"), "templated": True},
        link(f"{REL}geodata", address(request, *own), JSON.media, made.title),
        link(f"{REL}tiling-scheme", SET, JSON.media, SQUARES),
    ]
    layer: Document = {
        "id": made.id,
        "title": made.title,
        "dataType": "vector",
        "minTileMatrix": "0",
        "maxTileMatrix": str(LAST),
        "propertiesSchema": {
            "type": "object",
            "properties": {field.name: {"title": field.title, **_TYPES[field.kind]} for field in made.fields},
        },
    }
    if made.geometry in _DIMENSIONS:
        layer["geometryDimension"] = _DIMENSIONS[made.geometry]
    said: Document = {
        "title": made.title,
        "description": made.description,
        "attribution": made.about["attribution"],
        "dataType": "vector",
        "crs": MERCATOR,
        "tileMatrixSetURI": SET,
        "links": links,
        "layers": [layer],
    }
    if made.bounds is not None:
        west, south, east, north = made.bounds
        said["boundingBox"] = {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84.uri}
        said["tileMatrixSetLimits"] = [_limits(made.bounds, zoom) for zoom in range(LAST + 1)]
    return said


def tilejson(request: Request, made: Collection) -> Document:
    """TileJSON 3.0: https://github.com/mapbox/tilejson-spec/tree/master/3.0.0."""
    said: Document = {
        "tilejson": "3.0.0",
        "name": made.title,
        "description": made.description,
        "attribution": made.about["attribution"],
        "scheme": "xyz",
        "tiles": [_template(request, made, "z", "y", "x")],
        "minzoom": 0,
        "maxzoom": LAST,
        "vector_layers": [
            {
                "id": made.id,
                "description": made.title,
                "minzoom": 0,
                "maxzoom": LAST,
                "fields": {field.name: field.title for field in made.fields},
            }
        ],
    }
    if made.bounds is not None:
        said["bounds"] = list(made.bounds)
    return said


def _template(request: Request, made: Collection, *names: str) -> str:
    """Where the tiles of this content are: as it never changes, clients may keep them."""
    path, _, query = address(request, "collections", made.id, "tiles", SQUARES, content=made.key).partition("?")
    return f"{path}{''.join(f'/{{{name}}}' for name in names)}?{query}"


def _limits(bounds: tuple[float, float, float, float], zoom: int) -> Document:
    first_row, last_row, first_column, last_column = limits(bounds, zoom)
    return {
        "tileMatrix": str(zoom),
        "minTileRow": first_row,
        "maxTileRow": last_row,
        "minTileCol": first_column,
        "maxTileCol": last_column,
    }
