"""Command for the options of a place: re-align, or work across."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from app.commands.printing_options import print_options
from app.commands.terminal import AsJson, AsOf, Footprints, Version, bar, day, out
from app.domain.options.frontier import MOST_MOVES
from app.domain.problem import Problem
from app.services.aligning import Question
from app.services.footprints import version as version_of
from app.services.option_rows import everything
from app.services.options import Asked, Found, options, places_of
from app.services.starting import open_workspace
from app.services.workspace import Workspace
from app.settings import settings


def options_of(
    footprints: Footprints,
    place: Annotated[str | None, typer.Option(help="One place of the plan; by default each of them.")] = None,
    stay: Annotated[
        list[str] | None, typer.Option("--stay", metavar="PRACTICE", help="A practice that does not move; repeatable.")
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", metavar="PCN", help="A PCN that neither loses nor gains a practice; repeatable."),
    ] = None,
    moves: Annotated[
        int, typer.Option(min=0, max=MOST_MOVES, help="Practice moves up to which is searched.")
    ] = MOST_MOVES,
    as_of: AsOf = None,
    version: Version = None,
    agreed_on: Annotated[
        str | None,
        typer.Option("--agreed-on", metavar="YYYY-MM-DD", help="The day taken for agreement; by default the date."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what could be done about PCNs that do not fit: options, what each costs, and the route of each PCN."""
    work = open_workspace(settings())
    plan = version_of(work, footprints, version)
    places = [place] if place is not None else list(places_of(plan))
    if len(places) > 1 and (stay or keep):
        raise typer.BadParameter("practices and PCNs are of one place: name it with --place")
    whole = []
    for at, name in enumerate(places):
        question = Question(plan.footprint_id, name, as_of=day(as_of), version=plan.number)
        asked = Asked(question, tuple(stay or ()), tuple(keep or ()), moves, agreed_on=day(agreed_on))
        try:
            found = _found(work, asked, f"{name} ({at + 1} of {len(places)})" if len(places) > 1 else name)
        except Problem as problem:
            if len(places) == 1:
                raise
            typer.echo(f"{name}: {problem}", err=True)
            continue
        if as_json:
            whole.append(everything(found))
        else:
            print_options(out, found)
    if as_json:
        typer.echo(json.dumps(whole[0] if place is not None else whole, ensure_ascii=False, indent=2))


def _found(work: Workspace, asked: Asked, what: str) -> Found:
    with bar(what) as tell:
        return options(
            work, asked, progress=lambda done, of: tell(done / max(of, 1), f"up to {done} of {of} practices moved")
        )
