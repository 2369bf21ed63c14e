"""Mending a plan as long work: London's drawn plans take up to a minute."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.domain.naming import slug
from app.services import mending
from app.services.long_work import Cancelled, Progress, Stopped, WorkKind
from app.services.workspace import Workspace


class MendQuestion(BaseModel):
    """Mend what is noise in a version of a plan."""

    model_config = ConfigDict(extra="forbid")

    footprints: str = Field(min_length=1, max_length=200, description="The footprints: their id or name.")
    version: int | None = Field(None, ge=1, description="Version of the footprints; by default the latest.")
    as_of: date | None = Field(None, description="The date of the areas and people; by default the newest.")
    dry_run: bool = Field(False, description="Say what would change, keep nothing.")


def resolve(work: Workspace, asked: MendQuestion) -> dict[str, Any]:
    """Name the version. Raises ``Problem`` where there is none of it."""
    with work.store.read() as unit:
        version = unit.footprints.get(slug(asked.footprints), asked.version)
    said = asked.model_dump(mode="json")
    return {**said, "footprints": version.footprint_id, "version": version.number}


def run(work: Workspace, question: dict[str, Any], progress: Progress, cancelled: Cancelled) -> dict[str, Any]:
    """Mend, and say what changed. Stopped, it has kept nothing; run again, it finds what it kept before.

    Once a version is kept, nobody is asked any more whether it is wanted: the result is told.
    """
    progress(0.0, "Comparing the neighbourhoods' borders with each other and with the small areas")

    def still_wanted() -> None:
        if cancelled():
            raise Stopped

    as_of = question["as_of"]
    done = mending.mend_version(
        work,
        question["footprints"],
        question["version"],
        as_of=date.fromisoformat(as_of) if as_of else None,
        dry_run=question["dry_run"],
        before_keeping=still_wanted,
    )
    if done.made is None:
        progress(0.95, "Putting the changes into words")
    return mending.summary(done)


def writes(question: dict[str, Any]) -> bool:
    return not question["dry_run"]


MEND = WorkKind("mend", "Mend what is noise in a drawn plan", MendQuestion, run, resolve, writes)
