"""What the page about the API shows: the plans there are, and addresses that work on what is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from app.domain.problem import Problem
from app.domain.records import FootprintVersion
from app.services import footprints
from app.services.aligning import Answer, Question, answer
from app.services.workspace import Workspace

MOST_TRIED = 3
"""Plans that are looked at for one that can be answered."""


@dataclass(frozen=True)
class Example:
    """``address`` begins at the root of the service; ``gives`` is what opens there."""

    title: str
    address: str
    gives: str


@dataclass(frozen=True)
class Group:
    """Examples for somebody in particular."""

    title: str
    audience: str
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Landing:
    """``plan`` is the one the examples are of; ``as_of`` and ``fictional`` say of what its figures are."""

    plans: tuple[FootprintVersion, ...]
    plan: FootprintVersion | None
    as_of: str | None
    fictional: bool
    groups: tuple[Group, ...]


def landing(work: Workspace) -> Landing:
    """Plans by id, and examples for the plan loaded last that the data loaded can answer for."""
    plans = tuple(footprints.latest(work))
    newest = sorted(plans, key=lambda plan: (plan.created_at, plan.id), reverse=True)
    for plan in newest[:MOST_TRIED]:
        given = _answered(work, plan)
        if given is not None:
            others = [other for other in newest if other.id != plan.id and set(other.places) & set(plan.places)]
            other = others[0] if others and _answered(work, others[0]) is not None else None
            groups = _groups(given, plan, other)
            return Landing(plans, plan, given.ground.as_of.isoformat(), given.ground.fictional, groups)
    return Landing(plans, newest[0] if newest else None, None, False, _without_figures(newest[0] if newest else None))


def _answered(work: Workspace, plan: FootprintVersion) -> Answer | None:
    try:
        return answer(work, Question(plan.footprint_id, version=plan.number))
    except Problem:
        return None


def _address(path: str, **query: str) -> str:
    return f"{path}?{urlencode(query, safe='@,')}" if query else path


def _groups(given: Answer, plan: FootprintVersion, other: FootprintVersion | None) -> tuple[Group, ...]:
    name = plan.footprint_id
    tables = [
        Example("Each small area with its neighbourhood", _lookup("lsoa-neighbourhood", name), "CSV"),
        Example("Each practice with its PCN and neighbourhood", _lookup("practice-pcn-neighbourhood", name), "CSV"),
        Example("Patients of each PCN in each neighbourhood", _lookup("pcn-neighbourhood-wide", name), "CSV"),
    ]
    if given.ground.registered.by_area is not None:
        tables.insert(2, Example("Each small area with the PCN of most patients", _lookup("lsoa-pcn", name), "CSV"))
    if other is not None:
        to = f"{other.footprint_id}@{other.number}"
        tables.append(Example(f"What changes if {other.name} came instead", _lookup("changes", name, to=to), "CSV"))
    read = [
        Example("Which PCNs do not fit, and by how much", _address("/api/v1/alignment", footprints=name), "JSON"),
        Example("The same by practice", _address("/api/v1/alignment/practices", footprints=name), "JSON"),
        Example("What is loaded, with dates", "/api/v1/datasets", "JSON"),
        Example("Every lookup, with each of its columns explained", "/api/v1/lookups", "JSON"),
    ]
    return (
        Group("Tables", "For Excel, Power BI, R and pandas", tuple(tables)),
        Group("Maps", "For QGIS, ArcGIS and dashboards", (*_maps(plan), *_fit(plan))),
        Group("Answers", "For programs and for the curious", tuple(read)),
    )


def _without_figures(plan: FootprintVersion | None) -> tuple[Group, ...]:
    """What is there before registrations or practices are: nothing that counts patients."""
    always = (
        Example("What is loaded, with dates", "/api/v1/datasets", "JSON"),
        Example("Every lookup, with each of its columns explained", "/api/v1/lookups", "JSON"),
    )
    answers = Group("Answers", "For programs and for the curious", always)
    return (answers,) if plan is None else (Group("Maps", "For QGIS, ArcGIS and dashboards", _maps(plan)), answers)


def _maps(plan: FootprintVersion) -> tuple[Example, ...]:
    return (
        Example("The address to give QGIS or ArcGIS: all layers", "/ogc", "OGC API - Features"),
        Example("The neighbourhoods", _items("neighbourhoods", plan, f="html"), "a page"),
    )


def _fit(plan: FootprintVersion) -> tuple[Example, ...]:
    filtered = _items("alignment-pcns", plan, filter="containment < 0.8", f="json")
    return (
        Example("PCNs with less than 80 % of their patients in one neighbourhood", filtered, "GeoJSON"),
        Example(
            "Practices, as a file for any GIS program", _items("alignment-practices", plan, f="gpkg"), "GeoPackage"
        ),
    )


def _items(prefix: str, plan: FootprintVersion, **query: str) -> str:
    collection = quote(f"{prefix}-{plan.footprint_id}-v{plan.number}", safe="")
    return _address(f"/ogc/collections/{collection}/items", **query)


def _lookup(name: str, plan: str, **more: str) -> str:
    return _address(f"/api/v1/lookups/{name}", footprints=plan, **more, f="csv")
