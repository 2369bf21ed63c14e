"""What is published: collections and their features, written once and whole, then found, sorted and paged by SQL."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import and_, delete, func, insert, null, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.domain.filters import AllOf, Filter
from app.domain.publication import Collection, Cursor, Feature, Field, FieldKind, Order, Page
from app.store.feature_tables import PublishedCollection, PublishedFeature
from app.store.frames import batches, not_found, table_of
from app.store.searching import COLUMNS, Clause, Search
from app.store.shape import BRITISH_NATIONAL_GRID

KEPT_FOR = timedelta(days=1)
"""How long older content of a collection stays after newer was made, so that downloads under way end as they began."""

BATCH = 2_000
LARGE = ("geometry", "geojson", "grid")


class Kept(NamedTuple):
    """A feature as asked for; what was not asked for is ``None``."""

    position: int
    id: str
    properties: dict[str, Any] | None
    shape: shapely.Geometry | None
    geojson: str | None
    grid: str | None


class Features:
    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        self._session = session
        self._now = now

    def publish(self, collection: Collection, features: Sequence[Feature]) -> bool:
        """Keep a collection with all its features; ``False`` where its key is there already, which then stays.

        Older content of the same collection is removed once newer has stood for ``KEPT_FOR``.
        """
        make = postgresql.insert if self._session.get_bind().dialect.name == "postgresql" else sqlite.insert
        values = {
            **{f.name: getattr(collection, f.name) for f in dataclasses.fields(collection)},
            "fields": [{**dataclasses.asdict(f), "kind": str(f.kind)} for f in collection.fields],
        }
        first = make(PublishedCollection).values(values).on_conflict_do_nothing(index_elements=["key"])
        if self._session.execute(first.returning(PublishedCollection.key)).first() is None:
            return False
        for batch in batches(features, BATCH):
            self._session.execute(
                insert(table_of(PublishedFeature)), [_row(collection.key, feature) for feature in batch]
            )
        self._prune(collection.id)
        return True

    def find(self, key: str) -> Collection | None:
        """The collection under a key; ``None`` where it has not been made."""
        row = self._session.get(PublishedCollection, key)
        return None if row is None else _collection(row)

    def search(self, collection: Collection, where: Filter | None = None, order: tuple[Order, ...] = ()) -> Found:
        """The features that a filter holds for, in order (then by position). Spatial parts are worked out here."""
        search = Search(self._session, collection.key)
        asked = where if where is not None else AllOf(())
        clause = and_(search.clause(asked), *search.narrowed(asked))
        return Found(self._session, collection, search, clause, order, filtered=where is not None)

    def one(self, collection: Collection, feature_id: str) -> Kept:
        """One feature with everything. Raises ``Problem`` (not found)."""
        row = self._session.execute(
            select(*_columns(("properties", *LARGE))).where(
                COLUMNS["collection_key"] == collection.key, COLUMNS["feature_id"] == feature_id
            )
        ).first()
        if row is None:
            not_found(f"feature in {collection.id}", feature_id, ())
        return Kept(*row)

    def all(self, collection: Collection, names: Sequence[str] = ("geojson",)) -> Iterator[Kept]:
        """Every feature in order, read in batches. ``names``: of properties, geometry, geojson, grid."""
        found = self.search(collection)
        cursor: Cursor | None = None
        while True:
            page = found.page(cursor, BATCH, names)
            yield from page.rows
            if page.following is None:
                return
            cursor = page.following

    def frame(self, collection: Collection) -> gpd.GeoDataFrame:
        """Every feature: its id, its properties as columns in the order of the fields, and ``geometry`` (EPSG:27700).

        Text and dates are objects, numbers float64, whole numbers Int64, flags ``boolean``.
        """
        rows = list(self.all(collection, ("properties", "geometry")))
        types = {FieldKind.NUMBER: "float64", FieldKind.INTEGER: "Int64", FieldKind.FLAG: "boolean"}
        data: dict[str, Any] = {"id": np.array([row.id for row in rows], dtype=object)}
        for field in collection.fields:
            values = [(row.properties or {}).get(field.name) for row in rows]
            data[field.name] = pd.Series(values, dtype=types.get(field.kind, object))
        shapes = np.array([row.shape for row in rows], dtype=object)
        return gpd.GeoDataFrame(data, geometry=shapes, crs=BRITISH_NATIONAL_GRID)

    def _prune(self, collection_id: str) -> None:
        since = self._now() - KEPT_FOR
        rows = self._session.execute(
            select(PublishedCollection.key, PublishedCollection.created_at)
            .where(PublishedCollection.id == collection_id)
            .order_by(PublishedCollection.created_at.desc(), PublishedCollection.key)
        ).all()
        # Each stands until the one made after it is old enough.
        stale = [row.key for newer, row in pairwise(rows) if newer.created_at < since]
        if stale:
            self._session.execute(delete(PublishedFeature).where(PublishedFeature.collection_key.in_(stale)))
            self._session.execute(delete(PublishedCollection).where(PublishedCollection.key.in_(stale)))


class Found:
    """The features of one collection that a search found, to be counted and paged."""

    def __init__(
        self,
        session: Session,
        collection: Collection,
        search: Search,
        clause: Clause,
        order: tuple[Order, ...],
        *,
        filtered: bool,
    ) -> None:
        self._session = session
        self._collection = collection
        self._search = search
        self._where = (COLUMNS["collection_key"] == collection.key, clause)
        self._order = order
        self._filtered = filtered

    def count(self) -> int:
        """How many there are: known beforehand without a filter."""
        if not self._filtered:
            return self._collection.count
        return (
            self._session.scalar(select(func.count()).select_from(table_of(PublishedFeature)).where(*self._where)) or 0
        )

    def matched(self, page: Page, cursor: Cursor | None) -> int:
        """How many there are, a page of them being at hand: where it is the only one, nothing is asked again."""
        return len(page.rows) if cursor is None and page.following is None else self.count()

    def page(self, cursor: Cursor | None, limit: int, names: Sequence[str] = ("geojson",)) -> Page:
        """At most ``limit`` features beyond a cursor, in order either way, with the cursors of the pages beside."""
        backwards = cursor is not None and cursor.backwards
        where = self._where if cursor is None else (*self._where, self._search.beyond(self._order, cursor))
        keys = self._search.sort_values(self._order)
        rows = self._session.execute(
            select(*_columns(names), *keys)
            .where(*where)
            .order_by(*self._search.ordering(self._order, backwards))
            .limit(limit + 1)
        ).all()
        more, rows = len(rows) > limit, rows[:limit]
        if backwards:
            rows = rows[::-1]
        width = len(Kept._fields)
        features = [Kept(*row[:width]) for row in rows]
        if not rows:
            return Page([], None, None)
        last = Cursor(tuple(rows[-1][width:]), rows[-1][0])
        first = Cursor(tuple(rows[0][width:]), rows[0][0], backwards=True)
        return Page(
            features,
            following=last if (more or backwards) else None,
            preceding=first if (more if backwards else cursor is not None) else None,
        )


def _columns(names: Sequence[str]) -> list[Any]:
    """The columns of ``Kept`` in its order; those not named come back as null without being read."""
    large = ("properties", *LARGE)
    chosen = [COLUMNS[name] if name in names else null().label(f"no_{name}") for name in large]
    return [COLUMNS["position"], COLUMNS["feature_id"], *chosen]


def _row(key: str, feature: Feature) -> dict[str, Any]:
    bounds = (None,) * 4 if feature.shape is None else feature.shape.bounds
    return {
        "collection_key": key,
        "position": feature.position,
        "feature_id": feature.id,
        "starts": feature.starts,
        "ends": feature.ends,
        **dict(zip(("minx", "miny", "maxx", "maxy"), bounds, strict=True)),
        "properties": feature.properties,
        "geometry": feature.shape,
        "geojson": feature.geojson,
        "grid": feature.grid,
    }


def _collection(row: PublishedCollection) -> Collection:
    return Collection(
        key=row.key,
        id=row.id,
        title=row.title,
        description=row.description,
        fields=tuple(Field(f["name"], FieldKind(f["kind"]), f["title"], f["unit"]) for f in row.fields),
        geometry=row.geometry,
        extent=None if row.extent is None else (row.extent[0], row.extent[1], row.extent[2], row.extent[3]),
        bounds=None if row.bounds is None else (row.bounds[0], row.bounds[1], row.bounds[2], row.bounds[3]),
        first=row.first,
        last=row.last,
        count=row.count,
        about=dict(row.about),
        created_at=row.created_at,
    )
