"""Which areas touch, by a shared edge and not a corner, and what hangs together.

Edges come from the shapes; links across water (a bridge, a tunnel) are data that the caller adds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from geometry.polygons import Geometries, Polygons, in_threads

SHARED_EDGE = 1.0
"""Metres of common boundary above which areas are neighbours: less is a corner or a crumb of digitising."""


@dataclass(frozen=True, eq=False)
class Adjacency:
    """``edges`` (n × 2) are positions in ``codes``, the smaller first, ascending.

    ``lengths`` is the common boundary of each in metres, 0 for a pair known only as an extra link.
    """

    codes: tuple[str, ...]
    edges: NDArray[np.intp]
    lengths: NDArray[np.float64]

    @cached_property
    def index(self) -> dict[str, int]:
        return {code: at for at, code in enumerate(self.codes)}

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """Symmetric, one where two areas touch, shape (len(codes), len(codes)), int8."""
        first, second = self.edges.T
        one = np.ones(2 * len(self.edges), dtype=np.int8)
        at = (np.concatenate([first, second]), np.concatenate([second, first]))
        matrix = sparse.csr_array((one, at), shape=(len(self.codes), len(self.codes)))
        matrix.sort_indices()
        return matrix

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        return tuple((self.codes[first], self.codes[second]) for first, second in self.edges.tolist())

    def neighbours(self, code: str) -> tuple[str, ...]:
        """Codes that touch ``code``, ascending. Raises ``KeyError`` for an unknown code."""
        at = self.index[code]
        matrix = self.matrix
        return tuple(self.codes[other] for other in matrix.indices[matrix.indptr[at] : matrix.indptr[at + 1]])

    def with_links(self, links: Iterable[tuple[str, str]]) -> Adjacency:
        """The same with extra links. Raises ``ValueError`` for an unknown code or an area linked to itself."""
        known = dict(zip(map(tuple, self.edges.tolist()), self.lengths.tolist(), strict=True))
        for one, other in links:
            unknown = [code for code in (one, other) if code not in self.index]
            if unknown or one == other:
                why = f"{unknown[0]} is no area" if unknown else "an area cannot be linked to itself"
                raise ValueError(f"link {one} to {other}: {why}")
            known.setdefault(tuple(sorted((self.index[one], self.index[other]))), 0.0)
        return _adjacency(self.codes, np.array(list(known), dtype=np.intp), np.array(list(known.values())))

    def components(self, subset: Iterable[str] | None = None) -> tuple[tuple[str, ...], ...]:
        """The pieces that ``subset`` (by default all areas) falls into, each ascending, in order of first code.

        Raises ``KeyError`` for an unknown code.
        """
        chosen = self.codes if subset is None else sorted(set(subset))
        at = np.array([self.index[code] for code in chosen], dtype=np.intp)
        _, labels = connected_components(self.matrix[at][:, at], directed=False)
        pieces: dict[int, list[str]] = {}
        for code, label in zip(chosen, labels.tolist(), strict=True):
            pieces.setdefault(label, []).append(code)
        return tuple(tuple(piece) for piece in pieces.values())


@dataclass(frozen=True)
class Piece:
    """Areas of one footprint that hang together. ``main`` marks the piece of the footprint with most people."""

    footprint: str
    areas: tuple[str, ...]
    people: float
    main: bool


def adjacent(areas: gpd.GeoSeries, *, shared_edge: float = SHARED_EDGE, threads: int = 2) -> Adjacency:
    """The areas (polygons in EPSG:27700, indexed by code) whose common boundary is longer than ``shared_edge`` metres.

    Where areas form a clean coverage their common edges are equal, vertex by vertex, and are matched; the
    boundaries of areas that do not fit are intersected. Boundaries that run beside each other without touching
    share nothing: clean the coverage first. Raises ``ValueError`` for shapes that are not valid polygons.
    """
    checked = Polygons.checked(areas, "areas", threads=threads)
    shapes = checked.shapes
    misfit = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes))
    pairs, lengths = _matched(shapes)
    clean = ~misfit[pairs].any(axis=1)
    others = _near(shapes, misfit)
    boundaries = shapely.boundary(shapes)
    measured = in_threads(
        lambda at: shapely.length(shapely.intersection(boundaries[others[at, 0]], boundaries[others[at, 1]])),
        len(others),
        threads,
    )
    pairs, lengths = np.concatenate([pairs[clean], others]), np.concatenate([lengths[clean], measured])
    long_enough = lengths > shared_edge
    return _adjacency(checked.codes, pairs[long_enough], lengths[long_enough])


def pieces(adjacency: Adjacency, assignment: Mapping[str, str], people: Mapping[str, float]) -> tuple[Piece, ...]:
    """What each footprint falls into, footprints ascending, their pieces by people, most first.

    ``assignment`` gives areas their footprint, ``people`` areas their people (an area not named has none).
    Of pieces with equal people the one with the smallest code comes first. Raises ``KeyError`` for an unknown area.
    """
    areas: dict[str, list[str]] = {}
    for area, footprint in assignment.items():
        areas.setdefault(footprint, []).append(area)
    found: list[Piece] = []
    for footprint in sorted(areas):
        counted = [
            (sum(people.get(area, 0.0) for area in piece), piece) for piece in adjacency.components(areas[footprint])
        ]
        counted.sort(key=lambda item: (-item[0], item[1]))
        found += [Piece(footprint, piece, count, main=at == 0) for at, (count, piece) in enumerate(counted)]
    return tuple(found)


def detached_parts(
    adjacency: Adjacency, assignment: Mapping[str, str], people: Mapping[str, float], limit: float
) -> tuple[Piece, ...]:
    """Pieces apart from their footprint's main piece with fewer people than ``limit``; arguments as ``pieces``."""
    return tuple(piece for piece in pieces(adjacency, assignment, people) if not piece.main and piece.people < limit)


def _matched(shapes: Geometries) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Pairs of shapes that have segments with the same two ends, and the length of those segments together."""
    parts, shape_of_part = shapely.get_parts(shapes, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    _, place = np.unique(points, axis=0, return_inverse=True)
    inside = ring[1:] == ring[:-1]
    ends = np.sort(np.column_stack([place[:-1], place[1:]])[inside], axis=1)
    owner = shape_of_part[part_of_ring[ring[:-1][inside]]]
    length = np.hypot(*(points[1:] - points[:-1])[inside].T)
    order = np.lexsort((owner, ends[:, 1], ends[:, 0]))
    ends, owner, length = ends[order], owner[order], length[order]
    # In a clean coverage a segment has at most two owners, so equal ones are neighbours in this order.
    twin = (ends[1:] == ends[:-1]).all(axis=1) & (owner[1:] != owner[:-1])
    pairs = np.column_stack([owner[:-1], owner[1:]])[twin]
    unique, at = np.unique(pairs, axis=0, return_inverse=True)
    total: NDArray[np.float64] = np.bincount(at, weights=length[:-1][twin], minlength=len(unique)).astype(np.float64)
    return unique, total


def _near(shapes: Geometries, misfit: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Pairs, the smaller position first, of which at least one is a misfit and whose shapes meet."""
    misfits = np.flatnonzero(misfit)
    one, other = shapely.STRtree(shapes).query(shapes[misfits], predicate="intersects")
    pairs = np.sort(np.column_stack([misfits[one], other]), axis=1)
    return np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)


def _adjacency(codes: tuple[str, ...], pairs: NDArray[np.intp], lengths: NDArray[np.float64]) -> Adjacency:
    pairs = pairs.reshape(-1, 2).astype(np.intp)
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    return Adjacency(codes, pairs[order], np.asarray(lengths, dtype=np.float64)[order])
