"""The best plan of a given number of neighbourhoods, apart from others: annealed, and proven where it can be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.domain.proposing.annealing import annealed
from app.domain.proposing.band import Band
from app.domain.proposing.blocks import Blocks
from app.domain.proposing.bounds import most_in_lead
from app.domain.proposing.candidates import Limits, TooMany, candidates
from app.domain.proposing.exact import Programme
from app.domain.proposing.growing import divided
from app.domain.proposing.plan import ROUNDING, Labels, Worth, share_moved, worth
from app.domain.proposing.polishing import polished
from app.domain.proposing.wish import Wish

STARTS, STARTS_OF_FEW = 8, 4
FEW = 30
"""Blocks up to which the plan is nearly always proven in any case, and half the starts are enough."""

STEPS_A_BLOCK, FEWEST_STEPS, MOST_STEPS = 500, 6_000, 120_000

MOST_BLOCKS = 64
"""Beyond so many blocks there are always too many sets to list."""

Cancelled = Callable[[], bool]


@dataclass(frozen=True)
class Found:
    """The best plan found; ``labels`` ``None`` where none was, and then ``proven`` says there is none.

    ``bound``: no plan of the same number, as far from the others and no further outside the band, has a higher score.
    """

    number: int
    labels: Labels | None
    worth: Worth | None
    bound: float
    proven: bool


def search(
    blocks: Blocks, wish: Wish, number: int, others: tuple[Labels, ...] = (), cancelled: Cancelled = lambda: False
) -> Found:
    """The best plan of ``number`` neighbourhoods at least ``wish.apart`` from each of ``others``.

    Raises ``Problem`` where the place falls into more pieces than that, or has fewer blocks.
    """
    chance = np.random.default_rng([wish.seed, number, len(others)])
    steps = min(max(STEPS_A_BLOCK * len(blocks), FEWEST_STEPS), MOST_STEPS)
    best: tuple[Worth, Labels] | None = None
    for start in range(STARTS_OF_FEW if len(blocks) <= FEW else STARTS):
        grown = divided(blocks, number, chance, likeness=float(start % 2))
        if cancelled():
            break
        warm = annealed(
            blocks,
            grown,
            wish.band,
            wish.price,
            max(1, round(steps * wish.effort)),
            chance,
            others=others,
            apart=wish.apart,
            cancelled=cancelled,
        )
        labels = polished(blocks, warm, wish.band, wish.price, others=others, apart=wish.apart, cancelled=cancelled)
        if not far_enough(blocks, labels, others, wish.apart):
            continue
        value = worth(blocks, labels, wish.band, wish.price)
        if best is None or value.better_than(best[0]) or (not best[0].better_than(value) and labels < best[1]):
            best = value, labels
    return _proven(blocks, wish, number, others, best, cancelled)


def far_enough(blocks: Blocks, labels: Labels, others: tuple[Labels, ...], apart: float) -> bool:
    return all(share_moved(blocks, labels, other) >= apart - 1e-9 for other in others)


def _proven(
    blocks: Blocks,
    wish: Wish,
    number: int,
    others: tuple[Labels, ...],
    best: tuple[Worth, Labels] | None,
    cancelled: Cancelled,
) -> Found:
    """What annealing found, replaced by the proven best where every neighbourhood that could be can be listed."""
    slack = 0.0 if best is None else best[0].beyond
    band = wish.band
    loose = most_in_lead(blocks, band.high + slack)
    heuristic = Found(number, best and best[1], best and best[0], loose, False)
    if cancelled() or len(blocks) > MOST_BLOCKS:
        return heuristic
    wide = Band(max(0.0, band.low - slack), band.high + slack)
    try:
        sets = candidates(blocks, wide, number, Limits(kept=wish.most_sets))
    except TooMany:
        return heuristic
    programme = Programme(blocks, sets, number, band, wish.price, others, wish.apart if others else 0.0)
    beyond = programme.least_beyond() if slack > ROUNDING else 0.0
    if beyond is None:
        return heuristic
    known = best if best is not None and best[0].beyond <= beyond + ROUNDING else None
    solved = programme.best(beyond, -np.inf if known is None else known[0].score)
    if solved.labels is not None and far_enough(blocks, solved.labels, others, wish.apart):
        value = worth(blocks, solved.labels, band, wish.price)
        if known is None or value.better_than(known[0]):
            known = value, solved.labels
    if not solved.proven:
        # What a time limit left half done depends on the machine, so only what is certain anywhere is told.
        return heuristic
    if known is None:
        # With people outside the band a different plan may still lie further outside: the search's answer stands.
        return heuristic if slack > ROUNDING else Found(number, None, None, -np.inf, best is None)
    return Found(number, known[1], known[0], max(known[0].score, min(solved.bound, loose)), True)
