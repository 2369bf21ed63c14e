"""What proposals for a place stand on: its small areas, who lives in them, and who is registered with which PCN."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

import geopandas as gpd
import numpy as np
import pandas as pd

from app.domain.alignment import Inputs, Neighbourhood
from app.domain.places import belonging
from app.domain.problem import Fault, Problem
from app.domain.records import DatasetRecord, FootprintVersion
from app.domain.suppression import protected, protected_matrix
from app.ingest.reading import UNKNOWN_AREA
from app.services import evidence
from app.services.proposing_lists import registered_on
from app.services.proposing_place import Where, of_boroughs, of_plan
from app.services.suppression import is_restricted
from app.services.workspace import Workspace
from app.store.unit import Unit
from data.sample.names import FICTIONAL_AREA
from geometry.adjacency import Adjacency, adjacent
from geometry.catchment import by_group
from geometry.crosstab import crosstab
from geometry.labelled import Labelled
from geometry.locate import locate

UNKNOWN = frozenset({UNKNOWN_AREA})

HIDDEN = (
    "Small numbers are hidden PCN by PCN and area by area before anything is computed, so figures differ from those of "
    "a plan that is loaded."
)


@dataclass(frozen=True, eq=False)
class Ground:
    """``areas`` are the place's, by code (EPSG:27700); ``elsewhere`` gives every other area its borough's name.

    ``lists`` is practices × areas (patients); where anything is restricted PCNs × areas, every cell protected, and the
    PCNs stand for their practices. ``standing`` is the area a practice stands in. ``now`` is the neighbourhood of each
    area in the plan the place was named by, empty where it was named by boroughs.
    """

    key: Hashable
    place: str
    areas: gpd.GeoDataFrame
    adjacency: Adjacency
    people: dict[str, float]
    counted: str  # what people are
    elsewhere: dict[str, str]
    lists: Labelled
    pcn_of: Mapping[str, str]
    pcns: tuple[str, ...]  # those that belong to the place
    standing: Mapping[str, str]
    practice_names: Mapping[str, str]
    pcn_names: Mapping[str, str]
    vintage: str | None
    as_of: date
    now: dict[str, str]
    now_version: FootprintVersion | None
    datasets: tuple[DatasetRecord, ...]
    warnings: tuple[str, ...]
    fictional: bool

    @property
    def restricted(self) -> bool:
        return is_restricted(self.datasets)

    @property
    def by_pcn(self) -> Labelled:
        """Patients of the place's PCNs in its areas."""
        members = [p for p in self.lists.rows if self.pcn_of.get(p) in self.pcns]
        groups = Labelled.from_triples(
            [self.pcn_of[p] for p in members], members, np.ones(len(members)), row_order=self.pcns
        )
        return (groups @ self.lists).with_columns(list(self.areas.index))

    def inputs(self, assigned: Mapping[str, str], names: Mapping[str, str], work: Workspace) -> Inputs:
        """What an alignment of the place divided by ``assigned`` (area to neighbourhood) is computed from.

        The other boroughs are one neighbourhood each, so that practices and PCNs belong where they belong.
        """
        everywhere = {**{area: _other(borough) for area, borough in self.elsewhere.items()}, **assigned}
        codes = sorted(set(everywhere.values()))
        shares = Labelled.from_triples(
            list(everywhere), list(everywhere.values()), np.ones(len(everywhere)), column_order=codes
        )
        residents: dict[str, float] = {}
        for area, code in assigned.items():
            residents[code] = residents.get(code, 0.0) + self.people[area]
        others = {_other(borough): borough for borough in self.elsewhere.values()}
        return Inputs(
            by_practice=crosstab(self.lists, shares, UNKNOWN),
            neighbourhoods=tuple(
                Neighbourhood(code, others[code], others[code])
                if code in others
                else Neighbourhood(code, names.get(code, code), self.place, residents.get(code))
                for code in codes
            ),
            pcn_of=self.pcn_of,
            standing_in={p: everywhere.get(self.standing[p]) if p in self.standing else None for p in self.lists.rows},
            practice_names=self.practice_names,
            pcn_names=self.pcn_names,
            thresholds=work.thresholds,
        )


def _other(borough: str) -> str:
    return f"elsewhere: {borough}"


def proposing_ground(work: Workspace, where: Where) -> Ground:
    """Gather it; kept in memory for as long as nothing is loaded.

    Raises ``Problem``: no such borough, plan or place; no areas, registrations or PCNs of the place loaded; a link to
    an area that is not of the place.
    """
    with work.store.read() as unit:
        loaded = tuple((record.id, record.restricted) for record in unit.datasets.page(limit=None))
    key = ("proposing", where, loaded, work.thresholds)
    return work.remember(key, lambda: _ground(work, where, key))


def _ground(work: Workspace, where: Where, key: Hashable) -> Ground:
    if bool(where.boroughs) == bool(where.footprints):
        raise Problem(
            Fault.BAD_INPUT,
            "Which place?",
            "A place is told by its boroughs, or by a plan and one of its places: one of the two is needed.",
            remedy="Name boroughs by code (E09000023) or name, or a plan that has the place.",
        )
    with work.store.read() as unit:
        if where.footprints:
            record, everywhere, mine, place, now, version = of_plan(work, unit, where)
        else:
            record, everywhere, mine, place = of_boroughs(work, unit, where)
            now, version = {}, None
    with work.store.read() as unit:
        return _gathered(work, unit, where, key, record, everywhere, mine, place, now, version)


def _gathered(
    work: Workspace,
    unit: Unit,
    where: Where,
    key: Hashable,
    record: DatasetRecord,
    everywhere: gpd.GeoDataFrame,
    mine: list[str],
    place: str,
    now: dict[str, str],
    version: FootprintVersion | None,
) -> Ground:
    lists, used, warnings = registered_on(work, unit, record, mine, where.as_of)
    as_of = where.as_of or used[0].effective_date or datetime.now(UTC).date()
    membership, membership_record = evidence.membership(unit, lists.rows, as_of)
    names, name_records = evidence.practice_names(unit, as_of)
    details = names.reindex(list(lists.rows))
    located = evidence.located(unit, details, as_of)
    standing = _standing(lists, located, gpd.GeoSeries(everywhere.geometry, crs=27700))
    areas = everywhere.loc[mine]
    elsewhere = {
        str(code): str(borough)
        for code, borough in everywhere["lad_name"].fillna(everywhere["lad_code"]).fillna("elsewhere").items()
        if code not in set(mine)
    }
    measure = unit.areas.measure("population", record.vintage, as_of)
    records = [record, *used, membership_record, *name_records, *located.datasets]
    records += [unit.datasets.get(measure.dataset_id)] if measure is not None else []
    records += [unit.datasets.get(version.dataset_id)] if version is not None else []
    datasets = tuple({r.id: r for r in records if r is not None}.values())
    pcns = _belonging(lists, membership.pcn_of, standing, set(mine))
    if not pcns:
        raise Problem(
            Fault.NOTHING_LOADED,
            "No PCN belongs to this place",
            f"None of the practices that stand in {place} is in a PCN on {as_of}.",
            remedy="Load PCN membership (ePCN), and practices with postcodes, or ask for another date.",
        )
    pcn_of: Mapping[str, str] = membership.pcn_of
    if is_restricted(datasets):
        networked = by_group(lists, pcn_of)
        lists, pcn_of = protected_matrix(networked), {code: code for code in networked.rows}
        standing = _standing_as_pcns(lists, pcns, mine)
        warnings = (
            *warnings,
            HIDDEN,
        )
    people, counted = _people(None if measure is None else measure.values, lists, mine, is_restricted(datasets))
    try:
        adjacency = adjacent(gpd.GeoSeries(areas.geometry, crs=27700)).with_links(where.links)
    except ValueError as error:
        raise Problem(
            Fault.BAD_INPUT, "A link cannot be used", f"{error}.", remedy="Link two areas of the place by their codes."
        ) from error
    return Ground(
        key=key,
        place=place,
        areas=areas,
        adjacency=adjacency,
        people=people,
        counted=counted,
        elsewhere=elsewhere,
        lists=lists,
        pcn_of=pcn_of,
        pcns=pcns,
        standing=standing,
        practice_names={str(code): str(name) for code, name in details["name"].dropna().items()},
        pcn_names=evidence.pcn_names(unit, as_of),
        vintage=record.vintage,
        as_of=as_of,
        now=now,
        now_version=version,
        datasets=datasets,
        warnings=warnings,
        fictional=any(code.startswith(FICTIONAL_AREA) for code in mine),
    )


def _standing(lists: Labelled, located: evidence.Located, shapes: gpd.GeoSeries) -> dict[str, str]:
    """The area each practice stands in; where its location is not known, the area most of its patients live in."""
    found = locate(located.points, shapes)
    standing = {str(practice): str(area) for practice, area in found.items() if area is not None}
    for practice, areas in located.areas.items():
        area = next((a for a in areas if a in shapes.index), None)
        if area is not None:
            standing.setdefault(practice, area)
    placed = set(map(str, located.points.index)) | set(located.areas)
    known = lists.with_columns([str(code) for code in shapes.index])
    for practice in lists.rows:
        if practice not in placed:
            row = known.values[[known.row_index[practice]], :].toarray().ravel()
            if row.max(initial=0.0) > 0:
                standing[practice] = known.columns[int(row.argmax())]
    return standing


def _belonging(
    lists: Labelled, pcn_of: Mapping[str, str], standing: Mapping[str, str], mine: set[str]
) -> tuple[str, ...]:
    """PCNs of which most registered patients' practices stand in the place (docs/decisions/0001)."""
    sizes = dict(zip(lists.rows, map(float, lists.row_sums()), strict=True))
    here = {p: ("here" if standing[p] in mine else "elsewhere") if p in standing else None for p in lists.rows}
    owned = belonging(sizes, here, {}, {"here": "here", "elsewhere": "elsewhere"}, pcn_of)
    return tuple(sorted(code for code, place in owned.pcn.items() if place == "here"))


def _standing_as_pcns(lists: Labelled, pcns: tuple[str, ...], mine: list[str]) -> dict[str, str]:
    """For PCNs in the place of practices: those of the place stand in its area with most of their patients."""
    here = lists.with_columns(mine)
    standing = {}
    for pcn in pcns:
        row = here.values[[here.row_index[pcn]], :].toarray().ravel()
        if row.max(initial=0.0) > 0:
            standing[pcn] = here.columns[int(row.argmax())]
    return standing


def _people(
    measured: pd.Series[float] | None, lists: Labelled, mine: list[str], restricted: bool
) -> tuple[dict[str, float], str]:
    """People by area, and what they are: residents where a population is loaded, else the patients who live there."""
    if measured is not None and measured.reindex(mine).notna().any():
        counts = np.asarray(measured.reindex(mine).fillna(0.0).clip(lower=0.0), dtype=np.float64)
        counted = "residents"
    else:
        counts, counted = lists.with_columns(mine).column_sums(), "registered patients living there"
    counts = protected(counts) if restricted else counts
    return dict(zip(mine, map(float, counts), strict=True)), counted
