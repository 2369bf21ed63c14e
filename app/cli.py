"""The command ``coterminous``: its parts put together. Each only translates between the terminal and the services.

A command is imported when it is asked for: all of them together take several times as long to import as any one.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from app.domain.problem import Problem

ABOUT = "Where PCNs and proposed neighbourhoods do not fit, by how many patients, and what stands behind each figure."

#: Commands in the order of the help, and where below ``app.commands`` each is.
COMMANDS = {
    "load": "loading:load_files",
    "inspect": "inspecting:inspect_file",
    "align": "plans:align",
    "check": "footprints:check",
    "mend": "footprints:mend",
    "agreement": "plans:agreement",
    "compare": "plans:compare",
    "sensitivity": "plans:sensitivity_of",
    "options": "options:options_of",
    "boundaries": "boundaries:boundaries_of",
    "what-if": "scenarios:what_if_of",
    "arrangement": "arrangements:arrangement",
    "paper": "paper:paper",
    "propose": "proposing:propose_for",
    "export": "lookups:export",
    "serve": "serving:serve",
    "demo": "serving:demo",
    "worker": "jobs:worker",
    "datasets": "loading:datasets",
    "report": "loading:report",
    "db": "database:database",
    "jobs": "jobs:jobs",
}


class Commands(TyperGroup):
    """The commands by name, each imported when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - as click calls it
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        part = getattr(import_module(f"app.commands.{module}"), name)
        if not isinstance(part, typer.Typer):
            alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
            alone.command(cmd_name)(part)
            part = alone
        command = typer.main.get_command(part)
        command.name = cmd_name
        return command


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=ABOUT)


@app.callback()
def _about() -> None:
    """Nothing is said before the command: this only makes the group."""


def main() -> None:
    """Entry point: exit status 0, or 2 with a problem on standard error."""
    try:
        app(prog_name="coterminous")
    except Problem as problem:
        typer.echo(f"Problem: {problem}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo("Stopped.", err=True)
        sys.exit(2)
