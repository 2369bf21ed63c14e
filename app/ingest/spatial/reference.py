"""Which coordinate reference system a layer is in, whether its numbers agree, and the way to the National Grid.

Every shape the service keeps is in EPSG:27700 (metres east and north).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError, ProjError

from app.domain.problem import Fault, Finding, Problem
from app.ingest.source import Source
from app.ingest.spatial.isolate import RawFeatures
from geometry.crs import CoordinateError, to_national_grid

Shapes = NDArray[np.object_]

_ANYWHERE = (-np.inf, -np.inf, np.inf, np.inf)

# Where Great Britain lies: degrees (Scilly to Shetland), and the extent of the National Grid.
_LONGITUDES, _LATITUDES = (-9.01, 2.1), (49.75, 61.1)
_EASTINGS, _NORTHINGS = (0.0, 700_000.0), (0.0, 1_300_000.0)
# Only sea (and the Irish coast) lies here, and England south of the Wash when east and north change places.
_SWAPPED_EASTINGS, _SWAPPED_NORTHINGS = (60_000.0, 195_000.0), (400_000.0, 600_000.0)
_MOST_FINDINGS = 100


@dataclass(frozen=True)
class Mismatch:
    """One way in which coordinates and CRS do not agree."""

    code: str
    title: str
    message: str
    suggestion: str


_DEGREES_AS_METRES = Mismatch(
    "degrees-as-metres",
    "The coordinates are degrees, but the file says metres",
    "the coordinates are degrees although the file says {crs}",
    "State the true CRS, crs=EPSG:4326, or export the layer in British National Grid.",
)
_METRES_AS_DEGREES = Mismatch(
    "metres-as-degrees",
    "The coordinates are metres, but the file says degrees",
    "the coordinates are no longitude and latitude although {crs} makes them so",
    "If they are British National Grid, state it: crs=EPSG:27700.",
)
_SWAPPED = Mismatch(
    "swapped-axes",
    "The coordinates are swapped",
    "the coordinates stand in the wrong order: latitude before longitude, or northing before easting",
    "Export the layer again with x (longitude, easting) first.",
)
_OUTSIDE = Mismatch(
    "outside-great-britain",
    "The outlines are not in Great Britain",
    "the outline does not lie in Great Britain when read as {crs}",
    "Check the CRS of the layer and state the true one with crs=…; remove stray features.",
)


def crs_of(raw: RawFeatures, stated: str | None, source: Source) -> tuple[CRS, list[Finding]]:
    """The CRS to read a layer in: what the user states, else what the file says, else what its format says.

    Raises ``Problem`` where nobody says it or what is said is unknown.
    """
    findings: list[Finding] = []
    own = raw.legacy_crs if raw.legacy_crs is not None else raw.crs
    by_format = "OGC:CRS84" if raw.format.says_crs84 else None
    text = stated or (own if own is not None else by_format)
    if text is None:
        raise _which_crs(f"A {raw.format.label} states it, but this one does not.", source)
    try:
        crs = _horizontal(CRS.from_user_input(text))
    except CRSError as error:
        raise _which_crs(f"{text[:80]!r} is not a CRS that PROJ knows.", source) from error
    if not (crs.is_projected or crs.is_geographic):
        raise _which_crs(f"{crs.name!r} does not say where on the Earth it lies.", source)
    if stated and own and not _same(crs, own):
        findings.append(
            Finding(
                "crs-overridden",
                f"The file says {_short(own)}; it was read as {crs.name}, as stated.",
                severity="warning",
                value=stated,
            )
        )
    return crs, findings


def place_on_grid(
    shapes: Shapes, crs: CRS, raw: RawFeatures, source: Source, *, set_aside: bool = False
) -> tuple[Shapes, list[Finding]]:
    """The shapes in EPSG:27700; None and empty shapes stay as they are.

    Raises ``Problem`` with the rows whose coordinates cannot be meant as ``crs`` says: degrees for metres and the
    other way round, swapped axes, and shapes outside Great Britain. With ``set_aside`` such rows become None, each with
    an error finding, as long as others agree.
    """
    findings: list[Finding] = []
    if _urn_means_latitude_first(raw, crs):
        shapes, turned = _file_order_if_it_is_right(shapes)
        findings += turned
    shapes, aside = _agreeing(shapes, _disagreements(shapes, crs), crs, source, set_aside=set_aside)
    findings += aside
    if not is_national_grid(crs):
        try:
            # Where shapes may lie is asked below, where their rows are known.
            shapes, used = to_national_grid(shapes, crs, within=_ANYWHERE)
        except (CoordinateError, ProjError) as error:
            raise _which_crs(f"{crs.name!r} cannot be converted to the National Grid: {error}.", source) from error
        findings.append(
            Finding(
                "converted-to-national-grid",
                f"Coordinates were converted: {used}.",
                severity="note",
                value=None if used.accuracy is None else f"{used.accuracy:g} m",
            )
        )
    bounds = shapely.bounds(shapes)
    outside = ~_within(bounds, _EASTINGS, _NORTHINGS) & ~np.isnan(bounds[:, 0])
    shapes, aside = _agreeing(shapes, [(_OUTSIDE, outside)], crs, source, set_aside=set_aside)
    return shapes, findings + aside


@lru_cache(maxsize=64)
def is_national_grid(crs: CRS) -> bool:
    """Also where the file calls it otherwise, as the .prj of a shapefile does."""
    return bool(crs.to_epsg(min_confidence=70) == 27700)


def _horizontal(crs: CRS) -> CRS:
    """The plane part: without heights, and without a datum shift that the file brings along."""
    if crs.is_compound:
        return _horizontal(crs.sub_crs_list[0])
    if crs.is_bound and crs.source_crs is not None:
        return _horizontal(crs.source_crs)
    return crs.to_2d()


def _same(crs: CRS, text: str) -> bool:
    try:
        other = _horizontal(CRS.from_user_input(text))
    except CRSError:
        return False
    return crs.equals(other, ignore_axis_order=True) or (is_national_grid(crs) and is_national_grid(other))


def _short(text: str) -> str:
    try:
        return CRS.from_user_input(text).name
    except CRSError:
        return text[:80]


def _which_crs(why: str, source: Source) -> Problem:
    return Problem(
        Fault.BAD_INPUT,
        "Which coordinate reference system?",
        f"{why} It is not guessed: a wrong guess moves every outline.",
        remedy="State it, for example crs=EPSG:27700 (National Grid) or crs=EPSG:4326 (longitude and latitude).",
        file=source.name,
        findings=[Finding("crs-unknown", "The coordinate reference system is not known.", field="crs")],
    )


def _urn_means_latitude_first(raw: RawFeatures, crs: CRS) -> bool:
    """GDAL takes ``urn:ogc:def:crs:EPSG::4326`` at its word (latitude first); most writers do not."""
    member = (raw.legacy_crs or "").lower()
    return crs.is_geographic and member.startswith("urn:") and ":epsg:" in member


def _file_order_if_it_is_right(shapes: Shapes) -> tuple[Shapes, list[Finding]]:
    bounds = shapely.bounds(shapes)
    known = ~np.isnan(bounds[:, 0])
    if known.any() and _within(bounds[known], _LATITUDES, _LONGITUDES).all():
        back = shapely.transform(shapes, lambda x, y: (y, x), interleaved=False)
        note = Finding(
            "longitude-first",
            "The crs member of the GeoJSON means latitude first, but longitude stands first; read as it stands.",
            severity="note",
            field="crs",
        )
        return back, [note]
    return shapes, []


def _disagreements(shapes: Shapes, crs: CRS) -> list[tuple[Mismatch, NDArray[np.bool_]]]:
    bounds = shapely.bounds(shapes)
    known = ~np.isnan(bounds[:, 0])
    like_degrees = known & _within(bounds, (-180.0, 180.0), (-90.0, 90.0))
    if crs.is_geographic:
        swapped = known & _within(bounds, _LATITUDES, _LONGITUDES)
        elsewhere = known & like_degrees & ~swapped & ~_within(bounds, _LONGITUDES, _LATITUDES)
        return [(_METRES_AS_DEGREES, known & ~like_degrees), (_SWAPPED, swapped), (_OUTSIDE, elsewhere)]
    swapped = known & _within(bounds, _SWAPPED_EASTINGS, _SWAPPED_NORTHINGS)
    return [
        (_DEGREES_AS_METRES, like_degrees),
        (_SWAPPED, swapped if is_national_grid(crs) else np.zeros_like(known)),
    ]


def _within(bounds: NDArray[np.float64], across: tuple[float, float], up: tuple[float, float]) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (
        (bounds[:, 0] >= across[0]) & (bounds[:, 2] <= across[1]) & (bounds[:, 1] >= up[0]) & (bounds[:, 3] <= up[1])
    )
    return inside


def _agreeing(
    shapes: Shapes,
    found: list[tuple[Mismatch, NDArray[np.bool_]]],
    crs: CRS,
    source: Source,
    *,
    set_aside: bool,
) -> tuple[Shapes, list[Finding]]:
    """Raise for shapes that disagree, or leave them out; where all disagree, it is the file that is wrong."""
    wrong = np.any([rows for _fault, rows in found], axis=0)
    if not set_aside or wrong[~shapely.is_missing(shapes)].all():
        _refuse(found, crs, source)
        return shapes, []
    findings = [
        Finding(fault.code, fault.message.format(crs=crs.name), row=int(at) + 1, suggestion=fault.suggestion)
        for fault, rows in found
        for at in np.flatnonzero(rows)
    ]
    left = shapes.copy()
    left[wrong] = None
    return left, findings


def _refuse(found: list[tuple[Mismatch, NDArray[np.bool_]]], crs: CRS, source: Source) -> None:
    """Raise one problem for all rows, under the title of the commonest fault."""
    faults = [(fault, np.flatnonzero(rows)) for fault, rows in found if rows.any()]
    if not faults:
        return
    worst, rows = max(faults, key=lambda pair: len(pair[1]))
    findings = sorted(
        (
            Finding(fault.code, fault.message.format(crs=crs.name), row=int(at) + 1, suggestion=fault.suggestion)
            for fault, places in faults
            for at in places[:_MOST_FINDINGS]
        ),
        key=lambda finding: finding.row or 0,
    )
    raise Problem(
        Fault.BAD_INPUT,
        worst.title,
        f"Feature {int(rows[0]) + 1}: {worst.message.format(crs=crs.name)} ({len(rows):,} such features).",
        remedy=worst.suggestion,
        file=source.name,
        findings=findings,
    )
