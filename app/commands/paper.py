"""Command for the decision paper of a place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from app.commands.terminal import AsOf, Footprints, Version, bar, day, err
from app.domain.problem import Fault, Problem
from app.report.forms import Form, written
from app.report.gathered import gather
from app.report.paper import paper_of
from app.report.words import Words
from app.services.aligning import Question
from app.services.checking import parse_band
from app.services.options import Asked
from app.services.starting import open_workspace
from app.settings import settings


def paper(
    footprints: Footprints,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="File to write: .html, .pdf or .docx.")],
    place: Annotated[str | None, typer.Option(help="The place; needed where the plan has several.")] = None,
    words: Annotated[
        Path | None, typer.Option("--words", metavar="FILE", help="JSON file with what people write into it.")
    ] = None,
    band: Annotated[
        str | None, typer.Option(metavar="LOW-HIGH", help="Fewest and most people a neighbourhood should have.")
    ] = None,
    as_of: AsOf = None,
    version: Version = None,
) -> None:
    """Write the decision paper of a place: options, tables, maps, exceptions, sources and dates."""
    form = next((form for form in Form if out.suffix.lower() == f".{form}"), None)
    if form is None:
        raise typer.BadParameter(f"{out.name} should end in one of: {', '.join(f'.{each}' for each in Form)}")
    said = _words(words)
    question = Question(footprints, place, as_of=day(as_of), version=version)
    work = open_workspace(settings())
    with bar("Decision paper") as tell:
        tell(0.0, "figures")
        gathered = gather(work, Asked(question), said, band=parse_band(band))
        tell(0.4, f"writing {form}")
        body = written(paper_of(gathered), form)
    out.write_bytes(body)
    err.print(f"Wrote {out} ({len(body):,} bytes).")


def _words(path: Path | None) -> Words:
    if path is None:
        return Words()
    try:
        return Words.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise Problem(
            Fault.NOT_FOUND, "The file of words cannot be read", str(error), remedy="Name a file that is there."
        ) from error
    except (ValidationError, ValueError) as error:
        raise Problem(
            Fault.BAD_INPUT,
            "The file of words is not what it should be",
            str(error),
            remedy=f"Give a JSON object with some of: {', '.join(Words.model_fields)}.",
            file=path.name,
        ) from error
