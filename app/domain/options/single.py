"""Every single move and every pair of moves, tried one by one: options to check by hand, and a check on the search."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.options.model import MoveModel, Whole
from app.domain.options.situation import Indices

REFUSED = np.iinfo(np.int64).min // 4
"""Gain of a move that list sizes, locks or borders do not allow."""


@dataclass(frozen=True)
class Tried:
    """Moves (practice position, PCN position) and what they gain, in thousandths of a patient."""

    moves: tuple[tuple[int, int], ...]
    gain: int


def single_gains(model: MoveModel, chosen: Indices, *, sizes: bool = True) -> Whole:
    """Practices × PCNs: change of value when one practice moves from where it is; ``REFUSED`` where it may not.

    ``sizes=False`` looks at locks and borders alone, for a move that another one makes good.
    """
    rows = np.arange(len(chosen))
    table, lists = model.table(chosen), model.lists(chosen)
    now = table.max(axis=1)
    leaving = (table[chosen] - model.units).max(axis=1) - now[chosen]
    joining = (table[None, :, :] + model.units[:, None, :]).max(axis=2) - now[None, :]
    gains: Whole = leaving[:, None] + joining
    allowed = model.may_join.copy()
    if sizes:
        allowed &= (lists[chosen] - model.sizes >= model.least[chosen])[:, None]
        allowed &= lists[None, :] + model.sizes[:, None] <= model.most[None, :]
    gains[~allowed] = REFUSED
    gains[rows, chosen] = REFUSED
    return gains


def best_single(model: MoveModel, chosen: Indices) -> Indices:
    """The assignment after the single move that gains most, or the same where none gains."""
    gains = single_gains(model, chosen)
    if not gains.size or gains.max() <= 0:
        return chosen
    practice, pcn = divmod(int(gains.argmax()), gains.shape[1])
    after = chosen.copy()
    after[practice] = pcn
    return after


def singles(model: MoveModel, at_least: int = 1) -> list[Tried]:
    """Every allowed single move that gains at least this much, best first, then fewer patients, then code order."""
    gains = single_gains(model, model.home)
    found = [Tried(((int(i), int(j)),), int(gains[i, j])) for i, j in np.argwhere(gains >= at_least)]
    return sorted(found, key=lambda tried: _rank(model, tried))


def pairs(model: MoveModel, at_least: int = 1) -> list[Tried]:
    """Every allowed pair of moves of two practices that gains at least this much, best first.

    The pair together must keep the list sizes; either move alone need not (a swap often could not).
    """
    found: list[Tried] = []
    order = np.arange(len(model.home))
    first_gains = single_gains(model, model.home, sizes=False)
    base = model.lists(model.home)
    for practice, pcn in np.argwhere(first_gains > REFUSED):
        after = model.home.copy()
        after[practice] = pcn
        second = single_gains(model, after, sizes=False)
        second[order <= practice] = REFUSED
        total = np.where(second > REFUSED, second + first_gains[practice, pcn], REFUSED)
        lists = base.copy()
        lists[model.home[practice]] -= model.sizes[practice]
        lists[pcn] += model.sizes[practice]
        total[~_sizes_kept(model, lists)] = REFUSED
        found += [
            Tried(((int(practice), int(pcn)), (int(i), int(j))), int(total[i, j]))
            for i, j in np.argwhere(total >= at_least)
        ]
    return sorted(found, key=lambda tried: _rank(model, tried))


def _sizes_kept(model: MoveModel, lists: Whole) -> NDArray[np.bool_]:
    """Practices × PCNs: whether every list is allowed after one more move from home."""
    width = model.pcn_count
    bad = (lists < model.least) | (lists > model.most)
    leaving, joining = lists[model.home] - model.sizes, lists[None, :] + model.sizes[:, None]
    keeps = (leaving >= model.least[model.home]) & (leaving <= model.most[model.home])
    takes = (joining >= model.least[None, :]) & (joining <= model.most[None, :])
    others = bad.sum() - bad[model.home].astype(int)[:, None] - bad.astype(int)[None, :]
    kept: NDArray[np.bool_] = keeps[:, None] & takes & (others <= 0)
    kept[np.arange(len(model.home)), model.home] = False
    return kept if width > 1 else np.zeros_like(kept)


def _rank(model: MoveModel, tried: Tried) -> tuple[int, int, int, tuple[tuple[int, int], ...]]:
    return (
        -tried.gain,
        sum(int(model.sizes[i]) for i, _ in tried.moves),
        sum(int(model.metres[i, j]) for i, j in tried.moves),
        tried.moves,
    )
