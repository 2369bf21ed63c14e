"""Six areas in a row that a person can check by eye: West holds E1 to E3, East E4 to E6, 1,000 people in each.

    area      E1     E2     E3  |   E4     E5     E6
    Ash      900    900    900     900    100      0     lead West, 1,000 outside; with E4 in West 100
    Beech      0    100    200     100    900    900     lead East,   300 outside; with E4 in West 400

Moving E4 to West brings 800 more into the lead neighbourhood of their PCN, and leaves 4,000 and 2,000 people: within
±50 % of the mean of 3,000, not within ±25 %.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from app.domain.options.boundaries.draft import Draft, draft
from geometry.labelled import Labelled

AREAS = ("E1", "E2", "E3", "E4", "E5", "E6")
WEST, EAST = "N-W", "N-E"
HOME = {area: WEST if area <= "E3" else EAST for area in AREAS}
ASH = [900, 900, 900, 900, 100, 0]
BEECH = [0, 100, 200, 100, 900, 900]
PAIRS = tuple(pairwise(AREAS))
NAMES = {WEST: "West", EAST: "East", "A": "Ash PCN", "B": "Beech PCN"}


def patients() -> Labelled:
    return Labelled.from_triples(["A"] * 6 + ["B"] * 6, [*AREAS, *AREAS], [float(n) for n in ASH + BEECH])


def row(shares: Labelled | None = None, **said: Any) -> Draft:
    held = shares or Labelled.from_triples(list(HOME), list(HOME.values()), np.ones(6))
    return draft(
        **{
            "place": "Borough",
            "shares": held,
            "people": dict.fromkeys(AREAS, 1000.0),
            "patients": patients(),
            "registered": dict.fromkeys(AREAS, 1000.0),
            "neighbourhoods": (EAST, WEST),
            "pairs": PAIRS,
            "names": NAMES,
            "band": 0.5,
            **said,
        }
    )
