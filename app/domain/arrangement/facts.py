"""What the fields of a record are written from, and whose each is to fill in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.domain.arrangement.division import Division, Part
from app.domain.arrangement.terms import Terms, Triggers
from app.domain.figures import PcnFigures
from app.domain.suppression import shown

PLACE = "the place partnership"
PCN = "the PCN"
INTEGRATOR = "the integrator"
FROM_FIGURES = "Computed from the data named under “reason and evidence”"


@dataclass(frozen=True, eq=False)
class Facts:
    """What the fields are written from. ``concerned``: names of practices by INT; ``route``: see ``Stood``."""

    pcn: PcnFigures
    place: str | None
    practices: int
    division: Division
    terms: Terms
    triggers: Triggers
    largest: str
    concerned: Mapping[str, tuple[str, ...]]
    footprints: str
    as_of: date
    datasets: tuple[str, ...]
    restricted: bool
    route: str | None

    def people(self, count: float) -> str:
        """Patients as they may be shown."""
        if not self.restricted:
            return f"{count:,.0f}"
        may = shown(count)
        return "fewer than 8" if may is None else f"{may:,}"

    def name(self, code: str) -> str:
        return next(part.name for part in self.division.parts if part.code == code)

    @property
    def lead(self) -> Part:
        return self.division.parts[0]

    @property
    def others(self) -> tuple[Part, ...]:
        """The INTs other than the lead that are material or have an MDT of their own for the PCN."""
        return tuple(p for p in self.division.parts[1:] if p.material or p.served_by == p.code)
