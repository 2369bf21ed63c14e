"""Command for the lines of a draft: which small areas could change neighbourhood, and what each choice would bring."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from app.commands.terminal import AsJson, AsOf, Footprints, Version, bar, day, out
from app.domain.options.boundaries.draft import BAND
from app.domain.options.boundaries.frontier import SHARES, TIME_LIMIT
from app.services.aligning import Question
from app.services.answers import Row
from app.services.boundaries import STEPS, Asked, boundaries
from app.services.boundary_rows import everything
from app.services.options import Asked as AskedOptions
from app.services.starting import open_workspace
from app.settings import settings


def boundaries_of(
    footprints: Footprints,
    place: Annotated[str | None, typer.Option(help="One place of the plan; needed where it has several.")] = None,
    share: Annotated[
        list[float] | None, typer.Option("--share", help="Share of people who may change sides, 0.05 say; repeatable.")
    ] = None,
    band: Annotated[float, typer.Option(help="How far a neighbourhood may be from the mean, as a share.")] = BAND,
    steps: Annotated[int, typer.Option(min=0, help="Only areas within so many steps of a line; 0 for all.")] = STEPS,
    hold: Annotated[
        list[str] | None, typer.Option("--hold", metavar="AREA", help="An area that does not move; repeatable.")
    ] = None,
    together: Annotated[bool, typer.Option("--together", help="Move practices as well, up to three.")] = False,
    seconds: Annotated[float, typer.Option(min=0.1, help="Seconds for each point.")] = TIME_LIMIT,
    as_of: AsOf = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Say which small areas of a draft could change neighbourhood: whom it helps and how many it moves."""
    work = open_workspace(settings())
    question = Question(footprints, place, as_of=day(as_of), version=version)
    asked = Asked(
        AskedOptions(question, most_moves=3),
        shares=tuple(sorted(set(share or SHARES))),
        band=band,
        steps=steps or None,
        staying_areas=tuple(hold or ()),
        together=together,
        seconds=seconds,
    )
    with bar(place or footprints) as tell:
        said = everything(boundaries(work, asked, progress=tell))
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        print_boundaries(out, said)


def print_boundaries(to: Console, said: Row) -> None:
    """The frontier, what is worth discussing of it, and practices and lines together."""
    plan = said["footprints"]
    title = f"{plan['name']}, version {plan['version']} ({plan['status']}): {said['place']['name']} on {said['as_of']}"
    to.print(title, style="bold", markup=False)
    to.print(said["words"], markup=False)
    frontier = said["frontier"]
    to.print(f"\n{frontier['words']}", markup=False)
    if frontier["restriction"]:
        to.print(frontier["restriction"], markup=False)
    table = Table()
    for name in ("People allowed", "Moved", "Areas", "Patients outside", "Inside", "Proof"):
        table.add_column(name, justify="right")
    for point in frontier["points"]:
        table.add_row(
            f"{point['people_allowed']:,.0f} ({point['share_allowed']:.1%})",
            f"{point['people_moved']:,.0f}",
            str(point["areas_moved"]),
            f"{point['patients_outside_lead']:,.0f}",
            "" if point["containment"] is None else f"{point['containment']:.1%}",
            "proven" if point["proven"] else f"at most {point['gap']:,.0f} better",
        )
    to.print(table)
    to.print("\nOptions for discussion", style="bold")
    for at, option in enumerate(said["options"], start=1):
        to.print(f"{at}. {option['sentence']}", markup=False)
        for check in option["checks"]:
            if check["outcome"] in ("stop", "warn"):
                to.print(f"   {check['outcome']}: {check['text']} ({check['mark']})", style="yellow", markup=False)
    if not said["options"]:
        to.print("None of these moves helps enough people for those it moves.", markup=False)
    if said["combined"]:
        _print_combined(to, said["combined"])


def _print_combined(to: Console, combined: Row) -> None:
    to.print(f"\n{combined['words']}", markup=False)
    table = Table()
    for name in ("Practices moved", "Areas moved", "Changed", "Patients outside", "No choice below"):
        table.add_column(name, justify="right")
    for point in combined["points"]:
        table.add_row(
            str(len(point["practice_moves"])),
            str(len(point["area_moves"])),
            f"{point['disturbed']:,.0f}",
            f"{point['patients_outside_lead']:,.0f}",
            f"{point['at_least_outside']:,.0f}" + (" (proven)" if point["proven"] else ""),
        )
    to.print(table)
