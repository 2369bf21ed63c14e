"""Moving lines as long work: the whole frontier of a draft and, where asked, practices and lines together."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.domain.basis import Basis
from app.domain.options.boundaries.draft import BAND
from app.domain.options.boundaries.frontier import SHARES, TIME_LIMIT
from app.domain.options.limits import Limits
from app.services.aligning import Question
from app.services.boundaries import MOST_SHARE, STEPS, Asked, boundaries, lines
from app.services.boundary_rows import everything
from app.services.footprints import version as version_of
from app.services.long_work import Cancelled, Progress, Stopped, WorkKind
from app.services.options import Asked as AskedOptions
from app.services.options import one_place
from app.services.workspace import Workspace

MOST_POINTS = 10


class BoundariesQuestion(BaseModel):
    """The lines of one place of a plan that is still a draft."""

    model_config = ConfigDict(extra="forbid")

    footprints: str = Field(min_length=1, max_length=200, description="The footprints: their id or name.")
    place: str | None = Field(None, max_length=200, description="The place; needed where the plan has several.")
    version: int | None = Field(None, ge=1, description="Version of the footprints; by default the latest.")
    as_of: date | None = Field(None, description="The date; by default that of the registrations.")
    shares: list[float] = Field(
        list(SHARES), min_length=1, max_length=MOST_POINTS, description=f"Shares of people moved, up to {MOST_SHARE}."
    )
    band: float = Field(BAND, gt=0, lt=1, description="How far a neighbourhood may be from the mean, as a share.")
    steps: int | None = Field(STEPS, ge=1, le=50, description="Areas within so many steps of a line; null for all.")
    staying_areas: list[str] = Field([], max_length=5_000, description="Areas that do not move, by code.")
    kept_neighbourhoods: list[str] = Field([], max_length=1_000, description="Neighbourhoods left as they are.")
    staying: list[str] = Field([], max_length=1_000, description="Practices that do not move, by code.")
    kept: list[str] = Field([], max_length=1_000, description="PCNs that neither lose nor gain a practice, by code.")
    together: bool = Field(False, description="Practices and lines together as well.")
    most_moves: int = Field(3, ge=0, le=5, description="Practice moves looked at together with lines.")
    seconds: float = Field(TIME_LIMIT, gt=0, le=600, description="Seconds for each point; what is open has a gap.")


def resolve(work: Workspace, asked: BoundariesQuestion) -> dict[str, Any]:
    """Name version, place and limits. Raises ``Problem`` for what there is none of, before anything is searched."""
    version = version_of(work, asked.footprints, asked.version)
    said = asked.model_dump(mode="json") | {"footprints": version.footprint_id, "version": version.number}
    said["place"] = one_place(work, Question(version.footprint_id, asked.place, version=version.number))
    for name in ("staying", "kept", "staying_areas", "kept_neighbourhoods", "shares"):
        said[name] = sorted(set(said[name]))
    said |= {"limits": asdict(work.limits), "status": str(version.status)}
    lines(work, _asked(said))
    return said


def boundaries_job(
    work: Workspace, question: dict[str, Any], progress: Progress, cancelled: Cancelled
) -> dict[str, Any]:
    """The lines of a resolved question: what ``GET /api/v1/options/boundaries`` gives, whole."""
    progress(0.0, "Gathering who lives where")
    found = boundaries(work, _asked(question), progress=progress, cancelled=cancelled)
    if found.frontier.stopped == "cancelled" or cancelled():
        raise Stopped
    return everything(found)


def _asked(said: dict[str, Any]) -> Asked:
    as_of = date.fromisoformat(said["as_of"]) if said["as_of"] else None
    return Asked(
        AskedOptions(
            Question(said["footprints"], said["place"], Basis.PATIENTS, as_of, said["version"]),
            staying=tuple(said["staying"]),
            kept=tuple(said["kept"]),
            most_moves=said["most_moves"],
            limits=Limits(**said["limits"]),
        ),
        shares=tuple(said["shares"]),
        band=said["band"],
        steps=said["steps"],
        staying_areas=tuple(said["staying_areas"]),
        kept_neighbourhoods=tuple(said["kept_neighbourhoods"]),
        together=said["together"],
        seconds=said["seconds"],
    )


BOUNDARIES = WorkKind(
    "boundaries", "Find which small areas of a draft could change neighbourhood", BoundariesQuestion, boundaries_job,
    resolve,
)  # fmt: skip
