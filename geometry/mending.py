"""Mend what is noise in a set of footprints, and leave what may be meant as it was drawn.

With small areas, a footprint becomes the union of the areas it holds whole (``geometry.holding``); an area that is
really cut, or that two footprints hold, stays as drawn. Without them, gaps and overlaps narrower than the tolerance
go to the neighbour with the longest border (``shapely.coverage_clean``), and real overlaps are put back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geometry.coverage import TOLERANCE, Check
from geometry.drawn import drawn_footprints, mends_one_way, overlapping, same
from geometry.findings import CoverageFinding
from geometry.holding import Ground, Holding, hold
from geometry.pieces import DUST, joined, parts, polygonal, sorted_by_noise, union, without_spikes
from geometry.polygons import Geometries, Polygons

PASSES = 4
"""Rounds of tidying and cleaning without small areas; London's footprints need two."""


@dataclass(frozen=True, eq=False)
class Change:
    """What mending did to one footprint. People are estimates by share of area, ``None`` where nobody counted."""

    footprint: str
    reasons: tuple[str, ...]  # the faults that were mended, as ``CoverageFault`` names them
    gained: float  # m²
    lost: float  # m²
    people_gained: float | None
    people_lost: float | None
    geometry: Any  # where it changed


@dataclass(frozen=True, eq=False)
class Mended:
    """The footprints after mending, in code order; ``remaining`` is what was found in them and left alone."""

    footprints: gpd.GeoSeries
    assignment: dict[str, str]  # area code -> footprint code, where areas were given and one footprint holds them
    changes: tuple[Change, ...]
    remaining: tuple[CoverageFinding, ...]


def mend(
    footprints: gpd.GeoSeries,
    areas: gpd.GeoSeries | None = None,
    *,
    people: Mapping[str, float] | None = None,
    place: Any = None,
    tolerance: float = TOLERANCE,
) -> Mended:
    """Mend noise up to ``tolerance`` metres; arguments and errors are those of ``check_coverage``.

    A footprint whose outline can be read in two ways is returned as it was drawn.
    """
    codes, drawn = drawn_footprints(footprints, tolerance)
    ground = None if areas is None else Ground.of(Polygons.checked(areas, "areas"), people)
    check = Check(codes, drawn, ground, None if place is None else polygonal(place), tolerance)
    found, sound = check.findings(), check.sound
    clear = np.array(
        [
            not shapely.is_empty(whole) and (shapely.is_valid(shape) or mends_one_way(shape, whole, tolerance))
            for shape, whole in zip(drawn, sound, strict=True)
        ],
        dtype=bool,
    )
    assignment: dict[str, str] = {}
    mended = drawn.copy()
    at = np.flatnonzero(clear)
    if ground is None:
        mended[at] = _settle(sound[at], check.place, tolerance)
    elif len(at):
        held = check.holding if clear.all() and check.holding else hold(ground, sound[at], tolerance)
        mended[at] = _of_areas(held, sound[at], tolerance)
        area_codes = ground.areas.codes
        assignment = {area_codes[area]: codes[at[owner]] for area, owner in sorted(held.settled().items())}

    series = gpd.GeoSeries(list(mended), index=list(codes), crs=footprints.crs)
    remaining = Check(codes, mended, ground, check.place, tolerance).findings()
    changes = (
        _change(code, sound[i], drawn[i], mended[i], _mended(code, found, remaining), ground)
        for i, code in enumerate(codes)
        if clear[i]
    )
    return Mended(
        footprints=series,
        assignment=assignment,
        changes=tuple(change for change in changes if change is not None),
        remaining=remaining,
    )


def _of_areas(held: Holding, sound: Geometries, tolerance: float) -> Geometries:
    """Each footprint as its whole areas, its drawn parts of areas that are cut, and what it has beyond the areas."""
    areas = held.ground.areas.shapes
    clean = shapely.coverage_is_valid(areas)
    out = []
    for at, shape in enumerate(sound):
        mine = held.footprint_at == at
        whole = areas[held.area_at[mine & held.whole]]
        blocks = [shapely.coverage_union_all(whole) if clean else shapely.union_all(whole)] if len(whole) else []
        for common in held.common[mine & ~held.whole]:
            blocks += sorted_by_noise(parts(common), tolerance)[0]
        if not shapely.covers(held.ground.outline, shape):
            blocks += sorted_by_noise(parts(shapely.difference(shape, held.ground.outline)), tolerance)[0]
        out.append(union(blocks) if len(blocks) > 1 else joined(parts(blocks[0], least=0.0)) if blocks else shape)
    mended = np.array(out, dtype=object)
    return _clean(mended, tolerance) if len(held.cut) else mended


def _settle(sound: Geometries, place: Any, tolerance: float) -> Geometries:
    """Tidy and clean until nothing moves: a gap that is closed can leave a scrap, a scrap taken off a gap."""
    for _ in range(PASSES):
        tidy = np.array([_tidy(shape, tolerance) for shape in sound], dtype=object)
        before, sound = sound, _clean(tidy, tolerance)
        if shapely.equals(before, sound).all():
            break
    return sound if place is None else _fit(sound, place, tolerance)


def _fit(sound: Geometries, place: Any, tolerance: float) -> Geometries:
    """Thin gaps along the edge of the place go to the footprint with most border; thin strips beyond it come off."""
    fitted = sound.copy()
    for at in np.flatnonzero(~shapely.covers(place, sound) & shapely.intersects(place, sound)):
        beyond = sorted_by_noise(parts(shapely.difference(sound[at], place)), tolerance)[0]
        fitted[at] = union([shapely.intersection(sound[at], place), *beyond])
    for gap in sorted_by_noise(parts(shapely.difference(place, union(fitted))), tolerance)[1]:
        border = shapely.length(shapely.intersection(shapely.boundary(gap), fitted))
        if len(border) and border.max() > 0:
            fitted[border.argmax()] = union([fitted[border.argmax()], gap])
    return fitted


def _tidy(shape: Any, tolerance: float) -> Any:
    """Without spikes, and without thin scraps apart from the rest."""
    singles = parts(without_spikes(shape, tolerance))
    return joined(singles[:1] + sorted_by_noise(singles[1:], tolerance)[0]) if singles else shape


def _clean(sound: Geometries, tolerance: float) -> Geometries:
    """Close gaps and part overlaps that are noise. A footprint drawn twice is mended once and given to both."""
    if shapely.coverage_is_valid(sound, gap_width=tolerance):
        return sound
    every = np.arange(len(sound))
    nothing_known = np.array([shapely.Point(0, 0)] * len(sound), dtype=object)  # so that every pair is looked at
    pairs = overlapping(sound, shapely.STRtree(sound), nothing_known)
    stands_for = every.copy()
    for first, second, common in pairs:
        if same(sound[first], sound[second], common, tolerance):
            stands_for[second] = stands_for[first]
    kept = np.flatnonzero(stands_for == every)
    cleaned = sound.copy()
    cleaned[kept] = shapely.coverage_clean(sound[kept], gap_width=tolerance)
    for first, second, common in pairs:
        meant, _ = sorted_by_noise(parts(common), tolerance)
        if meant and stands_for[first] == first and stands_for[second] == second:
            for at in (first, second):
                cleaned[at] = union([cleaned[at], *meant])
    cleaned = cleaned[stands_for]
    lost = shapely.is_empty(cleaned)
    cleaned[lost] = sound[lost]
    return cleaned


def _mended(code: str, found: tuple[CoverageFinding, ...], remaining: tuple[CoverageFinding, ...]) -> tuple[str, ...]:
    """The faults of a footprint there are fewer of than before."""
    before = Counter(str(finding.fault) for finding in found if code in finding.footprints)
    after = Counter(str(finding.fault) for finding in remaining if code in finding.footprints)
    return tuple(sorted(before - after))


def _change(
    code: str, sound: Any, drawn: Any, mended: Any, reasons: tuple[str, ...], ground: Ground | None
) -> Change | None:
    gained, lost = (joined(parts(shapely.difference(one, other))) for one, other in ((mended, sound), (sound, mended)))
    if shapely.area(gained) + shapely.area(lost) <= DUST and shapely.is_valid(drawn):
        return None
    counted = [None if ground is None else ground.under(shape)[1] for shape in (gained, lost)]
    return Change(
        footprint=code,
        reasons=reasons,
        gained=float(shapely.area(gained)),
        lost=float(shapely.area(lost)),
        people_gained=counted[0],
        people_lost=counted[1],
        geometry=union([gained, lost]),
    )
