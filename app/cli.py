"""The command ``coterminous``. It only translates between the terminal and the services."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from app.domain.basis import Basis
from app.domain.problem import Problem
from app.domain.weighing import Weighing
from app.ingest.kinds import Kind
from app.ingest.reader import ReadOptions, Tell
from app.ingest.source import Source
from app.printing import print_alignment, print_datasets, print_loaded, print_report
from app.printing_footprints import print_agreement, print_checked, print_mended
from app.printing_plans import print_comparison, print_sensitivity
from app.services import agreeing, checking, comparison_rows, mending, sensitivity
from app.services.aligning import Question, answer
from app.services.answers import summary
from app.services.comparison import compare_plans
from app.services.loading import LoadRequest, load
from app.services.starting import demonstrate, open_workspace
from app.settings import Settings, settings

ABOUT = "Where PCNs and proposed neighbourhoods do not fit, by how many patients, and what stands behind each figure."
WIDE = 160  # columns where there is no terminal to fit, so that tables sent to a file keep their words

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=ABOUT)
database = typer.Typer(no_args_is_help=True, help="Bring the database's tables to another version.")
app.add_typer(database, name="db")

out = Console(width=None if sys.stdout.isatty() else WIDE)
err = Console(stderr=True)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no time zone
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a date like 2026-07-01") from error


AsOf = Annotated[str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="The date the answer is for.")]


@app.command("load")
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
    restricted: Annotated[
        bool, typer.Option("--restricted", help="Hide small numbers in everything that stands on these files.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and check everything, keep nothing.")] = False,
) -> None:
    """Load files: each one's kind is recognised by its content; all are kept, or none."""
    options = ReadOptions(as_of=_day(as_of), crs=crs, layer=layer)
    requests = [LoadRequest(Source.of(path), kind, options, name, layer_of or None, restricted) for path in paths]
    work = open_workspace(settings())
    with _progress() as tell:
        loaded = load(work.store, requests, dry_run=dry_run, tell=tell)
    print_loaded(out, loaded, dry_run=dry_run)


@app.command()
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
    given = answer(work, Question(footprints, place, basis, _day(as_of), version))
    if as_json:
        typer.echo(json.dumps(summary(given, work.thresholds), ensure_ascii=False, indent=2))
    else:
        print_alignment(out, given)


Footprints = Annotated[str, typer.Option("--footprints", help="The footprints: their name or id.")]
Version = Annotated[int | None, typer.Option(help="Version of the footprints; by default the latest.")]


@app.command()
def check(
    footprints: Footprints,
    version: Version = None,
    band: Annotated[
        str | None, typer.Option(metavar="LOW-HIGH", help="People a neighbourhood should have; only advice.")
    ] = None,
    as_of: AsOf = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say whether a plan covers its place once: gaps, overlaps, detached parts and whatever else is wrong."""
    given = checking.check(open_workspace(settings()), footprints, version, checking.parse_band(band), _day(as_of))
    if as_json:
        typer.echo(json.dumps(checking.summary(given), ensure_ascii=False, indent=2))
    else:
        print_checked(out, given)


@app.command()
def mend(
    footprints: Footprints,
    version: Version = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, keep nothing.")] = False,
) -> None:
    """Mend what is noise in a drawn plan, as a new version of it."""
    print_mended(out, mending.mend_version(open_workspace(settings()), footprints, version, dry_run=dry_run))


@app.command()
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
    work, day = open_workspace(settings()), _day(as_of)
    if other is None:
        question = Question(footprints, place, basis, day, version)
        said = agreeing.pcn_summary(agreeing.pcns_with_neighbourhoods(work, question))
    else:
        found = agreeing.plan_with(work, footprints, version, other, weighing=weighing, place=place, as_of=day)
        said = agreeing.plan_summary(found)
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        print_agreement(out, said)


@app.command()
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


@app.command("sensitivity")
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
    days = [day for text in dates or [] if (day := _day(text)) is not None]
    question = Question(footprints, place, basis, _day(as_of), version)
    found = sensitivity.sensitivity(open_workspace(settings()), question, days)
    if as_json:
        typer.echo(json.dumps(sensitivity.table(found), ensure_ascii=False, indent=2))
    else:
        print_sensitivity(out, found)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve the page and the API on what is loaded."""
    _serve(host, port)


@app.command()
def demo(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    prepare_only: Annotated[bool, typer.Option("--prepare-only", help="Load the sample place and stop.")] = False,
) -> None:
    """Load the fictional sample place and serve it: everything in one command."""
    prepared = demonstrate(settings(), say=err.print)
    if not prepare_only:
        _serve(host, port, prepared)


@database.command()
def upgrade(revision: Annotated[str, typer.Argument(help="Version to go up to.")] = "head") -> None:
    """Bring the tables up to a version (the latest by default)."""
    work = open_workspace(settings(), migrate=False)
    work.store.upgrade(revision)
    out.print(f"The database is at version {work.store.revision()}.")


@database.command()
def downgrade(revision: Annotated[str, typer.Argument(help="Version to go down to; “base” drops everything.")]) -> None:
    """Take the tables down to an earlier version. Data that the earlier version cannot hold is lost."""
    work = open_workspace(settings(), migrate=False)
    work.store.downgrade(revision)
    out.print(f"The database is at version {work.store.revision() or 'base'}.")


@app.command()
def datasets() -> None:
    """List the files loaded."""
    work = open_workspace(settings())
    with work.store.read() as unit:
        print_datasets(out, unit.datasets.page(limit=None))


@app.command()
def report(dataset: Annotated[str, typer.Argument(metavar="ID", help="Id of a dataset; see “datasets”.")]) -> None:
    """Print a dataset's import report: what was read, kept and dropped, and why."""
    work = open_workspace(settings())
    with work.store.read() as unit:
        print_report(out, unit.datasets.get(dataset))


def _serve(host: str | None, port: int | None, chosen: Settings | None = None) -> None:
    from app.serving import serve as run  # noqa: PLC0415 - the web stack is only loaded where it is needed

    run(chosen or settings(), host, port, say=err.print)


@contextmanager
def _progress() -> Iterator[Callable[[str], Tell]]:
    """A bar for each file, on a terminal only."""
    columns = (TextColumn("{task.fields[file]}"), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as progress:

        def tell(file: str) -> Tell:
            task = progress.add_task("reading", total=1.0, file=file)
            return lambda done, what: progress.update(task, completed=done, description=what)

        yield tell


def main() -> None:
    """Entry point: exit status 0, or 2 with a problem on standard error."""
    try:
        app(prog_name="coterminous")
    except Problem as problem:
        typer.echo(f"Problem: {problem}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo("Stopped.", err=True)
        sys.exit(2)
