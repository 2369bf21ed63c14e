"""Is a set of footprints a clean coverage: everything once, nothing twice, nobody left out?

Built on the GEOS coverage operations: where ``coverage_is_valid`` holds nothing can overlap, and where it does not
``coverage_invalid_edges`` says which footprints to look at. What is thinner than the tolerance is told apart from
what may be meant by the rule in ``geometry.pieces``: slivers are noise and safe to
mend, the rest is for people to decide.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geometry.drawn import drawn_footprints, mends_one_way, overlapping, same
from geometry.findings import CoverageFault, CoverageFinding, Severity
from geometry.holding import Ground, Holding, hold
from geometry.pieces import (
    apart,
    filled,
    is_noise,
    joined,
    mean_width,
    parts,
    polygonal,
    sorted_by_noise,
    spikes,
    swapped,
    union,
)
from geometry.polygons import Geometries, Polygons

__all__ = ["TOLERANCE", "CoverageFault", "CoverageFinding", "Severity", "check_coverage"]

TOLERANCE = 20.0
"""Metres: how far ONS generalises the small-area boundaries it publishes for mapping (BGC), so the noise to expect."""

FAR = 10_000.0
"""Metres from the middle of the footprints from which exchanged axes are thought of where no place is given."""

TOUCHING = 0.01
"""Metres within which a gap counts as next to a footprint."""


def check_coverage(
    footprints: gpd.GeoSeries,
    *,
    place: Any = None,
    areas: gpd.GeoSeries | None = None,
    people: Mapping[str, float] | None = None,
    tolerance: float = TOLERANCE,
    band: tuple[float, float] | None = None,
) -> tuple[CoverageFinding, ...]:
    """Everything found, by sort, then code, then place on the map.

    ``footprints`` and ``areas`` are polygons in EPSG:27700 indexed by code; ``areas`` are those of the place,
    ``people`` their counts by code. ``place`` is its outline; without it the areas' outline serves, and without those
    only gaps enclosed by footprints can be seen. ``tolerance`` (metres) divides noise from what may be meant.
    ``band`` is the people a neighbourhood should have, smallest and largest: outside it is advice, never a fault.
    Raises ``ValueError`` for codes that repeat, shapes that are no polygons, degrees, and a tolerance that is not
    positive.
    """
    codes, drawn = drawn_footprints(footprints, tolerance)
    ground = None if areas is None else Ground.of(Polygons.checked(areas, "areas"), people)
    return Check(codes, drawn, ground, None if place is None else polygonal(place), tolerance).findings(band)


ROUNDING = 1.0
"""Metres: thinner slivers come from coordinates that were rounded or converted, and are no fault of the plan."""


@dataclass(eq=False)
class Check:
    """One look at a set of footprints; every step adds what it finds."""

    codes: tuple[str, ...]
    drawn: Geometries
    ground: Ground | None
    place: Any
    tolerance: float
    found: list[CoverageFinding] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.place is None and self.ground is not None:
            self.place = self.ground.outline

    def findings(self, band: tuple[float, float] | None = None) -> tuple[CoverageFinding, ...]:
        self.found = []
        self.shapes()
        self.duplicates_and_overlaps()
        self.gaps()
        self.beyond_the_place()
        self.edges()
        self.areas(band)
        return tuple(sorted(self.found, key=lambda finding: finding.sort_key))

    @cached_property
    def sound(self) -> Geometries:
        return np.array([polygonal(shape) for shape in self.drawn], dtype=object)

    @cached_property
    def tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.sound)

    @cached_property
    def invalid_edges(self) -> Geometries:
        """Edges of each footprint that do not match a neighbour's; all empty for a clean coverage."""
        if shapely.coverage_is_valid(self.sound):
            return np.array([shapely.LineString()] * len(self.codes), dtype=object)
        return np.asarray(shapely.coverage_invalid_edges(self.sound), dtype=object)

    @cached_property
    def holding(self) -> Holding | None:
        return None if self.ground is None else hold(self.ground, self.sound, self.tolerance)

    @cached_property
    def misplaced(self) -> frozenset[int]:
        """Footprints that lie wholly off the place, and on it once their axes are exchanged.

        Without a place, the middle of most footprints serves: exchanging the axes has to bring one at least ten times
        nearer to it, from further than ten kilometres.
        """
        turned = np.array([swapped(shape) for shape in self.sound], dtype=object)
        if self.place is not None:
            off = ~shapely.intersects(self.place, self.sound) & shapely.intersects(self.place, turned)
        else:
            centres = shapely.get_coordinates(shapely.centroid(self.sound[~shapely.is_empty(self.sound)]))
            middle = shapely.Point(np.median(centres, axis=0)) if len(centres) else shapely.Point()
            drawn, after = shapely.distance(middle, self.sound), shapely.distance(middle, turned)
            off = (drawn > FAR) & (drawn > 10 * after)
        return frozenset(int(at) for at in np.flatnonzero(off))

    @cached_property
    def made_of_areas(self) -> NDArray[np.bool_]:
        """Footprints that are unions of whole areas to the square metre: their scraps and spikes are the areas' own."""
        if self.holding is None or self.ground is None:
            return np.zeros(len(self.codes), dtype=bool)
        at, whole = self.holding.footprint_at, shapely.area(self.ground.areas.shapes)[self.holding.area_at]
        held = np.bincount(at, shapely.area(self.holding.common), len(self.codes))
        apart = np.abs(np.bincount(at, whole, len(self.codes)) - held) + np.abs(shapely.area(self.sound) - held)
        return np.asarray(apart < 1, dtype=bool)

    def add(
        self,
        fault: CoverageFault,
        severity: Severity,
        who: tuple[int, ...],
        shape: Any,
        message: str,
        safe: bool = False,
    ) -> None:
        areas, people = ((), None) if self.ground is None else self.ground.under(shape)
        size = float(shapely.area(shape))
        told = f" ({size:,.0f} m²{'' if people is None else f', about {people:,.0f} people'})" if size > 0 else ""
        codes = tuple(self.codes[at] for at in who)
        self.found.append(
            CoverageFinding(fault, severity, codes, shape, size, areas, people, f"{message}{told}.", safe)
        )

    def sliver(self, who: tuple[int, ...], singles: list[Any], message: str) -> None:
        shape = joined(singles)
        width = mean_width(shape)
        severity = Severity.ADVICE if width < ROUNDING else Severity.WARNING
        self.add(CoverageFault.SLIVER, severity, who, shape, f"{message}, {width:.1f} m wide on average", safe=True)

    def shapes(self) -> None:
        """What can be said of each footprint by itself."""
        for at, code in enumerate(self.codes):
            drawn, sound = self.drawn[at], self.sound[at]
            if shapely.is_empty(sound):
                self.add(CoverageFault.EMPTY, Severity.ERROR, (at,), sound, f"{code} has no area on the map")
                continue
            if not shapely.is_valid(drawn):
                self.invalid(at)
            if at in self.misplaced:
                self.add(
                    CoverageFault.AXES_SWAPPED, Severity.ERROR, (at,), sound,
                    f"{code} lies far away, but in its place once eastings and northings are exchanged",
                )  # fmt: skip
            rest, noise = sorted_by_noise(apart(sound), self.tolerance)
            for part in rest:
                if self.holding is not None and self.holding.is_islet(part, at):
                    continue  # an area of its own lies in several pieces, which is no fault of the plan
                self.add(
                    CoverageFault.DETACHED_PART, Severity.WARNING, (at,), part, f"{code} has a part apart from the rest"
                )
            if self.made_of_areas[at]:
                continue
            if noise:
                self.sliver((at,), noise, f"{code} has thin scraps apart from the rest")
            for spike in spikes(sound, self.tolerance):
                self.add(
                    CoverageFault.SPIKE, Severity.WARNING, (at,), spike, f"{code} has a spike in its outline", safe=True
                )

    def invalid(self, at: int) -> None:
        reason = shapely.is_valid_reason(self.drawn[at])
        where = re.search(r"\[(\S+) (\S+)\]", reason)
        spot = shapely.Point(float(where[1]), float(where[2])) if where else shapely.Point()
        safe = mends_one_way(self.drawn[at], self.sound[at], self.tolerance)
        what = reason.split("[")[0].lower()
        self.add(
            CoverageFault.INVALID_RING, Severity.WARNING if safe else Severity.ERROR, (at,), spot,
            f"The outline of {self.codes[at]} crosses or touches itself ({what})"
            + ("" if safe else ", and can be read in two ways"),
            safe,
        )  # fmt: skip

    def duplicates_and_overlaps(self) -> None:
        for first, second, common in overlapping(self.sound, self.tree, self.invalid_edges):
            one, two = self.codes[first], self.codes[second]
            if same(self.sound[first], self.sound[second], common, self.tolerance):
                text = f"{one} and {two} are the same footprint twice"
                self.add(CoverageFault.DUPLICATE, Severity.ERROR, (first, second), common, text)
                continue
            meant, noise = sorted_by_noise(parts(common), self.tolerance)
            if meant:
                text = f"{one} and {two} overlap"
                self.add(CoverageFault.OVERLAP, Severity.ERROR, (first, second), joined(meant), text)
            if noise:
                self.sliver((first, second), noise, f"{one} and {two} overlap by thin strips")

    def gaps(self) -> None:
        covered = union(self.sound)
        if self.place is not None:
            missing = parts(shapely.difference(self.place, covered))
        else:
            holes = [shapely.Polygon(ring) for single in parts(covered) for ring in single.interiors]
            missing = parts(shapely.difference(shapely.union_all(holes), covered))
        strips: dict[tuple[int, ...], list[Any]] = defaultdict(list)
        for gap in missing:
            near = self.tree.query(gap, predicate="dwithin", distance=TOUCHING)
            who = tuple(sorted(int(at) for at in near))
            names = " and ".join(self.codes[at] for at in who)
            noise = is_noise(gap, self.tolerance)
            if len(who) == 1 and shapely.covers(shapely.union_all(filled(self.sound[who[0]])), gap):
                grade = Severity.WARNING if noise else Severity.ERROR
                self.add(CoverageFault.HOLE, grade, who, gap, f"{names} has a hole that no footprint fills", noise)
            elif noise:
                strips[who].append(gap)
            else:
                text = f"A gap next to {names}" if who else "A gap that no footprint touches"
                self.add(CoverageFault.GAP, Severity.ERROR, who, gap, text)
        for who, singles in strips.items():
            names = " and ".join(self.codes[at] for at in who)
            self.sliver(who, singles, f"Thin gaps next to {names}")

    def beyond_the_place(self) -> None:
        if self.place is None:
            return
        for at in np.flatnonzero(~shapely.covers(self.place, self.sound) & ~shapely.is_empty(self.sound)):
            if int(at) in self.misplaced:
                continue
            meant, noise = sorted_by_noise(parts(shapely.difference(self.sound[at], self.place)), self.tolerance)
            code = self.codes[at]
            if meant:
                text = f"{code} reaches outside the place"
                self.add(CoverageFault.OUTSIDE_PLACE, Severity.WARNING, (int(at),), joined(meant), text)
            if noise:
                self.sliver((int(at),), noise, f"{code} reaches outside the place by thin strips")

    def edges(self) -> None:
        """Borders that follow each other but do not share their corners: no area is wrong, but it may become so."""
        told = {code for finding in self.found if len(finding.footprints) > 1 for code in finding.footprints}
        for at in np.flatnonzero(~shapely.is_empty(self.invalid_edges)):
            if self.codes[at] not in told:
                self.add(
                    CoverageFault.UNMATCHED_EDGES, Severity.ADVICE, (int(at),), self.invalid_edges[at],
                    f"{self.codes[at]} does not share every corner of its border with its neighbours", safe=True,
                )  # fmt: skip

    def areas(self, band: tuple[float, float] | None) -> None:
        held, ground = self.holding, self.ground
        if held is None or ground is None:
            return
        shapes, codes = ground.areas.shapes, ground.areas.codes
        if len(held.unheld):
            names = _some([codes[at] for at in held.unheld])
            text = f"{len(held.unheld)} areas are in no footprint: {names}"
            whole = union(shapes[held.unheld])
            self.add(CoverageFault.UNASSIGNED_AREAS, Severity.ERROR, (), whole, text)
        for area in held.cut:
            who = tuple(int(at) for at in held.footprint_at[held.area_at == area])
            names = " and ".join(self.codes[at] for at in who)
            text = f"The line of {names} cuts area {codes[area]}"
            self.add(CoverageFault.CUT_AREAS, Severity.WARNING, who, shapes[area], text)
        if band is None or ground.people is None:
            return
        people = np.bincount(held.footprint_at, held.share * ground.people[held.area_at], len(self.codes))
        for at in np.flatnonzero((people < band[0]) | (people > band[1])):
            side = "fewer" if people[at] < band[0] else "more"
            guide = f"the guide of {band[0]:,.0f} to {band[1]:,.0f}"
            text = f"{self.codes[at]} has {people[at]:,.0f} people, {side} than {guide}"
            self.add(CoverageFault.OUTSIDE_BAND, Severity.ADVICE, (int(at),), self.sound[at], text)


def _some(codes: list[str]) -> str:
    return ", ".join(codes[:5]) + (f" and {len(codes) - 5} more" if len(codes) > 5 else "")
