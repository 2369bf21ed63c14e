"""Command for what-ifs: move practices and areas, and see both sides at once."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from app.commands.terminal import AsJson, AsOf, Footprints, Version, day, out
from app.domain.scenario.moves import Pair
from app.services.aligning import Question
from app.services.answers import Row
from app.services.checking import parse_band
from app.services.scenario_measures import MEASURES
from app.services.scenario_rows import everything
from app.services.scenarios import Asked, what_if
from app.services.starting import open_workspace
from app.services.suppression import FIELDS, MARK
from app.settings import settings


def what_if_of(
    footprints: Footprints,
    move: Annotated[
        list[str] | None,
        typer.Option("--move", metavar="CODE=TARGET", help="A practice and its PCN, or an area; repeatable."),
    ] = None,
    place: Annotated[str | None, typer.Option(help="One place of the plan; by default all of it.")] = None,
    option: Annotated[str | None, typer.Option(help="Id of an option to start from.")] = None,
    band: Annotated[
        str | None, typer.Option(metavar="LOW-HIGH", help="People a neighbourhood should have; only advice.")
    ] = None,
    as_of: AsOf = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Move practices to PCNs and areas to neighbourhoods, and see both sides at once; nothing is kept."""
    question = Question(footprints, place, as_of=day(as_of), version=version)
    pairs = tuple(_pair(text) for text in move or [])
    said = everything(what_if(open_workspace(settings()), Asked(question, pairs, option, parse_band(band))))
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        print_what_if(out, said)


def _pair(text: str) -> Pair:
    code, equals, target = (part.strip() for part in text.partition("="))
    if not code or not equals or not target:
        raise typer.BadParameter(f"{text!r} is not CODE=TARGET, like F81001=U12345", param_hint="--move")
    return code, target


def print_what_if(out: Console, said: Row) -> None:
    """What moves, the place before and after, then every PCN and neighbourhood that changes, and the checks."""
    where = said["place"] or said["footprints"]
    out.print(f"What if, in {where['name']}, {said['as_of']}, basis {said['basis']}", style="bold", markup=False)
    for row in (*said["practices"], *said["areas"]):
        out.print(
            f"  {row['code']} {row['name'] or ''}: from {row['from_name'] or 'none'} to {row['to_name'] or 'none'} "
            f"({_cell(row, 'patients')} patients)",
            markup=False,
        )
    table = _sides("The place")
    for name, label, _ in MEASURES:
        if said["before"][name] is not None or said["after"][name] is not None:
            table.add_row(label, _cell(said["before"], name), _cell(said["after"], name))
    out.print(table)
    if said["pcns"]:
        out.print(_changes("PCNs", said["pcns"], ("patients", "lead_name", "containment", "patients_outside_lead")))
    if said["neighbourhoods"]:
        fields = ("residents", "patients", "deviation", "band", "parts", "imd_score", "share_most_deprived")
        out.print(_changes("Neighbourhoods", said["neighbourhoods"], fields))
    for check in said["checks"]:
        if check["outcome"] in ("stop", "warn"):
            out.print(f"{check['outcome'].upper()} ({check['mark']}): {check['text']}", markup=False)
    for warning in said["warnings"]:
        out.print(f"Note: {warning}", markup=False)
    out.print(said["words"], markup=False)


def _sides(title: str) -> Table:
    table = Table(title=title)
    table.add_column("")
    table.add_column("Today", justify="right")
    table.add_column("With the moves", justify="right")
    return table


def _changes(title: str, rows: list[Row], fields: tuple[str, ...]) -> Table:
    table = _sides(title)
    for row in rows:
        table.add_row(f"{row['name']} ({row['code']})", *("" if row[side] else "none" for side in ("before", "after")))
        for field in fields:
            cells = [_cell(row[side], field) if row[side] else "" for side in ("before", "after")]
            if any(cells):
                table.add_row(f"  {field.replace('_', ' ')}", *cells)
        table.add_section()
    return table


def _cell(row: Row, field: str) -> str:
    value: Any = row[field]
    if field in row.get(FIELDS, ()):
        return MARK
    if value is None:
        return ""
    if field in ("misalignment", "containment", "median_containment", "deviation") or field.startswith("share_"):
        return f"{value:+.1%}" if field == "deviation" else f"{value:.1%}"
    return f"{value:,.0f}" if isinstance(value, int) else f"{value:,.2f}" if isinstance(value, float) else str(value)
