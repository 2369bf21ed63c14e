"""The place that neighbourhoods are proposed for: its small areas, by borough or by a place of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import geopandas as gpd
import numpy as np

from app.domain.naming import slug
from app.domain.problem import Fault, Problem
from app.domain.records import DatasetRecord, FootprintVersion
from app.ingest.kinds import Kind
from app.services import evidence
from app.services.aligning import named_place
from app.services.weights import weights
from app.services.workspace import Workspace
from app.store.unit import Unit
from geometry.crosstab import conserving

MOSTLY = 0.5
"""An area belongs to a place of a plan that holds more than this part of it."""


class Units(StrEnum):
    """What neighbourhoods are built of."""

    WARDS = "wards"
    MSOAS = "msoas"
    LSOAS = "lsoas"

    @property
    def column(self) -> str | None:
        """The column of the areas that groups them, ``None`` for the areas themselves."""
        return {Units.WARDS: "ward_code", Units.MSOAS: "msoa_code", Units.LSOAS: None}[self]

    @property
    def words(self) -> str:
        """As it is written in a sentence."""
        return {Units.WARDS: "wards", Units.MSOAS: "MSOAs", Units.LSOAS: "LSOAs"}[self]


@dataclass(frozen=True)
class Where:
    """The place: boroughs by code or name, or a place of a plan. ``links`` join areas that touch nowhere."""

    boroughs: tuple[str, ...] = ()
    footprints: str | None = None
    place: str | None = None
    version: int | None = None
    as_of: date | None = None
    links: tuple[tuple[str, str], ...] = ()


def of_boroughs(work: Workspace, unit: Unit, where: Where) -> tuple[DatasetRecord, gpd.GeoDataFrame, list[str], str]:
    """Areas of the boroughs, from the newest dataset that has all of them."""
    wanted = {slug(borough) for borough in where.boroughs}
    small = [
        r for r in evidence.candidates(unit, (Kind.AREAS,), where.as_of) if evidence.level(work, unit, r) == "lsoa"
    ]
    order = {vintage: at for at, vintage in enumerate(evidence.PREFERRED_VINTAGES)}
    known: set[str] = set()
    for record in sorted(small, key=lambda r: order.get(r.vintage or "", len(order))):
        listed = unit.areas.of(record.id, geometry=False)
        codes, names = listed["lad_code"].fillna(""), listed["lad_name"].fillna("")
        held = codes.str.casefold().isin(wanted) | names.map(lambda name: bool(name) and slug(name) in wanted)
        found = {slug(text) for text in {*codes[held], *names[held]} if text}
        known |= {str(name or code) for code, name in zip(codes, names, strict=True) if name or code}
        if held.any() and wanted <= found:
            everywhere = unit.areas.of(record.id).set_index("code").sort_index()
            mine = sorted(map(str, listed.loc[held, "code"]))
            return record, everywhere, mine, _joined(sorted(set(names[held].where(names[held] != "", codes[held]))))
    raise Problem(
        Fault.NOT_FOUND,
        "No such borough",
        f"No small areas loaded lie in all of: {', '.join(where.boroughs)}.",
        remedy=f"Known: {', '.join(sorted(known)[:40])}."
        if known
        else "Load the boundaries of the LSOAs of the place.",
    )


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def of_plan(
    work: Workspace, unit: Unit, where: Where
) -> tuple[DatasetRecord, gpd.GeoDataFrame, list[str], str, dict[str, str], FootprintVersion]:
    """Areas mostly in the plan's place, and the neighbourhood that holds most of each."""
    version = unit.footprints.get(slug(where.footprints or ""), where.version)
    place = named_place(version, where.place)
    if place is None:
        if len(version.places) > 1:
            raise Problem(
                Fault.BAD_INPUT,
                "Which place?",
                f"{version.name} has several: {', '.join(version.places)}.",
                remedy="Name one of them.",
            )
        place = version.places[0] if version.places else version.name
    candidates = evidence.areas_for(work, unit, version, where.as_of)
    if not candidates:
        raise Problem(
            Fault.NOTHING_LOADED,
            "No small areas are loaded",
            f"No small areas (LSOAs) that {version.name} covers are loaded.",
            remedy="Load the boundaries of the LSOAs of this place.",
        )
    record = candidates[0]
    shares, _ = conserving(weights(work, unit, version, record, where.as_of).shares)
    frame = unit.footprints.neighbourhoods(version.id)
    home = {str(code): str(name or version.name) for code, name in zip(frame["code"], frame["place"], strict=True)}
    inside = [at for at, code in enumerate(shares.columns) if home[code] == place]
    held = shares.values[:, inside].toarray()
    now = {
        shares.rows[row]: shares.columns[inside[int(held[row].argmax())]]
        for row in np.flatnonzero(held.sum(axis=1) > MOSTLY).tolist()
    }
    if not now:
        raise Problem(
            Fault.NOT_FOUND,
            "The place has no small areas",
            f"None of the areas of {record.name} lies mostly in {place} of {version.name}.",
            remedy="Check that the plan and the areas are of the same place.",
        )
    everywhere = unit.areas.of(record.id).set_index("code").sort_index()
    return record, everywhere, sorted(now), place, now, version
