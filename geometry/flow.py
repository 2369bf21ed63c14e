"""Who is served where: the indices of health service areas (Dartmouth Atlas; Wang & Wang 2022; the package HSAr).

``F[i, j]`` is the number of patients who live in region *i* and are served by the providers of region *j*. Rows and
columns are the same regions; a column that is no region (providers elsewhere) and a row that is none (residents from
elsewhere) count as flow out and flow in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from geometry.contingency import Floats
from geometry.labelled import Labelled


@dataclass(frozen=True, eq=False)
class Flow:
    """One value a region, in the order of ``regions``; ``nan`` where the denominator is empty."""

    regions: tuple[str, ...]
    localisation_index: Floats  # residents served at home: F_ii / Σ_j F_ij
    own_list_share: Floats  # of those served here, who lives here: F_ii / Σ_i F_ij
    market_share_index: Floats  # of those served here, who lives elsewhere: 1 - own_list_share
    net_patient_flow: Floats  # flow in over flow out; infinite where nobody is served elsewhere


def flow_indices(flow: Labelled, regions: tuple[str, ...] | None = None) -> Flow:
    """The four indices for each region.

    ``regions`` says which codes are regions; by default those that are both a row and a column, in row order.
    Raises ``ValueError`` where a weight is negative or no region is left.
    """
    if (flow.values.data < 0).any():
        raise ValueError("a flow of patients cannot be negative")
    if regions is None:
        regions = tuple(code for code in flow.rows if code in flow.column_index)
    if not regions:
        raise ValueError("no code is both a row (where patients live) and a column (where they are served)")
    residents = Labelled(("sum",), flow.rows, _row(flow.row_sums())).with_columns(regions).dense()[0]
    served = Labelled(("sum",), flow.columns, _row(flow.column_sums())).with_columns(regions).dense()[0]
    home = flow.with_rows(regions).with_columns(regions).values.diagonal()
    with np.errstate(divide="ignore", invalid="ignore"):
        own = home / served
        return Flow(
            regions=regions,
            localisation_index=home / residents,
            own_list_share=own,
            market_share_index=1 - own,
            net_patient_flow=(served - home) / (residents - home),
        )


def _row(values: Floats) -> sparse.csr_array:
    return sparse.csr_array(values[np.newaxis, :])
