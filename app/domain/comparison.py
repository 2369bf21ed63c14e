"""Two plans over the same people: which neighbourhood became which, and who changes.

Neighbourhoods are paired one to one so that most people stay together (Kuhn 1955; domain notes §5.1, "plan distance"),
so a plan that only renames its neighbourhoods changes nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from geometry.labelled import Labelled
from geometry.pairing import plan_distance

PART = 1e-6
"""Share of an area below which a change is the rounding of its shares."""


@dataclass(frozen=True)
class AreaChange:
    """One area of which some or all people change. ``None`` is outside the plan.

    ``source`` and ``target`` are the neighbourhoods that hold most of it; ``people`` are those who change, ``share``
    their part of the area, 0..1.
    """

    code: str
    source: str | None
    target: str | None
    people: float
    share: float
    whole: bool  # the neighbourhood that holds most of it changes


@dataclass(frozen=True)
class Changes:
    """``matched``: neighbourhoods of the first plan to those of the second they become."""

    matched: Mapping[str, str]
    areas: tuple[AreaChange, ...]
    people_moved: float
    people: float  # in either plan

    @property
    def areas_moved(self) -> int:
        return sum(change.whole for change in self.areas)

    def same(self, source: str | None, target: str | None) -> bool:
        """Whether two neighbourhoods, one of each plan, are one and the same (both outside counts as the same)."""
        return target is None if source is None else self.matched.get(source) == target


def changes(
    first: Labelled, second: Labelled, people: Mapping[str, float], weight: Mapping[str, float] | None = None
) -> Changes:
    """What changes from the first plan to the second.

    first, second: areas × neighbourhoods, rows summing to at most 1; an area that one lacks is outside it. people: by
    area, at least 0. weight: what the pairing keeps together, by default the people.
    """
    codes = sorted(set(first.rows) | set(second.rows))
    one, two = first.with_rows(codes), second.with_rows(codes)
    count = np.array([float(people.get(code, 0.0)) for code in codes])
    kept_by = count if weight is None else np.array([float(weight.get(code, 0.0)) for code in codes])
    together = Labelled(one.columns, two.columns, (one.values.T @ (two.values.multiply(kept_by[:, None]))).tocsr())
    pairs = dict(plan_distance(together).pairs) if together.total() > 0 else {}
    held = np.maximum(one.row_sums(), two.row_sums())
    kept = np.zeros(len(codes))
    for source, target in pairs.items():
        ours = one.values[:, [one.column_index[source]]].toarray().ravel()
        kept += np.minimum(ours, two.values[:, [two.column_index[target]]].toarray().ravel())
    moved = np.clip(held - kept, 0.0, 1.0)
    sources, targets = _main(one), _main(two)
    found = []
    for at in map(int, np.flatnonzero((moved > PART) & (held > PART))):
        before, after = sources[at], targets[at]
        whole = after is not None if before is None else pairs.get(before) != after
        found.append(AreaChange(codes[at], before, after, float(count[at] * moved[at]), float(moved[at]), whole))
    return Changes(pairs, tuple(found), float(count @ moved), float(count @ np.minimum(held, 1.0)))


def _main(shares: Labelled) -> Sequence[str | None]:
    """The neighbourhood that holds most of each area, the first by code of equals; ``None`` if most is outside."""
    dense = shares.dense()
    if not dense.shape[1]:
        return [None] * len(shares.rows)
    order = np.argsort(np.array(shares.columns, dtype=object), kind="stable")
    best = order[dense[:, order].argmax(axis=1)]
    largest = dense[np.arange(len(dense)), best]
    outside = 1.0 - shares.row_sums()
    inside = (largest > 0) & (largest >= outside)
    return [shares.columns[k] if ok else None for k, ok in zip(best, inside, strict=True)]
