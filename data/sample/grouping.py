"""Contiguous, balanced groups of small areas: how wards, MSOAs and neighbourhoods of the sample place are made."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def components(border: Floats) -> Ints:
    """Connected parts of the areas whose shared borders are given.

    ``border`` is a square matrix of shared border lengths in metres (0: the areas do not touch along a line).
    Returns one part number per area, numbered in order of first appearance.
    """
    _, label = connected_components(coo_array((border > 0).astype(np.int64)), directed=False)
    return np.asarray(label, dtype=np.int64)


def centres(points: Floats, weights: Floats, count: int, rounds: int = 12) -> Floats:
    """``count`` spread-out centres, in metres, of weighted points: k-means from a farthest-first start."""
    start = int(np.argmax(((points - points.mean(axis=0)) ** 2).sum(axis=1)))
    chosen = [start]
    while len(chosen) < count:
        gap = ((points[:, None] - points[None, chosen]) ** 2).sum(axis=2).min(axis=1)
        chosen.append(int(np.argmax(gap)))
    found = points[chosen].copy()
    for _ in range(rounds):
        nearest = ((points[:, None] - found[None]) ** 2).sum(axis=2).argmin(axis=1)
        for at in range(count):
            mine = nearest == at
            if mine.any():
                found[at] = np.average(points[mine], axis=0, weights=weights[mine])
        found = np.round(found, 1)
    return found


def balanced(
    points: Floats, weights: Floats, border: Floats, anchors: Floats, targets: Floats, rounds: int = 250
) -> Ints:
    """Divide areas among anchors so that each group is contiguous and its weight close to its target.

    A power diagram (Aurenhammer 1987): an area goes to the anchor of least squared distance minus that anchor's
    allowance, and allowances grow for groups that are too light. Parts cut off are then given to the neighbouring
    group with the longest shared border. ``targets`` are shares of the whole weight. Returns a group number per area.
    """
    away = ((points[:, None] - anchors[None]) ** 2).sum(axis=2)
    scale = float(away.min(axis=1).mean())
    allowance = np.zeros(len(anchors))
    wanted = targets / targets.sum()
    best, best_miss = away.argmin(axis=1), np.inf
    for turn in range(rounds):
        label = (away - allowance).argmin(axis=1)
        share = np.bincount(label, weights, len(anchors)) / weights.sum()
        miss = float(np.abs(share / wanted - 1).max())
        if miss < best_miss - 1e-9:
            best, best_miss = label, miss
        allowance = np.round(allowance + scale * 4 * (wanted - share) / wanted / (4 + turn * 0.2), 3)
    return joined(np.asarray(best, dtype=np.int64), weights, border)


def joined(label: Ints, weights: Floats, border: Floats) -> Ints:
    """The same groups made contiguous: every part but a group's heaviest goes to the neighbour with the longest border.

    Raises ``ValueError`` where that cannot be done because the areas themselves are not contiguous.
    """
    label = label.copy()
    for _ in range(len(label)):
        stray = _stray_part(label, weights, border)
        if stray is None:
            return label
        reach = np.bincount(label, border[stray].sum(axis=0), int(label.max()) + 1)
        reach[label[stray[0]]] = 0
        if reach.max() <= 0:
            break
        label[stray] = int(reach.argmax())
    raise ValueError("the areas cannot be divided into contiguous groups")


def _stray_part(label: Ints, weights: Floats, border: Floats) -> Ints | None:
    for group in np.unique(label):
        members = np.flatnonzero(label == group)
        part = components(border[np.ix_(members, members)])
        if part.max() > 0:
            heavy = int(np.bincount(part, weights[members]).argmax())
            first_other = int(part[part != heavy].min())
            return np.asarray(members[part == first_other], dtype=np.int64)
    return None
