"""Every neighbourhood that could be: all contiguous sets of blocks with people within the band.

Each is one number whose bits are its blocks. A set is kept only if what it leaves over can be divided too, as far as
the people of each remaining piece tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.proposing.band import Band
from app.domain.proposing.blocks import Blocks

MOST_LOOKED_AT = 400_000
MOST_KEPT = 6_000


class TooMany(Exception):  # noqa: N818 - not an error: the place is too large to try everything
    """There are more sets than can be looked at."""


@dataclass(frozen=True)
class Limits:
    """Sets looked at and kept before giving up."""

    looked_at: int = MOST_LOOKED_AT
    kept: int = MOST_KEPT


def candidates(blocks: Blocks, band: Band, number: int, limits: Limits = Limits()) -> tuple[int, ...]:
    """All sets that may be one of ``number`` neighbourhoods within the band, ascending.

    Raises ``TooMany`` beyond the limits.
    """
    everything = (1 << len(blocks)) - 1
    kept: list[int] = []
    for mask, people in _connected(blocks, band.high, limits.looked_at):
        if people >= band.low - 1e-9 and _leaves_enough(blocks, everything & ~mask, number - 1, band):
            kept.append(mask)
            if len(kept) > limits.kept:
                raise TooMany
    return tuple(sorted(kept))


def _connected(blocks: Blocks, high: float, most: int) -> Iterator[tuple[int, float]]:
    """Every contiguous set of at most ``high`` people, once, with its people (Wernicke 2006: each grows from its first
    block by blocks that only the one added last touches)."""
    weight, masks = blocks.people.tolist(), blocks.masks
    looked = 0
    for root in range(len(blocks)):
        if weight[root] > high + 1e-9:
            continue
        later = -1 << (root + 1)
        stack = [(1 << root, masks[root] & later, (1 << root) | masks[root], weight[root])]
        yield 1 << root, weight[root]
        while stack:
            mask, front, seen, people = stack.pop()
            while front:
                low = front & -front
                front ^= low
                block = low.bit_length() - 1
                grown = people + weight[block]
                if grown > high + 1e-9:
                    continue
                looked += 1
                if looked > most:
                    raise TooMany
                yield mask | low, grown
                fresh = masks[block] & later & ~seen
                stack.append((mask | low, front | fresh, seen | masks[block], grown))


def _leaves_enough(blocks: Blocks, left: int, number: int, band: Band) -> bool:
    """Whether the pieces left over may make ``number`` neighbourhoods within the band, by their people."""
    least = most = 0
    while left:
        piece = blocks.flood(left & -left, left)
        left &= ~piece
        people, count = _people(blocks, piece)
        fewest = max(1, -int(-(people - 1e-6) // band.high))
        largest = count if band.low <= 0 else min(count, int((people + 1e-6) // band.low))
        if fewest > largest:
            return False
        least, most = least + fewest, most + largest
    return least <= number <= most


def _people(blocks: Blocks, mask: int) -> tuple[float, int]:
    weight, total, count = blocks.people, 0.0, 0
    while mask:
        low = mask & -mask
        total += float(weight[low.bit_length() - 1])
        count += 1
        mask ^= low
    return total, count
