"""The tables. Everything imported hangs on an immutable dataset, everything drawn on a footprint version.

``FRAME`` names a table's columns as the imported frames have them, in their order; the others are the store's own.
Geometry is in EPSG:27700, and its bounding box stands beside it in four columns that any database can index.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, ClassVar

import shapely
from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.domain.records import Status
from app.store.shape import CODE, Moment, Shape

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BOX = ("minx", "miny", "maxx", "maxy")

Code = Annotated[str, mapped_column(CODE)]
CodeKey = Annotated[str, mapped_column(CODE, primary_key=True)]
PositionKey = Annotated[int, mapped_column(primary_key=True, autoincrement=False)]
DatasetKey = Annotated[str, mapped_column(CODE, ForeignKey("dataset.id"), primary_key=True)]
VersionKey = Annotated[str, mapped_column(CODE, ForeignKey("footprint_version.id"), primary_key=True)]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {float: Double()}


class Framed(Base):
    """A table that keeps rows of one of the imported frames."""

    __abstract__ = True
    FRAME: ClassVar[tuple[str, ...]]


def boxed(table: str, key: str) -> tuple[Index, Index]:
    """The box index for both databases and the GiST index for PostGIS."""
    return (
        Index(f"ix_{table}_box", key, *BOX),
        Index(f"ix_{table}_geometry", "geometry", postgresql_using="gist").ddl_if(dialect="postgresql"),
    )


class Dataset(Base):
    __tablename__ = "dataset"
    __table_args__ = (Index("ix_dataset_kind_effective_date", "kind", "effective_date"),)

    id: Mapped[CodeKey]
    kind: Mapped[Code]
    name: Mapped[str]
    sha256: Mapped[Code]
    size: Mapped[int] = mapped_column(BigInteger)
    vintage: Mapped[Code | None]
    effective_date: Mapped[date | None]
    loaded_at: Mapped[datetime] = mapped_column(Moment)
    rows_read: Mapped[int]
    rows_kept: Mapped[int]
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    restricted: Mapped[bool]


class Practice(Framed):
    __tablename__ = "practice"
    __table_args__ = (Index("ix_practice_code", "code"),)
    FRAME = (
        "code", "name", "postcode", "status", "setting", "national_grouping", "icb_code", "sub_icb_code",
        "opened", "closed", "easting", "northing", "list_size",
    )  # fmt: skip

    dataset_id: Mapped[DatasetKey]
    code: Mapped[CodeKey]
    name: Mapped[str | None]
    postcode: Mapped[str | None]
    status: Mapped[str | None]
    setting: Mapped[str | None]
    national_grouping: Mapped[str | None]
    icb_code: Mapped[str | None]
    sub_icb_code: Mapped[str | None]
    opened: Mapped[date | None]
    closed: Mapped[date | None]
    easting: Mapped[float | None]
    northing: Mapped[float | None]
    list_size: Mapped[int | None]


class Pcn(Framed):
    __tablename__ = "pcn"
    FRAME = ("code", "name", "sub_icb_code", "opened", "closed")

    dataset_id: Mapped[DatasetKey]
    code: Mapped[CodeKey]
    name: Mapped[str | None]
    sub_icb_code: Mapped[str | None]
    opened: Mapped[date | None]
    closed: Mapped[date | None]


class Membership(Framed):
    """All rows as published, in their order: a practice may leave a PCN and come back."""

    __tablename__ = "membership"
    FRAME = ("practice_code", "pcn_code", "start", "end")

    dataset_id: Mapped[DatasetKey]
    position: Mapped[PositionKey]
    practice_code: Mapped[Code]
    pcn_code: Mapped[Code]
    start: Mapped[date | None]
    end: Mapped[date | None]


class Registration(Base):
    """Registered patients by practice and area, one columnar blob per dataset (see ``columnar``)."""

    __tablename__ = "registration"

    dataset_id: Mapped[DatasetKey]
    content: Mapped[bytes]


class Area(Framed):
    __tablename__ = "area"
    __table_args__ = boxed("area", "dataset_id")
    FRAME = (
        "code", "name", "lad_code", "lad_name", "ward_code", "ward_name", "msoa_code", "msoa_name", "geometry",
    )  # fmt: skip

    dataset_id: Mapped[DatasetKey]
    code: Mapped[CodeKey]
    name: Mapped[str | None]
    lad_code: Mapped[str | None]
    lad_name: Mapped[str | None]
    ward_code: Mapped[str | None]
    ward_name: Mapped[str | None]
    msoa_code: Mapped[str | None]
    msoa_name: Mapped[str | None]
    geometry: Mapped[shapely.Geometry] = mapped_column(Shape)
    minx: Mapped[float]
    miny: Mapped[float]
    maxx: Mapped[float]
    maxy: Mapped[float]


class AreaMeasure(Framed):
    __tablename__ = "area_measure"
    __table_args__ = ({"sqlite_with_rowid": False},)
    FRAME = ("area_code", "measure", "value")

    dataset_id: Mapped[DatasetKey]
    measure: Mapped[CodeKey]
    area_code: Mapped[CodeKey]
    value: Mapped[float]


class AreaLookup(Framed):
    __tablename__ = "area_lookup"
    __table_args__ = ({"sqlite_with_rowid": False},)
    FRAME = ("from_code", "to_code", "change")

    dataset_id: Mapped[DatasetKey]
    from_code: Mapped[CodeKey]
    to_code: Mapped[CodeKey]
    change: Mapped[str | None]


class Postcode(Framed):
    __tablename__ = "postcode"
    __table_args__ = ({"sqlite_with_rowid": False},)
    FRAME = ("postcode", "easting", "northing", "lsoa11_code", "lsoa21_code", "lad_code", "terminated")

    dataset_id: Mapped[DatasetKey]
    postcode: Mapped[CodeKey]
    easting: Mapped[float | None]
    northing: Mapped[float | None]
    lsoa11_code: Mapped[str | None]
    lsoa21_code: Mapped[str | None]
    lad_code: Mapped[str | None]
    terminated: Mapped[date | None]


class Footprint(Base):
    __tablename__ = "footprint"

    id: Mapped[CodeKey]
    name: Mapped[str]


class Layer(Base):
    """Footprints that are no proposal: another service works in them. Those without a row here are proposals."""

    __tablename__ = "layer"

    footprint_id: Mapped[str] = mapped_column(CODE, ForeignKey("footprint.id"), primary_key=True)
    service: Mapped[str]


class Version(Base):
    __tablename__ = "footprint_version"
    __table_args__ = (
        UniqueConstraint("footprint_id", "number"),
        CheckConstraint(f"status IN ({', '.join(repr(str(s)) for s in Status)})", name="status"),
        Index(
            "ix_footprint_version_agreed",
            "footprint_id",
            unique=True,
            sqlite_where=text("status = 'agreed'"),
            postgresql_where=text("status = 'agreed'"),
        ),
    )

    id: Mapped[CodeKey]
    footprint_id: Mapped[str] = mapped_column(CODE, ForeignKey("footprint.id"))
    number: Mapped[int]
    status: Mapped[Code]
    dataset_id: Mapped[str] = mapped_column(CODE, ForeignKey("dataset.id"))
    start_date: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(Moment)
    neighbourhoods: Mapped[int]
    places: Mapped[list[str]] = mapped_column(JSON)


class Neighbourhood(Framed):
    """Geometry is missing where the version came as a list of areas and has not been dissolved yet."""

    __tablename__ = "neighbourhood"
    __table_args__ = boxed("neighbourhood", "version_id")
    FRAME = ("code", "name", "place", "borough", "geometry")

    version_id: Mapped[VersionKey]
    code: Mapped[CodeKey]
    name: Mapped[str | None]
    place: Mapped[str | None]
    borough: Mapped[str | None]
    geometry: Mapped[shapely.Geometry | None] = mapped_column(Shape)
    minx: Mapped[float | None]
    miny: Mapped[float | None]
    maxx: Mapped[float | None]
    maxy: Mapped[float | None]


class NeighbourhoodArea(Framed):
    __tablename__ = "neighbourhood_area"
    __table_args__ = (
        ForeignKeyConstraint(["version_id", "neighbourhood_code"], ["neighbourhood.version_id", "neighbourhood.code"]),
    )
    FRAME = ("neighbourhood_code", "unit", "area_code", "start", "end")

    version_id: Mapped[CodeKey]
    position: Mapped[PositionKey]
    neighbourhood_code: Mapped[Code]
    unit: Mapped[str]
    area_code: Mapped[Code]
    start: Mapped[date | None]
    end: Mapped[date | None]


class Shares(Base):
    """W: the share of each area in each neighbourhood of a version, one columnar blob per set of areas."""

    __tablename__ = "shares"

    version_id: Mapped[VersionKey]
    area_dataset_id: Mapped[DatasetKey]
    meta: Mapped[dict[str, Any]] = mapped_column(JSON)
    content: Mapped[bytes]


class Key(Base):
    __tablename__ = "api_key"
    __table_args__ = (UniqueConstraint("name"), UniqueConstraint("hash"))

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    hash: Mapped[Code]
    created_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
