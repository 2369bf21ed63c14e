"""Proposing neighbourhoods as a question that can be kept: asked at once for wards, or as long work."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.domain.problem import Fault, Problem
from app.domain.proposing.band import DEFAULT, Band
from app.domain.proposing.wish import MOST_ALTERNATIVES, MOST_EFFORT, Wish
from app.services.checking import parse_band
from app.services.footprints import version as version_of
from app.services.long_work import Cancelled, Progress, WorkKind
from app.services.proposing import Asked, Proposed, propose
from app.services.proposing_ground import proposing_ground
from app.services.proposing_place import Units, Where
from app.services.proposing_rows import summary
from app.services.workspace import Workspace

AT_ONCE = Wish(effort=0.5, most_sets=1_500)
"""What is searched while somebody waits for the reply: wards only, seconds rather than minutes."""


class ProposeQuestion(BaseModel):
    """Propose neighbourhoods of a place, told by its boroughs or by a plan and one of its places."""

    model_config = ConfigDict(extra="forbid")

    boroughs: list[str] = Field([], max_length=40, description="Boroughs of the place, by code or name.")
    footprints: str | None = Field(None, max_length=200, description="A plan that has the place: its id or name.")
    place: str | None = Field(None, max_length=200, description="The place; needed where the plan has several.")
    version: int | None = Field(None, ge=1, description="Version of the footprints; by default the latest.")
    units: Units = Field(Units.WARDS, description="What neighbourhoods are built of.")
    band: str | None = Field(
        None, max_length=60, description="People a neighbourhood should have, as LOW-HIGH; by default 37500-62500."
    )
    number: int | None = Field(None, ge=1, le=60, description="Neighbourhoods; by default as many as the band allows.")
    alternatives: int = Field(4, ge=1, le=MOST_ALTERNATIVES, description="Alternatives wanted.")
    apart: float = Field(
        0.15, ge=0.01, le=0.6, description="Share of people who live in another neighbourhood in any two of them."
    )
    seed: int = Field(1, ge=0, lt=2**53, description="The same seed has the same answer.")
    effort: float = Field(1.0, ge=0.01, le=MOST_EFFORT, description="Multiplies the steps of the search.")
    links: list[tuple[str, str]] = Field([], max_length=200, description="Pairs of areas to join, across water say.")
    as_of: date | None = Field(None, description="The date; by default that of the registrations.")

    def asked(self, wish: Wish | None = None) -> Asked:
        """As the service takes it; effort and sets tried are those of ``wish`` where one is given. Raises ``Problem``
        for a band that is none."""
        band = parse_band(self.band)
        searched = wish or Wish(effort=self.effort)
        return Asked(
            where=Where(
                boroughs=tuple(sorted({text.strip() for text in self.boroughs if text.strip()})),
                footprints=self.footprints or None,
                place=self.place or None,
                version=self.version,
                as_of=self.as_of,
                links=tuple(sorted({(min(pair), max(pair)) for pair in self.links})),
            ),
            units=self.units,
            wish=Wish(
                band=DEFAULT if band is None else Band(*band),
                number=self.number,
                alternatives=self.alternatives,
                apart=self.apart,
                seed=self.seed,
                effort=searched.effort,
                most_sets=searched.most_sets,
            ),
        )


def resolve(work: Workspace, question: ProposeQuestion) -> dict[str, Any]:
    """Name the version. Raises ``Problem`` for what there is none of, before anything is searched."""
    said = question.model_dump(mode="json")
    if question.footprints:
        version = version_of(work, question.footprints, question.version)
        said |= {"footprints": version.footprint_id, "version": version.number}
    proposing_ground(work, ProposeQuestion.model_validate(said).asked().where)
    return said


def run(work: Workspace, question: dict[str, Any], progress: Progress, cancelled: Cancelled) -> dict[str, Any]:
    """The alternatives of a resolved question, as ``GET /api/v1/proposals`` gives them."""
    return summary(propose(work, ProposeQuestion.model_validate(question).asked(), progress, cancelled))


def at_once(work: Workspace, question: ProposeQuestion) -> Proposed:
    """The alternatives while somebody waits. Raises ``Problem`` as ``propose`` does, and for anything but wards."""
    if question.units is not Units.WARDS:
        raise Problem(
            Fault.BAD_INPUT,
            "This takes longer than a reply may",
            f"Neighbourhoods of whole {question.units.words} take minutes to search for; only wards are done at once.",
            remedy='Ask for it as long work: POST /api/v1/jobs with {"kind": "propose", "units": "lsoas", …}.',
        )
    return propose(work, question.asked(AT_ONCE))


PROPOSE = WorkKind("propose", "Propose neighbourhoods of a place", ProposeQuestion, run, resolve)
