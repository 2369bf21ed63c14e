"""The best moves where the lead neighbourhood of every PCN is decided.

With the leads fixed each practice has a gain for each PCN it may join, and the question is an assignment with at most
m moves and bands on list sizes. Without the bands the m largest gains are best, which is also the bound the search
uses. The bands are then given prices (Lagrange multipliers) that lower that bound; what they cannot rule out is a small
mixed-integer programme for HiGHS.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.domain.options.model import MoveModel, Whole
from app.domain.options.prices import IMPOSSIBLE, priced
from app.domain.options.programme import Programme
from app.domain.options.situation import Indices


@dataclass(frozen=True, eq=False)
class Answered:
    """``chosen`` is an assignment of the largest value, ``None`` where none reaches what was asked for. ``bound``:
    value no assignment with these leads exceeds. ``proven``: none has a larger value. ``settled``: of those with the
    same value none has a better score. ``prices``: the prices last tried, a good beginning for the next leads."""

    chosen: Indices | None
    bound: int
    proven: bool
    settled: bool
    prices: Whole


def solve_for_leads(
    model: MoveModel, leads: Indices, moves: int, at_least: int, prices: Whole, deadline: float | None = None
) -> Answered:
    """The largest value with these leads and at most this many moves, asked only for at least a given merit.

    ``deadline`` is on the clock of ``time.monotonic``.
    """
    gains, base = _gains(model, leads)
    greedy, merit, certain = _largest_gains(model, gains, base, moves)
    bound = model.value_of(merit)
    if merit < at_least:
        return Answered(None, bound, True, True, prices)
    if certain:
        return Answered(greedy, bound, True, True, prices)
    merit, prices, useful = priced(model, gains, base, moves, at_least, prices)
    bound = min(bound, model.value_of(merit))
    if merit < at_least:
        return Answered(None, bound, True, True, prices)
    programme = Programme(model, gains, base, moves, useful, deadline)
    chosen, bound, proven = programme.most(model.value_of(at_least), bound)
    return Answered(chosen, bound, proven, False, prices)


def settle(
    model: MoveModel, leads: Indices, moves: int, best: Indices, prices: Whole, deadline: float | None = None
) -> tuple[Indices, bool]:
    """The assignment of best score among those with these leads, at most this many moves and the value of ``best``;
    ``best`` itself where none is better. The flag says whether that is proven."""
    gains, base = _gains(model, leads)
    merit, _, useful = priced(model, gains, base, moves, model.merit(best), prices)
    if merit < model.merit(best):
        return best, True
    return Programme(model, gains, base, moves, useful, deadline).calmest(best)


def _gains(model: MoveModel, leads: Indices) -> tuple[Whole, int]:
    """Practices × PCNs: what each move changes under these leads; and what everybody at home counts."""
    stay = model.units[np.arange(len(model.home)), leads[model.home]]
    gains = model.units[:, leads] - stay[:, None]
    gains[~model.may_join] = IMPOSSIBLE
    return gains, int(stay.sum())


def _largest_gains(model: MoveModel, gains: Whole, base: int, moves: int) -> tuple[Indices, int, bool]:
    """The m largest gains, the merit they bound, and whether they are the answer: in the bands and with no tie open."""
    best = gains.max(axis=1)
    nearest = np.where(gains == best[:, None], model.metres, np.iinfo(np.int64).max).argmin(axis=1)
    merits = np.where(best > 0, best * model.worth - model.sizes, 0)
    order = np.argsort(-merits, kind="stable")
    order = order[merits[order] > 0]
    taken = order[:moves]
    chosen = model.home.copy()
    chosen[taken] = nearest[taken]
    clear = moves == 0 or len(order) <= moves or merits[order[moves - 1]] > merits[order[moves]]
    return chosen, base * model.worth + int(merits[taken].sum()), clear and model.allowed(chosen)
