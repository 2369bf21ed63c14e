"""Two calculators. A PCN's sessions and funding over the INTs it works with; and what part of an INT's are the PCN's.

Nobody is lost: patients living outside the footprints, or nobody knows where, count with an INT by a stated rule, so
the patients of all INTs together are the PCN's whole list, and the parts of sessions and pounds are the whole.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.arrangement.parts import shared_out
from app.domain.arrangement.terms import Elsewhere, Terms, Weight
from app.domain.figures import Alignment, NeighbourhoodFigures, PcnFigures
from app.domain.problem import Fault, Problem


@dataclass(frozen=True)
class Part:
    """One INT. ``patients``: the PCN's patients living there; ``share_of_pcn`` of those living in the place.

    served_by: the INT whose MDT meets them, itself or the lead. total: patients its MDT answers for, those counted
    with it included; weight and share (0..1) of the whole; sessions a week and pounds, where asked for.
    """

    code: str
    name: str
    patients: float
    share_of_pcn: float
    share_of_int: float
    material: bool
    served_by: str
    measure: float | None
    total: int
    share: float
    sessions: float | None
    amount: int | None


@dataclass(frozen=True)
class Division:
    """How a PCN's work is shared over the INTs, lead first, then by patients. ``total``s sum to ``patients``."""

    parts: tuple[Part, ...]
    patients: float
    outside: float
    unknown: float
    lead: str

    @property
    def served(self) -> tuple[Part, ...]:
        """The INTs whose own MDT meets the PCN's patients."""
        return tuple(part for part in self.parts if part.served_by == part.code)


@dataclass(frozen=True)
class Ours:
    """What of one INT is the PCN's, by registered patients living there, whoever their practice belongs to.

    patients_total: all of them. sessions and amount: the PCN's part of what the INT has in all.
    """

    code: str
    name: str
    patients: float
    patients_total: float
    share_of_int: float
    sessions: float | None
    amount: int | None


def divide(alignment: Alignment, pcn: PcnFigures, terms: Terms) -> Division:
    """Share a PCN's work over the INTs where its patients live. Raises ``Problem`` where that cannot be done."""
    here = {cell.code: cell for cell in pcn.by_neighbourhood}
    lead = _lead(pcn, terms)
    column = {n.code: n.patients for n in alignment.neighbourhoods}
    known = {code: cell.patients for code, cell in here.items()}
    each = _weights(pcn, terms, known)
    counted = _with_elsewhere(pcn, terms, lead, known)
    weights = _with_elsewhere(pcn, terms, lead, each) if terms.weight is not Weight.ACTIVITY else dict(each)
    server = {code: code if code == lead or _serves(pcn, terms, code) else lead for code in here}
    for code, by in server.items():
        if by != code:
            for table in (counted, weights):
                table[by] += table.pop(code)
    whole = sum(weights.values())
    if not whole > 0:
        raise _undivided("Nobody has any weight, so nothing can be shared out.", "Choose another weight.")
    totals = shared_out(round(pcn.patients), counted)
    sessions = _sessions(terms.sessions, terms.session_unit, weights)
    pounds = None if terms.amount is None else shared_out(terms.amount, weights)
    return Division(
        parts=tuple(
            Part(
                code=code,
                name=here[code].name,
                patients=here[code].patients,
                share_of_pcn=here[code].share,
                share_of_int=here[code].patients / column[code],
                material=code in pcn.material_neighbourhoods,
                served_by=server[code],
                measure=terms.measure.get(code),
                total=totals.get(code, 0),
                share=weights.get(code, 0.0) / whole,
                sessions=None if sessions is None else sessions.get(code, 0.0),
                amount=None if pounds is None else pounds.get(code, 0),
            )
            for code in sorted(here, key=lambda c: (c != lead, -here[c].patients, c))
        ),
        patients=pcn.patients,
        outside=pcn.patients_outside,
        unknown=pcn.patients_unknown,
        lead=lead,
    )


def ours(alignment: Alignment, pcn: PcnFigures, terms: Terms) -> tuple[Ours, ...]:
    """The PCN's part of every INT where its patients live, the INT with most of them first."""
    by_code = {n.code: n for n in alignment.neighbourhoods}
    return tuple(
        _ours(by_code[cell.code], pcn.code, terms)
        for cell in sorted(pcn.by_neighbourhood, key=lambda c: (-c.patients, c.code))
    )


def _ours(where: NeighbourhoodFigures, pcn: str, terms: Terms) -> Ours:
    everyone = {cell.code: cell.patients for cell in where.by_pcn}
    rest = max(0.0, where.patients - sum(everyone.values()))
    if rest > 0:
        everyone[""] = rest  # practices in no PCN; no code of a PCN is empty
    sessions = _sessions(terms.int_sessions, terms.session_unit, everyone)
    pounds = None if terms.int_amount is None else shared_out(terms.int_amount, everyone)
    return Ours(
        code=where.code,
        name=where.name,
        patients=everyone[pcn],
        patients_total=where.patients,
        share_of_int=everyone[pcn] / where.patients,
        sessions=None if sessions is None else sessions[pcn],
        amount=None if pounds is None else pounds[pcn],
    )


def _lead(pcn: PcnFigures, terms: Terms) -> str:
    if pcn.lead is None:
        raise _undivided(
            f"Nobody registered with {pcn.name} lives in these neighbourhoods.", "Ask about the place they live in."
        )
    if terms.lead is None or terms.lead == pcn.lead:
        return pcn.lead
    if terms.lead not in {cell.code for cell in pcn.by_neighbourhood}:
        named = ", ".join(cell.code for cell in pcn.by_neighbourhood)
        raise _undivided(f"No patient of {pcn.name} lives in {terms.lead}.", f"Name one of: {named}.")
    return terms.lead


def _serves(pcn: PcnFigures, terms: Terms, code: str) -> bool:
    share = next(cell.share for cell in pcn.by_neighbourhood if cell.code == code)
    return share >= (terms.minimum_share or 0.0)


def _weights(pcn: PcnFigures, terms: Terms, known: Mapping[str, float]) -> dict[str, float]:
    if terms.weight is Weight.REGISTERED:
        return dict(known)
    if terms.weight is Weight.ACTIVITY:
        strange = sorted(set(terms.activity) - set(known))
        if strange:
            raise _undivided(
                f"Activity is given for {', '.join(strange)}, where no patient of {pcn.name} lives.",
                f"Give it for: {', '.join(sorted(known))}.",
            )
        return {code: float(terms.activity.get(code, 0.0)) for code in known}
    measured = {code: value for code, value in terms.measure.items() if code in known and math.isfinite(value)}
    covered = sum(known[code] for code in measured)
    if not covered > 0:
        raise _undivided(
            f"The weight “{terms.weight}” needs a measure of the small areas, and none is loaded for them.",
            "Load the measure (see the data sources), or choose another weight.",
        )
    mean = sum(known[code] * measured[code] for code in measured) / covered
    return {code: patients * measured.get(code, mean) for code, patients in known.items()}


def _with_elsewhere(pcn: PcnFigures, terms: Terms, lead: str, weights: Mapping[str, float]) -> dict[str, float]:
    """Weights with the patients from elsewhere, who weigh what the PCN's patients weigh on average."""
    inside, elsewhere = pcn.patients_inside, pcn.patients_outside + pcn.patients_unknown
    found = dict(weights)
    extra = sum(weights.values()) * elsewhere / inside
    if terms.elsewhere is Elsewhere.LEAD:
        found[lead] += extra
        return found
    return {code: weight * (1 + elsewhere / inside) for code, weight in found.items()}


def _sessions(whole: float | None, unit: float, weights: Mapping[str, float]) -> dict[str, float] | None:
    if whole is None:
        return None
    return {code: part * unit for code, part in shared_out(round(whole / unit), weights).items()}


def _undivided(why: str, remedy: str) -> Problem:
    return Problem(Fault.BAD_INPUT, "The arrangement cannot be drafted like this", why, remedy=remedy)
