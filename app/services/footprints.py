"""Proposals of neighbourhoods and their versions."""

from __future__ import annotations

from typing import Any

from app.domain.naming import slug
from app.domain.records import FootprintVersion, Role, Status
from app.services.maps import geometries
from app.services.workspace import Workspace


def latest(work: Workspace, role: Role = Role.PROPOSAL) -> list[FootprintVersion]:
    """The latest version of every proposal (or of every layer), by id."""
    newest: dict[str, FootprintVersion] = {}
    with work.store.read() as unit:
        for found in unit.footprints.list():
            if found.role is not role:
                continue
            kept = newest.get(found.footprint_id)
            if kept is None or found.number > kept.number:
                newest[found.footprint_id] = found
    return [newest[key] for key in sorted(newest)]


def versions(work: Workspace, footprint_id: str) -> list[FootprintVersion]:
    """All versions of a proposal, oldest first. Raises ``Problem`` where there is none."""
    with work.store.read() as unit:
        known = unit.footprints.get(slug(footprint_id))
        found = [v for v in unit.footprints.list() if v.footprint_id == known.footprint_id]
    return sorted(found, key=lambda v: v.number)


def version(work: Workspace, footprint_id: str, number: int | None = None) -> FootprintVersion:
    """One version, the latest by default. Raises ``Problem`` where there is none."""
    with work.store.read() as unit:
        return unit.footprints.get(slug(footprint_id), number)


def set_status(work: Workspace, footprint_id: str, number: int, status: Status) -> FootprintVersion:
    """Move a version on. Raises ``Problem`` (conflict) where that would change what has been agreed."""
    with work.store.write() as unit:
        found = unit.footprints.get(slug(footprint_id), number)
        unit.footprints.set_status(found.id, status)
        return unit.footprints.get(found.footprint_id, number)


def neighbourhoods(work: Workspace, footprint_id: str, number: int) -> list[dict[str, Any]]:
    """Codes and names of a version's neighbourhoods, in code order."""
    with work.store.read() as unit:
        found = unit.footprints.get(slug(footprint_id), number)
        frame = unit.footprints.neighbourhoods(found.id).sort_values("code")
    return [
        {"code": row.code, "name": row.name, "place": row.place or found.name, "borough": row.borough}
        for row in frame[["code", "name", "place", "borough"]].itertuples(index=False, name="Row")
    ]


def neighbourhoods_on_map(work: Workspace, footprint_id: str, number: int) -> dict[str, Any]:
    """The same as GeoJSON in longitude and latitude; geometry null where no boundary is known."""
    with work.store.read() as unit:
        found = unit.footprints.get(slug(footprint_id), number)
        shapes = unit.footprints.neighbourhoods(found.id).set_index("code").geometry.dropna()
    drawn = geometries(shapes)
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "id": row["code"], "geometry": drawn.get(row["code"]), "properties": row}
            for row in neighbourhoods(work, footprint_id, number)
        ],
    }
