"""What proposals are built of: whole LSOAs, wards or other groups of areas, with their people, patients and borders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.domain.figures import Floats
from geometry.adjacency import Adjacency
from geometry.labelled import Labelled


@dataclass(frozen=True, eq=False)
class Blocks:
    """Blocks in code order. ``people`` has one number a block; ``patients`` is PCNs × blocks (registered patients).

    ``edges`` (m × 2) are positions of blocks that touch, ``lengths`` their common border in metres (0 for a link that
    was given, such as a bridge).
    """

    codes: tuple[str, ...]
    people: Floats
    pcns: tuple[str, ...]
    patients: Floats
    edges: NDArray[np.intp]
    lengths: Floats

    def __post_init__(self) -> None:
        n = len(self.codes)
        if list(self.codes) != sorted(set(self.codes)) or self.people.shape != (n,):
            raise ValueError("blocks need ascending codes and one number of people each")
        if self.patients.shape != (len(self.pcns), n) or len(self.lengths) != len(self.edges):
            raise ValueError("patients are PCNs × blocks, and every edge has a length")
        if (self.people < 0).any() or (self.patients < 0).any():
            raise ValueError("people and patients cannot be fewer than none")

    @classmethod
    def of(
        cls,
        adjacency: Adjacency,
        people: Mapping[str, float],
        patients: Labelled,
    ) -> Blocks:
        """From an adjacency with ascending codes; ``patients`` is PCNs × blocks and may lack blocks without any."""
        table = patients.with_columns(adjacency.codes)
        return cls(
            codes=adjacency.codes,
            people=np.array([people.get(code, 0.0) for code in adjacency.codes], dtype=np.float64),
            pcns=table.rows,
            patients=table.dense(),
            edges=adjacency.edges,
            lengths=adjacency.lengths,
        )

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def total(self) -> float:
        return float(self.people.sum())

    @cached_property
    def neighbours(self) -> tuple[tuple[tuple[int, float], ...], ...]:
        """For each block its neighbours, ascending, with the metres of border shared with each."""
        found: list[list[tuple[int, float]]] = [[] for _ in self.codes]
        for (one, other), length in zip(self.edges.tolist(), self.lengths.tolist(), strict=True):
            found[one].append((other, length))
            found[other].append((one, length))
        return tuple(tuple(sorted(pairs)) for pairs in found)

    @cached_property
    def masks(self) -> tuple[int, ...]:
        """For each block its neighbours as the bits of one number."""
        return tuple(sum(1 << other for other, _ in pairs) for pairs in self.neighbours)

    @cached_property
    def parts(self) -> tuple[tuple[int, ...], ...]:
        """The pieces the blocks fall into, in order of their first block; one where all hang together."""
        left, found = (1 << len(self)) - 1, []
        while left:
            piece = self.flood(left & -left, left)
            found.append(piece)
            left &= ~piece
        return tuple(bits(piece) for piece in found)

    def flood(self, start: int, within: int) -> int:
        """All blocks (as bits) of ``within`` that hang together with ``start``."""
        reached = front = start
        while front:
            grown = 0
            while front:
                low = front & -front
                grown |= self.masks[low.bit_length() - 1]
                front ^= low
            front = grown & within & ~reached
            reached |= front
        return reached


def bits(mask: int) -> tuple[int, ...]:
    """The positions of the bits set, ascending."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return tuple(found)
