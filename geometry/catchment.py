"""Where the people of a provider live: footprints from registrations, never from points.

``weights`` is providers × areas (registered patients). Providers are summed to the level that is asked about
(practices to PCNs) *before* any area is given to anyone: the group of the largest provider is not the largest group
in one London area in twelve. Areas that are no areas (residence unknown) are named as ``unplaced``: they
can be nobody's footprint but stay in every provider's total.

Sources: Beaney et al. 2022, BJGP Open 6(4) (plurality); Lewis 2013, JECH 67 A56 (percent volume); Blackwell, Health
Innovation South West (minimum share).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from geometry.contingency import Floats, Positions
from geometry.labelled import Labelled

CONTESTED_BELOW = 0.5
"""An area whose leading provider holds less than half of its patients is contested."""


@dataclass(frozen=True, eq=False)
class Plurality:
    """Each area with the provider that has most of its patients; arrays follow ``areas``, in the order they came.

    ``provider[a]`` is ``None`` where no candidate has a patient. ``share`` and ``margin`` are of all patients of the
    area, also those of providers that were not candidates; ``margin`` is the lead over the next candidate.
    """

    areas: tuple[str, ...]
    provider: tuple[str | None, ...]
    weight: Floats  # patients of that provider in the area
    total: Floats  # all patients in the area
    share: Floats  # weight / total; 0 where the area has no patients
    margin: Floats
    contested: npt.NDArray[np.bool_]  # led, by less than half

    @cached_property
    def assignment(self) -> dict[str, str]:
        """Area code to provider code, without the areas nobody leads."""
        return {area: leader for area, leader in zip(self.areas, self.provider, strict=True) if leader is not None}

    @property
    def share_inside(self) -> float:
        """Share of all patients who live in the footprint of their own provider, 0..1."""
        whole = float(self.total.sum())
        return float(self.weight.sum()) / whole if whole > 0 else 0.0


@dataclass(frozen=True, eq=False)
class CoreAreas:
    """The smallest set of areas that holds a given share of each provider's patients. Footprints may overlap."""

    asked: float
    member: Labelled  # providers × areas, 1 where the area is in the provider's core
    held: Floats  # share of the provider's whole total inside its core, 0..1
    unplaced: Floats  # share of its total in no area, 0..1
    reached: npt.NDArray[np.bool_]  # False where even all its areas hold less than asked

    def areas_of(self, provider: str) -> tuple[str, ...]:
        """Area codes of one provider's core, in column order. Raises ``KeyError`` for an unknown provider."""
        values, at = self.member.values, self.member.row_index[provider]
        found = np.sort(values.indices[values.indptr[at] : values.indptr[at + 1]])
        return tuple(self.member.columns[column] for column in found)


def by_group(weights: Labelled, group_of: Mapping[str, str]) -> Labelled:
    """Sum rows (practices) into their groups (PCNs), sorted by code; rows without a group are left out.

    What is left out is ``weights.total()`` less the total of the result.
    Raises ``ValueError`` where no row has a group.
    """
    known = [code for code in weights.rows if code in group_of]
    if not known:
        raise ValueError("none of the rows belongs to a group")
    groups = Labelled.from_triples([group_of[code] for code in known], known, np.ones(len(known)), column_order=known)
    return groups @ weights


def plurality(weights: Labelled, *, among: Collection[str] | None = None, unplaced: Collection[str] = ()) -> Plurality:
    """Give each area to the provider with most patients in it.

    A tie goes to the provider with the larger total (over all columns, unplaced ones too), then to the first code.
    ``among`` restricts who can lead (a place's own PCNs, say) without changing what a share is a share of.
    Raises ``ValueError`` for negative weights and for a candidate that is no row.
    """
    _check(weights)
    strangers = sorted(set(among or ()) - set(weights.rows))
    if strangers:
        raise ValueError(f"not among the providers: {', '.join(strangers[:5])}")
    totals = weights.row_sums()
    places = weights.with_columns([code for code in weights.columns if code not in set(unplaced)])
    row, column, weight = _cells(places)
    may_lead = np.isin(np.array(weights.rows, dtype=object), list(weights.rows if among is None else among))
    kept = may_lead[row]
    row, column, weight = row[kept], column[kept], weight[kept]

    order = np.lexsort((_rank(weights.rows)[row], -totals[row], -weight, column))
    row, column, weight = row[order], column[order], weight[order]
    first = np.flatnonzero(np.diff(column, prepend=-1))
    after = first + 1
    has_second = (after < len(column)) & (column[np.minimum(after, max(len(column) - 1, 0))] == column[first])
    second = np.where(has_second, weight[np.minimum(after, max(len(column) - 1, 0))], 0.0)

    led = column[first]
    lead, runner_up = np.zeros(len(places.columns)), np.zeros(len(places.columns))
    lead[led], runner_up[led] = weight[first], second
    leader: list[str | None] = [None] * len(places.columns)
    for at, who in zip(led, row[first], strict=True):
        leader[at] = weights.rows[who]
    total = places.column_sums()
    scale = np.where(total > 0, total, 1.0)
    share = lead / scale
    return Plurality(
        areas=places.columns,
        provider=tuple(leader),
        weight=lead,
        total=total,
        share=share,
        margin=(lead - runner_up) / scale,
        contested=(lead > 0) & (share < CONTESTED_BELOW),
    )


def core_areas(weights: Labelled, share: float, *, unplaced: Collection[str] = ()) -> CoreAreas:
    """The percent volume footprint: areas by falling count until they hold ``share`` of the provider's patients.

    Equal counts in code order; the area that crosses the threshold is in. Patients in ``unplaced`` columns stay in
    the denominator. Raises ``ValueError`` for a share outside 0.5 to 0.98 (below it is no core, above it is noise).
    """
    if not 0.5 <= share <= 0.98:
        raise ValueError(f"a core holds 50 % to 98 % of the patients, got {share:.0%}")
    _check(weights)
    totals = weights.row_sums()
    places = weights.with_columns([code for code in weights.columns if code not in set(unplaced)])
    row, column, weight = _cells(places)
    order = np.lexsort((_rank(places.columns)[column], -weight, row))
    row, column, weight = row[order], column[order], weight[order]
    # Running totals over all cells, less what stood there when the row began: summed before this area.
    before = np.cumsum(weight) - weight
    starts = np.flatnonzero(np.diff(row, prepend=-1))
    before -= np.repeat(before[starts], np.diff(starts, append=len(row)))
    slack = 1e-9 * totals[row]  # so that 0.7 of 10 needs 7, whatever binary fractions say
    chosen = before < share * totals[row] - slack
    shape = places.values.shape
    member = sparse.coo_array((np.ones(int(chosen.sum())), (row[chosen], column[chosen])), shape=shape).tocsr()
    held = np.bincount(row[chosen], weight[chosen], shape[0]).astype(np.float64)
    scale = np.where(totals > 0, totals, 1.0)
    return CoreAreas(
        asked=share,
        member=Labelled(places.rows, places.columns, member),
        held=held / scale,
        unplaced=(totals - places.row_sums()) / scale,
        reached=held >= share * totals - 1e-9 * totals,
    )


def sharing(weights: Labelled, minimum: float = 0.05, *, unplaced: Collection[str] = ()) -> Labelled:
    """The cells where a provider has at least ``minimum`` of an area's patients: who has to work together there.

    Same rows and columns (without the unplaced), same weights, smaller cells taken out. Raises ``ValueError`` unless
    the minimum is above 0 and at most 1.
    """
    if not 0 < minimum <= 1:
        raise ValueError(f"the smallest share must be above 0 and at most 1, got {minimum}")
    _check(weights)
    places = weights.with_columns([code for code in weights.columns if code not in set(unplaced)])
    row, column, weight = _cells(places)
    total = places.column_sums()
    kept = weight >= minimum * total[column] * (1 - 1e-12)
    cells = sparse.coo_array((weight[kept], (row[kept], column[kept])), shape=places.values.shape)
    return Labelled(places.rows, places.columns, cells.tocsr())


def _check(weights: Labelled) -> None:
    if (weights.values.data < 0).any() or not np.isfinite(weights.values.data).all():
        raise ValueError("patients must be finite and not negative")


def _cells(weights: Labelled) -> tuple[Positions, Positions, Floats]:
    """Row, column and weight of every positive cell."""
    cells = weights.values.tocoo()
    kept = cells.data > 0
    return (
        cells.coords[0][kept].astype(np.intp),
        cells.coords[1][kept].astype(np.intp),
        np.asarray(cells.data[kept], dtype=np.float64),
    )


def _rank(codes: tuple[str, ...]) -> Positions:
    """Place of each code in code order."""
    rank = np.empty(len(codes), dtype=np.intp)
    rank[np.array(sorted(range(len(codes)), key=codes.__getitem__), dtype=np.intp)] = np.arange(len(codes))
    return rank
