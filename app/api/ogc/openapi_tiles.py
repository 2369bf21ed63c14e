"""The addresses of tiles, archives of tiles and styles, as OpenAPI describes them."""

from __future__ import annotations

from app.api.ogc.openapi_parts import Document, operation, path_parameter, query_parameter
from app.api.ogc.tilesets import MVT, PMTILES, SQUARES
from app.services.tiling.squares import LAST

JSON = "application/json"


def tile_paths() -> Document:
    """The addresses, by path."""
    own, one = "/collections/{collectionId}", ["collectionId"]
    nothing: Document = {"204": {"description": "Nothing lies there"}}

    def part(path: str, name: str, summary: str, parameters: list[str], form: str | None = None) -> Document:
        said = operation(name, summary, parameters, {JSON: "any"}, missing=True, form=form, page=False, tag="tiles")
        return {path: said}

    def file(path: str, name: str, summary: str, parameters: list[str]) -> Document:
        more: Document = {
            "206": {"description": "The part asked for (Range)", "content": _binary(PMTILES)},
            "416": {"description": "There is no such part", "content": {"text/plain": {"schema": {"type": "string"}}}},
        }
        return {
            path: operation(
                name,
                summary,
                parameters,
                {PMTILES: "file"},
                missing=True,
                form=None,
                page=False,
                tag="tiles",
                more=more,
            )
        }

    return {
        **part(f"{own}/tiles", "tilesets", "Its tilesets: one", one),
        **part(f"{own}/tiles/{SQUARES}", "tileset", "What its tiles hold and where they are", one, "tilesetForm"),
        f"{own}/tiles/{SQUARES}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": operation(
            "tile",
            "One tile, of one layer named as the collection",
            [*one, "tileMatrix", "tileRow", "tileCol", "content"],
            {MVT: "file"},
            missing=True,
            form=None,
            page=False,
            tag="tiles",
            more=nothing,
        ),
        **part(f"{own}/tilejson.json", "tilejson", "TileJSON 3.0, for maps in browsers", one),
        **part(f"{own}/style.json", "style", "A style for MapLibre that draws it", one),
        **part("/style.json", "styleOfSeveral", "A style that draws several, the first lowest", ["drawn"]),
        **file(f"{own}/tiles.pmtiles", "archive", "All its tiles in one file (PMTiles 3)", one),
        **file("/tiles.pmtiles", "archiveOfSeveral", "The same of several, a layer each", ["drawn"]),
    }


def tile_parameters() -> Document:
    """Their parameters, by name."""
    place: Document = {"type": "integer", "minimum": 0}
    return {
        "tileMatrix": path_parameter("tileMatrix", "The zoom", {**place, "maximum": LAST}),
        "tileRow": path_parameter("tileRow", "The row, from the north", place),
        "tileCol": path_parameter("tileCol", "The column, from the west", place),
        "content": query_parameter(
            "content",
            "The content the tile is of, as TileJSON names it: such a tile never changes",
            {"type": "string"},
        ),
        "tilesetForm": query_parameter(
            "f", "Form of the answer; else what Accept asks for", {"type": "string", "enum": ["json", "tilejson"]}
        ),
        "drawn": {
            **query_parameter(
                "collections", "Ids of collections", {"type": "array", "items": {"type": "string"}, "minItems": 1}
            ),
            "required": True,
        },
    }


def _binary(media: str) -> Document:
    return {media: {"schema": {"$ref": "#/components/schemas/file"}}}
