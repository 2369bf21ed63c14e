"""The options of a place as long work: the whole frontier, up to fifteen practice moves."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.domain.basis import Basis
from app.domain.options.frontier import MOST_MOVES
from app.domain.options.limits import Limits
from app.domain.options.suggesting import EACH
from app.services.aligning import Question
from app.services.footprints import version as version_of
from app.services.long_work import Cancelled, Progress, Stopped, WorkKind
from app.services.option_rows import everything
from app.services.options import Asked, base, one_place, options
from app.services.workspace import Workspace


class OptionsQuestion(BaseModel):
    """The options of one place of a plan."""

    model_config = ConfigDict(extra="forbid")

    footprints: str = Field(min_length=1, max_length=200, description="The footprints: their id or name.")
    place: str | None = Field(None, max_length=200, description="The place; needed where the plan has several.")
    version: int | None = Field(None, ge=1, description="Version of the footprints; by default the latest.")
    as_of: date | None = Field(None, description="The date; by default that of the registrations.")
    staying: list[str] = Field([], max_length=1_000, description="Practices that do not move, by code.")
    kept: list[str] = Field([], max_length=1_000, description="PCNs that neither lose nor gain a practice, by code.")
    most_moves: int = Field(MOST_MOVES, ge=0, le=MOST_MOVES, description="Practice moves up to which is searched.")
    each: int = Field(EACH, ge=1, le=20, description="Options of one kind shown.")
    agreed_on: date | None = Field(None, description="The day on which something is taken to be agreed.")


def resolve(work: Workspace, asked: OptionsQuestion) -> dict[str, Any]:
    """Name version, place and limits. Raises ``Problem`` for what there is none of, before anything is searched."""
    version = version_of(work, asked.footprints, asked.version)
    said = asked.model_dump(mode="json") | {"footprints": version.footprint_id, "version": version.number}
    said["place"] = one_place(work, Question(version.footprint_id, asked.place, version=version.number))
    said |= {"staying": sorted(set(asked.staying)), "kept": sorted(set(asked.kept)), "limits": asdict(work.limits)}
    base(work, _asked(said))
    return said


def options_job(work: Workspace, question: dict[str, Any], progress: Progress, cancelled: Cancelled) -> dict[str, Any]:
    """The options of a resolved question: what ``GET /api/v1/options`` gives, with the whole frontier."""
    progress(0.0, "Gathering who is registered where")

    def tell(done: int, points: int) -> None:
        progress(done / max(points, 1), f"Moving up to {done} of {points} practices")

    found = options(work, _asked(question), progress=tell, cancelled=cancelled)
    if found.frontier.stopped == "cancelled":
        raise Stopped
    return everything(found)


def _asked(said: dict[str, Any]) -> Asked:
    def day(name: str) -> date | None:
        return date.fromisoformat(said[name]) if said[name] else None

    return Asked(
        Question(said["footprints"], said["place"], Basis.PATIENTS, day("as_of"), said["version"]),
        staying=tuple(said["staying"]),
        kept=tuple(said["kept"]),
        most_moves=said["most_moves"],
        each=said["each"],
        limits=Limits(**said["limits"]),
        agreed_on=day("agreed_on"),
    )


OPTIONS = WorkKind(
    "options", "Find the options of a place, with the whole frontier", OptionsQuestion, options_job, resolve
)
