"""The terminal: where answers and asides are printed, options that several commands share, and progress bars."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from app.ingest.reader import Tell

WIDE = 160  # columns where there is no terminal to fit, so that tables sent to a file keep their words

out = Console(width=None if sys.stdout.isatty() else WIDE)
err = Console(stderr=True)

AsOf = Annotated[str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="The date the answer is for.")]
Footprints = Annotated[str, typer.Option("--footprints", help="The footprints: their name or id.")]
Version = Annotated[int | None, typer.Option(help="Version of the footprints; by default the latest.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def day(text: str | None) -> date | None:
    """A date as typed. Raises ``typer.BadParameter`` for any other text."""
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no time zone
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a date like 2026-07-01") from error


@contextmanager
def file_bars() -> Iterator[Callable[[str], Tell]]:
    """A bar for each file, on a terminal only."""
    columns = (TextColumn("{task.fields[file]}"), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as progress:

        def tell(file: str) -> Tell:
            task = progress.add_task("reading", total=1.0, file=file)
            return lambda done, what: progress.update(task, completed=done, description=what)

        yield tell


@contextmanager
def bar(what: str) -> Iterator[Callable[[float, str], None]]:
    """One bar for one long piece of work, on a terminal only; told the share done (0..1) and what is being done."""
    columns = (TextColumn(what), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal, transient=True) as progress:
        task = progress.add_task("", total=1.0)
        yield lambda done, said: progress.update(task, completed=done, description=said)
