"""What can be wrong with a set of footprints, and how one finding is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import shapely


class CoverageFault(StrEnum):
    """The sort of finding. The order here is the order findings are listed in."""

    AXES_SWAPPED = "axes-swapped"
    EMPTY = "empty"
    INVALID_RING = "invalid-ring"
    DUPLICATE = "duplicate"
    OVERLAP = "overlap"
    GAP = "gap"
    HOLE = "hole"
    OUTSIDE_PLACE = "outside-place"
    DETACHED_PART = "detached-part"
    UNASSIGNED_AREAS = "unassigned-areas"
    CUT_AREAS = "cut-areas"
    SLIVER = "sliver"
    SPIKE = "spike"
    UNMATCHED_EDGES = "unmatched-edges"
    OUTSIDE_BAND = "outside-band"


class Severity(StrEnum):
    ERROR = "error"  # patients would be counted twice, or nowhere
    WARNING = "warning"  # may be meant; somebody should look
    ADVICE = "advice"  # nothing is wrong; worth knowing


@dataclass(frozen=True, eq=False)
class CoverageFinding:
    """One thing found. ``people`` is an estimate by share of area, ``None`` where no areas with people were given."""

    fault: CoverageFault
    severity: Severity
    footprints: tuple[str, ...]  # codes concerned, ascending
    geometry: Any  # where on the map, EPSG:27700
    area: float  # m²
    areas: tuple[str, ...]  # small areas it touches, ascending
    people: float | None
    message: str
    safe_to_mend: bool

    @property
    def sort_key(self) -> tuple[int, tuple[str, ...], float, list[float]]:
        order = list(CoverageFault).index(self.fault)
        return order, self.footprints, -self.area, shapely.bounds(self.geometry).round(3).tolist()
