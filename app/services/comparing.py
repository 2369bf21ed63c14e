"""One set of footprints against another, on the same small areas: a plan against a plan, or against a layer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np

from app.domain.naming import slug
from app.domain.problem import Fault, Problem
from app.domain.records import DatasetRecord, FootprintVersion
from app.domain.suppression import RULE, protected, protected_matrix
from app.domain.weighing import Weighing
from app.services import evidence
from app.services.aligning import named_place
from app.services.answers import Row, count, dataset_reference
from app.services.attribution import attribution
from app.services.registered import registered
from app.services.suppression import is_restricted
from app.services.weights import Weights, weights
from app.services.workspace import Workspace
from app.store.unit import Unit
from data.sample.names import FICTIONAL_AREA
from geometry.contingency import Floats
from geometry.crosstab import conserving
from geometry.joint import joint_table
from geometry.labelled import Labelled


@dataclass(frozen=True, eq=False)
class Compared:
    """``table`` is neighbourhoods of the first × regions of the second, in the unit of the weighing.

    ``first_only`` (one a row) lies in no region of the second, ``second_only`` (one a column) in none of the first.
    With a place, only its neighbourhoods are rows, and what a region holds beyond them is in ``second_only``.
    """

    first: FootprintVersion
    second: FootprintVersion
    place: str | None
    weighing: Weighing
    table: Labelled
    first_only: Floats
    second_only: Floats
    first_names: dict[str, str]
    second_names: dict[str, str]
    first_shapes: gpd.GeoSeries
    second_shapes: gpd.GeoSeries
    as_of: date | None
    datasets: tuple[DatasetRecord, ...]
    warnings: tuple[str, ...]
    fictional: bool

    @property
    def restricted(self) -> bool:
        """Whether small numbers in it must be hidden; the table is protected then."""
        return is_restricted(self.datasets)


def compare(
    work: Workspace,
    first: FootprintVersion,
    second: FootprintVersion,
    *,
    weighing: Weighing | None = None,
    place: str | None = None,
    as_of: date | None = None,
) -> Compared:
    """Cross two versions; ``weighing`` by default residents where they are loaded, else patients, else area.

    Raises ``Problem``: no such place; no small areas that both cover; nothing loaded for the weighing asked for.
    """
    chosen = named_place(first, place)
    with work.store.read() as unit:
        loaded = tuple((record.id, record.restricted) for record in unit.datasets.page(limit=None))
    key = ("compared", first.id, second.id, first.status, second.status, weighing, chosen, as_of, loaded)
    return work.remember(key, lambda: _compare(work, first, second, weighing, chosen, as_of))


def _compare(
    work: Workspace,
    first: FootprintVersion,
    second: FootprintVersion,
    asked: Weighing | None,
    place: str | None,
    as_of: date | None,
) -> Compared:
    with work.store.read() as unit:
        areas = _common_areas(work, unit, first, second, as_of)
        one, two = (weights(work, unit, version, areas, as_of) for version in (first, second))
        weighing, weight, used, dated = _weight(work, unit, first, areas, asked, as_of)
    with work.store.read() as unit:  # anew: outlines of a list may just have been made
        frames = [unit.footprints.neighbourhoods(v.id).set_index("code").sort_index() for v in (first, second)]
        shapes = [gpd.GeoSeries(frame.geometry.dropna(), crs=27700) for frame in frames]
        (shares, odd), (other_shares, other_odd) = _single(first, one), _single(second, two)
        made = joint_table(
            shares,
            other_shares,
            weight,
            areas=lambda: unit.areas.of(areas.id).set_index("code").geometry,
            first_shapes=lambda: shapes[0],
            second_shapes=lambda: shapes[1],
        )
        records = [unit.datasets.get(first.dataset_id), unit.datasets.get(second.dataset_id), areas, *used]
    told = [*odd, *other_odd]
    if made.independent:
        told.append(
            f"{made.independent:,} small areas are cut by both and have no outlines to say how: their parts are taken "
            "as independent."
        )
    rows = [str(code) for code, of in zip(frames[0].index, frames[0]["place"], strict=True) if place in (None, of)]
    if place is not None and not rows:  # a plan without places is one place by its own name
        rows = [str(code) for code in frames[0].index]
    at = [made.table.row_index[code] for code in rows]
    table = made.table.with_rows(rows)
    if not table.total() > 0:
        raise nothing_in_common(weighing.unit, first.name, second.name)
    beyond = made.second_only + made.table.column_sums() - table.column_sums()
    first_only, second_only = made.first_only[at], np.maximum(beyond, 0.0)
    if is_restricted(records):
        table, first_only, second_only = protected_matrix(table), protected(first_only), protected(second_only)
    return Compared(
        first=first,
        second=second,
        place=place,
        weighing=weighing,
        table=table,
        first_only=first_only,
        second_only=second_only,
        first_names=_names(frames[0]),
        second_names=_names(frames[1]),
        first_shapes=shapes[0][shapes[0].index.isin(rows)],
        second_shapes=shapes[1],
        as_of=as_of or dated or max((r.effective_date for r in records if r.effective_date), default=None),
        datasets=tuple({record.id: record for record in records}.values()),
        warnings=tuple(told),
        fictional=any(code.startswith(FICTIONAL_AREA) for code in one.shares.rows),
    )


def _common_areas(
    work: Workspace, unit: Unit, first: FootprintVersion, second: FootprintVersion, as_of: date | None
) -> DatasetRecord:
    also = {record.id for record in evidence.areas_for(work, unit, second, as_of)}
    for record in evidence.areas_for(work, unit, first, as_of):
        if record.id in also:
            return record
    raise Problem(
        Fault.NOTHING_LOADED,
        "No small areas are loaded that both cover",
        f"{first.name} and {second.name} are compared by small areas, and none that is loaded lies in both.",
        remedy="Load the boundaries of the LSOAs (of the census that a list of areas uses) of this place.",
    )


def _weight(
    work: Workspace,
    unit: Unit,
    version: FootprintVersion,
    areas: DatasetRecord,
    asked: Weighing | None,
    as_of: date | None,
) -> tuple[Weighing, dict[str, float], list[DatasetRecord], date | None]:
    """The weight of each small area, what it is, and where it comes from."""
    if asked in (None, Weighing.RESIDENTS):
        measure = unit.areas.measure("population", areas.vintage, as_of)
        people = {} if measure is None else {str(code): float(n) for code, n in measure.values.items() if n > 0}
        if measure is not None and people:
            record = unit.datasets.get(measure.dataset_id)
            return Weighing.RESIDENTS, people, [record], record.effective_date
    if asked in (None, Weighing.PATIENTS):
        found = registered(work, unit, version, as_of)
        if found.by_area is not None and found.weights.vintage == areas.vintage:
            sums = dict(zip(found.by_area.columns, map(float, found.by_area.column_sums()), strict=True))
            return Weighing.PATIENTS, sums, list(found.datasets), found.as_of
    if asked in (None, Weighing.AREA):
        land = unit.areas.of(areas.id).set_index("code").geometry.area
        return Weighing.AREA, {str(code): float(size) for code, size in land.items()}, [], None
    raise Problem(
        Fault.NOTHING_LOADED,
        f"No {asked.unit} are known by small area",
        f"The weighing “{asked}” needs {asked.explained}, and none is loaded for the areas of {areas.name}.",
        remedy="Load them (population estimates, or patients by LSOA), or ask for another weighing.",
    )


def _single(version: FootprintVersion, made: Weights) -> tuple[Labelled, tuple[str, ...]]:
    single, twice = conserving(made.shares)
    unknown = made.made.get("listed_but_not_loaded") or []
    warnings = []
    if twice:
        warnings.append(
            f"{version.name} overlaps itself in {len(twice):,} small areas: their people are shared in proportion, so "
            "that nobody is counted twice."
        )
    if unknown:
        warnings.append(f"{version.name} lists areas that are not loaded, for example {', '.join(unknown[:3])}.")
    return single, tuple(warnings)


def nothing_in_common(unit: str, first: str, second: str) -> Problem:
    return Problem(
        Fault.NOTHING_LOADED,
        "The two have nothing in common",
        f"No {unit} are both in {first} and in {second}.",
        remedy="Check that both are of the same part of the country.",
    )


def _names(frame: gpd.GeoDataFrame) -> dict[str, str]:
    return {str(code): str(name or code) for code, name in frame["name"].items()}


def provenance(compared: Compared) -> Row:
    """What any figure of the comparison stands on."""
    return {
        "footprints": _reference(compared.first),
        "with": _reference(compared.second),
        "place": compared.place and {"id": slug(compared.place), "name": compared.place},
        "basis": str(compared.weighing),
        "basis_explained": compared.weighing.explained,
        "unit": compared.weighing.unit,
        "as_of": compared.as_of.isoformat() if compared.as_of else None,
        "fictional": compared.fictional,
        "restricted": compared.restricted,
        "small_numbers": RULE if compared.restricted else None,
        "in_both": count(compared.table.total()),
        "only_in_first": count(float(compared.first_only.sum())),
        "only_in_second": count(float(compared.second_only.sum())),
        "datasets": [dataset_reference(record) for record in compared.datasets],
        "attribution": attribution(compared.datasets),
        "warnings": list(compared.warnings),
    }


def _reference(version: FootprintVersion) -> Row:
    return {
        "id": version.footprint_id,
        "name": version.name,
        "version": version.number,
        "status": str(version.status),
        "role": str(version.role),
        "service": version.service,
    }
