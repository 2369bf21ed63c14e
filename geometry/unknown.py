"""What can be said when part of each row's weight has no known column: bounds, never a guess.

Patients whose residence a source does not know could live in any column. Letting them live wherever is best, and
wherever is worst, gives bounds that hold whatever the truth is and that no narrower pair would hold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geometry.contingency import Floats
from geometry.labelled import Labelled


@dataclass(frozen=True, eq=False)
class Bounds:
    """Lower and upper bound, one value a row."""

    lower: Floats
    upper: Floats


@dataclass(frozen=True, eq=False)
class UnderUnknown:
    """Bounds on the fit of each row, and of all rows together, over every way the unknown weight could lie.

    ``containment`` is the share of the row's whole weight in its largest column, whichever that turns out to be;
    ``lead_share`` the share in the column that leads among the known weight. ``misalignment`` is the share of all
    weight outside the largest column of its row; ``misalignment_of_lead`` outside the known lead.
    """

    containment: Bounds
    lead_share: Bounds
    lead_certain: npt.NDArray[np.bool_]  # the known lead stays a largest column wherever the unknown lie
    misalignment: tuple[float, float]
    misalignment_of_lead: tuple[float, float]


def bounds_under_unknown(
    table: Labelled | Floats, unknown: Floats, *, outside: Floats | None = None, elsewhere: bool = True
) -> UnderUnknown:
    """Exact bounds when ``unknown[i]`` of row *i* lies in columns nobody knows.

    ``table`` is rows × columns of known weight and keeps all its rows here; ``outside[i]`` (default 0) is known
    weight of row *i* that lies in no column: it counts in the row's whole weight and can lead nothing.
    ``elsewhere`` says whether unknown weight, too, may lie in no column; otherwise it must lie in the table's columns.

    Upper bounds put all unknown weight into the largest column. The lower bound of containment puts it
    elsewhere, or, where it must lie in the columns, fills the smallest columns up to a common level (water-filling),
    which keeps the largest as small as can be. Rows are independent and their whole weights fixed, so
    the bounds of misalignment are the sums of the rows' bounds. Weight is taken as divisible: for whole patients
    the lower bound of containment is at most one patient a row below what can be reached.

    A row without any weight has containment ``nan`` and counts nowhere. Raises ``ValueError`` for negative or
    non-finite weights, wrong lengths, a table without columns, or no weight at all.
    """
    known = table.dense() if isinstance(table, Labelled) else np.asarray(table, dtype=np.float64)
    spare = np.zeros(len(known)) if outside is None else np.asarray(outside, dtype=np.float64)
    unknown = np.asarray(unknown, dtype=np.float64)
    if known.ndim != 2 or known.shape[1] == 0:
        raise ValueError("the table needs rows and at least one column")
    if unknown.shape != (len(known),) or spare.shape != (len(known),):
        raise ValueError(f"expected one unknown and one outside weight for each of {len(known)} rows")
    for values in (known, unknown, spare):
        if not np.isfinite(values).all() or (values < 0).any():
            raise ValueError("weights must be finite and not negative")

    whole = known.sum(axis=1) + unknown + spare
    if not whole.sum() > 0:
        raise ValueError("the table holds no weight, so there is nothing to bound")
    ordered = np.sort(known, axis=1)
    largest = ordered[:, -1]
    second = ordered[:, -2] if known.shape[1] > 1 else np.zeros(len(known))
    most = largest + unknown
    least = largest if elsewhere else np.maximum(largest, _level(ordered, unknown))
    lead_least = largest if elsewhere or known.shape[1] > 1 else most
    with np.errstate(invalid="ignore"):
        containment = Bounds(least / whole, most / whole)
        lead_share = Bounds(lead_least / whole, most / whole)
    certain = (largest >= second + unknown) if known.shape[1] > 1 else np.ones(len(known), dtype=bool)
    return UnderUnknown(
        containment=containment,
        lead_share=lead_share,
        lead_certain=certain,
        misalignment=(_outside(most, whole), _outside(least, whole)),
        misalignment_of_lead=(_outside(most, whole), _outside(lead_least, whole)),
    )


def _outside(inside: Floats, whole: Floats) -> float:
    return max(0.0, float(1 - inside.sum() / whole.sum()))


def _level(ordered: Floats, amount: Floats) -> Floats:
    """The level that ``amount[i]`` reaches when poured over row *i* (sorted rising), filling the lowest first."""
    counts = np.arange(1, ordered.shape[1] + 1)
    levels = (ordered.cumsum(axis=1) + amount[:, np.newaxis]) / counts  # if only the k lowest were filled
    # Filling k columns to a common level is right where the next column stands no lower; the smallest level is it.
    return np.asarray(levels.min(axis=1), dtype=np.float64)
