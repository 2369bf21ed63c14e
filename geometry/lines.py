"""How much of the lines of one map run along the lines of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely


@dataclass(frozen=True)
class BoundaryCoincidence:
    """Lengths in metres; every line counted once, also where two regions share it."""

    tolerance: float
    first_length: float
    second_length: float
    first_along_second: float  # length of the first map's lines within the tolerance of a line of the second
    second_along_first: float

    @property
    def first_share(self) -> float:
        """Share of the first map's lines that run along the second's, 0..1; 0 where it has no lines."""
        return self.first_along_second / self.first_length if self.first_length > 0 else 0.0

    @property
    def second_share(self) -> float:
        return self.second_along_first / self.second_length if self.second_length > 0 else 0.0


def boundary_coincidence(
    first: Sequence[Any], second: Sequence[Any], *, tolerance: float, inner_only: bool = False
) -> BoundaryCoincidence:
    """Length of line two sets of polygons share within ``tolerance`` metres, seen from either set.

    A point of a line counts where some line of the other set passes within the tolerance, whatever its direction: so
    a line that crosses counts for up to twice the tolerance, and a tolerance should be small against the regions.
    ``inner_only`` leaves out lines along the outer edge of each set (within the tolerance), which two divisions
    of the same place share in any case. Geometries in EPSG:27700.

    Raises ``ValueError`` for a tolerance that is not positive.
    """
    if not tolerance > 0:
        raise ValueError(f"the tolerance must be a positive number of metres, got {tolerance}")
    one, two = (_lines(polygons, tolerance, inner_only) for polygons in (first, second))
    return BoundaryCoincidence(
        tolerance=tolerance,
        first_length=float(shapely.length(one)),
        second_length=float(shapely.length(two)),
        first_along_second=_length_near(one, two, tolerance),
        second_along_first=_length_near(two, one, tolerance),
    )


def _lines(polygons: Sequence[Any], tolerance: float, inner_only: bool) -> Any:
    lines = shapely.union_all(shapely.boundary(list(polygons)))
    if not inner_only:
        return lines
    outer = shapely.boundary(shapely.union_all(list(polygons)))
    return shapely.difference(lines, shapely.buffer(outer, tolerance))


def _length_near(lines: Any, others: Any, tolerance: float) -> float:
    return float(shapely.length(shapely.intersection(lines, shapely.buffer(others, tolerance))))
