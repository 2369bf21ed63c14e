"""Small places a person can check by eye: blocks on a grid, with people and patients."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.domain.proposing.blocks import Blocks


def grid(
    rows: int,
    columns: int,
    people: Sequence[float] | None = None,
    patients: Sequence[Sequence[float]] | None = None,
    *,
    cut: Sequence[tuple[int, int]] = (),
) -> Blocks:
    """Squares of 1 km, numbered row by row; ``patients`` is PCNs × squares; ``cut`` names edges that are not there."""
    n = rows * columns
    edges = [
        (at, other)
        for at in range(n)
        for other in (at + 1, at + columns)
        if other < n and (other != at + 1 or other % columns) and (at, other) not in set(cut)
    ]
    table = np.array(patients if patients is not None else [[1.0] * n], dtype=np.float64)
    return Blocks(
        codes=tuple(f"B{at:02}" for at in range(n)),
        people=np.array(people if people is not None else [10.0] * n, dtype=np.float64),
        pcns=tuple(f"U{at}" for at in range(len(table))),
        patients=table,
        edges=np.array(edges, dtype=np.intp).reshape(-1, 2),
        lengths=np.full(len(edges), 1_000.0),
    )
