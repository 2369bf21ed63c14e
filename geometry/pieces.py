"""Polygons in pieces, and which pieces are noise: too thin to be meant.

A piece is *noise* at a tolerance (metres) when no circle of that diameter fits into it, and its mean width, twice its
area over its perimeter, is no more than the tolerance either. Two lines that follow each other to within the
tolerance leave only noise between them, whatever its length; a block of houses is never noise.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geometry.polygons import Geometries

DUST = 1e-3
"""Square metres below which a piece is the rounding of coordinates, not a shape."""

SPIKE_ANGLE = 5.0
"""Degrees: a corner as sharp as this, with both sides longer than the tolerance, is a spike."""

EMPTY = shapely.MultiPolygon()


def polygonal(shape: Any) -> Any:
    """The polygons of a shape, valid and flat; a line or a point in it is left out."""
    if shape is None or shapely.is_empty(shape):
        return EMPTY
    flat = shapely.force_2d(shape)
    if not shapely.is_valid(flat):
        flat = shapely.make_valid(flat, method="structure", keep_collapsed=False)
    return joined(parts(flat, least=0.0))


def parts(shape: Any, *, least: float = DUST) -> list[Any]:
    """The single polygons of a shape with more than ``least`` m², the largest first, equal ones by position."""
    singles = shapely.get_parts(shapely.get_parts(shape))
    singles = singles[shapely.get_type_id(singles) == shapely.GeometryType.POLYGON]
    singles = singles[shapely.area(singles) > least]
    return sorted(singles, key=lambda single: (-shapely.area(single), shapely.bounds(single).tolist()))


CRACK = 1.0
"""Metres: parts closer than this along a stretch of edge are one part whose coordinates were rounded."""


def apart(shape: Any) -> list[Any]:
    """The parts of a shape that do not adjoin its largest part, each a polygon or several that adjoin each other.

    Parts adjoin across a crack narrower than ``CRACK``; touching at a corner does not make them adjoin.
    """
    singles = parts(shape)
    if len(singles) < 2:
        return []
    # Growing closes the cracks; shrinking by more than was grown opens the necks that growing made at corners.
    closed = shapely.buffer(shapely.buffer(shape, CRACK / 2, join_style="mitre"), -CRACK, join_style="mitre")
    bodies = parts(closed, least=0.0)
    inner = shapely.point_on_surface(singles)
    groups: dict[int, list[Any]] = {}
    for at, point in enumerate(inner):
        body = next((number for number, one in enumerate(bodies) if shapely.covers(one, point)), len(bodies) + at)
        groups.setdefault(body, []).append(singles[at])
    largest = max(groups, key=lambda body: float(shapely.area(groups[body]).sum()))
    return [joined(group) for body, group in groups.items() if body != largest]


def joined(singles: list[Any]) -> Any:
    """Polygons that do not overlap as one shape, without dissolving what touches."""
    return singles[0] if len(singles) == 1 else shapely.multipolygons(singles) if singles else EMPTY


def filled(shape: Any) -> list[Any]:
    """The polygons of a shape without their holes."""
    return [shapely.Polygon(single.exterior) for single in parts(shape, least=0.0)]


def union(shapes: Any) -> Any:
    """The dissolved polygons of shapes; an empty one for none."""
    return joined(parts(shapely.union_all(list(shapes)), least=0.0))


def mean_width(shape: Any) -> float:
    """Twice the area over the perimeter, metres: the width of a long strip, the radius of a disc."""
    around = float(shapely.length(shape))
    return 2 * float(shapely.area(shape)) / around if around > 0 else 0.0


def are_noise(shapes: Geometries, tolerance: float) -> NDArray[np.bool_]:
    """Which shapes are noise, by the rule of this module; an empty shape is."""
    around = shapely.length(shapes)
    thin = 2 * shapely.area(shapes) <= tolerance * around
    found = thin.copy()
    found[thin] = shapely.is_empty(shapely.buffer(shapes[thin], -tolerance / 2, quad_segs=4))
    return np.asarray(found, dtype=bool)


def is_noise(shape: Any, tolerance: float) -> bool:
    return bool(are_noise(np.array([shape], dtype=object), tolerance)[0])


def sorted_by_noise(singles: list[Any], tolerance: float) -> tuple[list[Any], list[Any]]:
    """(what is meant, what is noise), each in the order given."""
    if not singles:
        return [], []
    noise = are_noise(np.array(singles, dtype=object), tolerance)
    return (
        [single for single, thin in zip(singles, noise, strict=True) if not thin],
        [single for single, thin in zip(singles, noise, strict=True) if thin],
    )


def spikes(shape: Any, tolerance: float) -> list[Any]:
    """The triangles at corners that are too sharp and too long to be meant, out of the shape or into it."""
    found = []
    for single in parts(shape, least=0.0):
        for ring in (single.exterior, *single.interiors):
            corners = np.asarray(ring.coords)[:-1]
            found += [shapely.Polygon(_triangle(corners, at)) for at in _sharp(corners, tolerance)]
    return found


def without_spikes(shape: Any, tolerance: float) -> Any:
    """The same polygons with the tip of every spike that is noise taken off."""
    kept = []
    for single in parts(shape, least=0.0):
        rings = [_blunt(np.asarray(ring.coords)[:-1], tolerance) for ring in (single.exterior, *single.interiors)]
        kept.append(shapely.Polygon(rings[0], [ring for ring in rings[1:] if len(ring) > 2]))
    blunt = polygonal(joined(kept))
    return shape if shapely.is_empty(blunt) else blunt


def swapped(shape: Any) -> Any:
    """The shape with eastings and northings exchanged."""
    return shapely.transform(shape, lambda xy: xy[:, ::-1])


def _sharp(corners: NDArray[np.float64], tolerance: float) -> list[int]:
    before, after = np.roll(corners, 1, axis=0) - corners, np.roll(corners, -1, axis=0) - corners
    long = np.minimum(np.hypot(*before.T), np.hypot(*after.T)) > tolerance
    turn = np.abs(np.arctan2(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0], (before * after).sum(axis=1)))
    sharp = np.flatnonzero(long & (np.degrees(turn) <= SPIKE_ANGLE))
    return [int(at) for at in sharp if is_noise(shapely.Polygon(_triangle(corners, int(at))), tolerance)]


def _triangle(corners: NDArray[np.float64], at: int) -> NDArray[np.float64]:
    return corners[[at - 1, at, (at + 1) % len(corners)]]


def _blunt(corners: NDArray[np.float64], tolerance: float) -> NDArray[np.float64]:
    while len(corners) > 3:
        sharp = _sharp(corners, tolerance)
        if not sharp:
            break
        corners = np.delete(corners, sharp[0], axis=0)
    return corners
