"""Simulated annealing over plans (Kirkpatrick, Gelatt & Vecchi 1983): single blocks change neighbourhood, each
neighbourhood stays in one piece, and the price of people outside the band rises while the temperature falls."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from app.domain.proposing.band import Band
from app.domain.proposing.blocks import Blocks
from app.domain.proposing.plan import ROUNDING, Labels, canonical
from app.domain.proposing.state import State

HOT, COLD = 0.7, 0.004
"""Temperature at the start and the end, in patients of an average block."""

BEYOND = (0.5, 6.0)
"""Price of one person outside the band, or too many alike, at the start and the end, in patients."""

DRAWN_AT_ONCE = 4_096
MATCH_EVERY = 40


def annealed(
    blocks: Blocks,
    start: Labels,
    band: Band,
    price: float,
    steps: int,
    chance: np.random.Generator,
    *,
    others: Sequence[Labels] = (),
    apart: float = 0.0,
    cancelled: Callable[[], bool] = lambda: False,
) -> Labels:
    """The best plan met on the way from ``start``: least outside the band and too much alike, then the best score."""
    state = State(blocks, start, band, price, others, apart)
    if not len(blocks.edges) or state.number < 2:
        return canonical(start)
    unit = max(float(blocks.patients.sum()), float(blocks.total), 1.0) / len(blocks)
    cooling = math.log(COLD / HOT)
    ends = blocks.edges.tolist()
    score = 0.0
    wrong, best_wrong, best_score, best = state.beyond + state.alike, math.inf, -math.inf, list(start)
    moved = 0
    for first in range(0, steps, DRAWN_AT_ONCE):
        if cancelled():
            break
        done = first / steps
        warmth = unit * HOT * math.exp(cooling * done)
        dear = BEYOND[0] * (BEYOND[1] / BEYOND[0]) ** done
        count = min(DRAWN_AT_ONCE, steps - first)
        edges = chance.integers(0, 2 * len(ends), count).tolist()
        luck = (-np.log1p(-chance.random(count)) * warmth).tolist()
        for pick, patience in zip(edges, luck, strict=True):
            block, other = ends[pick >> 1] if pick & 1 else reversed(ends[pick >> 1])
            to = state.labels[other]
            if to == state.labels[block]:
                continue
            worse = state.beyond_after(block, to)
            if others:
                worse += state.alike_after(block, to)
            gain = state.gain(block, to)
            # A move that costs more than an exponential draw is refused: the same as the usual rule, one draw earlier.
            if dear * worse - gain > patience or not state.may_leave(block):
                continue
            state.move(block, to)
            score, wrong, moved = score + gain, wrong + worse, moved + 1
            if others and moved % MATCH_EVERY == 0:
                state.match_again()
                wrong = state.beyond + state.alike
            if wrong < best_wrong - ROUNDING or (wrong <= best_wrong + ROUNDING and score > best_score + ROUNDING):
                if others:
                    state.match_again()
                    wrong = state.beyond + state.alike
                    if wrong > best_wrong + ROUNDING:
                        continue
                best_wrong, best_score, best = wrong, score, state.labels.copy()
    return canonical(best)
