"""Datasets, what they hold, footprints and keys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.domain.problem import Fault, Problem
from app.store.shape import CODE, Moment, Shape

revision = "0001"
down_revision = None

TABLES = (
    "dataset",
    "practice",
    "pcn",
    "membership",
    "registration",
    "area",
    "area_measure",
    "area_lookup",
    "postcode",
    "footprint",
    "footprint_version",
    "neighbourhood",
    "neighbourhood_area",
    "shares",
    "api_key",
)


def upgrade() -> None:
    if _on_postgresql():
        _require_postgis()
    _datasets()
    _practices()
    _areas()
    _footprints()
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String, nullable=False, unique=True),
        sa.Column("hash", CODE, nullable=False, unique=True),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("revoked_at", Moment),
    )


def downgrade() -> None:
    """The extension stays: other schemas of the database may need it."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _datasets() -> None:
    op.create_table(
        "dataset",
        sa.Column("id", CODE, primary_key=True),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("sha256", CODE, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("vintage", CODE),
        sa.Column("effective_date", sa.Date),
        sa.Column("loaded_at", Moment, nullable=False),
        sa.Column("rows_read", sa.Integer, nullable=False),
        sa.Column("rows_kept", sa.Integer, nullable=False),
        sa.Column("report", sa.JSON, nullable=False),
        sa.Column("restricted", sa.Boolean, nullable=False),
    )
    op.create_index("ix_dataset_kind_effective_date", "dataset", ["kind", "effective_date"])


def _practices() -> None:
    op.create_table(
        "practice",
        _dataset_key(),
        sa.Column("code", CODE, primary_key=True),
        *_texts("name", "postcode", "status", "setting", "national_grouping", "icb_code", "sub_icb_code"),
        sa.Column("opened", sa.Date),
        sa.Column("closed", sa.Date),
        sa.Column("easting", sa.Double),
        sa.Column("northing", sa.Double),
        sa.Column("list_size", sa.Integer),
    )
    op.create_index("ix_practice_code", "practice", ["code"])
    op.create_table(
        "pcn",
        _dataset_key(),
        sa.Column("code", CODE, primary_key=True),
        *_texts("name", "sub_icb_code"),
        sa.Column("opened", sa.Date),
        sa.Column("closed", sa.Date),
    )
    op.create_table(
        "membership",
        _dataset_key(),
        _position(),
        sa.Column("practice_code", CODE, nullable=False),
        sa.Column("pcn_code", CODE, nullable=False),
        sa.Column("start", sa.Date),
        sa.Column("end", sa.Date),
    )
    op.create_table(
        "registration",
        _dataset_key(),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def _areas() -> None:
    op.create_table(
        "area",
        _dataset_key(),
        sa.Column("code", CODE, primary_key=True),
        *_texts("name", "lad_code", "lad_name", "ward_code", "ward_name", "msoa_code", "msoa_name"),
        *_shape(required=True),
    )
    _shape_indexes("area", "dataset_id")
    op.create_table(
        "area_measure",
        _dataset_key(),
        sa.Column("measure", CODE, primary_key=True),
        sa.Column("area_code", CODE, primary_key=True),
        sa.Column("value", sa.Double, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "area_lookup",
        _dataset_key(),
        sa.Column("from_code", CODE, primary_key=True),
        sa.Column("to_code", CODE, primary_key=True),
        sa.Column("change", sa.String),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "postcode",
        _dataset_key(),
        sa.Column("postcode", CODE, primary_key=True),
        sa.Column("easting", sa.Double),
        sa.Column("northing", sa.Double),
        *_texts("lsoa11_code", "lsoa21_code", "lad_code"),
        sa.Column("terminated", sa.Date),
        sqlite_with_rowid=False,
    )


def _footprints() -> None:
    op.create_table(
        "footprint",
        sa.Column("id", CODE, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
    )
    op.create_table(
        "footprint_version",
        sa.Column("id", CODE, primary_key=True),
        sa.Column("footprint_id", CODE, sa.ForeignKey("footprint.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("dataset_id", CODE, sa.ForeignKey("dataset.id"), nullable=False),
        sa.Column("start_date", sa.Date),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("neighbourhoods", sa.Integer, nullable=False),
        sa.Column("places", sa.JSON, nullable=False),
        sa.UniqueConstraint("footprint_id", "number"),
        sa.CheckConstraint("status IN ('draft', 'shared', 'proposed', 'agreed', 'superseded')", name="status"),
    )
    op.create_index(
        "ix_footprint_version_agreed",
        "footprint_version",
        ["footprint_id"],
        unique=True,
        sqlite_where=sa.text("status = 'agreed'"),
        postgresql_where=sa.text("status = 'agreed'"),
    )
    op.create_table(
        "neighbourhood",
        _version_key(),
        sa.Column("code", CODE, primary_key=True),
        *_texts("name", "place", "borough"),
        *_shape(required=False),
    )
    _shape_indexes("neighbourhood", "version_id")
    op.create_table(
        "neighbourhood_area",
        sa.Column("version_id", CODE, primary_key=True),
        _position(),
        sa.Column("neighbourhood_code", CODE, nullable=False),
        sa.Column("unit", sa.String, nullable=False),
        sa.Column("area_code", CODE, nullable=False),
        sa.Column("start", sa.Date),
        sa.Column("end", sa.Date),
        sa.ForeignKeyConstraint(
            ["version_id", "neighbourhood_code"], ["neighbourhood.version_id", "neighbourhood.code"]
        ),
    )
    op.create_table(
        "shares",
        _version_key(),
        sa.Column("area_dataset_id", CODE, sa.ForeignKey("dataset.id"), primary_key=True),
        sa.Column("meta", sa.JSON, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def _dataset_key() -> sa.Column[str]:
    return sa.Column("dataset_id", CODE, sa.ForeignKey("dataset.id"), primary_key=True)


def _version_key() -> sa.Column[str]:
    return sa.Column("version_id", CODE, sa.ForeignKey("footprint_version.id"), primary_key=True)


def _position() -> sa.Column[int]:
    return sa.Column("position", sa.Integer, primary_key=True, autoincrement=False)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String) for name in names]


def _shape(*, required: bool) -> list[sa.Column[object]]:
    sides = [sa.Column(name, sa.Double, nullable=not required) for name in ("minx", "miny", "maxx", "maxy")]
    return [sa.Column("geometry", Shape, nullable=not required), *sides]


def _shape_indexes(table: str, key: str) -> None:
    op.create_index(f"ix_{table}_box", table, [key, "minx", "miny", "maxx", "maxy"])
    if _on_postgresql():
        op.create_index(f"ix_{table}_geometry", table, ["geometry"], postgresql_using="gist")


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _require_postgis() -> None:
    """Only a superuser may add PostGIS; where it is there already, anybody may go on."""
    there = op.get_bind().scalar(sa.text("SELECT count(*) FROM pg_extension WHERE extname = 'postgis'"))
    if there:
        return
    try:
        op.execute("CREATE EXTENSION postgis")
    except sa.exc.DBAPIError as error:
        reason = str(error.orig).splitlines()[0]
        raise Problem(
            Fault.UNAVAILABLE,
            "The database has no PostGIS",
            f"It is not there, and this user could not add it ({reason}).",
            remedy="Install PostGIS on the server and have an administrator run CREATE EXTENSION postgis here.",
        ) from error
