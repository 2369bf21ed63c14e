"""Commands that serve the page and the API: serve, demo."""

from __future__ import annotations

from typing import Annotated

import typer

from app.commands.terminal import err
from app.settings import Settings, settings

Host = Annotated[str | None, typer.Option(help="Address to listen on.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on.")]


def serve(host: Host = None, port: Port = None) -> None:
    """Serve the page and the API on what is loaded."""
    _serve(host, port)


def demo(
    host: Host = None,
    port: Port = None,
    prepare_only: Annotated[bool, typer.Option("--prepare-only", help="Load the sample place and stop.")] = False,
) -> None:
    """Load the fictional sample place and serve it: everything in one command."""
    from app.services.starting import demonstrate  # noqa: PLC0415 - as below

    prepared = demonstrate(settings(), say=err.print)
    if not prepare_only:
        _serve(host, port, prepared)


def _serve(host: str | None, port: int | None, chosen: Settings | None = None) -> None:
    from app.serving import serve as run  # noqa: PLC0415 - the web stack is only loaded where it is needed

    run(chosen or settings(), host, port, say=err.print)
