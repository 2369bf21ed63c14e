"""Look at a file before loading it: what it is taken for, its layers and columns, and what is still to be said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from app.commands.terminal import AsJson, out
from app.ingest.source import Source
from app.services.uploading.inspecting import inspection

SHOWN = 3


def inspect_file(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A file as it came.")],
    as_json: AsJson = False,
) -> None:
    """Say what a file would be taken for, and which of its columns for what; nothing is loaded."""
    seen = inspection(Source.of(path), ())
    if as_json:
        typer.echo(json.dumps(seen, ensure_ascii=False, indent=2))
    else:
        _print(out, path.name, seen)


def _print(to: Console, name: str, seen: dict[str, Any]) -> None:
    what = seen["kind_title"] or "nothing that is known"
    to.print(f"{name}: {seen['format']}, taken for {what}. {seen['why']}", markup=False)
    for layer in seen["layers"]:
        table = Table(title=_title(layer), title_justify="left")
        for heading in ("Column", "First values", "Taken for", "Sure", "Why"):
            table.add_column(heading, overflow="fold")
        fields = {guess["column"]: (field, guess) for field, guess in layer["mapping"].items()}
        for column in layer["columns"]:
            field, guess = fields.get(column["name"], ("", None))
            sure = "" if guess is None else f"{guess['confidence']:.0%}"
            why = "" if guess is None else guess["why"]
            table.add_row(column["name"], ", ".join(column["samples"][:SHOWN]), field, sure, why)
        to.print(table)
    for question in seen["missing"]:
        to.print(f"To be said: {question['message']} ({_option(question['field'])})", markup=False)


def _title(layer: dict[str, Any]) -> str:
    system = layer["crs"] and (layer["crs"]["code"] or layer["crs"]["name"])
    parts = (
        layer["name"],
        layer["geometry_type"],
        None if layer["features"] is None else f"{layer['features']:,} rows",
        system,
    )
    return " · ".join(part for part in parts if part) or "Columns"


def _option(field: str) -> str:
    return f"--column {field.removeprefix('mapping.')}=COLUMN" if field.startswith("mapping.") else f"--{field}"
