"""How well two partitions of the same people agree, measure by measure and all at once.

Rows are the regions of one partition (say PCNs), columns those of the other (say neighbourhoods), cells the weight they
share. All-zero rows and columns are dropped first. The headline for "do the rows fit the columns" is
``purity_of_rows`` or, with homes named, the aligned share; the whole-plan measures below it are ``v_measure``, with
both directions in words, and ``variation_of_information``, which is a distance. Adjusted Rand and MapCurves are there
to compare with the literature. Report no measure of partitions for regions that overlap each other.
"""

from __future__ import annotations

from dataclasses import dataclass

from geometry.contingency import Contingency, Floats, Table
from geometry.entropy import (
    column_inhomogeneity,
    completeness,
    effective_number_of_columns,
    effective_number_of_rows,
    homogeneity,
    mutual_information,
    normalised_mutual_information,
    normalised_variation_of_information,
    row_inhomogeneity,
    v_measure,
    variation_of_information,
)
from geometry.flow import Flow, flow_indices
from geometry.lines import BoundaryCoincidence, boundary_coincidence
from geometry.pairing import (
    Jaccard,
    MapCurves,
    Matching,
    adjusted_rand_index,
    jaccard,
    map_curves,
    plan_distance,
    purity_of_columns,
    purity_of_rows,
    rand_index,
    van_dongen,
)
from geometry.unknown import Bounds, UnderUnknown, bounds_under_unknown

__all__ = [
    "Agreement", "BoundaryCoincidence", "Bounds", "Contingency", "Flow", "Jaccard", "MapCurves", "Matching",
    "UnderUnknown",
    "adjusted_rand_index", "agreement", "boundary_coincidence", "bounds_under_unknown", "column_inhomogeneity",
    "completeness", "effective_number_of_columns", "effective_number_of_rows", "flow_indices", "homogeneity", "jaccard",
    "map_curves", "mutual_information", "normalised_mutual_information", "normalised_variation_of_information",
    "plan_distance", "purity_of_columns", "purity_of_rows", "rand_index", "row_inhomogeneity", "v_measure",
    "van_dongen", "variation_of_information",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Agreement:
    """Every measure of one table. Arrays follow ``rows`` or ``columns``, the codes that hold weight."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    total: float  # in the unit of the table
    columns_within_rows: float  # homogeneity, 0..1: 1 when every column lies in one row
    rows_within_columns: float  # completeness, 0..1: 1 when every row lies in one column
    v_measure: float  # 0..1, with the beta asked for
    beta: float
    mutual_information: float  # nats
    normalised_mutual_information: float  # 0..1, arithmetic mean
    variation_of_information: float  # nats, 0 for equal partitions
    normalised_variation_of_information: float  # 0..1, over the joint entropy
    row_inhomogeneity: Floats  # 0 wholly in one column
    column_inhomogeneity: Floats
    effective_number_of_columns: Floats  # one a row, at least 1
    effective_number_of_rows: Floats  # one a column, at least 1
    map_curves: MapCurves
    rand_index: float  # 0..1
    adjusted_rand_index: float  # up to 1, 0 as good as chance
    jaccard: Jaccard
    purity_of_rows: float  # 0..1
    purity_of_columns: float  # 0..1
    van_dongen: float  # 0 for equal partitions
    plan_distance: Matching

    def summary(self) -> dict[str, float]:
        """The single figures, by name, for a table or JSON."""
        return {
            "total": self.total,
            "columns_within_rows": self.columns_within_rows,
            "rows_within_columns": self.rows_within_columns,
            "v_measure": self.v_measure,
            "mutual_information": self.mutual_information,
            "normalised_mutual_information": self.normalised_mutual_information,
            "variation_of_information": self.variation_of_information,
            "normalised_variation_of_information": self.normalised_variation_of_information,
            "map_curves": self.map_curves.score,
            "rand_index": self.rand_index,
            "adjusted_rand_index": self.adjusted_rand_index,
            "jaccard_of_rows": self.jaccard.rows,
            "jaccard_of_columns": self.jaccard.columns,
            "jaccard_one_to_one": self.jaccard.one_to_one,
            "purity_of_rows": self.purity_of_rows,
            "purity_of_columns": self.purity_of_columns,
            "van_dongen": self.van_dongen,
            "plan_distance": self.plan_distance.moved,
            "plan_distance_share": self.plan_distance.moved_share,
        }


def agreement(table: Table, *, beta: float = 1.0) -> Agreement:
    """Measure everything.

    ``table``: rows × columns of weights ≥ 0 in one unit. Raises ``ValueError`` for a table without weight, with a
    negative or non-finite weight, or for a ``beta`` that is not positive.
    """
    cells = Contingency.of(table)
    return Agreement(
        rows=cells.rows,
        columns=cells.columns,
        total=cells.total,
        columns_within_rows=homogeneity(cells),
        rows_within_columns=completeness(cells),
        v_measure=v_measure(cells, beta),
        beta=beta,
        mutual_information=mutual_information(cells),
        normalised_mutual_information=normalised_mutual_information(cells),
        variation_of_information=variation_of_information(cells),
        normalised_variation_of_information=normalised_variation_of_information(cells),
        row_inhomogeneity=row_inhomogeneity(cells),
        column_inhomogeneity=column_inhomogeneity(cells),
        effective_number_of_columns=effective_number_of_columns(cells),
        effective_number_of_rows=effective_number_of_rows(cells),
        map_curves=map_curves(cells),
        rand_index=rand_index(cells),
        adjusted_rand_index=adjusted_rand_index(cells),
        jaccard=jaccard(cells),
        purity_of_rows=purity_of_rows(cells),
        purity_of_columns=purity_of_columns(cells),
        van_dongen=van_dongen(cells),
        plan_distance=plan_distance(cells),
    )
