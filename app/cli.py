"""The command ``coterminous``: its parts put together. Each only translates between the terminal and the services."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from app.commands import (
    arrangements,
    boundaries,
    footprints,
    inspecting,
    jobs,
    loading,
    lookups,
    options,
    plans,
    proposing,
    scenarios,
)
from app.commands.database import database
from app.commands.terminal import err
from app.domain.problem import Problem
from app.services.starting import demonstrate
from app.settings import Settings, settings

ABOUT = "Where PCNs and proposed neighbourhoods do not fit, by how many patients, and what stands behind each figure."

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=ABOUT)
app.add_typer(database, name="db")
app.add_typer(jobs.jobs, name="jobs")
app.command("load")(loading.load_files)
app.command("inspect")(inspecting.inspect_file)
app.command()(plans.align)
app.command()(footprints.check)
app.command()(footprints.mend)
app.command()(plans.agreement)
app.command()(plans.compare)
app.command("sensitivity")(plans.sensitivity_of)
app.command("options")(options.options_of)
app.command("boundaries")(boundaries.boundaries_of)
app.command("what-if")(scenarios.what_if_of)
app.command()(arrangements.arrangement)
app.command("propose")(proposing.propose_for)
app.command()(lookups.export)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve the page and the API on what is loaded."""
    _serve(host, port)


@app.command()
def demo(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    prepare_only: Annotated[bool, typer.Option("--prepare-only", help="Load the sample place and stop.")] = False,
) -> None:
    """Load the fictional sample place and serve it: everything in one command."""
    prepared = demonstrate(settings(), say=err.print)
    if not prepare_only:
        _serve(host, port, prepared)


app.command()(jobs.worker)
app.command()(loading.datasets)
app.command()(loading.report)


def _serve(host: str | None, port: int | None, chosen: Settings | None = None) -> None:
    from app.serving import serve as run  # noqa: PLC0415 - the web stack is only loaded where it is needed

    run(chosen or settings(), host, port, say=err.print)


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
