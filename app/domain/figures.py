"""The figures of an alignment, as plain values: what the command line, HTTP and the page all show.

Counts are on the basis of the alignment (registered patients, unless it says otherwise); shares are 0..1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.places import Belonging
from geometry.crosstab import Crosstab

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Share:
    """One cell of N seen from one side: ``share`` is of the row or column it is listed under."""

    code: str
    name: str
    patients: float
    share: float


@dataclass(frozen=True)
class PcnFigures:
    """One PCN. ``patients`` is its whole list; lead and containment are ``None`` where nobody lives in the plan."""

    code: str
    name: str
    place: str | None
    practices: tuple[str, ...]
    patients: float
    patients_inside: float
    patients_outside: float
    patients_unknown: float
    lead: str | None
    lead_name: str | None
    patients_in_lead: float
    patients_outside_lead: float
    containment: float | None
    effective_neighbourhoods: float | None
    material_neighbourhoods: tuple[str, ...]
    class_: str | None
    by_neighbourhood: tuple[Share, ...]


@dataclass(frozen=True)
class NeighbourhoodFigures:
    """One neighbourhood, over all registrations loaded, whichever place the practice belongs to.

    ``pcns_to_reach`` is the coordination load: the smallest number of PCNs that together hold 90 % (a setting) of
    its registered residents; ``None`` where even all of them do not.
    """

    code: str
    name: str
    place: str
    residents: float | None
    patients: float
    registered_per_resident: float | None
    leads: tuple[str, ...]
    material_pcns: tuple[str, ...]
    pcns_to_reach: int | None
    without_pcn: float
    by_pcn: tuple[Share, ...]


@dataclass(frozen=True)
class PracticeFigures:
    """One practice. ``mismatch``: it stands in one neighbourhood and most of its patients live in another."""

    code: str
    name: str
    pcn: str | None
    pcn_name: str | None
    patients: float
    patients_inside: float
    patients_outside: float
    patients_unknown: float
    standing_in: str | None
    main_neighbourhood: str | None
    main_share: float | None
    mismatch: bool
    patients_outside_pcn_lead: float
    by_neighbourhood: tuple[Share, ...]


@dataclass(frozen=True, eq=False)
class Alignment:
    """All figures of one plan (or of one place in it), PCNs ranked by patients outside their lead neighbourhood."""

    place: str | None
    belonging: Belonging
    by_practice: Crosstab
    by_pcn: Crosstab
    elsewhere: Floats  # patients living in each neighbourhood whose practice belongs to another place
    without_pcn: Floats  # patients living in each neighbourhood of this place's practices in no PCN
    pcns: tuple[PcnFigures, ...]
    neighbourhoods: tuple[NeighbourhoodFigures, ...]
    practices: tuple[PracticeFigures, ...]
    patients_total: float
    patients_inside: float
    patients_outside: float
    patients_unknown: float
    misalignment: float | None
    median_containment: float | None

    @property
    def practices_without_pcn(self) -> tuple[str, ...]:
        return tuple(p.code for p in self.practices if p.pcn is None)

    def classes(self) -> dict[str, int]:
        """Number of PCNs in each class, the three classes always present."""
        return {name: sum(p.class_ == name for p in self.pcns) for name in ("aligned", "partly", "split")}
