"""Column types that behave alike on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import shapely
from geoalchemy2 import Geometry
from sqlalchemy import DateTime, Dialect, LargeBinary, String
from sqlalchemy.types import TypeDecorator, TypeEngine

BRITISH_NATIONAL_GRID = 27700
WEB_MERCATOR = 3857

CODE = String().with_variant(String(collation="C"), "postgresql")
"""Text compared byte by byte, so that both databases sort codes in the same order whatever their locale."""


class Shape(TypeDecorator[shapely.Geometry]):
    """A shapely geometry in Python; ``geometry(kind, srid)`` in PostGIS, WKB in SQLite. Exact."""

    impl = LargeBinary
    cache_ok = True
    # GeoAlchemy2 reads this through the decorator: the GiST index is declared on the table, not made behind its back.
    spatial_index = False

    def __init__(self, kind: str = "GEOMETRY", srid: int = BRITISH_NATIONAL_GRID) -> None:
        super().__init__()
        self.kind = kind
        self.srid = srid

    def load_dialect_impl(self, dialect: Dialect | None) -> TypeEngine[Any]:
        """The column's type; GeoAlchemy2 asks with no dialect at all."""
        if _on_postgis(dialect):
            kept: TypeEngine[Any] = Geometry(self.kind, srid=self.srid, spatial_index=False)
            return kept
        return LargeBinary()

    # The processors of the underlying type are left out on purpose: GeoAlchemy2's would turn exact bytes into
    # text and back, and wrap what is read in objects of its own.
    def bind_processor(self, dialect: Dialect) -> Callable[[shapely.Geometry | None], bytes | str | None]:
        if _on_postgis(dialect):
            return self.ewkb
        return wkb

    def result_processor(
        self, _dialect: Dialect, _coltype: object
    ) -> Callable[[bytes | str | None], shapely.Geometry | None]:
        return shapely.from_wkb  # type: ignore[no-any-return]  # None stays None; hex text and bytes both read

    def ewkb(self, shape: shapely.Geometry | None) -> str | None:
        """The hex text PostGIS takes for a geometry, with its SRID."""
        if shape is None:
            return None
        text: str = shapely.to_wkb(shapely.set_srid(shape, self.srid), hex=True, include_srid=True)
        return text


class Moment(TypeDecorator[datetime]):
    """A point in time, always with its zone in Python and always UTC in the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def wkb(shape: shapely.Geometry | None) -> bytes | None:
    """Plain WKB, as SQLite keeps it."""
    return None if shape is None else bytes(shapely.to_wkb(shape))


def _on_postgis(dialect: Dialect | None) -> bool:
    return dialect is not None and dialect.name == "postgresql"
