"""Which PCNs do not fit the proposed neighbourhoods, and by how much: the main job, from stored data to figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from app.domain.alignment import align
from app.domain.basis import Basis
from app.domain.figures import Alignment
from app.domain.naming import slug
from app.domain.problem import Fault, Problem
from app.domain.records import FootprintVersion
from app.services.ground import Ground, ground
from app.services.workspace import Workspace


@dataclass(frozen=True)
class Question:
    """What is asked. ``footprints`` is a proposal's id or name; ``basis`` None takes the best there is evidence for."""

    footprints: str
    place: str | None = None
    basis: Basis | None = None
    as_of: date | None = None
    version: int | None = None


@dataclass(frozen=True, eq=False)
class Answer:
    """The figures, and everything they stand on."""

    ground: Ground
    alignment: Alignment

    @property
    def place_id(self) -> str | None:
        return slug(self.alignment.place) if self.alignment.place else None

    @property
    def restricted(self) -> bool:
        """Whether small numbers in it must be hidden."""
        return self.ground.restricted

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the reader must know about the data, only for practices of this answer."""
        mine = (self.ground.practice_warnings.get(p.code) for p in self.alignment.practices)
        return (*self.ground.warnings, *(warning for warning in mine if warning is not None))


def answer(work: Workspace, question: Question) -> Answer:
    """Answer a question about a plan.

    Raises ``Problem``: unknown footprints or place; nothing loaded for the basis asked for.
    """
    with work.store.read() as unit:
        version = unit.footprints.get(slug(question.footprints), question.version)
    place = named_place(version, question.place)
    base = ground(work, version, question.basis, question.as_of)
    alignment = work.remember(("alignment", base.key, place), lambda: align(base.inputs, place))
    return Answer(base, _without_practices(alignment) if base.basis is Basis.AREA else alignment)


def named_place(version: FootprintVersion, asked: str | None) -> str | None:
    """The place of a plan that a name or id means. Raises ``Problem`` where the plan has none of it."""
    if asked is None:
        return None
    places = version.places or (version.name,)
    for place in places:
        if asked == place or slug(asked) == slug(place):
            return place
    raise Problem(
        Fault.NOT_FOUND,
        "No such place in this plan",
        f"{version.name} has no place “{asked}”. Its places: {', '.join(places)}.",
        remedy="Use one of these names, or leave the place out to see the whole plan.",
    )


def _without_practices(alignment: Alignment) -> Alignment:
    """On the basis of area the members counted are PCNs, so nothing is said of practices."""
    return replace(alignment, practices=(), pcns=tuple(replace(p, practices=()) for p in alignment.pcns))
