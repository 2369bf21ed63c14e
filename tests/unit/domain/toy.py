"""A place a person can check by eye.

Three neighbourhoods in two places (N1, N2 in East; N3 in West), four practices, two PCNs.

    patients     N1   N2   N3   outside  unknown   stands in   PCN
    P1           80   20    -      -        -         N1        U1
    P2           10   70   20      5        5         N2        U1
    P3            -   10   90      -        -         N3        U2
    P4           30    -    -     10        -       outside     none
"""

from __future__ import annotations

import numpy as np

from app.domain.alignment import Inputs, Neighbourhood
from app.domain.thresholds import Thresholds
from geometry.crosstab import Crosstab
from geometry.labelled import Labelled

PRACTICES = ("P1", "P2", "P3", "P4")
TABLE = np.array([[80, 20, 0], [10, 70, 20], [0, 10, 90], [30, 0, 0]], dtype=float)
OUTSIDE = np.array([0.0, 5, 0, 10])
UNKNOWN = np.array([0.0, 5, 0, 0])


def labelled(table: np.ndarray = TABLE) -> Labelled:
    rows, columns = np.nonzero(table)
    names = ("N1", "N2", "N3")
    return Labelled.from_triples(
        [PRACTICES[i] for i in rows],
        [names[j] for j in columns],
        table[rows, columns],
        row_order=PRACTICES,
        column_order=names,
    )


def inputs(**changes: object) -> Inputs:
    said: dict[str, object] = {
        "by_practice": Crosstab(labelled(), OUTSIDE, UNKNOWN),
        "neighbourhoods": (
            Neighbourhood("N1", "North", "East", 100.0),
            Neighbourhood("N2", "Middle", "East", 80.0),
            Neighbourhood("N3", "South", "West"),
        ),
        "pcn_of": {"P1": "U1", "P2": "U1", "P3": "U2"},
        "standing_in": {"P1": "N1", "P2": "N2", "P3": "N3", "P4": None},
        "practice_names": {"P1": "FIRST"},
        "pcn_names": {"U1": "UNION PCN"},
        "thresholds": Thresholds(material_patients=25),
    }
    return Inputs(**{**said, **changes})  # type: ignore[arg-type]
