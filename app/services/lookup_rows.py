"""The rows of the lookups, from the same figures as every other answer; small numbers are hidden in the same way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.naming import slug
from app.domain.records import DatasetRecord, FootprintVersion
from app.services import answers
from app.services.aligning import Answer, Question, answer, named_place
from app.services.answers import Row, count, dataset_reference, provenance, share
from app.services.attribution import attribution
from app.services.catchments import Wish, area_rows, catchments
from app.services.comparison import Step, compare_plans
from app.services.comparison_rows import change_rows, stands_on
from app.services.footprints import version as version_of
from app.services.records import version_reference
from app.services.registered import Registered, registered
from app.services.suppression import FIELDS, FLAG, is_restricted, published
from app.services.workspace import Workspace

OUTSIDE, UNKNOWN = "OUTSIDE", "UNKNOWN"
WITHOUT_PCN, ELSEWHERE = "WITHOUT_PCN", "ELSEWHERE"
OUTSIDE_NAME = "Outside the plan or place"
REGISTERED = "registered patients"
"""What a comparison says it counts where no residents are loaded."""

NOTHING = 5e-7
"""Part of an area that is nothing once shares are given to six decimals."""


@dataclass(frozen=True)
class Table:
    """A lookup's rows, ready to be shown. ``neighbourhoods``: codes that are columns of the cross table."""

    rows: list[Row]
    stands_on: Row
    neighbourhoods: tuple[str, ...] = ()


def areas_to_neighbourhoods(work: Workspace, question: Question) -> Table:
    """The small areas of a plan or place, in code order, each with its parts, the largest first."""
    version = version_of(work, question.footprints, question.version)
    place = named_place(version, question.place)
    found = _registered(work, version, question.as_of)
    with work.store.read() as unit:  # anew, because the shares may just have been made and kept
        used = [unit.datasets.get(version.dataset_id), *([found.weights.areas] if found.weights.areas else [])]
        frame = None if found.weights.areas is None else unit.areas.of(found.weights.areas.id, geometry=False)
        plan = unit.footprints.neighbourhoods(version.id)
    names = {} if frame is None else {str(c): str(n) for c, n in zip(frame["code"], frame["name"], strict=True) if n}
    called = {
        str(row.code): (str(row.name), str(row.place or version.name))
        for row in plan[["code", "name", "place"]].itertuples(index=False, name="Row")
    }
    chosen = sorted(code for code, (_, its) in called.items() if place is None or its == place)
    shares = found.weights.shares.with_columns(chosen)
    tail = _tail(version, None if question.as_of is None else question.as_of.isoformat(), None, used)
    rows: list[Row] = []
    held = shares.values
    for at in sorted(range(len(shares.rows)), key=lambda i: shares.rows[i]):
        here = slice(held.indptr[at], held.indptr[at + 1])
        parts = [(chosen[k], float(v)) for k, v in zip(held.indices[here], held.data[here], strict=True)]
        for position, (code, part) in enumerate(_whole(parts)):
            name, its = called.get(code, (OUTSIDE_NAME, None))
            area = shares.rows[at]
            rows.append(
                {
                    "area_code": area,
                    "area_name": names.get(area),
                    "area_vintage": found.weights.vintage,
                    "neighbourhood_code": code,
                    "neighbourhood_name": name,
                    "place": its,
                    "share": part,
                    "main": position == 0,
                    **tail,
                }
            )
    said = {
        "footprints": version_reference(version),
        "place": place and {"id": slug(place), "name": place},
        "as_of": tail["as_of"],
        "restricted": is_restricted(used),
        "datasets": [dataset_reference(record) for record in used],
        "attribution": attribution(used),
        "warnings": list(found.warnings),
    }
    return Table(rows, said)


def _registered(work: Workspace, version: FootprintVersion, as_of: date | None) -> Registered:
    """The shares that every figure of the plan stands on, also where nothing is loaded to count by."""
    with work.store.read() as unit:
        loaded = tuple(record.id for record in unit.datasets.page(limit=None))
    key = ("lookup of areas", version.id, as_of, loaded)

    def make() -> Registered:
        with work.store.read() as unit:
            return registered(work, unit, version, as_of)

    return work.remember(key, make)


def _whole(parts: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """Parts of an area to six decimals that sum to exactly 1, the largest first, then by code; [] where it has none.

    What the neighbourhoods do not hold is the part ``OUTSIDE``; what rounding leaves over goes to the largest part.
    """
    held = [(code, round(part, 6)) for code, part in parts if part > NOTHING]
    if not held:
        return []
    left = 1.0 - sum(part for _, part in parts)
    if left > NOTHING * len(held) + NOTHING:
        held.append((OUTSIDE, round(left, 6)))
    held.sort(key=lambda pair: (-pair[1], pair[0]))
    first, rest = held[0], held[1:]
    return [(first[0], round(1.0 - sum(part for _, part in rest), 6)), *rest]


def practices_to_neighbourhoods(work: Workspace, question: Question) -> Table:
    """The practices of a plan or place in code order, those in no PCN included."""
    given = answer(work, question)
    names = {n.code: n.name for n in given.ground.inputs.neighbourhoods}
    leads = {pcn.code: pcn.lead for pcn in given.alignment.pcns}
    tail = _of(given)
    rows: list[Row] = []
    for practice in given.alignment.practices:
        living = {part.code: part for part in practice.by_neighbourhood}
        located, main = living.get(practice.standing_in or ""), living.get(practice.main_neighbourhood or "")
        there = 0.0 if located is None else located.patients
        known = bool(practice.standing_in and practice.patients_inside)
        rows.append(
            {
                "practice_code": practice.code,
                "practice_name": practice.name,
                "postcode": given.ground.postcodes.get(practice.code),
                "pcn_code": practice.pcn,
                "pcn_name": practice.pcn_name,
                "pcn_lead_code": leads.get(practice.pcn or ""),
                "located_code": practice.standing_in,
                "located_name": names.get(practice.standing_in or ""),
                "main_code": practice.main_neighbourhood,
                "main_name": names.get(practice.main_neighbourhood or ""),
                "patients": count(practice.patients),
                "patients_inside": count(practice.patients_inside),
                "patients_outside": count(practice.patients_outside),
                "patients_unknown": count(practice.patients_unknown),
                "patients_in_located": count(there) if practice.standing_in else None,
                "located_share": share(there / practice.patients_inside) if known else None,
                "patients_in_main": None if main is None else count(main.patients),
                "main_share": share(practice.main_share),
                "mismatch": practice.mismatch,
                **tail,
            }
        )
    return Table(published(rows, given.restricted), provenance(given))


def areas_to_pcns(work: Workspace, question: Question) -> Table:
    """The small areas that lie mostly in the plan or place, in code order."""
    found = catchments(work, question, Wish())
    given = found.answer
    tail = _of(given, found.reach.datasets)
    rows = [
        {
            **{name: row[name] for name in ("area_code", "area_name")},
            "area_vintage": found.reach.vintage,
            **{name: value for name, value in row.items() if name not in ("area_code", "area_name")},
            **tail,
        }
        for row in area_rows(found)
    ]
    said = provenance(given)
    used = _once((*given.ground.datasets, *found.reach.datasets))
    return Table(rows, {**said, "datasets": [dataset_reference(r) for r in used], "attribution": attribution(used)})


def matrix_long(work: Workspace, question: Question) -> Table:
    """PCNs in code order with their neighbourhoods; then, by neighbourhood, patients of no PCN and of elsewhere."""
    given = answer(work, question)
    figures, tail = given.alignment, _of(given)
    rows = [{**row, **tail} for row in answers.matrix_rows(given)]
    for code, name, values in (
        (WITHOUT_PCN, "Practices in no PCN", figures.without_pcn),
        (ELSEWHERE, "Practices that belong elsewhere", figures.elsewhere),
    ):
        rows += published(
            [
                {
                    "pcn_code": code,
                    "pcn_name": name,
                    "neighbourhood_code": neighbourhood.code,
                    "neighbourhood_name": neighbourhood.name,
                    "patients": count(float(value)),
                    "share_of_pcn": None,
                    **tail,
                }
                for neighbourhood, value in zip(figures.neighbourhoods, values, strict=True)
                if value > NOTHING
            ],
            given.restricted,
        )
    return Table(rows, provenance(given))


def matrix_wide(work: Workspace, question: Question) -> Table:
    """PCNs in code order, a column for each neighbourhood in code order."""
    given = answer(work, question)
    tail = _of(given)
    columns = (*(n.code for n in given.alignment.neighbourhoods), OUTSIDE, UNKNOWN)
    cells: dict[str, dict[str, Row]] = {}
    for row in answers.matrix_rows(given):
        cells.setdefault(row["pcn_code"], {})[row["neighbourhood_code"]] = row
    rows: list[Row] = []
    for pcn in sorted(published(answers.pcn_rows(given), given.restricted), key=lambda row: row["code"]):
        held = cells[pcn["code"]]
        hidden = [code for code, row in held.items() if "patients" in row.get(FIELDS, ())]
        hidden += ["patients"] if "patients" in pcn.get(FIELDS, ()) else []
        row = {
            "pcn_code": pcn["code"],
            "pcn_name": pcn["name"],
            "patients": pcn["patients"],
            **{code: held[code]["patients"] if code in held else 0 for code in columns},
            **tail,
        }
        rows.append({**row, FLAG: True, FIELDS: sorted(hidden)} if hidden else row)
    return Table(rows, provenance(given), columns)


def changes_between(work: Workspace, question: Question, to: str) -> Table:
    """The areas that change, in code order, with the people and the registered patients in them who do.

    Registered patients are left out where anything is restricted and residents are counted: tables by PCN and area
    hide small numbers cell by cell, and a second total by area, hidden in another way, would give some of them back.
    """
    at = "" if question.version is None else f"@{question.version}"
    found = compare_plans(work, [question.footprints + at, to], question.place, None, question.as_of)
    step = found.steps[0]
    second = step.second.answer.ground.version
    tail = {
        "to_footprints": second.footprint_id,
        "to_version": second.number,
        **_of(step.first.answer, _once((*step.second.answer.ground.datasets, *step.datasets))),
    }
    moving = _registered_who_change(step, found.restricted)
    rows: list[Row] = []
    for row in change_rows(found):
        hidden = {"people"} & set(row.get(FIELDS, ()))
        patients = row["people"] if step.counted == REGISTERED else moving.get(row["code"])
        if (hidden and step.counted == REGISTERED) or (found.restricted and step.counted != REGISTERED):
            hidden.add("patients")
        made = {
            "area_code": row["code"],
            "area_name": row["name"],
            "from_code": row["from"] or OUTSIDE,
            "from_name": row["from_name"] or OUTSIDE_NAME,
            "to_code": row["to"] or OUTSIDE,
            "to_name": row["to_name"] or OUTSIDE_NAME,
            "people": row["people"],
            "people_counted": step.counted,
            "patients": patients,
            "share_of_area": row["share_of_area_moved"],
            "whole": row["whole"],
            **tail,
        }
        rows.append({**made, FLAG: True, FIELDS: sorted(hidden)} if hidden else made)
    return Table(rows, stands_on(found))


def _registered_who_change(step: Step, restricted: bool) -> dict[str, int | float]:
    """By area code; empty where no registrations are loaded, or where they may not be said."""
    lists = step.first.answer.ground.registered.by_area
    if lists is None or restricted:
        return {}
    living = dict(zip(lists.columns, map(float, lists.column_sums()), strict=True))
    return {change.code: count(living.get(change.code, 0.0) * change.share) for change in step.changes.areas}


def _of(given: Answer, more: Iterable[DatasetRecord] = ()) -> Row:
    used = _once((*given.ground.datasets, *more))
    return _tail(given.ground.version, given.ground.as_of.isoformat(), str(given.ground.basis), used)


def _once(records: Iterable[DatasetRecord]) -> tuple[DatasetRecord, ...]:
    return tuple({record.id: record for record in records}.values())


def _tail(version: FootprintVersion, as_of: str | None, basis: str | None, used: Iterable[DatasetRecord]) -> Row:
    """The last columns of every row: what it stands on."""
    return {
        "footprints": version.footprint_id,
        "version": version.number,
        "status": str(version.status),
        "as_of": as_of,
        "basis": basis,
        "datasets": sorted(record.id for record in used),
    }
