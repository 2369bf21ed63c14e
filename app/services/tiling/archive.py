"""All tiles of collections in one file, PMTiles 3, which maps read in parts from any web server or disk.

https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md
"""

from __future__ import annotations

import gzip
import hashlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary, finalize

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from app.domain.problem import Fault, Problem
from app.domain.publication import Collection
from app.services.tiling.squares import Square, limits
from app.services.tiling.tiles import tile
from app.services.workspace import Workspace

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

DEEPEST = 13
"""The last zoom of an archive: a unit is then 0.7 m on the ground in London. Maps enlarge it beyond."""

MOST_SQUARES = 6_000
"""An archive of a large country ends at a lower zoom, so that it is made within a minute or two."""

SHAPE = 1
"""Grows whenever the file's form changes while what it holds does not."""

_folders: WeakKeyDictionary[Workspace, Path] = WeakKeyDictionary()


def archive(work: Workspace, collections: Sequence[Collection]) -> Path:
    """A file with the tiles of collections, a layer each, made once for their content and the same to the byte.

    Raises ``Problem`` (not found) where none of them has a place.
    """
    name = archive_name(collections)
    return work.remember(("archive", name), lambda: _written(work, collections, name))


def archive_name(collections: Sequence[Collection]) -> str:
    """What the file follows from, as a hash."""
    return hashlib.sha256("\n".join([str(SHAPE), *(made.key for made in collections)]).encode()).hexdigest()[:32]


def last_zoom(bounds: Sequence[Bounds]) -> int:
    """The last zoom up to which the squares over ``bounds`` (degrees) are few enough."""
    zoom, count = 0, 0
    while zoom <= DEEPEST:
        count += len({square for each in bounds for square in _squares(each, zoom)})
        if count > MOST_SQUARES:
            break
        zoom += 1
    return max(zoom - 1, 0)


def _written(work: Workspace, collections: Sequence[Collection], name: str) -> Path:
    placed = [(made, made.bounds) for made in collections if made.bounds is not None]
    if not placed:
        raise Problem(
            Fault.NOT_FOUND,
            "Nothing to draw",
            "No feature of these collections has a place on the map.",
            remedy="Choose collections that have one.",
        )
    deepest = last_zoom([bounds for _, bounds in placed])
    path = _folder(work) / f"{name}.pmtiles"
    with path.open("wb") as file:
        writer = Writer(file)
        for id_, square in _in_order([bounds for _, bounds in placed], deepest):
            layers = b"".join(tile(work, made, square) for made, bounds in placed if _lies_in(square, bounds))
            if layers:
                writer.write_tile(id_, gzip.compress(layers, mtime=0))
        writer.finalize(_header([bounds for _, bounds in placed]), _metadata([made for made, _ in placed], deepest))
    return path


def _folder(work: Workspace) -> Path:
    """Where a workspace's archives lie: as long as it lives, and no longer."""
    if work not in _folders:
        folder = Path(tempfile.mkdtemp(prefix="coterminous-tiles-"))
        finalize(work, shutil.rmtree, folder, ignore_errors=True)
        _folders[work] = folder
    return _folders[work]


def _in_order(bounds: Sequence[Bounds], deepest: int) -> Iterator[tuple[int, Square]]:
    for zoom in range(deepest + 1):
        squares = {square for each in bounds for square in _squares(each, zoom)}
        yield from sorted(
            ((zxy_to_tileid(zoom, square.column, square.row), square) for square in squares), key=lambda pair: pair[0]
        )


def _squares(bounds: Bounds, zoom: int) -> Iterator[Square]:
    first_row, last_row, first_column, last_column = limits(bounds, zoom)
    for row in range(first_row, last_row + 1):
        for column in range(first_column, last_column + 1):
            yield Square(zoom, row, column)


def _lies_in(square: Square, bounds: Bounds) -> bool:
    first_row, last_row, first_column, last_column = limits(bounds, square.zoom)
    return first_row <= square.row <= last_row and first_column <= square.column <= last_column


def _header(bounds: Sequence[Bounds]) -> dict[str, Any]:
    west, south = min(each[0] for each in bounds), min(each[1] for each in bounds)
    east, north = max(each[2] for each in bounds), max(each[3] for each in bounds)

    def kept(degrees: float) -> int:
        return round(degrees * 1e7)

    return {
        "version": 3,
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": kept(west),
        "min_lat_e7": kept(south),
        "max_lon_e7": kept(east),
        "max_lat_e7": kept(north),
        "center_lon_e7": kept((west + east) / 2),
        "center_lat_e7": kept((south + north) / 2),
        "center_zoom": 10,
    }


def _metadata(collections: Sequence[Collection], deepest: int) -> dict[str, Any]:
    said = list(dict.fromkeys(str(made.about["attribution"]) for made in collections))
    return {
        "name": ", ".join(made.title for made in collections),
        "description": " ".join(made.description for made in collections),
        "attribution": " ".join(said),
        "type": "overlay",
        "version": ", ".join(made.key for made in collections),
        "vector_layers": [
            {
                "id": made.id,
                "description": made.title,
                "minzoom": 0,
                "maxzoom": deepest,
                "fields": {field.name: field.title for field in made.fields},
            }
            for made in collections
        ],
    }
