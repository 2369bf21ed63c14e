"""Plans side by side, and what changes from the first of them to each of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np

from app.domain.basis import Basis
from app.domain.comparison import Changes, changes
from app.domain.problem import Fault, Problem
from app.domain.records import DatasetRecord
from app.domain.suppression import protected
from app.services import evidence
from app.services.aligning import Answer, Question, answer
from app.services.answers import Row
from app.services.benchmarks import benchmark
from app.services.people import People, people
from app.services.workspace import Workspace
from geometry.labelled import Labelled

MOST_PLANS = 8

TODAY = (
    "“Today” is a plan like any other here: PCNs alone are no neighbourhoods. Name the footprints in use now as the "
    "first plan, and changes are counted from them."
)


@dataclass(frozen=True, eq=False)
class Plan:
    """One column: the answer for one plan, and who lives in its neighbourhoods. ``key`` is ``id@version``."""

    key: str
    answer: Answer
    people: People
    benchmark: Row


@dataclass(frozen=True, eq=False)
class Step:
    """What changes from the first plan to another, and what people are counted: residents or patients."""

    first: Plan
    second: Plan
    changes: Changes
    counted: str
    names: dict[str, str]  # of areas
    shapes: gpd.GeoSeries  # of the areas that change, EPSG:27700
    datasets: tuple[DatasetRecord, ...]


@dataclass(frozen=True, eq=False)
class Comparison:
    plans: tuple[Plan, ...]
    steps: tuple[Step, ...]  # from the first to each of the others

    @property
    def restricted(self) -> bool:
        return any(plan.answer.restricted for plan in self.plans)


def compare_plans(
    work: Workspace,
    names: Sequence[str],
    place: str | None = None,
    basis: Basis | None = None,
    as_of: date | None = None,
) -> Comparison:
    """Compare plans named ``id`` or ``id@version``; the first is what the others are held against.

    Raises ``Problem``: fewer than two plans or more than eight, one named twice, an unknown plan or version, a place
    that one of them does not have, plans of different areas that no lookup joins.
    """
    wanted = [name.strip() for name in names if name.strip()]
    if not 2 <= len(wanted) <= MOST_PLANS:
        raise Problem(
            Fault.BAD_INPUT,
            "Which plans?",
            f"{len(wanted)} named; a comparison takes 2 to {MOST_PLANS}, as id or id@version. {TODAY}",
            remedy="Name them like plan-a,plan-b@2.",
        )
    given = [answer(work, _question(name, place, basis, as_of)) for name in wanted]
    plans = tuple(Plan(_key(each), each, people(work, each), benchmark(work, each)) for each in given)
    repeated = sorted({plan.key for plan in plans if sum(plan.key == other.key for other in plans) > 1})
    if repeated:
        raise Problem(
            Fault.BAD_INPUT,
            "A plan is named twice",
            f"{', '.join(repeated)} would be compared with itself.",
            remedy="Name different plans, or different versions of one.",
        )
    return Comparison(plans, tuple(_step(work, plans[0], other) for other in plans[1:]))


def _question(name: str, place: str | None, basis: Basis | None, as_of: date | None) -> Question:
    plan, at, version = name.rpartition("@")
    if not at:
        return Question(name, place, basis, as_of)
    if not (version.isascii() and version.isdigit() and len(version) < 9):
        raise Problem(
            Fault.BAD_INPUT,
            "Not a version of a plan",
            f"“{name}” should be a plan's id, or its id, an @ and the number of a version.",
            remedy="Name it like plan-a@2.",
        )
    return Question(plan, place, basis, as_of, int(version))


def _key(given: Answer) -> str:
    return f"{given.ground.version.footprint_id}@{given.ground.version.number}"


def _step(work: Workspace, first: Plan, second: Plan) -> Step:
    key = ("step", first.answer.ground.key, second.answer.ground.key, first.answer.alignment.place)
    return work.remember(key, lambda: _made(work, first, second))


def _made(work: Workspace, first: Plan, second: Plan) -> Step:
    ground, other = first.answer.ground, second.answer.ground
    one, two, used = ground.weights.shares, other.weights.shares, []
    with work.store.read() as unit:
        if None not in (ground.weights.vintage, other.weights.vintage) and (
            ground.weights.vintage != other.weights.vintage
        ):
            step = evidence.carried(work, unit, ground.weights.vintage, other.weights.vintage, ground.as_of)
            if step is None:
                raise Problem(
                    Fault.NOTHING_LOADED,
                    "The plans are made of different areas",
                    f"{first.key} is of LSOA {ground.weights.vintage}, {second.key} of {other.weights.vintage}.",
                    remedy="Load the LSOA 2011 to 2021 lookup.",
                )
            two = step[0].matrix @ two
            used.append(step[1])
        measure = unit.areas.measure("population", ground.weights.vintage, ground.as_of)
        counted, by_area = _counted(
            ground.restricted, {} if measure is None else dict(measure.values.items()), ground.registered.by_area
        )
        found = changes(_of(one, first.answer), _of(two, second.answer), by_area)
        areas = ground.weights.areas
        frame = None if areas is None else unit.areas.of(areas.id).set_index("code")
    codes = [change.code for change in found.areas]
    return Step(
        first=first,
        second=second,
        changes=found,
        counted=counted,
        names={} if frame is None else {str(c): str(n) for c, n in frame["name"].reindex(codes).dropna().items()},
        shapes=gpd.GeoSeries([], crs=27700) if frame is None else frame.geometry.reindex(codes).dropna(),
        datasets=tuple(used),
    )


def _counted(restricted: bool, residents: Mapping[Any, float], lists: Labelled | None) -> tuple[str, dict[str, float]]:
    """Residents by area where they are loaded, else registered patients; protected where restricted."""
    if residents:
        values = {str(code): float(n) for code, n in residents.items() if n > 0}
    elif lists is not None:
        values = dict(zip(lists.columns, map(float, lists.column_sums()), strict=True))
    else:
        return "nobody: neither residents nor patients by area are loaded", {}
    if restricted:
        values = dict(zip(values, map(float, protected(np.array(list(values.values())))), strict=True))
    return ("residents" if residents else "registered patients"), values


def _of(shares: Labelled, given: Answer) -> Labelled:
    """Only the neighbourhoods of the answer, and the areas they hold something of."""
    chosen = shares.with_columns([n.code for n in given.alignment.neighbourhoods])
    return chosen.with_rows([c for c, held in zip(chosen.rows, chosen.row_sums(), strict=True) if held > 0])
