"""Command that writes the lookups to files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from app.api.formats import as_csv
from app.commands.terminal import AsJson, AsOf, Footprints, Version, day, err
from app.services import lookups
from app.services.starting import open_workspace
from app.settings import settings


def export(
    name: Annotated[str, typer.Argument(help=f"Which lookup: {', '.join(lookups.LOOKUPS)}.")],
    footprints: Footprints,
    place: Annotated[str | None, typer.Option(help="One place of the plan; by default all of it.")] = None,
    to: Annotated[
        str | None, typer.Option(metavar="NAME@N", help="For the change list: the plan or version after.")
    ] = None,
    as_of: AsOf = None,
    version: Version = None,
    out_file: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write to this file; by default to the terminal.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a lookup as CSV: areas, practices, PCNs and neighbourhoods, to join to data of your own."""
    work, wanted = open_workspace(settings()), lookups.Wanted(footprints, place, version, day(as_of), to)
    if as_json:
        text = json.dumps(lookups.whole(work, name, wanted), ensure_ascii=False, indent=2) + "\n"
    else:
        made = lookups.table(work, name, wanted)
        text = as_csv(made.rows, lookups.columns(lookups.lookup(name), made))
    if out_file is None:
        typer.echo(text, nl=False)
    else:
        out_file.write_text(text, encoding="utf-8", newline="")
        err.print(f"Written: {out_file}")
