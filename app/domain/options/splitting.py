"""Where a PCN could be split along the line between two neighbourhoods."""

from __future__ import annotations

import numpy as np

from app.domain.options.situation import Indices, Situation


def line_splits(place: Situation, pcn: str) -> list[tuple[str, ...]]:
    """Ways to split a PCN along the line between two neighbourhoods: the practices that would leave.

    For every two neighbourhoods the practices are put in order of how much more they serve the first than the second,
    and the PCN cut wherever both parts keep the floor. The part with a practice that stays keeps the code, otherwise
    the part with more patients.
    """
    rows = np.flatnonzero(place.home == place.pcns.index(pcn))
    found: set[tuple[str, ...]] = set()
    for a in range(len(place.neighbourhoods)):
        for b in range(a + 1, len(place.neighbourhoods)):
            order = rows[np.argsort(-(place.inside[rows, a] - place.inside[rows, b]), kind="stable")]
            for cut in range(1, len(order)):
                parts = (order[:cut], order[cut:])
                if min(place.list_sizes[part].sum() for part in parts) >= place.limits.floor:
                    found.add(_leaving(place, *parts))
    return sorted(part for part in found if not place.staying & set(part))


def _leaving(place: Situation, *parts: Indices) -> tuple[str, ...]:
    named = [tuple(sorted(place.practices[i] for i in part)) for part in parts]

    def stays(part: tuple[str, ...]) -> tuple[bool, float, tuple[str, ...]]:
        size = sum(float(place.list_sizes[place.row[code]]) for code in part)
        return (not place.staying & set(part), -size, part)

    return max(named, key=stays)
