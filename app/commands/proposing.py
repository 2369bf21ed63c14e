"""Command that proposes neighbourhoods of a place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from app.commands.terminal import AsJson, AsOf, Version, bar, day, out
from app.domain.proposing.wish import MOST_ALTERNATIVES
from app.services.proposing import propose
from app.services.proposing_keeping import keep
from app.services.proposing_place import Units
from app.services.proposing_rows import on_map, summary
from app.services.proposing_work import ProposeQuestion
from app.services.starting import open_workspace
from app.services.suppression import MARK
from app.settings import settings


def propose_for(
    borough: Annotated[
        list[str] | None, typer.Option("--borough", help="A borough of the place, by code or name; repeatable.")
    ] = None,
    footprints: Annotated[str | None, typer.Option("--footprints", help="A plan that has the place.")] = None,
    place: Annotated[str | None, typer.Option(help="The place of the plan.")] = None,
    version: Version = None,
    units: Annotated[Units, typer.Option(help="What neighbourhoods are built of.")] = Units.WARDS,
    band: Annotated[
        str | None,
        typer.Option(metavar="LOW-HIGH", help="People a neighbourhood should have; by default 37500-62500."),
    ] = None,
    number: Annotated[
        int | None, typer.Option(min=1, max=60, help="Neighbourhoods; by default as many as the band allows.")
    ] = None,
    alternatives: Annotated[int, typer.Option(min=1, max=MOST_ALTERNATIVES, help="Alternatives wanted.")] = 4,
    apart: Annotated[
        float, typer.Option(min=0.01, max=0.6, help="Share of people who change between any two alternatives.")
    ] = 0.15,
    seed: Annotated[int, typer.Option(min=0, help="The same seed has the same answer.")] = 1,
    effort: Annotated[float, typer.Option(min=0.01, max=20.0, help="Multiplies the steps of the search.")] = 1.0,
    link: Annotated[
        list[str] | None,
        typer.Option("--link", metavar="AREA:AREA", help="Join two areas, across water say; repeatable."),
    ] = None,
    as_of: AsOf = None,
    save: Annotated[str | None, typer.Option(metavar="NAME", help="Keep one alternative as a draft.")] = None,
    choose: Annotated[int, typer.Option(min=1, max=MOST_ALTERNATIVES, help="Which one to keep.")] = 1,
    out_file: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write all alternatives as GeoJSON.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Propose neighbourhoods that best fit today's PCNs: clearly different alternatives, to start a discussion."""
    question = ProposeQuestion(
        boroughs=borough or [],
        footprints=footprints,
        place=place,
        version=version,
        units=units,
        band=band,
        number=number,
        alternatives=alternatives,
        apart=apart,
        seed=seed,
        effort=effort,
        links=[_link(text) for text in link or ()],
        as_of=day(as_of),
    )
    work = open_workspace(settings())
    with bar("Proposing neighbourhoods") as tell:
        found = propose(work, question.asked(), progress=tell)
    said = summary(found)
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        print_proposals(out, said)
    if out_file is not None:
        out_file.write_text(json.dumps(on_map(found), ensure_ascii=False), encoding="utf-8")
    if save is not None:
        kept, already = keep(work, said, choose, save)
        what = "was kept before" if already else "is kept"
        typer.echo(f"Alternative {choose} {what} as a draft: {kept.name} ({kept.id}).", err=True)


def _link(text: str) -> tuple[str, str]:
    one, colon, other = text.partition(":")
    if not (one.strip() and colon and other.strip()):
        raise typer.BadParameter(f"{text!r} is not two areas like E01003189:E01003190")
    return one.strip(), other.strip()


def print_proposals(out: Console, said: dict[str, Any]) -> None:
    """The alternatives side by side, then the neighbourhoods of each."""
    band = said["band"]
    out.print(
        f"{said['place']}: {said['people']:,} people ({said['people_counted']}) in {said['blocks']} {said['units']}, "
        f"{band['low']:,.0f} to {band['high']:,.0f} a neighbourhood. As of {said['as_of']}.",
        markup=False,
    )
    table = Table(title="Alternatives", title_justify="left")
    table.add_column("")
    headings = (
        "Neighbourhoods",
        "In lead",
        "Smallest",
        "Largest",
        "Border km",
        "Wards split",
        "From plan",
        "From PCNs",
    )
    for heading in headings:
        table.add_column(heading, justify="right")
    table.add_column("Differ from the others")
    table.add_column("Best?")
    if said["now"]:
        now = said["now"]
        table.add_row("now", str(now["number"]), _fit(now), *_sizes(now), "", "", "", "", "", now["footprints"]["name"])
    for row in said["alternatives"]:
        apart = ", ".join(f"{d['alternative']}: {d['share_of_people']:.0%}" for d in row["differs_from"])
        best = "proven" if row["proven_best"] else f"within {row['gap'] or 0:.1%}"
        table.add_row(
            str(row["alternative"]),
            str(row["number"]),
            _fit(row),
            *_sizes(row),
            f"{row['border_km']:.1f}",
            str(len(row["wards_split"])),
            "" if row["differs_from_now"] is None else f"{row['differs_from_now']:.0%}",
            f"{row['differs_from_pcn_catchments']:.0%}",
            apart,
            best,
        )
    out.print(table)
    for row in said["alternatives"]:
        _print_neighbourhoods(out, row)
    for note in said["notes"]:
        out.print(f"- {note}", markup=False)
    for text in (*said["warnings"], said["method"], band["words"], said["words"], said["small_numbers"]):
        if text:
            out.print(text, style="dim", markup=False)
    out.print(f"From: {', '.join(d['name'] for d in said['datasets'])}", style="dim", markup=False)
    out.print(said["attribution"], style="dim", markup=False)


def _print_neighbourhoods(out: Console, row: dict[str, Any]) -> None:
    table = Table(title=f"{row['alternative']}. {row['words']}", title_justify="left")
    for heading in ("Code", "Suggested name"):
        table.add_column(heading)
    for heading in ("People", "From mean", "Patients", "Parts", "Compact"):
        table.add_column(heading, justify="right")
    table.add_column("Leads for")
    for n in row["neighbourhoods"]:
        table.add_row(
            n["code"],
            n["name"],
            _count(n["residents"]) + ("" if n["within_band"] else " !"),
            "" if n["from_mean"] is None else f"{n['from_mean']:+.0%}",
            _count(n["patients"]),
            str(n["parts"]),
            f"{n['compactness']:.2f}",
            ", ".join(n["lead_for"]),
        )
    out.print(table)


def _fit(row: dict[str, Any]) -> str:
    return "" if row["misalignment"] is None else f"{1 - row['misalignment']:.1%}"


def _sizes(row: dict[str, Any]) -> tuple[str, str]:
    return _count(row["residents_smallest"]), _count(row["residents_largest"])


def _count(value: float | None) -> str:
    return MARK if value is None else f"{value:,.0f}"
