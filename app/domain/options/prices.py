"""A bound for fixed leads that knows list sizes: every PCN's band has a price (a Lagrange multiplier)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.options.model import MoveModel, Whole
from app.domain.options.situation import Indices

STEPS = 40
"""Prices tried before the solver is asked."""

IMPOSSIBLE = -(2**36)
"""A gain that rules a move out: no place has so many thousandths of a patient."""


@dataclass(frozen=True, eq=False)
class _Relaxed:
    """The best that is possible at given prices: its merit, each move's own, and the moves taken."""

    prices: Whole
    merit: int
    moves: Whole
    target: Indices
    taken: Indices


def priced(
    model: MoveModel, gains: Whole, base: int, moves: int, at_least: int, prices: Whole
) -> tuple[int, Whole, NDArray[np.bool_]]:
    """A bound on merit with a price on every PCN's list size, lowered until it falls below what is asked for.

    A practice of s patients that joins PCN j earns ``s · price[j]``, one that leaves pays it; a positive price is paid
    back for every patient of room above the smallest list, a negative one below the largest. Whatever the prices
    (whole thousandths of a patient for each patient), no allowed assignment has more merit than the bound: it is
    exact arithmetic, and the steps (Polyak's, towards ``at_least``) only decide how soon it is low enough.

    Returns the bound, its prices, and practices × PCNs: the moves that an assignment of such merit can contain.
    """
    now = model.lists(model.home)
    slack, room = now - model.least, model.most - now
    best = relaxed = _relaxed(model, gains, base, moves, prices)
    for _ in range(STEPS):
        if best.merit < at_least:
            break
        went = model.sizes[relaxed.taken]
        net = np.zeros(model.pcn_count, dtype=np.int64)
        np.add.at(net, relaxed.target[relaxed.taken], went)
        np.subtract.at(net, model.home[relaxed.taken], went)
        paying = (relaxed.prices > 0) | ((relaxed.prices == 0) & (net < -slack))
        refunded = (relaxed.prices < 0) | ((relaxed.prices == 0) & (net > room))
        slope = np.where(paying, net + slack, np.where(refunded, net - room, 0))
        length = float((slope.astype(np.float64) ** 2).sum())
        if length == 0:
            break
        step = ((relaxed.merit - at_least) / model.worth + 1) / length
        following = np.rint(relaxed.prices - step * slope).astype(np.int64)
        following[np.sign(following) * np.sign(relaxed.prices) < 0] = 0
        if (following == relaxed.prices).all():
            break
        relaxed = _relaxed(model, gains, base, moves, following)
        if relaxed.merit < best.merit:
            best = relaxed
    return best.merit, best.prices, _useful(best, moves, at_least)


def _relaxed(model: MoveModel, gains: Whole, base: int, moves: int, prices: Whole) -> _Relaxed:
    now, rows = model.lists(model.home), np.arange(len(model.home))
    paid = gains + (prices[None, :] - prices[model.home][:, None]) * model.sizes[:, None]
    each = paid * model.worth - model.sizes[:, None]
    each[~model.may_join] = IMPOSSIBLE * model.worth
    each[rows, model.home] = 0
    target = each.argmax(axis=1)
    best = each[rows, target]
    taken = np.argsort(-best, kind="stable")[:moves]
    taken = taken[best[taken] > 0]
    fees = np.maximum(prices, 0) * (now - model.least) + np.maximum(-prices, 0) * (model.most - now)
    merit = (base + int(fees.sum())) * model.worth + int(best[taken].sum())
    return _Relaxed(prices, merit, each, target, taken)


def _useful(relaxed: _Relaxed, moves: int, at_least: int) -> NDArray[np.bool_]:
    """Practices × PCNs: whether the bound, with this one move forced, still reaches what is asked for."""
    best = relaxed.moves.max(axis=1)
    last = int(best[relaxed.taken].min()) if len(relaxed.taken) == moves and moves else 0
    given_up = np.full(len(best), last, dtype=np.int64)
    given_up[relaxed.taken] = best[relaxed.taken]
    useful: NDArray[np.bool_] = relaxed.merit - given_up[:, None] + relaxed.moves >= at_least
    return useful
