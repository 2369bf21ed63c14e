"""A comparison as plain values with stable names: the table of measures, gains and losses, and what changes."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from app.domain.records import DatasetRecord
from app.services.answers import Row, count, dataset_reference, provenance, share
from app.services.attribution import attribution
from app.services.comparison import TODAY, Comparison, Plan, Step
from app.services.maps import geometries
from app.services.suppression import FIELDS, FLAG, published

MEASURES: tuple[tuple[str, str, str], ...] = (
    ("neighbourhoods", "Neighbourhoods", "number"),
    ("residents_largest", "Residents of the largest neighbourhood", "people"),
    ("residents_smallest", "Residents of the smallest neighbourhood", "people"),
    ("residents_ratio", "Largest over smallest, residents", "ratio"),
    ("patients_largest", "Registered patients living in the largest neighbourhood", "patients"),
    ("patients_smallest", "Registered patients living in the smallest neighbourhood", "patients"),
    ("patients_ratio", "Largest over smallest, registered patients", "ratio"),
    ("pcns", "PCNs", "number"),
    ("pcns_aligned", "PCNs aligned", "number"),
    ("pcns_partly", "PCNs partly aligned", "number"),
    ("pcns_split", "PCNs split", "number"),
    ("misalignment", "Patients outside their PCN's lead neighbourhood", "share"),
    ("patients_inside", "Patients of these PCNs living inside the plan", "patients"),
    ("patients_outside_lead", "Patients outside their PCN's lead neighbourhood", "patients"),
    ("median_containment", "Median containment of the PCNs", "share"),
    ("practices", "Practices", "number"),
    ("practices_mismatched", "Practices standing in one neighbourhood, most patients in another", "number"),
    (
        "coordination_load_median",
        "PCNs a team needs to reach 90 % of registered residents (where all reach it), median",
        "number",
    ),
    (
        "coordination_load_largest",
        "PCNs a team needs to reach 90 % of registered residents (where all reach it), most",
        "number",
    ),
    ("imd_score_highest", "Mean deprivation score of the most deprived neighbourhood", "score"),
    ("imd_score_lowest", "Mean deprivation score of the least deprived neighbourhood", "score"),
    ("share_most_deprived_highest", "Residents in the most deprived fifth, highest of the neighbourhoods", "share"),
    ("share_most_deprived_lowest", "Residents in the most deprived fifth, lowest of the neighbourhoods", "share"),
    ("patients_deprived", "Patients living in the most deprived fifth", "patients"),
    ("patients_deprived_outside_lead", "… of them outside their PCN's lead neighbourhood", "patients"),
    ("share_deprived_outside_lead", "… as a share", "share"),
    ("share_aged_65_and_over_highest", "Residents aged 65 and over, highest of the neighbourhoods", "share"),
    ("share_aged_65_and_over_lowest", "Residents aged 65 and over, lowest of the neighbourhoods", "share"),
    ("share_aged_under_16_highest", "Residents under 16, highest of the neighbourhoods", "share"),
    ("share_aged_under_16_lowest", "Residents under 16, lowest of the neighbourhoods", "share"),
    ("places_median_containment", "Median of the plan's places, median containment", "share"),
    ("places_median_containment_lowest", "Lowest of the plan's places, median containment", "share"),
    ("places_median_containment_highest", "Highest of the plan's places, median containment", "share"),
)
"""Name, words and unit of each row of the table."""


def measures(plan: Plan) -> Row:
    """Every figure of one plan, by the names in ``MEASURES``; ``None`` where nothing loaded says."""
    figures, said = plan.answer.alignment, plan.people
    classes, places = figures.classes(), plan.benchmark["median_containment"] or {}
    residents = [n.residents for n in figures.neighbourhoods if n.residents is not None]
    patients = [n.patients for n in figures.neighbourhoods]
    loads = [n.pcns_to_reach for n in figures.neighbourhoods if n.pcns_to_reach is not None]
    row: Row = {
        "neighbourhoods": len(figures.neighbourhoods),
        **_extremes("residents", residents if len(residents) == len(figures.neighbourhoods) else []),
        **_extremes("patients", patients),
        "pcns": len(figures.pcns),
        **{f"pcns_{name}": number for name, number in classes.items()},
        "misalignment": share(figures.misalignment),
        "patients_inside": count(sum(p.patients_inside for p in figures.pcns)),
        "patients_outside_lead": count(sum(p.patients_outside_lead for p in figures.pcns)),
        "median_containment": share(figures.median_containment),
        "practices": len(figures.practices),
        "practices_mismatched": sum(p.mismatch for p in figures.practices),
        "coordination_load_median": median(loads) if loads else None,
        "coordination_load_largest": max(loads, default=None),
        "patients_deprived": None if said.deprived is None else count(said.deprived),
        "patients_deprived_outside_lead": (
            None if said.deprived_outside_lead is None else count(said.deprived_outside_lead)
        ),
        "share_deprived_outside_lead": (
            share(said.deprived_outside_lead / said.deprived)
            if said.deprived and said.deprived_outside_lead is not None
            else None
        ),
        "places_median_containment": places.get("median"),
        "places_median_containment_lowest": places.get("lowest"),
        "places_median_containment_highest": places.get("highest"),
    }
    for name in ("imd_score", "share_most_deprived", "share_aged_65_and_over", "share_aged_under_16"):
        values = list(said.measures.get(name, {}).values())
        row[f"{name}_highest"] = share(max(values, default=None))
        row[f"{name}_lowest"] = share(min(values, default=None))
    return published({name: row[name] for name, _, _ in MEASURES}, plan.answer.restricted)


def _extremes(what: str, values: list[float]) -> Row:
    if not values:
        return {f"{what}_largest": None, f"{what}_smallest": None, f"{what}_ratio": None}
    largest, smallest = max(values), min(values)
    return {
        f"{what}_largest": count(largest),
        f"{what}_smallest": count(smallest),
        f"{what}_ratio": share(largest / smallest) if smallest > 0 else None,
    }


def measure_rows(found: Comparison) -> list[Row]:
    """A row a measure, a column a plan."""
    by_plan = {plan.key: measures(plan) for plan in found.plans}
    rows = []
    for name, label, unit in MEASURES:
        row: Row = {"measure": name, "label": label, "unit": unit}
        row |= {key: values[name] for key, values in by_plan.items()}
        hidden = [key for key, values in by_plan.items() if name in values.get(FIELDS, ())]
        rows.append({**row, FLAG: True, FIELDS: hidden} if hidden else row)
    return rows


def pcn_rows(found: Comparison) -> list[Row]:
    """Who gains and who loses: each PCN under each plan, the one that changes most patients first."""
    by_plan = {plan.key: {p.code: p for p in plan.answer.alignment.pcns} for plan in found.plans}
    first = by_plan[found.plans[0].key]
    rows: list[tuple[float, Row]] = []
    for code in sorted({code for pcns in by_plan.values() for code in pcns}):
        under, most = [], 0.0
        for plan in found.plans:
            pcn, before = by_plan[plan.key].get(code), first.get(code)
            gained = None if pcn is None or before is None else pcn.patients_in_lead - before.patients_in_lead
            most = max(most, abs(gained or 0.0))
            under.append(
                {
                    "plan": plan.key,
                    "lead": pcn and pcn.lead,
                    "lead_name": pcn and pcn.lead_name,
                    "class": pcn and pcn.class_,
                    "containment": share(pcn.containment) if pcn else None,
                    "difference": (
                        share(pcn.containment - before.containment)
                        if pcn and before and pcn.containment is not None and before.containment is not None
                        else None
                    ),
                    "patients_in_lead": count(pcn.patients_in_lead) if pcn else None,
                    "patients_gained": None if gained is None else count(gained),
                }
            )
        name = next(pcns[code].name for pcns in by_plan.values() if code in pcns)
        rows.append((-most, {"code": code, "name": name, "plans": under}))
    return published([row for _, row in sorted(rows, key=lambda pair: (pair[0], pair[1]["code"]))], found.restricted)


def neighbourhood_rows(plan: Plan) -> list[Row]:
    """Size, deprivation and age of each neighbourhood, in code order; a measure not loaded is ``None``."""
    names = ("imd_score", "share_most_deprived", "share_aged_65_and_over", "share_aged_under_16")
    rows = [
        {
            "code": n.code,
            "name": n.name,
            "residents": None if n.residents is None else count(n.residents),
            "patients": count(n.patients),
            **{name: share(plan.people.measures.get(name, {}).get(n.code)) for name in names},
        }
        for n in plan.answer.alignment.neighbourhoods
    ]
    return published(rows, plan.answer.restricted)


def step_row(step: Step) -> Row:
    """What changes between two plans, in numbers, and which neighbourhood becomes which."""
    one, two = step.first.answer, step.second.answer
    stands = {p.code: p.standing_in for p in one.alignment.practices}
    moved = [p.code for p in two.alignment.practices if p.code in stands]
    moved = [c for c in moved if not step.changes.same(stands[c], two.ground.inputs.standing_in.get(c))]
    leads = {p.code: p.lead for p in one.alignment.pcns}
    relead = [p.code for p in two.alignment.pcns if p.code in leads and not step.changes.same(leads[p.code], p.lead)]
    row = {
        "from": step.first.key,
        "to": step.second.key,
        "people_counted": step.counted,
        "people_compared": count(step.changes.people),
        "people_moved": count(step.changes.people_moved),
        "share_moved": share(step.changes.people_moved / step.changes.people) if step.changes.people else None,
        "areas_moved": step.changes.areas_moved,
        "areas_partly_moved": len(step.changes.areas) - step.changes.areas_moved,
        "practices_moved": len(moved),
        "practices": sorted(moved),
        "pcns_with_another_lead": sorted(relead),
        "matched": [{"from": a, "to": b} for a, b in sorted(step.changes.matched.items())],
    }
    return published(row, one.restricted or two.restricted)


def change_rows(found: Comparison) -> list[Row]:
    """The areas that change, by plan and code, with the people in them who do."""
    rows = []
    for step in found.steps:
        ours, theirs = _names(step.first), _names(step.second)
        rows += [
            {
                "code": change.code,
                "name": step.names.get(change.code),
                "plan_from": step.first.key,
                "plan_to": step.second.key,
                "from": change.source,
                "from_name": ours.get(change.source or ""),
                "to": change.target,
                "to_name": theirs.get(change.target or ""),
                "people": count(change.people),
                "share_of_area_moved": share(change.share),
                "whole": change.whole,
            }
            for change in step.changes.areas
        ]
    return published(rows, found.restricted)


def changes_on_map(found: Comparison) -> Row:
    """The areas that change as polygons; geometry null where no boundary is loaded."""
    drawn = {step.second.key: geometries(step.shapes) for step in found.steps}
    return {
        "type": "FeatureCollection",
        **stands_on(found),
        "features": [
            {
                "type": "Feature",
                "id": f"{row['plan_to']}/{row['code']}" if len(found.steps) > 1 else row["code"],
                "geometry": drawn[row["plan_to"]].get(row["code"]),
                "properties": row,
            }
            for row in change_rows(found)
        ],
    }


def _names(plan: Plan) -> dict[str, str]:
    return {n.code: n.name for n in plan.answer.alignment.neighbourhoods}


def stands_on(found: Comparison) -> Row:
    """What the comparison stands on: all its plans, and all their datasets once."""
    datasets: Iterable[DatasetRecord] = (
        *(r for plan in found.plans for r in (*plan.answer.ground.datasets, *plan.people.datasets)),
        *(r for step in found.steps for r in step.datasets),
    )
    once = tuple({record.id: record for record in datasets}.values())
    first = provenance(found.plans[0].answer)
    return {
        "plans": [{"key": plan.key, **_plan(provenance(plan.answer))} for plan in found.plans],
        "today": TODAY,
        **{name: first[name] for name in ("place", "unit", "fictional", "small_numbers")},
        "restricted": found.restricted,
        "datasets": [dataset_reference(record) for record in once],
        "attribution": attribution(once),
        "warnings": sorted({warning for plan in found.plans for warning in plan.answer.warnings}),
    }


def _plan(said: Row) -> Row:
    return {**said["footprints"], **{name: said[name] for name in ("place", "basis", "basis_explained", "as_of")}}


def summary(found: Comparison) -> Row:
    """The whole comparison in one object."""
    return {
        **stands_on(found),
        "measures": measure_rows(found),
        "pcns": pcn_rows(found),
        "changes": [step_row(step) for step in found.steps],
        "neighbourhoods": [{"plan": plan.key, "items": neighbourhood_rows(plan)} for plan in found.plans],
        "benchmark": [{"plan": plan.key, **plan.benchmark} for plan in found.plans],
    }
