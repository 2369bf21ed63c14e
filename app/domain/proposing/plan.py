"""One way of dividing blocks into neighbourhoods, and what it is worth: everything computed anew from the blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from app.domain.figures import Floats
from app.domain.proposing.band import Band
from app.domain.proposing.blocks import Blocks
from geometry.pairing import plan_distance

Labels = tuple[int, ...]
"""For each block the number of its neighbourhood. In canonical form neighbourhoods count from 0 by their first block,
so that equal plans are equal tuples."""

PATIENTS_A_KILOMETRE = 200.0
"""A kilometre less of border between neighbourhoods is worth this many patients more in their PCN's lead.

A mild tie-break, local and no rule of anybody's: it keeps a line from winding round single streets for a handful of
patients. Of LSOAs in Lewisham and Bromley it costs at most 0.9 % of patients and saves up to a fifth of the border."""

ROUNDING = 1e-6


@dataclass(frozen=True)
class Worth:
    """What a plan is worth: less outside the band always comes first, then the score.

    ``beyond`` is people outside the band, summed over neighbourhoods; ``patients`` those in their PCN's lead
    neighbourhood; ``border`` metres between neighbourhoods; ``score`` patients less the price of the border.
    """

    beyond: float
    patients: float
    border: float
    score: float

    def better_than(self, other: Worth | None) -> bool:
        if other is None or self.beyond < other.beyond - ROUNDING:
            return True
        return self.beyond <= other.beyond + ROUNDING and self.score > other.score + ROUNDING


def canonical(labels: Sequence[int]) -> Labels:
    """The same division with neighbourhoods numbered by their first block."""
    numbers: dict[int, int] = {}
    return tuple(numbers.setdefault(label, len(numbers)) for label in labels)


def people_of(blocks: Blocks, labels: Labels) -> Floats:
    """People by neighbourhood."""
    return np.bincount(labels, blocks.people).astype(np.float64)


def table_of(blocks: Blocks, labels: Labels) -> Floats:
    """N: patients of each PCN in each neighbourhood, PCNs × neighbourhoods."""
    belongs = np.zeros((len(blocks), max(labels) + 1))
    belongs[np.arange(len(blocks)), labels] = 1.0
    return np.asarray(blocks.patients @ belongs, dtype=np.float64)


def worth(blocks: Blocks, labels: Labels, band: Band, price: float = PATIENTS_A_KILOMETRE) -> Worth:
    """What a plan is worth, with ``price`` in patients a kilometre of border."""
    at = np.asarray(labels, dtype=np.intp)
    beyond = float(sum(band.beyond(people) for people in people_of(blocks, labels).tolist()))
    patients = float(table_of(blocks, labels).max(axis=1).sum()) if blocks.pcns else 0.0
    cut = at[blocks.edges[:, 0]] != at[blocks.edges[:, 1]] if len(blocks.edges) else np.zeros(0, dtype=bool)
    border = float(blocks.lengths[cut].sum())
    return Worth(beyond, patients, border, patients - price * border / 1_000)


def contiguous(blocks: Blocks, labels: Labels) -> bool:
    """Whether every neighbourhood hangs together over edges that touch."""
    return pieces(blocks, labels) == len(set(labels))


def pieces(blocks: Blocks, labels: Labels) -> int:
    """Pieces that all neighbourhoods fall into together: as many as there are, where each hangs together."""
    at: NDArray[np.intp] = np.asarray(labels, dtype=np.intp)
    kept = blocks.edges[at[blocks.edges[:, 0]] == at[blocks.edges[:, 1]]] if len(blocks.edges) else blocks.edges
    graph = sparse.coo_array(
        (np.ones(len(kept), dtype=np.int8), (kept[:, 0], kept[:, 1])), shape=(len(blocks), len(blocks))
    )
    return int(connected_components(graph, directed=False)[0])


def share_moved(blocks: Blocks, one: Labels, other: Labels) -> float:
    """Share of people whose neighbourhood differs after the best one-to-one matching of neighbourhoods, 0..1."""
    overlap = np.zeros((max(one) + 1, max(other) + 1))
    np.add.at(overlap, (np.asarray(one, dtype=np.intp), np.asarray(other, dtype=np.intp)), blocks.people)
    return plan_distance(overlap).moved_share if overlap.sum() > 0 else 0.0
