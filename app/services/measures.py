"""Measures of agreement as plain values: of the whole, and of each region with its best partner."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.services.answers import Row, count, share
from app.services.suppression import marked, without_flags
from geometry.agreement import Agreement, agreement
from geometry.contingency import Contingency, Floats
from geometry.labelled import Labelled

DECIMALS = 6


@dataclass(frozen=True, eq=False)
class Measured:
    """A table and everything measured of it."""

    cells: Contingency
    agreement: Agreement

    @classmethod
    def of(cls, table: Labelled) -> Measured:
        cells = Contingency.of(table)
        return cls(cells, agreement(cells))

    @property
    def matched(self) -> dict[str, str]:
        """Column by row code in the best one-to-one matching."""
        return dict(self.agreement.plan_distance.pairs)


def figure(value: float) -> float | None:
    """Six decimals; ``None`` for what cannot be said (no denominator)."""
    return round(value, DECIMALS) + 0.0 if math.isfinite(value) else None


def whole(measured: Measured) -> Row:
    """The single figures. Counts are in the unit of the table; the rest are shares, or nats."""
    counts = ("total", "plan_distance")
    return {
        name: count(value) if name in counts else figure(value) for name, value in measured.agreement.summary().items()
    }


def directions(measured: Measured, rows: str, columns: str, unit: str) -> list[Row]:
    """V both ways, in words. ``rows`` and ``columns`` name one of each: "PCN", "neighbourhood"."""
    found = measured.agreement
    return [
        _direction(rows, columns, unit, found.rows_within_columns, found.purity_of_rows),
        _direction(columns, rows, unit, found.columns_within_rows, found.purity_of_columns),
    ]


def _direction(inner: str, outer: str, unit: str, value: float, purity: float) -> Row:
    # Less than one in ten thousand is rounding of lines, not people.
    if value > 1 - 1e-4:
        words = f"Every {inner} lies within one {outer}."
    else:
        words = (
            f"{purity:.1%} of {unit} are in the main {outer} of their {inner}; on a scale from 0 (knowing the {inner} "
            f"tells nothing of the {outer}) to 1 (every {inner} lies within one {outer}) this is {value:.2f}."
        )
    return {"each": inner, "within_one": outer, "value": figure(value), "share_in_main": share(purity), "words": words}


def row_figures(measured: Measured, names: Mapping[str, str]) -> dict[str, Row]:
    """By row code: its total, its main partner and its best one, and how mixed it is."""
    found = measured.agreement
    return _figures(
        measured.cells,
        names,
        measured.matched,
        found.map_curves.row_fit,
        found.row_inhomogeneity,
        found.effective_number_of_columns,
    )


def column_figures(measured: Measured, names: Mapping[str, str]) -> dict[str, Row]:
    """The same by column code; ``names`` are those of the rows."""
    found = measured.agreement
    return _figures(
        measured.cells.T,
        names,
        {column: row for row, column in measured.matched.items()},
        found.map_curves.column_fit,
        found.column_inhomogeneity,
        found.effective_number_of_rows,
    )


def _figures(
    cells: Contingency,
    names: Mapping[str, str],
    matched: Mapping[str, str],
    fit: Floats,
    inhomogeneity: Floats,
    effective: Floats,
) -> dict[str, Row]:
    weight = cells.dense(cells.weight)
    jaccard = weight / (cells.row_sums[:, None] + cells.column_sums[None, :] - weight)
    main, best = weight.argmax(axis=1), jaccard.argmax(axis=1)
    out: dict[str, Row] = {}
    for at, code in enumerate(cells.rows):
        partner = matched.get(code)
        kept = weight[at, cells.columns.index(partner)] if partner is not None else 0.0
        total, held = float(cells.row_sums[at]), float(weight[at, main[at]])
        out[code] = {
            "total": count(total),
            "main": cells.columns[main[at]],
            "main_name": names.get(cells.columns[main[at]], cells.columns[main[at]]),
            "main_share": share(held / total),
            "outside_main": count(max(0.0, total - held)),
            "partners": int(np.count_nonzero(weight[at])),
            "effective_partners": figure(float(effective[at])),
            "best_match": cells.columns[best[at]],
            "best_match_name": names.get(cells.columns[best[at]], cells.columns[best[at]]),
            "jaccard": figure(float(jaccard[at, best[at]])),
            "matched_one_to_one": partner,
            "outside_matched": count(max(0.0, total - float(kept))),
            "map_curves": figure(float(fit[at])),
            "inhomogeneity": figure(float(inhomogeneity[at])),
        }
    return out


def long_rows(level: str, rows: list[Row]) -> list[Row]:
    """Figures as a long table for CSV: one row a region and measure; hidden counts are marked."""
    return [
        {
            "level": level,
            "code": row.get("code", ""),
            "name": row.get("name", ""),
            "measure": measure,
            "value": marked(row, measure),
        }
        for row in rows
        for measure in without_flags(row)
        if measure not in ("code", "name") and not isinstance(row[measure], dict | list)
    ]
