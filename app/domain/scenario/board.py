"""What a what-if is tried on: one place as it stands, gathered once, so that a move costs next to nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from app.domain.alignment import Inputs, Neighbourhood
from app.domain.figures import Alignment, Floats
from app.domain.options.situation import Indices, Situation
from app.domain.whatif import Standing, standing
from geometry.adjacency import Adjacency
from geometry.labelled import Labelled

NOBODY = -1
"""Position of the neighbourhood that holds an area which lies mostly in none."""


@dataclass(frozen=True, eq=False)
class Land:
    """The small areas that may be moved: those with a part in the place, and those of its boroughs in no neighbourhood.

    shares: areas × neighbourhoods of the place. patients: practices (rows of the standing) × areas. registered: all
    registered patients of each area, whoever their practice is. people: residents; score, decile: deprivation (IMD),
    NaN where not known; ``None`` where not loaded, or not to be shown. adjacency: which of the areas touch.
    practices_in: area in which a practice stands, where known. names by area code.
    """

    codes: tuple[str, ...]
    shares: Floats
    patients: sparse.csc_array
    registered: Floats
    people: Floats | None = None
    score: Floats | None = None
    decile: Floats | None = None
    adjacency: Adjacency | None = None
    practices_in: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def index(self) -> dict[str, int]:
        return {code: at for at, code in enumerate(self.codes)}

    @cached_property
    def holder(self) -> Indices:
        """Position of the neighbourhood that holds most of each area, the first of equals; ``NOBODY`` for none."""
        if not self.shares.shape[1]:
            return np.full(len(self.codes), NOBODY, dtype=np.intp)
        best = self.shares.argmax(axis=1)
        largest = self.shares[np.arange(len(best)), best]
        held = (largest > 0) & (largest >= 1.0 - self.shares.sum(axis=1) - 1e-9)
        return np.where(held, best, NOBODY)

    @cached_property
    def divided(self) -> NDArray[np.bool_]:
        """Areas that a line cuts: partly in a neighbourhood, partly in another or in none."""
        largest = self.shares.max(axis=1, initial=0.0)
        return np.asarray((largest > 1e-9) & (largest < 1.0 - 1e-9))

    @cached_property
    def summed(self) -> Floats:
        """Areas × what the deprivation of a neighbourhood is summed from: people with a known score, their score,
        people with a known decile, those of them in deciles 1 and 2 (the most deprived fifth of England)."""
        nothing = np.zeros(len(self.codes))
        living = nothing if self.people is None else np.nan_to_num(self.people)
        score = np.full(len(self.codes), np.nan) if self.score is None else self.score
        decile = np.full(len(self.codes), np.nan) if self.decile is None else self.decile
        return np.column_stack(
            [
                np.where(np.isnan(score), 0.0, living),
                np.nan_to_num(score) * living,
                np.where(np.isnan(decile), 0.0, living),
                living * self.poor,
            ]
        )

    @cached_property
    def poor(self) -> NDArray[np.bool_]:
        """Areas among the most deprived fifth of England."""
        if self.decile is None:
            return np.zeros(len(self.codes), dtype=bool)
        return np.asarray(self.decile <= MOST_DEPRIVED)


MOST_DEPRIVED = 2
"""Decile up to which an area counts among the most deprived fifth of England (NHS England, Core20)."""


@dataclass(frozen=True, eq=False)
class Board:
    """One place (or a whole plan) as it stands.

    place: the practice side, practices in a PCN only. standing: N and its margins; its ``by_practice`` has every
    practice of the place. unknown: patients without known residence, by row of it. residents: people in each
    neighbourhood, NaN where not loaded. land: ``None`` where no patients by area are known, so that no area can move.
    count_deprived: whether patients of the most deprived fifth may be counted. final: the footprints are agreed or
    superseded.
    """

    place: Situation
    standing: Standing
    unknown: Floats
    neighbourhoods: tuple[Neighbourhood, ...]
    residents: Floats
    land: Land | None = None
    count_deprived: bool = False
    final: bool = False

    @property
    def practices(self) -> tuple[str, ...]:
        return self.standing.by_practice.rows

    @cached_property
    def practice_index(self) -> dict[str, int]:
        return self.standing.by_practice.row_index

    @cached_property
    def deprived(self) -> Standing | None:
        """The same standing of patients living in the most deprived fifth only."""
        if self.land is None or self.land.decile is None or not self.count_deprived:
            return None
        rows = (self.patients_of_deprived @ sparse.csr_array(self.land.shares)).tocsr()
        by_practice = Labelled(self.practices, self.standing.neighbourhoods, rows)
        member = membership(self.standing, self.practice_index)
        return Standing(
            pcns=self.standing.pcns,
            neighbourhoods=self.standing.neighbourhoods,
            table=np.asarray((member @ rows).toarray(), dtype=np.float64),
            lists=np.zeros(len(self.standing.pcns)),
            registered=self.standing.registered,
            members=self.standing.members,
            by_practice=by_practice,
            practice_lists=np.zeros(len(self.practices)),
        )

    @cached_property
    def patients_of_deprived(self) -> sparse.csc_array:
        """Practices × areas, patients living in the most deprived fifth only."""
        if self.land is None:
            return sparse.csc_array((len(self.practices), 0))
        return (self.land.patients @ sparse.diags_array(self.land.poor.astype(np.float64))).tocsc()


def board(
    inputs: Inputs,
    alignment: Alignment,
    place: Situation,
    land: Land | None = None,
    *,
    count_deprived: bool = False,
    final: bool = False,
) -> Board:
    """The board of a place (or whole plan). ``alignment`` and ``place`` are those computed from ``inputs``."""
    chosen = {n.code for n in alignment.neighbourhoods}
    neighbourhoods = tuple(n for n in inputs.neighbourhoods if n.code in chosen)
    if tuple(n.code for n in neighbourhoods) != alignment.by_practice.table.columns:
        raise ValueError("the neighbourhoods of the inputs must be in the order of the alignment")
    return Board(
        place=place,
        standing=standing(inputs, alignment),
        unknown=alignment.by_practice.unknown,
        neighbourhoods=neighbourhoods,
        residents=np.array([np.nan if n.residents is None else n.residents for n in neighbourhoods]),
        land=land,
        count_deprived=count_deprived,
        final=final,
    )


def land(
    by_area: Labelled,
    shares: Labelled,
    codes: Sequence[str],
    practices: Sequence[str],
    neighbourhoods: Sequence[str],
    *,
    people: Mapping[str, float] | None = None,
    score: Mapping[str, float] | None = None,
    decile: Mapping[str, float] | None = None,
    adjacency: Adjacency | None = None,
    practices_in: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
) -> Land:
    """The land of a place. ``codes``: the areas that may be moved; the rest of ``by_area`` and ``shares`` is left out.

    by_area: every practice × areas, in patients. shares: areas × neighbourhoods, rows summing to at most 1.
    """
    here = by_area.with_columns(codes)

    def values(found: Mapping[str, float] | None) -> Floats | None:
        return None if found is None else np.array([found.get(code, np.nan) for code in codes], dtype=np.float64)

    return Land(
        codes=tuple(codes),
        shares=shares.with_columns(neighbourhoods).with_rows(codes).dense(),
        patients=sparse.csc_array(here.with_rows(practices).values),
        registered=here.column_sums(),
        people=values(people),
        score=values(score),
        decile=values(decile),
        adjacency=adjacency,
        practices_in=dict(practices_in or {}),
        names=dict(names or {}),
    )


def membership(now: Standing, index: Mapping[str, int]) -> sparse.csr_array:
    """PCNs × practices, one where the practice is in the PCN. ``index``: row of each practice."""
    position = {code: j for j, code in enumerate(now.pcns)}
    at = ([position[pcn] for pcn in now.members.values()], [index[practice] for practice in now.members])
    return sparse.csr_array((np.ones(len(now.members)), at), shape=(len(now.pcns), len(index)))
