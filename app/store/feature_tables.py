"""The tables of what is published: collections, and their features ready to be sent.

A feature's short columns stand before its long ones: a row is then searched without reading the text of its shape.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import shapely
from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.store.shape import CODE, WEB_MERCATOR, Moment, Shape
from app.store.tables import Base, Code, CodeKey, PositionKey, boxed

PROPERTIES = JSON().with_variant(JSONB(), "postgresql")


class PublishedCollection(Base):
    """``fields`` and ``about`` as plain JSON; ``extent`` (metres) and ``bounds`` (degrees) are four numbers or null."""

    __tablename__ = "published_collection"
    __table_args__ = (Index("ix_published_collection_id_created_at", "id", "created_at"),)

    key: Mapped[CodeKey]
    id: Mapped[Code]
    title: Mapped[str]
    description: Mapped[str]
    fields: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    geometry: Mapped[Code]
    extent: Mapped[list[float] | None] = mapped_column(JSON(none_as_null=True))
    bounds: Mapped[list[float] | None] = mapped_column(JSON(none_as_null=True))
    first: Mapped[date | None]
    last: Mapped[date | None]
    count: Mapped[int]
    about: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Moment)


class PublishedFeature(Base):
    __tablename__ = "published_feature"
    __table_args__ = (
        UniqueConstraint("collection_key", "feature_id"),
        *boxed("published_feature", "collection_key"),
        Index(
            "ix_published_feature_properties",
            "properties",
            postgresql_using="gin",
            postgresql_ops={"properties": "jsonb_path_ops"},
        ).ddl_if(dialect="postgresql"),
    )

    collection_key: Mapped[str] = mapped_column(
        CODE, ForeignKey("published_collection.key", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[PositionKey]
    feature_id: Mapped[Code]
    starts: Mapped[date | None]
    ends: Mapped[date | None]
    minx: Mapped[float | None]
    miny: Mapped[float | None]
    maxx: Mapped[float | None]
    maxy: Mapped[float | None]
    properties: Mapped[dict[str, Any]] = mapped_column(PROPERTIES)
    geometry: Mapped[shapely.Geometry | None] = mapped_column(Shape)
    geojson: Mapped[str]
    grid: Mapped[str]


class PublishedDrawing(Base):
    """A feature's outline as tiles of one zoom draw it, thinned together with its neighbours'; kept in PostGIS only."""

    __tablename__ = "published_drawing"
    __table_args__ = (
        Index("ix_published_drawing_geometry", "geometry", postgresql_using="gist").ddl_if(dialect="postgresql"),
    )

    collection_key: Mapped[str] = mapped_column(
        CODE, ForeignKey("published_collection.key", ondelete="CASCADE"), primary_key=True
    )
    zoom: Mapped[PositionKey]
    position: Mapped[PositionKey]
    geometry: Mapped[shapely.Geometry] = mapped_column(Shape(srid=WEB_MERCATOR))
