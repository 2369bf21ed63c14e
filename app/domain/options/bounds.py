"""How much any assignment can reach, once it is said which neighbourhoods may lead a PCN.

Take a set S of neighbourhoods. Wherever a practice goes, it counts at most ``best_i = max_{k in S} n[i, k]``; where it
stays in PCN j led by k, it counts ``n[i, k]``. So PCN j with lead k and t of its practices leaving counts at most

    F[j, k](t) = Σ_{i in j} n[i, k] + the t largest positive (best_i - n[i, k])

and the place at most the best division of m moves among its PCNs, a max-plus convolution. The bound leaves out list
sizes only, and is exact where they do not bind and every lead in S is taken. It is counted in merit (``model``), so
that an equal value at the cost of more patients moved is bounded as the lesser thing it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.domain.options.model import MoveModel, Whole


def convolve(first: Whole, second: Whole) -> Whole:
    """``max_t first[t] + second[m - t]`` for every m; both ascending, of one length."""
    width = len(first)
    found: Whole = first + second[0]
    for t in range(1, width):
        np.maximum(found[t:], first[: width - t] + second[t], out=found[t:])
    return found


@dataclass(frozen=True, eq=False)
class Profile:
    """For one set of leads: ``reach[j, a]`` is F by number of moves for PCN j led by the a-th of the set; ``rest[j]``
    what the PCNs from j on can reach together, whatever their leads (``rest[-1]`` is zero)."""

    leads: tuple[int, ...]
    reach: Whole
    rest: Whole


def profile(model: MoveModel, leads: tuple[int, ...], order: tuple[int, ...], moves: int) -> Profile:
    """Profile of a set of leads. ``order``: the PCNs as the search decides them; j counts along it."""
    best = model.units[:, leads].max(axis=1)
    reach = np.zeros((len(order), len(leads), moves + 1), dtype=np.int64)
    for at, j in enumerate(order):
        mine = model.home == j
        free = mine & model.movable
        cost = model.sizes[free]
        for a, k in enumerate(leads):
            gains = np.sort(np.maximum((best[free] - model.units[free, k]) * model.worth - cost, 0))[::-1][:moves]
            reach[at, a] = model.units[mine, k].sum() * model.worth
            reach[at, a, 1 : len(gains) + 1] += np.cumsum(gains)
            reach[at, a, len(gains) + 1 :] += gains.sum()
    rest = np.zeros((len(order) + 1, moves + 1), dtype=np.int64)
    for at in range(len(order) - 1, -1, -1):
        rest[at] = convolve(reach[at].max(axis=0), rest[at + 1])
    return Profile(leads, reach, rest)
