"""Runs revisions on the connection that ``app.store.schema`` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, Index
from sqlalchemy.schema import SchemaItem

from app.store.schema import METADATA


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Leave alone what is not ours: PostGIS's own table, and whatever else shares the database."""
    return kind != "table" or name in METADATA.tables


def include_object(item: SchemaItem, _name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """A GiST index exists on PostgreSQL alone."""
    on_postgresql = context.get_context().dialect.name == "postgresql"
    gist = kind == "index" and isinstance(item, Index) and bool(item.dialect_options["postgresql"]["using"])
    return on_postgresql or not gist


connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    include_name=include_name,
    include_object=include_object,
)
with context.begin_transaction():
    context.run_migrations()
