"""Shares of areas in footprints, how each was found, and what was ignored on the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from geometry.labelled import Labelled
from geometry.polygons import Geometries, in_threads

SUM_SLACK = 1e-6
"""How far the shares of an area may be from one before it is reported as a gap or an overlap."""


class Decision(StrEnum):
    """How the shares of an area were found."""

    CONTAINED = "contained"  # wholly inside one footprint, to the last digit
    SNAPPED = "snapped"  # wholly inside one footprint but for noise within the tolerance
    CLIPPED = "clipped"  # really cut by a boundary, or inside footprints that overlap
    OUTSIDE = "outside"  # in no footprint, but for noise within the tolerance
    LOOKUP = "lookup"  # given by a table, without geometry


class Basis(StrEnum):
    """What the shares of an area count."""

    WHOLE = "whole"  # nothing had to be divided
    AREA = "area"  # square metres
    POPULATION = "population below the area"  # people of the smaller units inside the area


@dataclass(frozen=True)
class Noise:
    """The largest piece of one area that was ignored; ``area`` and ``footprint`` are None if nothing was."""

    area: str | None = None
    footprint: str | None = None
    square_metres: float = 0.0
    share: float = 0.0


@dataclass(frozen=True, eq=False)
class Unclipped:
    """Pairs of area and footprint that were decided without a clip, kept so that the noise can be measured.

    ``area_at`` and ``footprint_at`` are positions in the codes of the weights, ``areas`` and ``footprints``
    the shapes of each pair. ``whole`` tells the pairs with share one from those with share nothing.
    """

    area_at: NDArray[np.intp]
    footprint_at: NDArray[np.intp]
    areas: Geometries
    footprints: Geometries
    whole: NDArray[np.bool_]

    def ignored(self, threads: int = 2) -> NDArray[np.float64]:
        """Square metres of each pair that the decision left out of account."""
        inside = in_threads(
            lambda at: shapely.area(shapely.intersection(self.areas[at], self.footprints[at])),
            len(self.areas),
            threads,
        )
        return np.where(self.whole, shapely.area(self.areas) - inside, inside).clip(min=0.0)

    def exact(self) -> NDArray[np.bool_]:
        """Which pairs hold to the last digit, without any tolerance."""
        held: NDArray[np.bool_] = shapely.covers(self.footprints, self.areas)
        return held


@dataclass(frozen=True, eq=False)
class Shares:
    """``weights`` is areas × footprints, codes ascending, each share between nothing and one.

    Rows are never normalised: ``gaps`` and ``overlaps`` name the areas whose shares do not sum to one.
    ``basis`` follows ``weights.rows``; ``tolerance`` is in metres.
    """

    weights: Labelled
    basis: tuple[Basis, ...]
    tolerance: float = 0.0
    unclipped: Unclipped | None = None

    @cached_property
    def cut(self) -> tuple[str, ...]:
        """Areas that had to be divided: some share is neither nothing nor all."""
        values = self.weights.values
        row = np.repeat(np.arange(values.shape[0]), np.diff(values.indptr))
        return tuple(self.weights.rows[at] for at in np.unique(row[values.data < 1.0]))

    @cached_property
    def outside(self) -> tuple[str, ...]:
        """Areas with no share in any footprint."""
        return tuple(self.weights.rows[at] for at in np.flatnonzero(self.weights.row_sums() == 0.0))

    @cached_property
    def gaps(self) -> dict[str, float]:
        """Areas that lie partly in no footprint, with the sum of their shares, above nothing and below one."""
        sums = self.weights.row_sums()
        return {self.weights.rows[at]: float(sums[at]) for at in np.flatnonzero((sums > 0) & (sums < 1 - SUM_SLACK))}

    @cached_property
    def overlaps(self) -> dict[str, float]:
        """Areas, or parts of them, that several footprints claim, with the sum of their shares, if above one.

        An area with a gap and an overlap can have both cancel out; coverage checks on the footprints tell.
        """
        sums = self.weights.row_sums()
        return {self.weights.rows[at]: float(sums[at]) for at in np.flatnonzero(sums > 1 + SUM_SLACK)}

    @cached_property
    def decided(self) -> tuple[Decision, ...]:
        """How each area of ``weights.rows`` was decided."""
        if self.unclipped is None:
            return (Decision.LOOKUP,) * len(self.weights.rows)
        whole = self.unclipped.whole
        found = dict.fromkeys(self.outside, Decision.OUTSIDE)
        for at, exact in zip(self.unclipped.area_at[whole], self.unclipped.exact()[whole], strict=True):
            found[self.weights.rows[at]] = Decision.CONTAINED if exact else Decision.SNAPPED
        return tuple(found.get(code, Decision.CLIPPED) for code in self.weights.rows)

    @cached_property
    def noise(self) -> Noise:
        """The largest piece ignored, measured exactly: as slow as a clip of every snapped area, so only on demand."""
        if self.unclipped is None or not len(self.unclipped.areas):
            return Noise()
        ignored = self.unclipped.ignored()
        at = int(np.argmax(ignored))
        if ignored[at] == 0.0:
            return Noise()
        area, footprint = self.unclipped.area_at[at], self.unclipped.footprint_at[at]
        share = (ignored / shapely.area(self.unclipped.areas)).max()
        return Noise(self.weights.rows[area], self.weights.columns[footprint], float(ignored[at]), float(share))


def shares_from_lookup(
    codes: Iterable[str], pairs: Iterable[tuple[str, str]], footprints: Iterable[str] | None = None
) -> Shares:
    """Shares of one and nothing from (area, footprint) pairs, as a lookup table gives them.

    ``codes`` are all areas: one without a pair is outside. ``footprints`` are all footprints, also those
    without an area; by default those of the pairs. A pair that stands twice counts once; an area with two
    footprints belongs to both and is reported in ``overlaps``. Raises ``ValueError`` for codes not listed.
    """
    unique = sorted(set(pairs))
    areas = tuple(sorted(set(codes)))
    columns = tuple(sorted({footprint for _, footprint in unique} if footprints is None else set(footprints)))
    try:
        weights = Labelled.from_triples(
            [area for area, _ in unique],
            [footprint for _, footprint in unique],
            np.ones(len(unique)),
            row_order=areas,
            column_order=columns,
        )
    except KeyError as fault:
        raise ValueError(f"the lookup has {fault.args[0]}; list them or leave their rows out") from fault
    return Shares(weights, (Basis.WHOLE,) * len(areas))
