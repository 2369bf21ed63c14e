"""W: the share of each area inside each footprint. Exact, and what is contained is never clipped.

An area is *whole* in the footprint that holds its inner point if that footprint, grown by a stated tolerance,
covers it: two boundaries that follow each other to within the tolerance are one boundary, drawn twice. An area
that footprints only graze, no deeper than the tolerance, is *outside*. Every other area is *cut* and gets the
exact share of its area in every footprint, so over footprints without gaps or overlaps its row sums to one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse

from geometry.labelled import Labelled
from geometry.polygons import Geometries, Polygons, in_threads, own
from geometry.shares import Basis, Decision, Noise, Shares, Unclipped, shares_from_lookup

__all__ = ["NOISE_LIMIT", "TOLERANCE", "Basis", "Decision", "Noise", "Shares", "shares", "shares_from_lookup"]

TOLERANCE = 2.0
"""Metres: the stated accuracy of WGS 84 to the National Grid without the OSTN15 grid (EPSG:1314)."""

NOISE_LIMIT = 0.05
"""The largest share of an area that may be ignored as noise, however thin the area is."""

DUST = 1e-9
"""Shares below this are the rounding of coordinates where two polygons only touch."""

_Index = NDArray[np.intp]
_Flags = NDArray[np.bool_]


def shares(
    areas: gpd.GeoSeries,
    footprints: gpd.GeoSeries,
    tolerance: float = TOLERANCE,
    *,
    noise_limit: float = NOISE_LIMIT,
    threads: int = 2,
    valid: bool = False,
) -> Shares:
    """The share of each area in each footprint; both are polygons in EPSG:27700, indexed by code.

    ``tolerance`` (metres; up to 8 % less at corners) is how far boundaries may differ and still be the same
    boundary; with 0 nothing is snapped. Overlapping footprints each get their full share and gaps get none:
    ``Shares`` reports both. ``valid`` says that all shapes were found valid before, as those of the store were.
    Raises ``ValueError`` for shapes that are not valid polygons, for two coordinate
    systems, and for a tolerance below zero.
    """
    if not (tolerance >= 0 and 0 <= noise_limit <= 1):
        raise ValueError(f"the tolerance ({tolerance} m) and the noise limit ({noise_limit}) must be at least 0")
    if areas.crs is not None and footprints.crs is not None and areas.crs != footprints.crs:
        raise ValueError(
            f"the areas are in {areas.crs.name}, the footprints in {footprints.crs.name}: convert them to one system"
        )
    return _Overlay(
        Polygons.checked(areas, "areas", threads=threads, valid=valid),
        Polygons.checked(footprints, "footprints", threads=threads, valid=valid),
        tolerance,
        noise_limit,
        threads,
    ).shares()


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Positions of an area and a footprint that belong together, as two arrays of one length."""

    area: _Index
    footprint: _Index

    def __getitem__(self, which: _Flags) -> _Pairs:
        return _Pairs(self.area[which], self.footprint[which])

    def __add__(self, other: _Pairs) -> _Pairs:
        return _Pairs(np.concatenate([self.area, other.area]), np.concatenate([self.footprint, other.footprint]))

    def __len__(self) -> int:
        return len(self.area)


@dataclass(frozen=True, eq=False)
class _Overlay:
    """One run: the checked polygons, and the steps that all or some of the areas need."""

    areas: Polygons
    footprints: Polygons
    tolerance: float
    noise_limit: float
    threads: int

    def shares(self) -> Shares:
        inner = shapely.STRtree(shapely.point_on_surface(self.areas.shapes))
        footprint, area = inner.query(self.footprints.shapes, predicate="covers")
        held = _Pairs(area, footprint)
        whole = self._whole(held)
        rest = self._touching(np.setdiff1d(np.arange(len(self.areas)), whole.area))
        grazed = self._grazed(rest[~np.isin(rest.area, held.area)])
        entered = rest[~np.isin(rest.area, grazed.area)]
        values = self._parts(entered)
        entered, values = entered[values > DUST], values[values > DUST]
        return self._result(whole, grazed, entered, values)

    def _whole(self, held: _Pairs) -> _Pairs:
        """The areas that the footprint of their inner point covers, to within the tolerance, and no other enters."""
        whole = held[self._ask(shapely.covers, held, self.tolerance)]
        if self._together is None:
            whole = whole[~self._contested(whole)]
        return whole[self._negligible(whole, whole=True)]

    def _contested(self, held: _Pairs) -> _Flags:
        """Whether a second footprint reaches deeper than the tolerance into each of these areas."""
        shapes = self.footprints.shapes
        first, second = shapely.STRtree(shapes).query(_resized(shapes, -self.tolerance), predicate="intersects")
        overlapping = np.unique([first[first != second], second[first != second]])
        near = self._near(held.area[np.isin(held.footprint, overlapping)])
        home = np.full(len(self.areas), -1)
        home[held.area] = held.footprint
        near = near[np.isin(near.footprint, overlapping) & (near.footprint != home[near.area])]
        contested = np.bincount(held.area, minlength=len(self.areas)) > 1
        contested[near.area[self._ask(shapely.intersects, near, -self.tolerance)]] = True
        return contested[held.area]

    def _grazed(self, touched: _Pairs) -> _Pairs:
        """Of areas whose inner point no footprint holds, those that none enters deeper than the tolerance."""
        if self.tolerance == 0:
            return touched[np.zeros(len(touched), dtype=bool)]
        entered = touched.area[self._ask(shapely.intersects, touched, -self.tolerance)]
        grazed = touched[~np.isin(touched.area, entered)]
        too_much = grazed.area[~self._negligible(grazed, whole=False)]
        return grazed[~np.isin(grazed.area, too_much)]

    def _parts(self, pairs: _Pairs) -> NDArray[np.float64]:
        """The share of each area inside each footprint, by clipping no more than is needed.

        In a clean coverage that covers an area, one part is what the others leave: the part in the footprint
        with most vertices, the dearest to clip, is spared. Elsewhere a footprint that covers an area is.
        """
        spared = self._dearest(pairs)
        known = np.zeros(len(pairs))
        if self._together is None:
            known[self._ask(shapely.covers, pairs, 0.0)] = 1.0
        open_ = (known == 0) & ~spared
        known[open_] = self._clipped(pairs[open_]) / shapely.area(self.areas.shapes[pairs.area[open_]])
        filled = np.bincount(pairs.area, weights=known, minlength=len(self.areas))
        known[spared] = 1.0 - filled[pairs.area[spared]]
        return known

    def _dearest(self, pairs: _Pairs) -> _Flags:
        """Marks for each area inside a clean coverage its footprint with most vertices (first code if equal)."""
        spared = np.zeros(len(pairs), dtype=bool)
        if self._together is None or not len(pairs):
            return spared
        shapely.prepare(self._together)
        areas = np.unique(pairs.area)
        inside = areas[shapely.covers(self._together, self.areas.shapes[areas])]
        vertices = shapely.get_num_coordinates(self.footprints.shapes)[pairs.footprint]
        order = np.lexsort((pairs.footprint, -vertices, pairs.area))
        first = order[np.unique(pairs.area[order], return_index=True)[1]]
        spared[first[np.isin(pairs.area[first], inside)]] = True
        return spared

    @cached_property
    def _together(self) -> shapely.Geometry | None:
        """All footprints as one shape if they are a clean coverage: neighbours share vertices, nothing overlaps.

        The union of a coverage keeps the edges that an odd number of polygons use, so it holds the points in an
        odd number of them; only if no two overlap is its area the sum of theirs.
        """
        try:
            together = shapely.coverage_union_all(self.footprints.shapes)
        except shapely.GEOSException:
            return None
        total = shapely.area(self.footprints.shapes).sum()
        clean = shapely.is_valid(together) and abs(shapely.area(together) - total) <= 1e-11 * total
        return together if clean else None

    def _ask(self, predicate: Callable[..., _Flags], pairs: _Pairs, by: float) -> _Flags:
        """``predicate(footprint, area)`` of each pair, the footprints grown by so many metres.

        Threads divide the footprints, so that one prepared shape is never asked from two threads.
        """
        order = np.argsort(pairs.footprint, kind="stable")
        area, footprint = pairs.area[order], pairs.footprint[order]

        def answers(at: slice) -> _Flags:
            mine, back = np.unique(footprint[at], return_inverse=True)
            shapes = _resized(self.footprints.shapes[mine], by)
            shapely.prepare(shapes)
            return predicate(shapes[back], self.areas.shapes[area[at]])

        found = np.empty(len(pairs), dtype=bool)
        found[order] = in_threads(answers, len(pairs), self.threads, groups=footprint)
        return found

    def _near(self, areas: _Index) -> _Pairs:
        """Areas and footprints whose bounding boxes meet, in order of area."""
        area, footprint = shapely.STRtree(self.footprints.shapes).query(self.areas.shapes[areas])
        order = np.lexsort((footprint, area))
        return _Pairs(areas[area[order]], footprint[order])

    def _touching(self, areas: _Index) -> _Pairs:
        near = self._near(areas)
        return near[self._ask(shapely.intersects, near, 0.0)]

    def _clipped(self, pairs: _Pairs) -> NDArray[np.float64]:
        """Square metres of each area inside each footprint."""
        areas, footprints = self.areas.shapes[pairs.area], self.footprints.shapes[pairs.footprint]
        return in_threads(
            lambda at: shapely.area(shapely.intersection(areas[at], footprints[at])), len(pairs), self.threads
        )

    def _negligible(self, pairs: _Pairs, *, whole: bool) -> _Flags:
        """Whether what is ignored of each area keeps to the noise limit. Only thin areas need measuring."""
        shapes = self.areas.shapes[pairs.area]
        strip, limit = self.tolerance * shapely.length(shapes), self.noise_limit * shapely.area(shapes)
        doubtful = strip > limit
        inside = self._clipped(pairs[doubtful])
        ignored = shapely.area(shapes[doubtful]) - inside if whole else inside
        fine = np.ones(len(pairs), dtype=bool)
        fine[doubtful] = ignored <= limit[doubtful]
        return fine

    def _result(self, whole: _Pairs, grazed: _Pairs, entered: _Pairs, values: NDArray[np.float64]) -> Shares:
        found, unclipped = whole + entered, whole + grazed
        matrix = sparse.csr_array(
            (np.concatenate([np.ones(len(whole)), values]), (found.area, found.footprint)),
            shape=(len(self.areas), len(self.footprints)),
        )
        matrix.sort_indices()
        divided = np.zeros(len(self.areas), dtype=bool)
        divided[entered.area[values < 1.0]] = True
        return Shares(
            Labelled(self.areas.codes, self.footprints.codes, matrix),
            tuple(Basis.AREA if cut else Basis.WHOLE for cut in divided),
            self.tolerance,
            Unclipped(
                unclipped.area,
                unclipped.footprint,
                self.areas.shapes[unclipped.area],
                self.footprints.shapes[unclipped.footprint],
                np.arange(len(unclipped)) < len(whole),
            ),
        )


def _resized(shapes: Geometries, by: float) -> Geometries:
    """The shapes grown or shrunk by so many metres, as new objects; one that would vanish keeps its size."""
    copies = own(shapes)
    if by == 0:
        return copies
    resized = shapely.buffer(copies, by, quad_segs=2)
    return np.where(shapely.is_empty(resized), copies, resized)
