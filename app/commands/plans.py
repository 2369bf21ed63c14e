"""Commands for the fit of PCNs and plans: align, agreement, compare, sensitivity."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from app.commands.printing import print_alignment
from app.commands.printing_footprints import print_agreement
from app.commands.printing_plans import print_comparison, print_sensitivity
from app.commands.terminal import AsOf, Footprints, Version, day, out
from app.domain.basis import Basis
from app.domain.weighing import Weighing
from app.services import agreeing, comparison_rows, sensitivity
from app.services.aligning import Question, answer
from app.services.answers import summary
from app.services.comparison import compare_plans
from app.services.starting import open_workspace
from app.settings import settings


def align(
    footprints: Annotated[str, typer.Option("--footprints", help="The proposal: its name or id.")],
    place: Annotated[str | None, typer.Option(help="One place of the plan; by default all of it.")] = None,
    basis: Annotated[Basis | None, typer.Option(help="What is counted; by default the best there is.")] = None,
    as_of: AsOf = None,
    version: Annotated[int | None, typer.Option(help="Version of the proposal; by default the latest.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say which PCNs do not fit the neighbourhoods, and by how many patients."""
    work = open_workspace(settings())
    given = answer(work, Question(footprints, place, basis, day(as_of), version))
    if as_json:
        typer.echo(json.dumps(summary(given, work.thresholds), ensure_ascii=False, indent=2))
    else:
        print_alignment(out, given)


def agreement(
    footprints: Footprints,
    other: Annotated[str | None, typer.Option("--with", help="Another plan or a layer; without it, the PCNs.")] = None,
    place: Annotated[str | None, typer.Option(help="One place of the plan; by default all of it.")] = None,
    weighing: Annotated[
        Weighing | None, typer.Option(help="What is weighed against another plan; by default the best there is.")
    ] = None,
    basis: Annotated[Basis | None, typer.Option(help="What is counted of PCNs; by default the best there is.")] = None,
    as_of: AsOf = None,
    version: Version = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say how well a plan agrees with the PCNs' lists, with another plan, or with another service's footprints."""
    work, asked = open_workspace(settings()), day(as_of)
    if other is None:
        question = Question(footprints, place, basis, asked, version)
        said = agreeing.pcn_summary(agreeing.pcns_with_neighbourhoods(work, question))
    else:
        found = agreeing.plan_with(work, footprints, version, other, weighing=weighing, place=place, as_of=asked)
        said = agreeing.plan_summary(found)
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        print_agreement(out, said)


def compare(
    plans: Annotated[
        list[str], typer.Argument(metavar="PLAN PLAN...", help="Plans as id or id@version; the first is compared with.")
    ],
    place: Annotated[str | None, typer.Option(help="One place, which every plan must have.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Put plans side by side: figures, who gains and who loses, and the areas and people that change."""
    found = compare_plans(open_workspace(settings()), plans, place)
    if as_json:
        typer.echo(json.dumps(comparison_rows.summary(found), ensure_ascii=False, indent=2))
    else:
        print_comparison(out, found)


def sensitivity_of(
    footprints: Annotated[str, typer.Option("--footprints", help="The proposal: its name or id.")],
    place: Annotated[str | None, typer.Option(help="One place of the plan; by default all of it.")] = None,
    basis: Annotated[Basis | None, typer.Option(help="What is counted as asked; by default the best there is.")] = None,
    as_of: AsOf = None,
    version: Annotated[int | None, typer.Option(help="Version of the proposal; by default the latest.")] = None,
    dates: Annotated[
        list[str] | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Another date to ask about; repeatable.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say whether the answer changes with the basis, the thresholds or the date."""
    days = [when for text in dates or [] if (when := day(text)) is not None]
    question = Question(footprints, place, basis, day(as_of), version)
    found = sensitivity.sensitivity(open_workspace(settings()), question, days)
    if as_json:
        typer.echo(json.dumps(sensitivity.table(found), ensure_ascii=False, indent=2))
    else:
        print_sensitivity(out, found)
