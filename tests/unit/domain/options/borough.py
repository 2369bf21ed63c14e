"""A borough a person can check by eye: two neighbourhoods, North and South, and three PCNs.

    patients  North   South  unknown   PCN                     point (metres)
    A1       20,000       0       0     A                       0, 0
    A2       14,000   1,000       0     A                       0, 1,000
    A3        2,000   9,000       0     A  <- serves the South  0, 2,000
    B1        1,000  20,000       0     B                       0, 3,000
    B2        3,000  12,000       0     B                       0, 4,000
    C1       31,000   1,000       0     C                       0, 1,500

A holds 46,000 (36,000 of them in the North), B 36,000 (32,000 in the South), C 32,000.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from app.domain.alignment import Inputs, Neighbourhood, align
from app.domain.options.situation import Situation, situation
from app.domain.thresholds import Thresholds
from geometry.crosstab import Crosstab
from geometry.labelled import Labelled

PRACTICES = ("A1", "A2", "A3", "B1", "B2", "C1")
TABLE = np.array(
    [[20_000, 0], [14_000, 1_000], [2_000, 9_000], [1_000, 20_000], [3_000, 12_000], [31_000, 1_000]], dtype=float
)
NORTH, SOUTH = "N1", "S1"
POINTS = {"A1": 0.0, "A2": 1_000.0, "A3": 2_000.0, "B1": 3_000.0, "B2": 4_000.0, "C1": 1_500.0}


def inputs(
    table: np.ndarray = TABLE, unknown: np.ndarray | None = None, pcn_of: dict[str, str] | None = None
) -> Inputs:
    rows, columns = np.indices(table.shape).reshape(2, -1)
    names = (NORTH, SOUTH)
    return Inputs(
        by_practice=Crosstab(
            Labelled.from_triples(
                [PRACTICES[i] for i in rows],
                [names[k] for k in columns],
                table[rows, columns],
                row_order=PRACTICES,
                column_order=names,
            ),
            np.zeros(len(PRACTICES)),
            np.zeros(len(PRACTICES)) if unknown is None else unknown,
        ),
        neighbourhoods=(Neighbourhood(NORTH, "North", "Borough"), Neighbourhood(SOUTH, "South", "Borough")),
        pcn_of=pcn_of or {code: code[0] for code in PRACTICES},
        standing_in={code: NORTH if POINTS[code] < 2_500 else SOUTH for code in PRACTICES},
        practice_names={code: f"Practice {code}" for code in PRACTICES},
        pcn_names={"A": "Ash PCN", "B": "Beech PCN", "C": "Cedar PCN"},
        thresholds=Thresholds(),
    )


def borough(made: Inputs | None = None, **said: Any) -> Situation:
    points = {code: (0.0, northing) for code, northing in POINTS.items()}
    return situation(align(made or inputs(), "Borough"), **{"points": points, "neighbours": [(NORTH, SOUTH)], **said})
