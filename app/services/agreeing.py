"""How well two partitions agree: PCNs' lists with neighbourhoods, and a plan with another plan or a layer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from app.domain.naming import slug
from app.domain.weighing import Weighing
from app.services import comparing
from app.services.aligning import Answer, Question, answer
from app.services.answers import Row, count, provenance, share
from app.services.comparing import Compared, compare
from app.services.measures import Measured, column_figures, directions, figure, long_rows, row_figures, whole
from app.services.suppression import published
from app.services.workspace import Workspace
from geometry.agreement import (
    BoundaryCoincidence,
    Flow,
    UnderUnknown,
    boundary_coincidence,
    bounds_under_unknown,
    flow_indices,
)
from geometry.labelled import Labelled

LINES_APART = 20.0
"""Metres within which two lines count as one: how far ONS generalises the boundaries it publishes for mapping."""

FEW_REGIONS = 200
"""Regions of both together up to which measuring their lines takes seconds (London's wards: most of a minute)."""

OUTSIDE, ELSEWHERE = "outside the plan", "no PCN of the place"


@dataclass(frozen=True, eq=False)
class PcnAgreement:
    """PCNs × neighbourhoods: the measures, what unknown residence leaves open, and who is served where."""

    answer: Answer
    measured: Measured
    bounds: UnderUnknown
    flow: Flow


@dataclass(frozen=True, eq=False)
class PlanAgreement:
    """A plan × another plan or a layer; ``lines`` is ``None`` where one of them has no outlines."""

    compared: Compared
    measured: Measured
    lines: BoundaryCoincidence | None


def pcns_with_neighbourhoods(work: Workspace, question: Question) -> PcnAgreement:
    """Measure how PCNs' lists agree with a plan's neighbourhoods, on the basis of the question.

    Raises ``Problem`` as ``answer`` does, and where no PCN has anybody inside the plan.
    """
    given = answer(work, question)
    key = ("pcn-agreement", given.ground.key, given.alignment.place)
    return work.remember(key, lambda: _pcns(given))


def _pcns(given: Answer) -> PcnAgreement:
    by_pcn = given.alignment.by_pcn
    if not by_pcn.table.total() > 0:
        raise comparing.nothing_in_common(given.ground.unit, "any PCN", given.ground.version.name)
    return PcnAgreement(
        answer=given,
        measured=Measured.of(by_pcn.table),
        bounds=bounds_under_unknown(by_pcn.table, by_pcn.unknown, outside=by_pcn.outside),
        flow=_flow(given),
    )


def _flow(given: Answer) -> Flow:
    """Who is served where: residents of each neighbourhood by the neighbourhood that leads for their PCN.

    Those registered with a PCN of another place or none are served elsewhere. Unknown residence is in neither sum.
    """
    figures = given.alignment
    codes = [n.code for n in figures.neighbourhoods]
    lead = {p.code: p.lead for p in figures.pcns if p.lead is not None}
    served = [code for code in figures.by_pcn.table.rows if code in lead]
    homes = Labelled.from_triples([lead[code] for code in served], served, np.ones(len(served)), row_order=codes)
    inside = (homes @ figures.by_pcn.table.with_rows(homes.columns)).T
    beyond = homes.values @ figures.by_pcn.with_rows(list(homes.columns)).outside
    elsewhere = figures.elsewhere + figures.without_pcn
    cells = np.zeros((len(codes) + 1, len(codes) + 1))
    cells[:-1, :-1] = inside.with_rows(codes).dense()
    cells[:-1, -1] = np.maximum(elsewhere, 0.0)
    cells[-1, :-1] = beyond
    rows, columns = np.nonzero(cells)
    by_row, by_column = [*codes, OUTSIDE], [*codes, ELSEWHERE]
    table = Labelled.from_triples(
        [by_row[i] for i in rows],
        [by_column[j] for j in columns],
        cells[rows, columns],
        row_order=by_row,
        column_order=by_column,
    )
    return flow_indices(table, tuple(codes))


def pcn_summary(found: PcnAgreement) -> Row:
    """The whole, both directions in words, bounds, and every PCN and neighbourhood."""
    bounds, unit = found.bounds, found.answer.ground.unit
    lead_low, lead_high = bounds.misalignment_of_lead
    unknown = found.answer.alignment.by_pcn.unknown.sum()
    said = {
        **provenance(found.answer),
        "measures": whole(found.measured),
        "directions": directions(found.measured, "PCN", "neighbourhood", unit),
        "unknown_residence": {
            unit.replace(" ", "_"): count(float(unknown)),
            "misalignment_low": share(bounds.misalignment[0]),
            "misalignment_high": share(bounds.misalignment[1]),
            "misalignment_of_lead_low": share(lead_low),
            "misalignment_of_lead_high": share(lead_high),
            "words": f"Of whole lists, between {lead_low:.2%} and {lead_high:.2%} live outside their PCN's lead "
            f"neighbourhood (the rest of the plan and everywhere else), wherever the {unknown:,.0f} with unknown "
            "residence live. No narrower bounds hold.",
        },
        "pcns": pcn_rows(found),
        "neighbourhoods": neighbourhood_rows(found),
    }
    return published(said, found.answer.restricted)


def pcn_rows(found: PcnAgreement) -> list[Row]:
    """PCNs, most patients outside their lead neighbourhood first; those with nobody in the plan last."""
    names = {n.code: n.name for n in found.answer.alignment.neighbourhoods}
    measured, bounds = row_figures(found.measured, names), found.bounds
    at = found.answer.alignment.by_pcn.table.row_index
    rows = [
        {
            "code": p.code,
            "name": p.name,
            "lead": p.lead,
            "containment": share(p.containment),
            "lead_share_of_list_low": figure(float(bounds.lead_share.lower[at[p.code]])),
            "lead_share_of_list_high": figure(float(bounds.lead_share.upper[at[p.code]])),
            "lead_certain": bool(bounds.lead_certain[at[p.code]]),
            **measured[p.code],
        }
        for p in found.answer.alignment.pcns
        if p.code in measured
    ]
    return published(rows, found.answer.restricted)


def neighbourhood_rows(found: PcnAgreement) -> list[Row]:
    """Neighbourhoods in code order, those where a PCN of the place has anybody."""
    names = {p.code: p.name for p in found.answer.alignment.pcns}
    measured, flow = column_figures(found.measured, names), found.flow
    at = {code: place for place, code in enumerate(flow.regions)}
    rows = [
        {
            "code": n.code,
            "name": n.name,
            "lead_for": len(n.leads),
            "localisation_index": figure(float(flow.localisation_index[at[n.code]])),
            "own_list_share": figure(float(flow.own_list_share[at[n.code]])),
            "market_share_index": figure(float(flow.market_share_index[at[n.code]])),
            "net_patient_flow": figure(float(flow.net_patient_flow[at[n.code]])),
            **measured[n.code],
        }
        for n in found.answer.alignment.neighbourhoods
        if n.code in measured
    ]
    return published(rows, found.answer.restricted)


def pcn_long(found: PcnAgreement) -> list[Row]:
    """Everything as a long table: the whole, then PCNs, then neighbourhoods."""
    bounds = found.bounds
    overall = {
        "code": "",
        "name": "whole",
        **whole(found.measured),
        "misalignment_of_lead_low": share(bounds.misalignment_of_lead[0]),
        "misalignment_of_lead_high": share(bounds.misalignment_of_lead[1]),
    }
    return [
        *long_rows("whole", published([overall], found.answer.restricted)),
        *long_rows("pcn", pcn_rows(found)),
        *long_rows("neighbourhood", neighbourhood_rows(found)),
    ]


def plan_with(
    work: Workspace,
    footprints: str,
    number: int | None,
    other: str,
    other_number: int | None = None,
    *,
    weighing: Weighing | None = None,
    place: str | None = None,
    as_of: date | None = None,
    boundaries: bool | None = None,
) -> PlanAgreement:
    """Measure how a plan agrees with another plan or a layer.

    ``boundaries``: whether to measure how far their lines run together; by default where there are not so many that
    it takes long. Raises ``Problem`` as ``compare`` does.
    """
    with work.store.read() as unit:
        first = unit.footprints.get(slug(footprints), number)
        second = unit.footprints.get(slug(other), other_number)
    compared = compare(work, first, second, weighing=weighing, place=place, as_of=as_of)
    key = ("plan-agreement", first.id, second.id, compared.weighing, compared.place, compared.as_of)
    ids = tuple((record.id, record.restricted) for record in compared.datasets)
    return work.remember((*key, ids, boundaries), lambda: _plans(compared, boundaries))


def _plans(compared: Compared, boundaries: bool | None) -> PlanAgreement:
    measured = Measured.of(compared.table)
    if boundaries is None:
        boundaries = sum(compared.table.values.shape) <= FEW_REGIONS
    second = compared.second_shapes[compared.second_shapes.index.isin(measured.cells.columns)]
    lines = None
    if boundaries and len(compared.first_shapes) and len(second):
        lines = boundary_coincidence(list(compared.first_shapes), list(second), tolerance=LINES_APART, inner_only=True)
    return PlanAgreement(compared, measured, lines)


def plan_summary(found: PlanAgreement) -> Row:
    """The whole, both directions in words, the lines, and every region of either."""
    distance, unit = found.measured.agreement.plan_distance, found.compared.weighing.unit
    said = {
        **comparing.provenance(found.compared),
        "measures": whole(found.measured),
        "directions": directions(found.measured, *nouns(found.compared), unit),
        "plan_distance": {
            unit.replace(" ", "_"): count(distance.moved),
            "share": share(distance.moved_share),
            "words": f"{distance.moved:,.0f} {unit} ({distance.moved_share:.1%}) change their area from one to the "
            "other, after each area of one is paired with at most one of the other as well as can be.",
        },
        "boundaries": None if found.lines is None else _lines(found.lines),
        "first": first_rows(found),
        "second": second_rows(found),
    }
    return published(said, found.compared.restricted)


def nouns(compared: Compared) -> tuple[str, str]:
    """What to call one region of the first and one of the second."""
    if compared.second.service is not None:
        return "neighbourhood", f"area of {compared.second.name}"
    return f"neighbourhood of {compared.first.name}", f"neighbourhood of {compared.second.name}"


def _lines(lines: BoundaryCoincidence) -> Row:
    return {
        "tolerance_metres": lines.tolerance,
        "first_length_m": round(lines.first_length, 1),
        "second_length_m": round(lines.second_length, 1),
        "first_along_second_m": round(lines.first_along_second, 1),
        "second_along_first_m": round(lines.second_along_first, 1),
        "first_share": share(lines.first_share),
        "second_share": share(lines.second_share),
        "words": f"{lines.first_share:.1%} of the inner lines of the first run along lines of the second, and "
        f"{lines.second_share:.1%} the other way round.",
    }


def first_rows(found: PlanAgreement) -> list[Row]:
    """Regions of the first in code order; ``only_here`` lies in no region of the second."""
    compared = found.compared
    only = dict(zip(compared.table.rows, compared.first_only, strict=True))
    figures = row_figures(found.measured, compared.second_names)
    return published(_region_rows(figures, compared.first_names, only), compared.restricted)


def second_rows(found: PlanAgreement) -> list[Row]:
    """Regions of the second that meet the first, in code order; ``only_here`` lies outside the first."""
    compared = found.compared
    only = dict(zip(compared.table.columns, compared.second_only, strict=True))
    figures = column_figures(found.measured, compared.first_names)
    return published(_region_rows(figures, compared.second_names, only), compared.restricted)


def _region_rows(figures: dict[str, Row], names: dict[str, str], only: dict[str, float]) -> list[Row]:
    return [
        {"code": code, "name": names.get(code, code), **figures[code], "only_here": count(float(only[code]))}
        for code in sorted(figures)
    ]


def plan_long(found: PlanAgreement) -> list[Row]:
    """Everything as a long table: the whole, then the regions of the first, then of the second."""
    overall = {"code": "", "name": "whole", **whole(found.measured)}
    if found.lines is not None:
        overall |= {f"boundary_{name}": value for name, value in _lines(found.lines).items() if name != "words"}
    return [
        *long_rows("whole", published([overall], found.compared.restricted)),
        *long_rows("first", first_rows(found)),
        *long_rows("second", second_rows(found)),
    ]
