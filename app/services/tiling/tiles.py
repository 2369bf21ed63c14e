"""Tiles of a published collection: shapes simplified for a zoom, cut to a tile, and put on its whole units.

Outlines are simplified here for either database, all together, so that shared borders stay shared: PostGIS keeps what a
zoom needs and cuts and encodes its tiles itself (ST_AsMVT); for SQLite it is remembered and encoded here. What a
collection holds never changes under its key, so either is worked out once.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import shapely

from app.domain.publication import Collection, FieldKind
from app.services.tiling import encoding
from app.services.tiling.encoding import Tagged
from app.services.tiling.held import Held
from app.services.tiling.squares import BUFFER, EXTENT, LAST, Square, on_the_map, unit
from app.services.workspace import Workspace

_held: WeakKeyDictionary[Workspace, Held] = WeakKeyDictionary()

FINENESS = 4
"""Outlines may move by about so many units of a tile, half a point on a screen; not at all at the last zoom."""


@dataclass(frozen=True, eq=False)
class _Drawn:
    """Shapes of a collection in the map's metres, in the order of ids, for one zoom."""

    shapes: np.ndarray
    tree: shapely.STRtree


@dataclass(frozen=True, eq=False)
class _Whole:
    """Everything a collection's tiles are made of, those without a shape left out."""

    shapes: np.ndarray
    ids: list[int]
    tagged: list[Tagged]


def tile(work: Workspace, collection: Collection, square: Square) -> bytes:
    """One tile with one layer, named as the collection; empty where nothing of it lies there.

    A feature's number is its place in the order of ids; ``code`` is its id. What is missing is left out. What is
    smaller than a tile's unit cannot be drawn and is left out, too.
    """
    held = _held.setdefault(work, Held())
    key = (collection.key, square)
    known = held.get(key)
    if known is None:
        known = _made(work, collection, square)
        held.keep(key, known)
    return known


def _made(work: Workspace, collection: Collection, square: Square) -> bytes:
    if not work.store.encodes_tiles:
        return encoded(work, collection, square)
    work.remember(("tiles kept", collection.key, square.zoom), lambda: _kept(work, collection, square.zoom))
    with work.store.read() as unit_of_work:
        return unit_of_work.drawings.tile(collection, square.zoom, square.own, EXTENT, BUFFER)


def encoded(work: Workspace, collection: Collection, square: Square) -> bytes:
    """The same tile made here, whatever the database."""
    whole = _remembered(work, collection)
    drawn = work.remember(("tiles", collection.key, square.zoom), lambda: _drawn(whole, square.zoom))
    at = np.sort(drawn.tree.query(shapely.box(*square.box)))
    shapes = _in_units(drawn.shapes[at], square)
    kept = shapes != None  # noqa: E711 - for each of them
    if not kept.any():
        return b""
    at = at[kept]
    return encoding.layer(
        collection.id,
        [field.name for field in collection.fields],
        EXTENT,
        shapes[kept],
        [whole.ids[place] for place in at],
        [whole.tagged[place] for place in at],
    )


def _kept(work: Workspace, collection: Collection, zoom: int) -> bool:
    """Keep in the database what tiles of a zoom are cut from; whether it was not there."""
    with work.store.read() as unit_of_work:
        if unit_of_work.drawings.has(collection.key, zoom):
            return False
    whole = _remembered(work, collection)
    shapes = _drawn(whole, zoom).shapes
    with work.store.write() as unit_of_work:
        unit_of_work.drawings.keep(collection.key, zoom, whole.ids, shapes)
    return True


def _remembered(work: Workspace, collection: Collection) -> _Whole:
    return work.remember(("tiles", collection.key), lambda: _whole(work, collection))


def _whole(work: Workspace, collection: Collection) -> _Whole:
    shapes, ids = [], []
    tagged: list[Tagged] = []
    with work.store.read() as unit_of_work:
        for row in unit_of_work.features.all(collection, ("properties", "geometry")):
            if row.shape is None:
                continue
            said = row.properties or {}
            shapes.append(row.shape)
            ids.append(row.position)
            tagged.append(
                [
                    (at, encoding.value(said[field.name], whole=field.kind is FieldKind.INTEGER))
                    for at, field in enumerate(collection.fields)
                    if said.get(field.name) is not None
                ]
            )
    found = np.array(shapes, dtype=object)
    return _Whole(on_the_map(found) if shapes else found, ids, tagged)


def _drawn(whole: _Whole, zoom: int) -> _Drawn:
    shapes = whole.shapes.copy()
    if zoom < LAST:
        polygons = shapely.get_dimensions(shapes) == 2
        if polygons.any():
            # All at once, so that two areas with a common border keep it common.
            shapes[polygons] = shapely.coverage_simplify(shapes[polygons], FINENESS * unit(zoom))
        lines = shapely.get_dimensions(shapes) == 1
        shapes[lines] = shapely.simplify(shapes[lines], FINENESS * unit(zoom))
    return _Drawn(shapes, shapely.STRtree(shapes))


def _in_units(shapes: np.ndarray, square: Square) -> np.ndarray:
    """Shapes cut to a tile, in its whole units, y down; ``None`` for those of which nothing is left."""
    if not len(shapes):
        return shapes
    west, south, east, north = square.box
    left, top = square.corner
    dimension = shapely.get_dimensions(shapes)
    cut = shapely.clip_by_rect(shapes, west, south, east, north)
    torn = ~shapely.is_valid(cut)
    if torn.any():
        whole = shapely.make_valid(shapes[torn], method="structure", keep_collapsed=False)
        cut[torn] = shapely.intersection(whole, shapely.box(west, south, east, north))

    def moved(xy: np.ndarray) -> np.ndarray:
        return (xy - (left, top)) * (1, -1) / unit(square.zoom)

    exact = shapely.transform(cut, moved)
    whole_units: np.ndarray = shapely.transform(exact, np.round)
    unsound = ~shapely.is_valid(whole_units)
    whole_units[unsound] = shapely.set_precision(exact[unsound], 1.0)
    for at in np.flatnonzero((shapely.get_type_id(whole_units) == 7) | shapely.is_empty(whole_units)):
        whole_units[at] = _of_dimension(whole_units[at], dimension[at])
    whole_units[shapely.get_dimensions(whole_units) != dimension] = None
    return np.asarray(shapely.orient_polygons(whole_units), dtype=object)


def _of_dimension(shape: shapely.Geometry, dimension: int) -> shapely.Geometry | None:
    """The parts of a mixture that have the dimension of what was cut."""
    parts = [
        part for part in shapely.get_parts(shape) if shapely.get_dimensions(part) == dimension and not part.is_empty
    ]
    return shapely.union_all(parts) if parts else None
