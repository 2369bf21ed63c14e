"""Which footprints hold which areas, once noise is put aside.

For every area and footprint that meet: the footprint holds the area *whole* when what it lacks of it is noise, holds
*nothing* of it when what it has of it is noise, and else holds a *part*. Each pair is judged by itself, so a
footprint drawn badly spoils nothing for its neighbours. An area that is thin enough to be noise itself goes to the
footprint with the largest share of it (then the first code).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geometry.pieces import DUST, EMPTY, are_noise, joined, parts, union
from geometry.polygons import Geometries, Polygons, own


@dataclass(frozen=True, eq=False)
class Ground:
    """The areas of a place and the people in them (``people`` follows the areas; ``None`` where nobody counted)."""

    areas: Polygons
    people: NDArray[np.float64] | None = None

    @classmethod
    def of(cls, areas: Polygons, people: Mapping[str, float] | None) -> Ground:
        """Match people to areas by code. Raises ``ValueError`` for an area without a count, or a negative one."""
        if people is None:
            return cls(areas)
        missing = [code for code in areas.codes if code not in people]
        if missing:
            raise ValueError(f"no people given for {len(missing)} areas: {', '.join(missing[:5])}")
        counted = np.array([float(people[code]) for code in areas.codes])
        if not np.isfinite(counted).all() or (counted < 0).any():
            raise ValueError("people in an area must be a finite number, at least 0")
        return cls(areas, counted)

    @cached_property
    def tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.areas.shapes)

    @cached_property
    def outline(self) -> Any:
        """All areas dissolved into one shape."""
        if shapely.coverage_is_valid(self.areas.shapes):
            return joined(parts(shapely.coverage_union_all(self.areas.shapes), least=0.0))
        return union(self.areas.shapes)

    def under(self, shape: Any) -> tuple[tuple[str, ...], float | None]:
        """Areas that lie in a shape by more than dust, and the people in it by share of each area's square metres."""
        if shapely.is_empty(shape):
            return (), None if self.people is None else 0.0
        near = np.sort(self.tree.query(shape, predicate="intersects"))
        common = shapely.area(shapely.intersection(self.areas.shapes[near], shape))
        near, common = near[common > DUST], common[common > DUST]
        codes = tuple(self.areas.codes[at] for at in near)
        if self.people is None:
            return codes, None
        share = np.minimum(common / shapely.area(self.areas.shapes[near]), 1.0)
        return codes, float(share @ self.people[near])


@dataclass(frozen=True, eq=False)
class Holding:
    """One entry a pair of area and footprint where the footprint holds the area whole or in part.

    Entries are in order of area, then footprint (positions). ``common`` is the shape they share, ``share`` its part
    of the area, 1 where it is held whole.
    """

    ground: Ground
    area_at: NDArray[np.intp]
    footprint_at: NDArray[np.intp]
    whole: NDArray[np.bool_]
    common: Geometries
    share: NDArray[np.float64]

    @cached_property
    def middles(self) -> shapely.STRtree:
        """A point inside each area, on its largest piece of land."""
        return shapely.STRtree(shapely.point_on_surface(self.ground.areas.shapes))

    def is_islet(self, part: Any, footprint: int) -> bool:
        """Whether a part of a footprint is only the islets of areas that the footprint holds whole."""
        if len(self.middles.query(part, predicate="covers")):
            return False
        near = self.ground.tree.query(part, predicate="intersects")
        common = shapely.area(shapely.intersection(self.ground.areas.shapes[near], part))
        under = near[common > shapely.area(part) / 100]  # less is the noise of a neighbour's edge
        return bool(np.isin(under, self.area_at[self.whole & (self.footprint_at == footprint)]).all())

    @cached_property
    def unheld(self) -> NDArray[np.intp]:
        """Areas that no footprint holds, not even in part."""
        return np.setdiff1d(np.arange(len(self.ground.areas)), self.area_at)

    @cached_property
    def cut(self) -> NDArray[np.intp]:
        """Areas that some footprint holds in part."""
        return np.unique(self.area_at[~self.whole])

    def settled(self) -> dict[int, int]:
        """Area to footprint (positions) where one footprint holds the area whole and no other holds any of it."""
        holders = np.bincount(self.area_at, minlength=len(self.ground.areas))
        alone = self.whole & (holders[self.area_at] == 1)
        return dict(zip(self.area_at[alone].tolist(), self.footprint_at[alone].tolist(), strict=True))


def hold(ground: Ground, footprints: Geometries, tolerance: float) -> Holding:
    """Judge every pair. ``footprints`` are valid polygons (an empty one holds nothing), ``tolerance`` in metres."""
    areas = ground.areas.shapes
    footprints = own(footprints)
    shapely.prepare(footprints)
    footprint_at, area_at = ground.tree.query(footprints, predicate="intersects")
    order = np.lexsort((footprint_at, area_at))
    area_at, footprint_at = area_at[order], footprint_at[order]
    covered = shapely.covers(footprints[footprint_at], areas[area_at])
    common = areas[area_at].copy()
    open_at = np.flatnonzero(~covered & ~shapely.touches(footprints[footprint_at], areas[area_at]))
    common[~covered] = EMPTY
    common[open_at] = shapely.intersection(areas[area_at[open_at]], footprints[footprint_at[open_at]])
    share = np.where(covered, 1.0, shapely.area(common) / shapely.area(areas[area_at]))

    whole, part = covered.copy(), np.zeros(len(covered), dtype=bool)
    lacking = shapely.difference(areas[area_at[open_at]], footprints[footprint_at[open_at]])
    lacks_noise, has_noise = are_noise(lacking, tolerance), are_noise(common[open_at], tolerance)
    mostly = share[open_at] >= 0.5
    whole[open_at] = lacks_noise & mostly
    part[open_at] = ~(lacks_noise & mostly) & ~(has_noise & ~mostly)

    thin = np.flatnonzero(are_noise(areas, tolerance))
    for area in thin:
        here = np.flatnonzero(area_at == area)
        whole[here] = part[here] = False
        if len(here) and share[here].max() > 0:
            whole[here[share[here].argmax()]] = True
    held = whole | part
    return Holding(
        ground, area_at[held], footprint_at[held], whole[held], common[held], np.where(whole, 1.0, share)[held]
    )
