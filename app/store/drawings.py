"""Outlines as tiles draw them, kept by zoom in PostGIS, which cuts and encodes the tiles itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import shapely
from sqlalchemy import exists, insert, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from app.domain.publication import Collection
from app.store.feature_tables import PublishedDrawing
from app.store.frames import batches, table_of

BATCH = 2_000

# ST_AsMVTGeom snaps, cuts and mends; the order makes the same bytes of the same question.
TILE = text(
    """
    WITH square AS (
        SELECT ST_MakeEnvelope(:west, :south, :east, :north, 3857) AS whole
    ), drawn AS (
        SELECT d.position AS id, f.properties,
               ST_AsMVTGeom(d.geometry, square.whole, :extent, :buffer, true) AS geometry
        FROM square
        JOIN published_drawing d ON d.geometry && ST_Expand(square.whole, :beyond)
        JOIN published_feature f ON f.collection_key = d.collection_key AND f.position = d.position
        WHERE d.collection_key = :key AND d.zoom = :zoom
        ORDER BY d.position
    )
    SELECT ST_AsMVT(drawn, :name, :extent, 'geometry', 'id') FROM drawn WHERE geometry IS NOT NULL
    """
)


class Drawings:
    def __init__(self, session: Session) -> None:
        self._session = session

    def has(self, key: str, zoom: int) -> bool:
        """Whether the outlines of a collection's content (its key) are kept for a zoom."""
        found = exists().where(PublishedDrawing.collection_key == key, PublishedDrawing.zoom == zoom)
        return bool(self._session.scalar(select(found)))

    def keep(self, key: str, zoom: int, positions: Sequence[int], shapes: Iterable[shapely.Geometry]) -> None:
        """Keep outlines (EPSG:3857) by the positions of their features; what another has kept before stays."""
        make = postgresql.insert if self._session.get_bind().dialect.name == "postgresql" else insert
        rows = [
            {"collection_key": key, "zoom": zoom, "position": position, "geometry": shape}
            for position, shape in zip(positions, shapes, strict=True)
        ]
        for batch in batches(rows, BATCH):
            statement = make(table_of(PublishedDrawing))
            if isinstance(statement, postgresql.Insert):
                statement = statement.on_conflict_do_nothing()
            self._session.execute(statement, list(batch))

    def tile(
        self,
        collection: Collection,
        zoom: int,
        box: tuple[float, float, float, float],
        extent: int,
        buffer: int,
    ) -> bytes:
        """A tile of one layer named as the collection, encoded by PostGIS; empty where nothing lies there.

        ``box``: west, south, east, north of the tile in metres of EPSG:3857, without the buffer (in tile units).
        """
        west, south, east, north = box
        said = self._session.scalar(
            TILE,
            {
                "west": west,
                "south": south,
                "east": east,
                "north": north,
                "extent": extent,
                "buffer": buffer,
                "beyond": (east - west) * buffer / extent,
                "key": collection.key,
                "zoom": zoom,
                "name": collection.id,
            },
        )
        return bytes(said) if said else b""
