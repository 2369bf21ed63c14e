"""Codes for neighbourhoods that a list names without any."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray


def made_codes(names: NDArray[np.object_], places: NDArray[np.object_]) -> NDArray[np.object_]:
    """A code for each name, the same for the same name in every file: its letters and digits in upper case.

    A name used in several places gets the place in front; two names that look alike are numbered in sorted order.
    """
    pairs = sorted({(str(name), str(place)) for name, place in zip(names, places, strict=True) if name})
    in_places: dict[str, int] = {}
    for name, _ in pairs:
        in_places[name] = in_places.get(name, 0) + 1
    taken: set[str] = set()
    codes: dict[tuple[str, str], str] = {}
    for name, place in pairs:
        base = (
            re.sub(r"[^A-Z0-9]+", "-", (f"{place} {name}" if in_places[name] > 1 else name).upper()).strip("-") or "N"
        )
        code, number = base, 2
        while code in taken:
            code, number = f"{base}-{number}", number + 1
        taken.add(code)
        codes[name, place] = code
    made = [codes.get((str(name), str(place)), "") for name, place in zip(names, places, strict=True)]
    return np.asarray(made, dtype=object)
