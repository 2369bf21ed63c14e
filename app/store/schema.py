"""The database's schema: which revision it stands at, and how to bring it to another."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

import migrations
from app.store import feature_tables, tables, upload_tables, working_tables

LOCK = 0x0C07E4  # any number, the same in every process

BUILT_ON = (working_tables, feature_tables, upload_tables)
"""Modules that add tables to those of the datasets: work in hand, what is published, and what waits to be loaded."""

METADATA = tables.Base.metadata
"""Every table there is."""


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, which needs no file and no working folder; env.py runs on ``connection``."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def head() -> str | None:
    """The newest revision there is."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def current(connection: Connection) -> str | None:
    """The revision a database stands at; ``None`` if it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: Connection, revision: str) -> None:
    _take_turns(connection)
    command.upgrade(configuration(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    _take_turns(connection)
    command.downgrade(configuration(connection), revision)


def _take_turns(connection: Connection) -> None:
    """Several processes may start at once on one PostgreSQL: the first migrates, the others wait and find it done."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
