"""The command that drafts a cross-INT arrangement and prints it as an annex."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from app.commands.terminal import AsJson, AsOf, Footprints, Version, day
from app.domain.arrangement.annex import annex
from app.domain.arrangement.terms import Elsewhere, Terms, Weight
from app.services.aligning import Question
from app.services.arrangements import Asked, drafted
from app.services.starting import open_workspace
from app.settings import settings


def arrangement(
    footprints: Footprints,
    pcn: Annotated[str, typer.Option("--pcn", help="Code of the PCN.")],
    place: Annotated[str | None, typer.Option(help="One place of the plan; by default all of it.")] = None,
    weight: Annotated[
        Weight, typer.Option(help="By what sessions and funding are shared over the INTs.")
    ] = Weight.REGISTERED,
    activity: Annotated[
        list[str] | None, typer.Option(metavar="INT:NUMBER", help="With the weight “activity”; repeatable.")
    ] = None,
    sessions: Annotated[float | None, typer.Option(help="MDT sessions a week, in quarters.")] = None,
    amount: Annotated[int | None, typer.Option(metavar="POUNDS", help="Whole pounds.")] = None,
    elsewhere: Annotated[
        Elsewhere, typer.Option(help="Where patients count who live outside the plan, or nobody knows where.")
    ] = Elsewhere.LEAD,
    minimum_share: Annotated[
        float | None,
        typer.Option(metavar="0..1", help="INTs below it are met by the lead; by default the material share."),
    ] = None,
    lead: Annotated[str | None, typer.Option(metavar="INT", help="Another lead INT; needs a reason.")] = None,
    lead_reason: Annotated[str | None, typer.Option(help="Why this INT should lead.")] = None,
    as_of: AsOf = None,
    version: Version = None,
    as_json: AsJson = False,
) -> None:
    """Draft a cross-INT arrangement for a PCN from the figures, and print it as an annex; nothing is kept."""
    terms = Terms(
        weight=weight,
        activity=dict(map(_activity, activity or [])),
        sessions=sessions,
        amount=amount,
        elsewhere=elsewhere,
        minimum_share=minimum_share,
        lead=lead,
        lead_reason=lead_reason,
    )
    question = Question(footprints, place, None, day(as_of), version)
    said = drafted(open_workspace(settings()), Asked(question, pcn, terms)).said
    typer.echo(json.dumps(said, ensure_ascii=False, indent=2) if as_json else annex(said), nl=as_json)


def _activity(text: str) -> tuple[str, float]:
    code, _, number = text.rpartition(":")
    try:
        return code, float(number)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not INT:NUMBER, such as N01:120") from error
