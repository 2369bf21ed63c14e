"""The PCNs of a place before and after an option, with the figures of the alignment (domain notes §5.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain.options.situation import Situation


@dataclass(frozen=True)
class PcnState:
    """One PCN under one membership. ``patients`` is its whole list; the other numbers are registered patients, and
    lead and containment ``None`` where nobody lives in the place. ``by_neighbourhood`` follows the situation."""

    code: str
    name: str
    practices: tuple[str, ...]
    patients: float
    patients_inside: float
    patients_unknown: float
    lead: str | None
    lead_name: str | None
    patients_in_lead: float
    by_neighbourhood: tuple[float, ...]

    @property
    def patients_outside_lead(self) -> float:
        return self.patients_inside - self.patients_in_lead

    @property
    def containment(self) -> float | None:
        return self.patients_in_lead / self.patients_inside if self.patients_inside > 0 else None

    def in_neighbourhood(self, place: Situation, code: str) -> float:
        return self.by_neighbourhood[place.neighbourhoods.index(code)]


@dataclass(frozen=True)
class Touched:
    """A PCN whose practices change: ``before`` is ``None`` for a new one, ``after`` for one that ends."""

    before: PcnState | None
    after: PcnState | None

    @property
    def code(self) -> str:
        return self.known.code

    @property
    def name(self) -> str:
        return self.known.name

    @property
    def known(self) -> PcnState:
        state = self.before or self.after
        if state is None:
            raise ValueError("a touched PCN was or will be there")
        return state


def states(place: Situation, pcn_of: Mapping[str, str] | None = None) -> dict[str, PcnState]:
    """Every PCN by code under a membership (PCN by practice code), today's where none is given.

    A code that is not a PCN of today names a new one.
    """
    members: dict[str, list[int]] = {}
    for i, practice in enumerate(place.practices):
        members.setdefault((pcn_of or place.pcn_of)[practice], []).append(i)
    found = {}
    for code in sorted(members):
        rows = members[code]
        table = place.inside[rows].sum(axis=0)
        k = int(place.leads(table[None, :])[0])
        lead = place.neighbourhoods[k] if k >= 0 else None
        found[code] = PcnState(
            code=code,
            name=place.name(code),
            practices=tuple(place.practices[i] for i in rows),
            patients=float(place.list_sizes[rows].sum()),
            patients_inside=float(table.sum()),
            patients_unknown=float(place.unknown[rows].sum()),
            lead=lead,
            lead_name=place.name(lead) if lead is not None else None,
            patients_in_lead=float(table[k]) if k >= 0 else 0.0,
            by_neighbourhood=tuple(table.tolist()),
        )
    return found


def changes(before: Mapping[str, PcnState], after: Mapping[str, PcnState]) -> tuple[Touched, ...]:
    """The PCNs whose practices differ, in code order."""
    codes = sorted({*before, *after})
    pairs = (Touched(before.get(code), after.get(code)) for code in codes)
    return tuple(t for t in pairs if not (t.before and t.after and t.before.practices == t.after.practices))


def outside_lead(found: Iterable[PcnState | None]) -> float:
    """Patients living inside the place, but outside the lead neighbourhood of their PCN."""
    return sum(state.patients_outside_lead for state in found if state is not None)


def joint_containment(found: Iterable[PcnState | None]) -> float | None:
    """Share of these PCNs' patients inside the place who live in the lead neighbourhood of their own PCN."""
    there = [state for state in found if state is not None]
    inside = sum(state.patients_inside for state in there)
    return sum(state.patients_in_lead for state in there) / inside if inside > 0 else None
