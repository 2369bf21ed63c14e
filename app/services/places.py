"""The places of all plans loaded, and what each holds."""

from __future__ import annotations

from typing import Any

from app.domain.naming import slug
from app.domain.problem import Fault, Problem
from app.domain.records import Role
from app.services.workspace import Workspace


def places(work: Workspace) -> list[dict[str, Any]]:
    """Every place named by any footprint version, by id: its boroughs and the plans that have neighbourhoods in it."""
    found: dict[str, dict[str, Any]] = {}
    with work.store.read() as unit:
        for version in unit.footprints.list():
            if version.role is not Role.PROPOSAL:
                continue
            frame = unit.footprints.neighbourhoods(version.id)
            for name, group in frame.groupby(frame["place"].fillna(version.name), sort=True):
                entry = found.setdefault(
                    slug(str(name)), {"id": slug(str(name)), "name": str(name), "boroughs": set(), "footprints": []}
                )
                entry["boroughs"] |= {str(b) for b in group["borough"].dropna()}
                entry["footprints"].append(
                    {"id": version.footprint_id, "version": version.number, "neighbourhoods": len(group)}
                )
    return [{**found[key], "boroughs": sorted(found[key]["boroughs"])} for key in sorted(found)]


def place(work: Workspace, place_id: str) -> dict[str, Any]:
    """One place. Raises ``Problem`` where no plan has it."""
    known = {entry["id"]: entry for entry in places(work)}
    if slug(place_id) not in known:
        raise Problem(
            Fault.NOT_FOUND,
            "No such place",
            f"No plan loaded has a place “{place_id}”. Known: {', '.join(known) or 'none'}.",
            remedy="Use one of these, or load footprints that name their place.",
        )
    return known[slug(place_id)]
