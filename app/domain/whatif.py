"""What if one practice or one small area moved? Only what changes is worked out again.

A practice that moves takes its row of N from one PCN to another, so two PCN rows change. A small area that moves takes
its patients from one neighbourhood's column to another's. Everything else follows from the small table that is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.domain.alignment import Inputs, lead_positions
from app.domain.figures import Alignment, Floats
from geometry.labelled import Labelled


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


def move_area(now: Standing, by_pcn: Floats, everybody: float, shares: Floats, to: str) -> Standing:
    """The standing after a small area has gone wholly to another neighbourhood.

    by_pcn: patients of each PCN living in the area; everybody: all its registered patients; shares: its shares in the
    neighbourhoods today. Raises ``KeyError`` for a neighbourhood that is not part of it.
    """
    change = -shares
    change[now.neighbourhoods.index(to) if to in now.neighbourhoods else _missing(to)] += 1.0
    return replace(now, table=now.table + np.outer(by_pcn, change), registered=now.registered + everybody * change)


def _missing(code: str) -> int:
    raise KeyError(code)
