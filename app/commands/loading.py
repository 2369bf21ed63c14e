"""Commands for files: load them, list them, and see what became of each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.printing import print_datasets, print_loaded, print_report
from app.commands.terminal import day, file_bars, out
from app.ingest.kinds import Kind
from app.ingest.reader import ReadOptions
from app.ingest.source import Source
from app.services.loading import LoadRequest, load
from app.services.starting import open_workspace
from app.services.uploading.checking import KEEPS_VALID
from app.settings import settings


def load_files(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files as published, in any order.")],
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="Date of files that state none.")
    ] = None,
    kind: Annotated[Kind | None, typer.Option(help="What the files are; by default told by their content.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of a footprint proposal; by default its file's name.")] = None,
    crs: Annotated[
        str | None, typer.Option(help="Coordinate system of a file that does not say, e.g. EPSG:27700.")
    ] = None,
    layer: Annotated[str | None, typer.Option(help="Which layer of a file that holds several.")] = None,
    layer_of: Annotated[
        str | None, typer.Option(help="The service whose footprints these are, where they are no proposal.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="FIELD=COLUMN", help="Which column holds a field; see “inspect”. Repeat it."),
    ] = None,
    keep_valid: Annotated[
        bool, typer.Option("--keep-valid", help="Leave out neighbourhoods and rows with errors, and count them.")
    ] = False,
    restricted: Annotated[
        bool, typer.Option("--restricted", help="Hide small numbers in everything that stands on these files.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check everything, keep nothing.")] = False,
) -> None:
    """Load files: each one's kind is recognised by its content; all are kept, or none."""
    if keep_valid and kind not in KEEPS_VALID:
        raise typer.BadParameter(f"--keep-valid needs --kind: {' or '.join(KEEPS_VALID)}")
    options = ReadOptions(day(as_of), _columns(column or []), layer, crs, keep_valid)
    requests = [LoadRequest(Source.of(path), kind, options, name, layer_of or None, restricted) for path in paths]
    work = open_workspace(settings())
    with file_bars() as tell:
        loaded = load(work.store, requests, dry_run=dry_run, tell=tell)
    print_loaded(out, loaded, dry_run=dry_run)


def _columns(said: list[str]) -> dict[str, str]:
    """Field to column as typed. Raises ``typer.BadParameter`` for what is no pair."""
    pairs = [each.partition("=") for each in said]
    wrong = [each for each, (field, _, column) in zip(said, pairs, strict=True) if not (field and column)]
    if wrong:
        raise typer.BadParameter(f"{wrong[0]!r} is not FIELD=COLUMN, such as code=INT_ID")
    return {field.strip(): column.strip() for field, _, column in pairs}


def datasets() -> None:
    """List the files loaded."""
    work = open_workspace(settings())
    with work.store.read() as unit:
        print_datasets(out, unit.datasets.page(limit=None))


def report(dataset: Annotated[str, typer.Argument(metavar="ID", help="Id of a dataset; see “datasets”.")]) -> None:
    """Print a dataset's import report: what was read, kept and dropped, and why."""
    work = open_workspace(settings())
    with work.store.read() as unit:
        print_report(out, unit.datasets.get(dataset))
