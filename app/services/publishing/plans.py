"""Collections of each version of a plan: its neighbourhoods, how PCNs fit them, PCN footprints, and findings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import shapely

from app.domain.publication import Content, Field
from app.domain.records import FootprintVersion, Role
from app.ingest.kinds import Kind
from app.services import answers, checking, evidence, finding_rows
from app.services.aligning import Answer, Question, answer
from app.services.catchments import Wish, area_rows, catchments, dissolved
from app.services.publishing.about import about, flat, of_version, source
from app.services.publishing.offers import Offer, State, key_of, version_key
from app.services.publishing.plan_fields import (
    BY_AREA,
    BY_NEIGHBOURHOOD,
    BY_PCN,
    BY_PRACTICE,
    FINDINGS,
    NEIGHBOURHOODS,
    PCN_FOOTPRINTS,
)
from app.services.publishing.writing import plain
from app.services.suppression import FLAG, published
from app.services.survey import survey
from app.services.workspace import Workspace

Row = dict[str, Any]
Make = Callable[[Workspace, FootprintVersion], Content]


def offers(work: Workspace, state: State) -> list[Offer]:
    """The collections of every version of every plan, and of every layer of another service."""
    latest = {version.footprint_id: version.number for version in state.versions}
    found = []
    for version in state.versions:
        current = version.number == latest[version.footprint_id]
        for prefix, title, description, make in _sorts(state, version):
            id_ = f"{prefix}-{version.footprint_id}-v{version.number}"
            found.append(
                Offer(
                    id_,
                    f"{title}: {version.name}, version {version.number}",
                    description,
                    key_of(id_, state.datasets, work.thresholds, *version_key(version)),
                    partial(make, work, version),
                    current,
                )
            )
    return found


def _sorts(state: State, version: FootprintVersion) -> list[tuple[str, str, str, Make]]:
    if version.role is Role.LAYER:
        return [("layer", f"Footprints of {version.service}", "Footprints that another service works in.", _outlines)]
    found: list[tuple[str, str, str, Make]] = [
        ("neighbourhoods", "Neighbourhoods", "The neighbourhoods of the plan.", _outlines),
        ("findings", "Findings", "What a check of the plan's coverage found, each with the shape at fault.", _findings),
    ]
    counted = state.has(Kind.REGISTRATIONS)
    if counted or (state.has(*evidence.MEMBERSHIP_KINDS) and state.has(Kind.POSTCODES, *evidence.NAME_KINDS)):
        found += [
            ("alignment-pcns", "Alignment by PCN", "How far each PCN fits one neighbourhood.", _by_pcn),
            (
                "alignment-neighbourhoods",
                "Alignment by neighbourhood",
                "The PCNs that the team of each neighbourhood would work with.",
                _by_neighbourhood,
            ),
            (
                "alignment-practices",
                "Alignment by practice",
                "Where each practice stands and where its patients live.",
                _by_practice,
            ),
        ]
    if counted:
        found += [
            (
                "alignment-areas",
                "Alignment by small area",
                "The PCN with most patients in each small area, and whether its lead neighbourhood is the area's own.",
                _by_area,
            ),
            (
                "pcn-footprints",
                "PCN footprints",
                "Each PCN as the small areas in which it has most patients, of all PCNs. Drawn, never counted from.",
                _pcn_footprints,
            ),
        ]
    return found


def _asked(work: Workspace, version: FootprintVersion) -> Answer:
    return answer(work, Question(version.footprint_id, version=version.number))


def _tail(given: Answer) -> Row:
    """The fields that every figure of an answer carries."""
    return {
        **of_version(given.ground.version),
        "basis": str(given.ground.basis),
        "as_of": given.ground.as_of,
        "valid_from": given.ground.as_of,
        **source(given.ground.datasets),
    }


def _told(given: Answer, datasets: Any = None) -> Row:
    ground = given.ground
    return about(
        list(datasets or ground.datasets),
        ground.as_of,
        basis=str(ground.basis),
        basis_explained=ground.basis.explained,
        unit=ground.unit,
        fictional=ground.fictional,
        warnings=list(given.warnings),
    )


def _figures(given: Answer, fields: tuple[Field, ...], rows: list[Row], shapes: dict[str, Any]) -> Content:
    tail = _tail(given)
    return Content(fields, [{FLAG: False, **flat(row), **tail} for row in rows], shapes, _told(given))


def _by_pcn(work: Workspace, version: FootprintVersion) -> Content:
    given = _asked(work, version)
    points = plain(given.ground.points)
    members = {p.code: [points[c] for c in p.practices if c in points] for p in given.alignment.pcns}
    shapes = {code: shapely.MultiPoint(found) for code, found in members.items() if found}
    return _figures(given, BY_PCN, answers.pcn_rows(given), shapes)


def _by_neighbourhood(work: Workspace, version: FootprintVersion) -> Content:
    given = _asked(work, version)
    rows = [{**row, "pcns": len(row["pcns"])} for row in answers.neighbourhood_rows(given)]
    return _figures(given, BY_NEIGHBOURHOOD, rows, plain(given.ground.shapes))


def _by_practice(work: Workspace, version: FootprintVersion) -> Content:
    given = _asked(work, version)
    return _figures(given, BY_PRACTICE, answers.practice_rows(given), plain(given.ground.points))


def _by_area(work: Workspace, version: FootprintVersion) -> Content:
    found = catchments(work, Question(version.footprint_id, version=version.number), Wish())
    given, holding = found.answer, found.reach.holding
    leads = {p.code: p.lead for p in given.alignment.pcns}
    best = np.asarray(holding.values.argmax(axis=1)).ravel()
    most = np.asarray(holding.values.max(axis=1).todense()).ravel()
    rows = []
    for row in area_rows(found):
        at = holding.row_index[row["area_code"]]
        own = holding.columns[int(best[at])] if most[at] > 0 else None
        lead = leads.get(row["pcn_code"])
        rows.append(
            {
                **row,
                "code": row["area_code"],
                "name": row["area_name"],
                "neighbourhood_code": own,
                "neighbourhood_share": answers.share(float(most[at])),
                "pcn_lead": lead,
                "fits": None if lead is None or own is None else lead == own,
            }
        )
    content = _figures(given, BY_AREA, rows, plain(found.reach.shapes))
    return Content(content.fields, content.rows, content.shapes, _told(given, _used(given, found.reach.datasets)))


def _pcn_footprints(work: Workspace, version: FootprintVersion) -> Content:
    found = catchments(work, Question(version.footprint_id, version=version.number), Wish())
    shapes = {code: shape for code, shape in dissolved(found).items() if not shape.is_empty}
    rows = [
        {**row, "parts": int(shapely.get_num_geometries(shapes[row["code"]])) if row["code"] in shapes else None}
        for row in published(found.pcns, found.answer.restricted)
    ]
    content = _figures(found.answer, PCN_FOOTPRINTS, rows, shapes)
    told = _told(found.answer, _used(found.answer, found.reach.datasets))
    return Content(content.fields, content.rows, content.shapes, told)


def _used(given: Answer, more: Any) -> list[Any]:
    return list({r.id: r for r in (*given.ground.datasets, *more)}.values())


def _outlines(work: Workspace, version: FootprintVersion) -> Content:
    """A version's own shapes; of one that came as a list, those its areas make."""
    survey(work, version, None)
    with work.store.read() as unit:
        frame = unit.footprints.neighbourhoods(version.id)
        record = unit.datasets.get(version.dataset_id)
    said = {**of_version(version), "valid_from": version.start_date, **source([record])}
    rows = [
        {"code": row.code, "name": row.name, "place": row.place or version.name, "borough": row.borough, **said}
        for row in frame[["code", "name", "place", "borough"]].itertuples(index=False, name="Row")
    ]
    return Content(NEIGHBOURHOODS, rows, plain(frame.set_index("code").geometry), about([record], version.start_date))


def _findings(work: Workspace, version: FootprintVersion) -> Content:
    checked = checking.check(work, version.footprint_id, version.number)
    ground = checked.survey
    told = finding_rows.provenance(ground)
    tail = {
        **of_version(version),
        "basis": told["basis"],
        "as_of": ground.as_of,
        "valid_from": ground.as_of,
        **source(ground.datasets),
    }
    rows = []
    shapes = {}
    for row, finding in zip(finding_rows.rows(checked), checked.findings, strict=True):
        code = f"{row['id']:04d}"
        rows.append(
            {
                FLAG: False,
                **flat(row),
                "code": code,
                "name": row["message"],
                "neighbourhoods": ";".join(row["footprints"]),
                **tail,
            }
        )
        if finding.shape is not None:
            shapes[code] = finding.shape
    more = {name: told[name] for name in ("basis", "basis_explained", "fictional", "warnings")}
    return Content(FINDINGS, rows, shapes, about(ground.datasets, ground.as_of, **more))
