"""Whether a PCN hangs together on the map, as far as what is loaded can tell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.domain.options.situation import Situation


def contiguous(place: Situation, practices: Sequence[str]) -> bool | None:
    """Whether the neighbourhoods the practices stand in hang together through shared borders.

    ``None`` where nobody said which neighbourhoods touch, or where none of the practices stands is not known.
    """
    stands = {place.standing_in.get(code) for code in practices} - {None}
    if place.neighbours is None or not stands:
        return None
    reached, fresh = set(), {min(str(code) for code in stands)}
    while fresh:
        reached |= fresh
        fresh = {
            str(other)
            for other in stands - reached
            if any(frozenset((str(other), code)) in place.neighbours for code in reached)
        }
    return reached == stands


def distance(place: Situation, practice: str, others: Sequence[str]) -> float | None:
    """Metres in a straight line from a practice to the nearest of the others; ``None`` where that is not known."""
    here = place.points.get(practice)
    there = [place.points[code] for code in others if code != practice and code in place.points]
    if here is None or not there:
        return None
    return float(np.hypot(*(np.array(there) - np.array(here)).T).min())
