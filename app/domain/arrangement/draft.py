"""An arrangement drafted from the figures: everything they can say is said, everything else is plainly open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.domain.arrangement.catalogue import catalogue
from app.domain.arrangement.division import Division, Ours, divide, ours
from app.domain.arrangement.facts import Facts
from app.domain.arrangement.fields import Field
from app.domain.arrangement.terms import Terms, Triggers
from app.domain.figures import Alignment, PcnFigures, PracticeFigures
from app.domain.problem import Fault, Problem
from app.domain.thresholds import Thresholds


@dataclass(frozen=True)
class Concerned:
    """A practice with a material number of patients in an INT. ``share``: of its patients living in the place."""

    code: str
    name: str
    patients: float
    share: float


@dataclass(frozen=True)
class Stood:
    """What the figures stand on, in words for the record. ``route``: why realignment was not chosen, where known."""

    footprints: str
    as_of: date
    datasets: tuple[str, ...]
    restricted: bool = False
    route: str | None = None


@dataclass(frozen=True, eq=False)
class ArrangementDraft:
    """A draft for discussion, never an instruction.

    practices: of the PCN, (code, name). largest: the INT with most of its patients, which leads unless the terms say
    otherwise. concerned: practices by INT other than the lead.
    """

    pcn: PcnFigures
    place: str | None
    practices: tuple[tuple[str, str], ...]
    largest: str
    terms: Terms
    triggers: Triggers
    division: Division
    ours: tuple[Ours, ...]
    concerned: dict[str, tuple[Concerned, ...]]
    fields: tuple[Field, ...]


def draft(
    alignment: Alignment, code: str, terms: Terms, triggers: Triggers, thresholds: Thresholds, stood: Stood
) -> ArrangementDraft:
    """Draft the arrangement of one PCN. The same figures and terms give the same draft.

    Raises ``Problem``: the PCN is not among those of the alignment; nobody of it lives there; terms that do not fit.
    """
    pcn = pcn_in(alignment, code)
    if terms.minimum_share is None:
        terms = replace(terms, minimum_share=thresholds.material_share)
    members = [p for p in alignment.practices if p.pcn == code]
    division = divide(alignment, pcn, terms)
    largest = pcn.lead or division.lead
    found = ours(alignment, pcn, terms)
    concerned = {
        part.code: _concerned(members, part.code, thresholds) for part in division.parts if part.code != division.lead
    }
    fields = catalogue(
        Facts(
            pcn=pcn,
            place=alignment.place,
            practices=len(pcn.practices),
            division=division,
            terms=terms,
            triggers=triggers,
            largest=largest,
            concerned={where: tuple(c.name for c in rows) for where, rows in concerned.items()},
            footprints=stood.footprints,
            as_of=stood.as_of,
            datasets=stood.datasets,
            restricted=stood.restricted,
            route=stood.route,
        )
    )
    return ArrangementDraft(
        pcn=pcn,
        place=alignment.place,
        practices=tuple(sorted((p.code, p.name) for p in members)),
        largest=largest,
        terms=terms,
        triggers=triggers,
        division=division,
        ours=found,
        concerned=concerned,
        fields=fields,
    )


def pcn_in(alignment: Alignment, code: str) -> PcnFigures:
    """The figures of one PCN. Raises ``Problem`` (not found), naming those there are."""
    found = next((p for p in alignment.pcns if p.code == code), None)
    if found is not None:
        return found
    known = ", ".join(f"{p.code} {p.name}" for p in sorted(alignment.pcns, key=lambda p: p.code)[:20])
    raise Problem(
        Fault.NOT_FOUND,
        "No such PCN here",
        f"{code} is no PCN of {alignment.place or 'this plan'} on this date.",
        remedy=f"Its PCNs: {known}." if known else "Load PCN membership first.",
    )


def _concerned(members: Sequence[PracticeFigures], where: str, thresholds: Thresholds) -> tuple[Concerned, ...]:
    found = [
        Concerned(p.code, p.name, cell.patients, cell.share)
        for p in members
        for cell in p.by_neighbourhood
        if cell.code == where
        and (cell.share >= thresholds.material_share or cell.patients >= thresholds.material_patients)
    ]
    return tuple(sorted(found, key=lambda c: (-c.patients, c.code)))
