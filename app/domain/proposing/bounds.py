"""How good a plan can be at most, where not every plan can be tried."""

from __future__ import annotations

import numpy as np

from app.domain.proposing.blocks import Blocks


def most_in_lead(blocks: Blocks, high: float) -> float:
    """No plan with at most ``high`` people in a neighbourhood has more patients in their PCN's lead.

    Each PCN by itself is given the blocks where most of its patients live for the people there, until ``high`` is full
    (the linear knapsack of Dantzig 1957): as if every PCN had a neighbourhood drawn only for it, of blocks anywhere.
    """
    total = 0.0
    for row in blocks.patients:
        free = blocks.people <= 0
        density = np.where(free, np.inf, row / np.where(free, 1.0, blocks.people))
        order = np.argsort(-density, kind="stable")
        room = high - np.concatenate([[0.0], np.cumsum(blocks.people[order])[:-1]])
        part = np.where(
            blocks.people[order] > 0, np.clip(room / np.where(free[order], 1.0, blocks.people[order]), 0.0, 1.0), 1.0
        )
        total += float(row[order] @ part)
    return total
