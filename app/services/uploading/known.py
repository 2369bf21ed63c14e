"""What is loaded already, as far as it helps to understand a file: codes of areas, and where they lie."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import shapely

from app.ingest.kinds import Kind
from app.store.unit import Unit


@dataclass(frozen=True)
class KnownAreas:
    """One loaded dataset of small areas; ``lads`` gives each area's local authority."""

    dataset: str
    name: str
    vintage: str | None
    codes: frozenset[str]
    wards: frozenset[str]
    lads: dict[str, str]
    lad_names: frozenset[str]


def known_areas(unit: Unit) -> tuple[KnownAreas, ...]:
    """Every dataset of areas, the one loaded last first."""
    found = []
    for record in unit.datasets.page(str(Kind.AREAS), limit=None):
        frame = unit.areas.of(record.id, geometry=False)
        found.append(
            KnownAreas(
                record.id,
                record.name,
                record.vintage,
                frozenset(frame["code"]),
                frozenset(frame["ward_code"].dropna()),
                {code: lad for code, lad in zip(frame["code"], frame["lad_code"], strict=True) if lad},
                frozenset(frame["lad_name"].dropna()),
            )
        )
    return tuple(found)


def shapes_of(unit: Unit, areas: Collection[KnownAreas], codes: Collection[str]) -> dict[str, shapely.Geometry]:
    """Outlines (EPSG:27700) of areas or wards by code, from the first dataset that has each."""
    shapes: dict[str, shapely.Geometry] = {}
    for known in areas:
        wanted = set(codes) - shapes.keys()
        if not wanted & (known.codes | known.wards):
            continue
        frame = unit.areas.of(known.dataset)
        inside = frame[frame["code"].isin(wanted)]
        shapes |= dict(zip(inside["code"], inside.geometry, strict=True))
        for ward, group in frame[frame["ward_code"].isin(wanted)].groupby("ward_code", sort=True):
            shapes[str(ward)] = shapely.union_all(group.geometry.to_numpy())
    return shapes
