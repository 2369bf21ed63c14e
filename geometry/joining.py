"""Areas joined into larger ones, without touching a shape: which groups touch, and over how much border."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from geometry.adjacency import Adjacency


def joined(adjacency: Adjacency, group_of: Mapping[str, str]) -> Adjacency:
    """The adjacency of groups of areas, codes ascending; common borders are summed, a link without any stays one.

    Raises ``KeyError`` for an area in no group.
    """
    groups = [group_of[code] for code in adjacency.codes]
    codes = tuple(sorted(set(groups)))
    index = {code: at for at, code in enumerate(codes)}
    at = np.array([index[group] for group in groups], dtype=np.intp)
    pairs = np.sort(at[adjacency.edges], axis=1).reshape(-1, 2)
    across = pairs[:, 0] != pairs[:, 1]
    unique, inverse = np.unique(pairs[across], axis=0, return_inverse=True)
    lengths = np.bincount(inverse, weights=adjacency.lengths[across], minlength=len(unique))
    return Adjacency(codes, unique.reshape(-1, 2).astype(np.intp), lengths.astype(np.float64))
