"""Commands for long work: work on it, list it, call it off."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from app.commands.terminal import err, out
from app.domain.work import JobState
from app.jobs.worker import Worker
from app.services import jobs as service
from app.services.starting import open_workspace
from app.settings import settings

MOST_ROWS = 200

jobs = typer.Typer(
    add_completion=False, help="Long work that was asked for: list it, or call it off.", invoke_without_command=True
)


@jobs.callback()
def listed(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_jobs()


@jobs.command("list")
def list_jobs(
    state: Annotated[JobState | None, typer.Option(help="Only those in this state.")] = None,
) -> None:
    """List jobs, the newest first."""
    found = service.page(open_workspace(settings()), state=state, limit=MOST_ROWS + 1)
    table = Table("Id", "Work", "State", "Done", "Asked", "About")
    for job in found[:MOST_ROWS]:
        said = service.row(job)
        about = said["message"] or ", ".join(f"{name} {value}" for name, value in job.question.items() if value)
        asked = job.created_at.strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(job.id, job.kind, str(job.state), f"{said['progress']} %", asked, about)
    out.print(table)
    if len(found) > MOST_ROWS:
        out.print("… and earlier ones.")


@jobs.command()
def cancel(job: Annotated[str, typer.Argument(metavar="ID", help="Id of a job; see “jobs list”.")]) -> None:
    """Dismiss a job: one not begun at once, a running one as soon as its work notices."""
    asked = service.dismiss(open_workspace(settings()), job)
    if asked.state is JobState.DISMISSED:
        out.print(f"{asked.id} is dismissed.")
    else:
        out.print(f"{asked.id} is running and has been asked to stop.")


def worker(
    once: Annotated[bool, typer.Option("--once", help="Work on what waits, then end.")] = False,
) -> None:
    """Work on jobs until stopped. Any number of workers, on any machines, may share a PostgreSQL."""
    mine = Worker(open_workspace(settings()))
    mine.stop_on_signals()
    err.print(f"Worker {mine.name}" + (" (stop with Ctrl+C)" if not once else ""))
    done = mine.run(once=once)
    err.print(f"{done} {'job' if done == 1 else 'jobs'} done.")
