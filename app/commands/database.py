"""Commands that bring the database's tables to another version."""

from __future__ import annotations

from typing import Annotated

import typer

from app.commands.terminal import out
from app.services.starting import open_workspace
from app.settings import settings

database = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Bring the database's tables to another version."
)


@database.command()
def upgrade(revision: Annotated[str, typer.Argument(help="Version to go up to.")] = "head") -> None:
    """Bring the tables up to a version (the latest by default)."""
    work = open_workspace(settings(), migrate=False)
    work.store.upgrade(revision)
    out.print(f"The database is at version {work.store.revision()}.")


@database.command()
def downgrade(revision: Annotated[str, typer.Argument(help="Version to go down to; “base” drops everything.")]) -> None:
    """Take the tables down to an earlier version. Data that the earlier version cannot hold is lost."""
    work = open_workspace(settings(), migrate=False)
    work.store.downgrade(revision)
    out.print(f"The database is at version {work.store.revision() or 'base'}.")
