"""Does the answer change with how it is asked: on another basis, with other thresholds, on another day?

One row a PCN, one column a variant; what differs from the answer as asked is marked. Every variant is a whole
alignment of its own, computed by the same code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd

from app.domain.alignment import align
from app.domain.basis import Basis
from app.domain.figures import Alignment, PcnFigures
from app.domain.problem import Fault, Problem
from app.domain.suppression import protected_matrix
from app.domain.thresholds import Thresholds
from app.ingest.kinds import Kind
from app.ingest.reading import UNKNOWN_AREA
from app.services import evidence
from app.services.aligning import Answer, Question, answer
from app.services.answers import Row, provenance, share
from app.services.suppression import published
from app.services.workspace import Workspace
from geometry.catchment import by_group, plurality
from geometry.crosstab import crosstab
from geometry.labelled import Labelled

MOST_DATES = 12
STEP = 0.10
"""By how much each threshold is moved, up and down."""


@dataclass(frozen=True, eq=False)
class Variant:
    """One column. ``what``: ``basis``, ``threshold`` or ``date``; ``unit`` is what it counts."""

    id: str
    what: str
    label: str
    unit: str
    as_of: date
    thresholds: Thresholds
    alignment: Alignment


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """The answer as asked, and the variants held against it. ``left_out``: why a variant is not there."""

    answer: Answer
    variants: tuple[Variant, ...]
    left_out: tuple[str, ...]


def sensitivity(work: Workspace, question: Question, dates: Sequence[date] = ()) -> Sensitivity:
    """Ask the question again in every other way that what is loaded allows.

    dates: days to ask about; by default every day on which registrations are loaded or the membership of a practice
    of this answer changes, the nearest twelve. Raises ``Problem`` where the question itself cannot be answered, or
    for more than twelve dates.
    """
    if len(dates) > MOST_DATES:
        raise Problem(
            Fault.BAD_INPUT,
            "Too many dates",
            f"{len(dates)} dates were given; at most {MOST_DATES} are compared at once.",
            remedy="Ask about fewer.",
        )
    given = answer(work, question)
    with work.store.read() as unit:
        loaded = tuple(record.id for record in unit.datasets.page(limit=None))
    key = ("sensitivity", given.ground.key, given.alignment.place, tuple(dates), loaded)
    return work.remember(key, lambda: _sensitivity(work, question, given, dates))


def _sensitivity(work: Workspace, question: Question, given: Answer, dates: Sequence[date]) -> Sensitivity:
    variants: list[Variant] = []
    left_out: list[str] = []
    for basis in Basis:
        if basis is given.ground.basis:
            continue
        try:
            other = answer(work, replace(question, basis=basis, as_of=given.ground.as_of))
        except Problem as problem:
            left_out.append(f"basis “{basis}”: {problem.title}")
            continue
        variants.append(_variant(f"basis-{basis}", "basis", basis.explained, other))
    majority = _majority(given)
    if majority is None:
        left_out.append("majority of small areas: no registered patients by area are loaded for this plan")
    else:
        variants.append(majority)
    variants += _thresholds(given)
    for day in dates or _days(work, given):
        try:
            variants.append(_on(work, question, given, day))
        except Problem as problem:
            left_out.append(f"{day}: {problem.title}")
    return Sensitivity(given, tuple(variants), tuple(left_out))


def _variant(id_: str, what: str, label: str, other: Answer) -> Variant:
    thresholds = other.ground.inputs.thresholds
    return Variant(id_, what, label, other.ground.unit, other.ground.as_of, thresholds, other.alignment)


def _majority(given: Answer) -> Variant | None:
    """All patients of an area (of practices in a PCN) counted with the PCN that has most of them."""
    ground = given.ground
    lists = ground.registered.by_area
    if lists is None or not any(practice in ground.inputs.pcn_of for practice in lists.rows):
        return None
    pcns = by_group(lists, ground.inputs.pcn_of)
    pcns = protected_matrix(pcns) if ground.restricted else pcns
    led = plurality(pcns, unplaced=[UNKNOWN_AREA])
    areas, owners = list(led.assignment), list(led.assignment.values())
    people = dict(zip(led.areas, map(float, led.total), strict=True))
    held = Labelled.from_triples(owners, areas, [people[area] for area in areas], column_order=sorted(areas))
    shares = ground.weights.shares.with_columns([n.code for n in ground.inputs.neighbourhoods])
    somewhere = {n.place: n.code for n in reversed(ground.inputs.neighbourhoods)}
    home = given.alignment.belonging.pcn  # a PCN stays in its place, wherever its areas lie
    inputs = replace(
        ground.inputs,
        by_practice=crosstab(held, shares),
        pcn_of={pcn: pcn for pcn in held.rows},
        standing_in={pcn: somewhere.get(place) if (place := home.get(pcn)) else None for pcn in held.rows},
    )
    label = "all patients of a small area counted with the PCN that has most of them"
    made = align(inputs, given.alignment.place)
    return Variant("majority-lsoa", "basis", label, "patients", ground.as_of, inputs.thresholds, made)


def _thresholds(given: Answer) -> list[Variant]:
    """The answer under thresholds moved up and down; only the classes can change."""
    ground, usual = given.ground, given.ground.inputs.thresholds
    found = []
    for name, other in (("aligned", usual.split), ("split", usual.aligned)):
        for by in (-STEP, STEP):
            value = round(getattr(usual, name) + by, 6)
            in_order = other <= value <= 1 if name == "aligned" else 0 < value <= other
            if not in_order:
                continue
            moved = replace(usual, **{name: value})
            words = f"aligned from {value:.0%}" if name == "aligned" else f"split below {value:.0%}"
            pcns = tuple(replace(p, class_=moved.class_of(p.containment)) for p in given.alignment.pcns)
            alignment = replace(given.alignment, pcns=pcns)
            id_ = f"{name}-{round(100 * value)}"
            found.append(Variant(id_, "threshold", words, ground.unit, ground.as_of, moved, alignment))
    return found


def _days(work: Workspace, given: Answer) -> list[date]:
    """Days on which registrations are loaded or membership changes for a practice of this answer, nearest first."""
    mine = {p.code for p in given.alignment.practices} or {p for x in given.alignment.pcns for p in x.practices}
    with work.store.read() as unit:
        days = {r.effective_date for r in evidence.candidates(unit, (Kind.REGISTRATIONS,), None) if r.effective_date}
        _, record = evidence.membership(unit, mine, given.ground.as_of)
        if record is not None:
            rows = unit.memberships.of(record.id)
            rows = rows[rows["practice_code"].isin(mine)]
            days |= {day for day in rows["start"] if _given(day)}
            days |= {day + timedelta(days=1) for day in rows["end"] if _given(day)}  # an end is the last day
    days.discard(given.ground.as_of)
    nearest = sorted(days, key=lambda day: (abs((day - given.ground.as_of).days), day))[:MOST_DATES]
    return sorted(nearest)


def _given(day: object) -> bool:
    return isinstance(day, date) and not pd.isna(day)


def _on(work: Workspace, question: Question, given: Answer, day: date) -> Variant:
    """The answer on another day: memberships of that day, and its registrations where they are others."""
    ground = given.ground
    label = f"as of {day.isoformat()}"
    with work.store.read() as unit:
        best = next(iter(evidence.candidates(unit, (Kind.REGISTRATIONS,), day)), None)
        same = best is not None and any(record.id == best.id for record in ground.datasets)
        if same and ground.basis is not Basis.AREA:
            membership, _ = evidence.membership(unit, ground.inputs.by_practice.table.rows, day)
            inputs = replace(ground.inputs, pcn_of=membership.pcn_of)
            made = align(inputs, given.alignment.place)
            return Variant(f"date-{day.isoformat()}", "date", label, ground.unit, day, inputs.thresholds, made)
    other = answer(work, replace(question, basis=ground.basis, as_of=day))
    return _variant(f"date-{day.isoformat()}", "date", label, other)


def rows(found: Sensitivity) -> list[Row]:
    """A row a PCN in code order: as asked, and under each variant, with what differs marked."""
    asked = {p.code: p for p in found.answer.alignment.pcns}
    under = {v.id: {p.code: p for p in v.alignment.pcns} for v in found.variants}
    names = {p.code: p.name for pcns in (*under.values(), asked) for p in pcns.values()}
    made = []
    for code in sorted(names):
        cells = {"asked": _cell(asked.get(code), asked.get(code))}
        cells |= {id_: _cell(pcns.get(code), asked.get(code)) for id_, pcns in under.items()}
        changed = sorted(id_ for id_, cell in cells.items() if cell["differs"])
        made.append({"code": code, "name": names[code], "changes": len(changed), "changed_by": changed, **cells})
    return published(made, found.answer.restricted)


def _cell(pcn: PcnFigures | None, asked: PcnFigures | None) -> Row:
    """``there``: whether the PCN is part of this variant at all (it may not exist that day, or belong elsewhere)."""
    said = (pcn.class_, pcn.lead) if pcn else None
    return {
        "there": pcn is not None,
        "class": pcn.class_ if pcn else None,
        "lead": pcn.lead if pcn else None,
        "lead_name": pcn.lead_name if pcn else None,
        "containment": share(pcn.containment) if pcn else None,
        "differs": said != ((asked.class_, asked.lead) if asked else None),
    }


def text_rows(found: Sensitivity) -> list[Row]:
    """The same with one text a variant, for CSV and terminals: ``≠`` marks what differs from the answer as asked."""
    fixed = ("code", "name", "changes")
    variants = ("asked", *(v.id for v in found.variants))
    return [
        {**{field: row[field] for field in fixed}, **{id_: _words(row[id_]) for id_ in variants}} for row in rows(found)
    ]


def _words(cell: Row) -> str:
    mark = "≠ " if cell["differs"] else ""
    return mark + (f"{cell['class'] or 'nobody inside'} · {cell['lead'] or 'none'}" if cell["there"] else "not there")


def table(found: Sensitivity) -> Row:
    """Variants, PCNs and what they stand on."""
    return {
        **provenance(found.answer),
        "variants": [
            {
                "id": v.id,
                "what": v.what,
                "label": v.label,
                "unit": v.unit,
                "as_of": v.as_of.isoformat(),
                "aligned": v.thresholds.aligned,
                "split": v.thresholds.split,
                "misalignment": share(v.alignment.misalignment),
                "median_containment": share(v.alignment.median_containment),
                "classes": v.alignment.classes(),
            }
            for v in found.variants
        ],
        "left_out": list(found.left_out),
        "items": rows(found),
    }
