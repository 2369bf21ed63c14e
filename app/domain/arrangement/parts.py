"""A whole shared out in whole parts, so that the parts are the whole: Hamilton's method of largest remainders."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

RESOLUTION = 1_000_000
"""Weights are taken to a millionth, so that two that differ only by the order of an addition are equal."""


def shared_out(whole: int, weights: Mapping[str, float]) -> dict[str, int]:
    """Share ``whole`` units in proportion to the weights; the parts sum to it exactly, in code order.

    Each part is its exact quota rounded down, and one more for the largest remainders until the whole is reached; ties
    go to the lower code. No part is a unit or more away from its quota. With nothing to share every part is 0.
    Raises ``ValueError`` for a negative whole or weight, and where there is something to share but no weight.
    """
    if whole < 0 or any(not math.isfinite(w) or w < 0 for w in weights.values()):
        raise ValueError("a whole and its weights are finite and not negative")
    counted = {code: round(Fraction(weights[code]) * RESOLUTION) for code in sorted(weights)}
    total = sum(counted.values())
    if not whole:
        return dict.fromkeys(counted, 0)
    if not total:
        raise ValueError("there is something to share out, and nobody has any weight")
    parts = {code: whole * weight // total for code, weight in counted.items()}
    remainders = {code: whole * weight % total for code, weight in counted.items()}
    left = whole - sum(parts.values())
    for code in sorted(counted, key=lambda c: (-remainders[c], c))[:left]:
        parts[code] += 1
    return parts
