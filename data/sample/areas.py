"""The ground of the sample place: about 180 small areas of one borough, a rim of its neighbours', and a tidal river.

The areas are Voronoi cells of relaxed points (Lloyd 1982), denser towards the old town, cut at the river's banks, and
bent by smooth maps of the plane. They bend shared borders alike and cannot fold, so what is a clean coverage before is
one after.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from data.sample.grouping import Floats

ORIGIN = (660_000.0, 215_000.0)  # National Grid metres, in the North Sea: nobody takes it for a real borough
BOROUGH_AREAS = 180
POINTS = 372
HALF_WIDTH = 5_600.0
OLD_TOWN = (-300.0, -900.0)
# Wavelengths in metres, bend after bend.
BENDS = ((1_700.0, 620.0), (900.0, 310.0), (520.0, 230.0), (410.0, 260.0), (330.0, 190.0))
WAVES = 2  # of each length
GRADIENT = 0.96  # below one: no bend can fold the plane, and so neither can one after another


@dataclass(frozen=True)
class Ground:
    """Polygons in EPSG:27700, vertices on a 0.1 m grid; ``border`` holds shared border lengths in metres.

    ``side`` is -1 in the borough and otherwise the number of the neighbouring borough; the borough's areas come first.
    """

    polygons: NDArray[np.object_]
    centre: Floats  # (n, 2), metres
    side: NDArray[np.int64]
    border: Floats  # (n, n)

    @property
    def home(self) -> NDArray[np.bool_]:
        return self.side < 0


def ground(rng: np.random.Generator) -> Ground:
    """Draw the areas. Raises ``ValueError`` if they do not come out as one clean coverage."""
    river = _river(rng)
    shape = rng.random(3) * 2 * np.pi
    points = _relaxed(rng, river)
    cells, points = _cells(points, river)
    border = shared_borders(cells)
    home = _innermost(points, _above(river, points), border, shape)
    across = shapely.distance(cells, shapely.unary_union(cells[home])) < 280
    rim = ~home & ((border[:, home].sum(axis=1) > 260) | (across & ~_above(river, points)))
    side = np.where(home, -1, _neighbour(points, _above(river, points)))
    order = np.concatenate([_reading_order(points, home), _reading_order(points, rim)])
    polygons = _bent(cells[order], rng)
    if not shapely.is_valid(polygons).all() or not shapely.coverage_is_valid(polygons):
        raise ValueError("the drawn areas are not a clean coverage")
    centre = np.round(shapely.get_coordinates(shapely.point_on_surface(polygons)), 1)
    return Ground(polygons, centre, side[order].astype(np.int64), shared_borders(polygons))


def shared_borders(polygons: NDArray[np.object_]) -> Floats:
    """Length in metres of the border each pair shares, as a square matrix; touching at a corner counts 0."""
    left, right = shapely.STRtree(polygons).query(polygons, predicate="touches")
    length = shapely.length(shapely.intersection(polygons[left], polygons[right]))
    border = np.zeros((len(polygons), len(polygons)))
    border[left, right] = np.where(length > 0.5, np.round(length, 1), 0.0)
    return np.maximum(border, border.T)


def _river(rng: np.random.Generator) -> shapely.Polygon:
    phase = rng.random(3) * 2 * np.pi
    x = np.arange(-HALF_WIDTH - 400, HALF_WIDTH + 401, 80.0)
    middle = -2_550 + 430 * np.sin(x / 1_250 + phase[0]) + 120 * np.sin(x / 560 + phase[1])
    half = 115 + 0.012 * x + 22 * np.sin(x / 700 + phase[2])  # it widens towards the sea
    bank = np.round(np.concatenate([np.c_[x, middle + half], np.c_[x, middle - half][::-1]]), 1)
    return shapely.Polygon(bank)


def _nearest(points: Floats, spots: Floats) -> NDArray[np.int64]:
    return np.asarray(cKDTree(points).query(spots)[1], dtype=np.int64)


def _above(river: shapely.Polygon, points: Floats) -> NDArray[np.bool_]:
    bank = shapely.get_coordinates(river)
    north = bank[: len(bank) // 2]
    return np.asarray(points[:, 1] > np.interp(points[:, 0], north[:, 0], north[:, 1]), dtype=np.bool_)


def _relaxed(rng: np.random.Generator, river: shapely.Polygon) -> Floats:
    ticks = np.arange(-HALF_WIDTH, HALF_WIDTH + 1, 70.0)
    mesh = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    mesh = mesh[~shapely.contains_xy(river, mesh)]
    from_town = ((mesh - OLD_TOWN) ** 2).sum(axis=1)
    density = 0.26 + 1.2 * np.exp(-from_town / 2_900.0**2)
    points: Floats = mesh[
        np.argsort(rng.random(len(mesh)) ** (1 / density))[-POINTS:]
    ]  # weighted draw, as Efraimidis 2006
    for _ in range(3):
        nearest = _nearest(points, mesh)
        total = np.maximum(np.bincount(nearest, density, POINTS), 1e-9)
        moved = [np.bincount(nearest, density * mesh[:, axis], POINTS) / total for axis in (0, 1)]
        points = np.asarray(np.round(np.stack(moved, axis=1), 1), dtype=np.float64)
    return points


def _cells(points: Floats, river: shapely.Polygon) -> tuple[NDArray[np.object_], Floats]:
    """Each point's Voronoi cell without the river; what a bend of the river cuts off goes to a cell on its own bank."""
    frame = shapely.box(-HALF_WIDTH, -HALF_WIDTH, HALF_WIDTH, HALF_WIDTH)
    edges = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=frame, only_edges=True)
    lines = shapely.unary_union([shapely.intersection(edges, frame), frame.boundary, river.boundary])
    faces = np.array(shapely.get_parts(shapely.polygonize(shapely.get_parts(lines))), dtype=object)
    faces = faces[shapely.within(faces, frame)]
    inner = shapely.point_on_surface(faces)
    keep = ~shapely.contains(river, inner)
    faces, inner = faces[keep], shapely.get_coordinates(inner[keep])
    owner = _nearest(points, inner)
    area = shapely.area(faces)
    biggest = {int(owner[at]): int(at) for at in np.argsort(area)}
    final = owner.copy()
    border = shared_borders(faces)
    mains = np.zeros(len(faces), dtype=bool)
    mains[list(biggest.values())] = True
    for at in np.flatnonzero(~mains):
        reach = border[at] * mains
        final[at] = owner[int(reach.argmax())] if reach.any() else -1
    kept = np.array(sorted(biggest))
    cells = np.array([shapely.coverage_union_all(faces[final == own]) for own in kept], dtype=object)
    return cells, shapely.get_coordinates(shapely.point_on_surface(cells))


def _innermost(points: Floats, north: NDArray[np.bool_], border: Floats, phase: Floats) -> NDArray[np.bool_]:
    """The borough: the connected areas north of the river that lie deepest in an irregular outline."""
    offset = points - (0.0, 250.0)
    angle = np.arctan2(offset[:, 1], offset[:, 0])
    outline = (
        1
        + 0.10 * np.cos(2 * angle)
        + sum(
            share * np.cos(turn * angle + at)
            for share, turn, at in zip((0.05, 0.06, 0.04), (3, 4, 7), phase, strict=True)
        )
    )
    depth = np.round(np.hypot(offset[:, 0], offset[:, 1]) / outline, 3)
    home = np.zeros(len(points), dtype=np.bool_)
    home[int(np.where(north, depth, np.inf).argmin())] = True
    while home.sum() < BOROUGH_AREAS:
        touching = north & ~home & (border[:, home].sum(axis=1) > 60)
        home[int(np.where(touching, depth, np.inf).argmin())] = True
    return home


def _neighbour(points: Floats, north: NDArray[np.bool_]) -> NDArray[np.int64]:
    east = points[:, 0] > 900 + 0.35 * points[:, 1]
    return np.where(~north, 2, np.where(east, 1, 0)).astype(np.int64)


def _reading_order(points: Floats, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    at = np.flatnonzero(chosen)
    return np.asarray(at[np.lexsort((points[at, 0], -np.floor(points[at, 1] / 600)))], dtype=np.int64)


def _bent(cells: NDArray[np.object_], rng: np.random.Generator) -> NDArray[np.object_]:
    fine = shapely.segmentize(shapely.transform(cells, lambda xy: np.round(xy, 2)), 30.0)
    for lengths in BENDS:
        fine = shapely.transform(fine, _bend(lengths, rng))
    placed = shapely.transform(fine, lambda xy: np.round(xy + ORIGIN, 1))
    return np.array(shapely.orient_polygons(shapely.remove_repeated_points(placed)), dtype=object)


def _bend(lengths: tuple[float, ...], rng: np.random.Generator) -> Callable[[Floats], Floats]:
    """A map of the plane: waves of the given lengths (metres) whose gradients add to less than one."""
    waves = []
    for length in lengths:
        for _ in range(WAVES):
            heading, push, phase = rng.random(3) * 2 * np.pi
            pitch = 2 * np.pi / length
            reach = GRADIENT / (len(lengths) * WAVES * pitch)
            waves.append((pitch * np.cos(heading), pitch * np.sin(heading), reach, push, phase))

    def bend(xy: Floats) -> Floats:
        moved = xy.copy()
        for kx, ky, reach, push, phase in waves:
            swing = reach * np.sin(kx * xy[:, 0] + ky * xy[:, 1] + phase)
            moved[:, 0] += swing * np.cos(push)
            moved[:, 1] += swing * np.sin(push)
        return moved

    return bend
