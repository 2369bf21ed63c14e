"""What could be done, as features: the options of each place of a plan, with the practices that each concerns.

A plan of one place has its options among the collections. Those of a plan of many take minutes together: each place's
are made when they are first asked for by their id, and listed from then on.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import shapely

from app.domain.naming import slug
from app.domain.publication import Content, Field
from app.domain.records import FootprintVersion, Role
from app.ingest.kinds import Kind
from app.services import option_rows
from app.services.aligning import Question
from app.services.option_tables import option_table
from app.services.options import Asked, options, places_of
from app.services.publishing.about import (
    COUNTED,
    DATE,
    INTEGER,
    NAMED,
    NUMBER,
    PLAN,
    SOURCE,
    TEXT,
    VALID,
    about,
    flat,
    of_version,
    source,
)
from app.services.publishing.offers import Offer, State, key_of, version_key
from app.services.publishing.writing import plain
from app.services.suppression import FLAG
from app.services.workspace import Workspace

OPTIONS = (
    *NAMED,
    Field("place", TEXT, "Place"),
    Field("kind", TEXT, "Sort of option"),
    Field("practices_moved", INTEGER, "Practices that would change PCN"),
    Field("moves", TEXT, "Which practice would go to which PCN, by semicolons"),
    Field("pcns", TEXT, "PCNs concerned, by semicolons"),
    Field("patients_outside_lead_before", NUMBER, "Patients outside their PCN's lead neighbourhood today", "patients"),
    Field("patients_outside_lead", NUMBER, "The same with the option", "patients"),
    Field("containment", NUMBER, "Share of patients in their PCN's lead neighbourhood with the option"),
    Field("patients_gained", NUMBER, "Patients newly in their PCN's lead neighbourhood", "patients"),
    Field("patients_disturbed", NUMBER, "Patients whose practice changes PCN", "patients"),
    Field("warnings", TEXT, "What speaks against it or must be looked at, by semicolons"),
    Field("needs", TEXT, "Who must agree, by semicolons"),
    Field("earliest", DATE, "Earliest day on which it could begin"),
    *PLAN,
    *COUNTED,
    *VALID,
    *SOURCE,
)


def offers(work: Workspace, state: State) -> list[Offer]:
    """The options of every place of every version of a plan, where registered patients are loaded."""
    if not state.has(Kind.REGISTRATIONS):
        return []
    latest = {version.footprint_id: version.number for version in state.versions}
    found = []
    for version in state.versions:
        if version.role is Role.LAYER:
            continue
        places = places_of(version)
        for place in places:
            alone = len(places) == 1
            id_ = f"options-{version.footprint_id}-v{version.number}" + ("" if alone else f"-{slug(place)}")
            found.append(
                Offer(
                    id_,
                    f"Options for {place}: {version.name}, version {version.number}",
                    f"What could be done about PCNs that do not fit, and what each choice costs. {option_rows.WORDS}",
                    key_of(id_, state.datasets, work.thresholds, work.limits, *version_key(version)),
                    partial(_content, work, version, place),
                    current=version.number == latest[version.footprint_id],
                    listed_unmade=alone,
                )
            )
    return found


def _content(work: Workspace, version: FootprintVersion, place: str) -> Content:
    found = options(work, Asked(Question(version.footprint_id, place, version=version.number)))
    given = found.base.answer
    ground = given.ground
    points = plain(ground.points)
    tail: dict[str, Any] = {
        **of_version(version),
        "place": place,
        "basis": str(ground.basis),
        "as_of": ground.as_of,
        "valid_from": ground.as_of,
        **source(ground.datasets),
    }
    rows = [
        {FLAG: False, **flat(row), "code": row["id"], "name": row["sentence"], **tail} for row in option_table(found)
    ]
    shapes = {}
    for option in found.suggestions.options:
        concerned = [move.practice for move in option.moves] or [
            code for change in option.touched if change.before for code in change.before.practices
        ]
        placed = [points[code] for code in concerned if code in points]
        if placed:
            shapes[option.id] = shapely.MultiPoint(placed)
    told = about(
        list(ground.datasets),
        ground.as_of,
        basis=str(ground.basis),
        basis_explained=ground.basis.explained,
        unit=ground.unit,
        fictional=ground.fictional,
        warnings=list(given.warnings),
    )
    return Content(OPTIONS, rows, shapes, told)
