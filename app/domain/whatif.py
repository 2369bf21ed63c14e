"""What if practices or small areas moved? Only what changes is worked out again.

A practice that moves takes its row of N from one PCN to another, so two PCN rows change. A small area that moves takes
its patients from one neighbourhood's column to another's. Everything else follows from the small table that is left.
Where both move, practices go first: the areas then take along the patients of the PCNs as they have become.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.domain.alignment import Inputs, lead_positions
from app.domain.figures import Alignment, Floats
from geometry.labelled import Labelled

RESIDUE = 1e-9
"""Patients below which a cell is what floating-point subtraction left of nothing."""


@dataclass(frozen=True, eq=False)
class Standing:
    """Where PCNs stand: the figures that a move changes.

    table: PCNs × neighbourhoods, patients inside the plan. lists: whole list of each PCN. registered: all registered
    patients living in each neighbourhood, whoever their practice is (it settles ties of the lead). members: PCN of
    each practice. by_practice: practices × neighbourhoods; practice_lists: whole list of each practice.
    """

    pcns: tuple[str, ...]
    neighbourhoods: tuple[str, ...]
    table: Floats
    lists: Floats
    registered: Floats
    members: Mapping[str, str]
    by_practice: Labelled
    practice_lists: Floats

    @property
    def leads(self) -> NDArray[np.intp]:
        """Column of each PCN's lead neighbourhood; -1 where nobody lives in the plan."""
        return lead_positions(self.table, self.registered)

    @property
    def in_lead(self) -> Floats:
        """Patients of each PCN in its lead neighbourhood."""
        return np.asarray(self.table.max(axis=1, initial=0.0), dtype=np.float64)

    @property
    def containment(self) -> Floats:
        """Share of each PCN's patients inside the plan who live in its lead; NaN where there are none."""
        inside = self.table.sum(axis=1)
        blank = np.full(len(inside), np.nan)
        return np.asarray(np.divide(self.in_lead, inside, out=blank, where=inside > 0), dtype=np.float64)

    @property
    def patients_outside_lead(self) -> float:
        return float(self.table.sum() - self.in_lead.sum())

    @property
    def misalignment(self) -> float | None:
        inside = float(self.table.sum())
        return self.patients_outside_lead / inside if inside > 0 else None


def standing(inputs: Inputs, alignment: Alignment) -> Standing:
    """Where the PCNs of an alignment stand today. ``inputs`` are those it was computed from."""
    table = alignment.by_pcn.table
    practices = alignment.by_practice
    mine = set(practices.table.rows)
    return Standing(
        pcns=table.rows,
        neighbourhoods=table.columns,
        table=table.dense(),
        lists=alignment.by_pcn.totals,
        registered=practices.table.column_sums() + alignment.elsewhere,
        members={practice: pcn for practice, pcn in inputs.pcn_of.items() if practice in mine},
        by_practice=practices.table,
        practice_lists=practices.totals,
    )


def move_practice(now: Standing, practice: str, to: str) -> Standing:
    """The standing after a practice has joined another PCN (or its first); two rows change at most.

    Raises ``KeyError`` for a practice or PCN that is not part of it.
    """
    at = now.by_practice.row_index[practice]
    target = now.pcns.index(to) if to in now.pcns else _missing(to)
    patients = now.by_practice.values[[at], :].toarray().ravel()
    table, lists = now.table.copy(), now.lists.copy()
    if practice in now.members:
        source = now.pcns.index(now.members[practice])
        table[source] -= patients
        lists[source] -= now.practice_lists[at]
    table[target] += patients
    lists[target] += now.practice_lists[at]
    return replace(now, table=table, lists=lists, members={**now.members, practice: to})


def leave_pcn(now: Standing, practice: str) -> Standing:
    """The standing after a practice has left its PCN for none; the same where it is in none.

    Raises ``KeyError`` for a practice that is not part of it.
    """
    at = now.by_practice.row_index[practice]
    if practice not in now.members:
        return now
    source = now.pcns.index(now.members[practice])
    table, lists = now.table.copy(), now.lists.copy()
    table[source] -= now.by_practice.values[[at], :].toarray().ravel()
    lists[source] -= now.practice_lists[at]
    return replace(now, table=table, lists=lists, members={p: j for p, j in now.members.items() if p != practice})


def with_pcns(now: Standing, codes: Iterable[str]) -> Standing:
    """The same standing with PCNs that have no practice yet, all in code order; those it has stay as they are."""
    new = sorted(set(codes) - set(now.pcns))
    if not new:
        return now
    every = (*now.pcns, *new)
    order = sorted(range(len(every)), key=every.__getitem__)
    table = np.vstack([now.table, np.zeros((len(new), now.table.shape[1]))])[order]
    lists = np.concatenate([now.lists, np.zeros(len(new))])[order]
    return replace(now, pcns=tuple(every[at] for at in order), table=table, lists=lists)


def move_area(now: Standing, by_pcn: Floats, everybody: float, shares: Floats, to: str) -> Standing:
    """The standing after a small area has gone wholly to another neighbourhood.

    by_pcn: patients of each PCN living in the area; everybody: all its registered patients; shares: its shares in the
    neighbourhoods today. Raises ``KeyError`` for a neighbourhood that is not part of it.
    """
    change = -shares
    change[now.neighbourhoods.index(to) if to in now.neighbourhoods else _missing(to)] += 1.0
    return move_areas(now, by_pcn[:, None], np.array([everybody]), change[None, :])


def move_areas(now: Standing, by_pcn: Floats, everybody: Floats, change: Floats) -> Standing:
    """The standing after the shares of several small areas have changed.

    by_pcn: PCNs × areas, patients living there; everybody: all registered patients of each area; change: areas ×
    neighbourhoods, new share minus old. Less than a billionth of a patient that is left behind is taken for rounding.
    """
    table = now.table + by_pcn @ change
    table[table < RESIDUE] = 0.0
    return replace(now, table=table, registered=np.maximum(now.registered + everybody @ change, 0.0))


def _missing(code: str) -> int:
    raise KeyError(code)
