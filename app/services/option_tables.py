"""Options, the frontier and the routes as tables: one row each, for CSV. Everything else about them is in JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.services.answers import Row
from app.services.option_rows import frontier_row, option_row, route_row
from app.services.options import Found
from app.services.suppression import published


def option_table(found: Found) -> list[Row]:
    """A row for each option."""
    rows = [_flat(option_row(found.base, option)) for option in found.suggestions.options]
    return published(rows, found.base.answer.restricted)


def _flat(row: Row) -> Row:
    return {
        "id": row["id"],
        "kind": row["kind"],
        "sentence": row["sentence"],
        "practices_moved": len(row["moves"]),
        "moves": _texts(row["moves"]),
        "patients_outside_lead_before": row["before"]["patients_outside_lead"],
        "patients_outside_lead": row["after"]["patients_outside_lead"],
        "patients_in_lead": row["after"]["patients_in_lead"],
        "containment": row["after"]["containment"],
        "patients_gained": row["patients_gained"],
        "patients_disturbed": row["patients_disturbed"],
        "pcns": [pcn["code"] for pcn in row["pcns"]],
        "warnings": [check["text"] for check in row["checks"] if check["outcome"] == "warn"],
        "needs": row["needs"],
        "earliest": row["earliest"],
        "contract_year": row["contract_year"],
    }


def frontier_table(found: Found) -> list[Row]:
    """A row for each point of the frontier."""
    rows = frontier_row(found.base.situation, found.frontier)["points"]
    return published([{**row, "moves": _texts(row["moves"])} for row in rows], found.base.answer.restricted)


def route_table(found: Found) -> list[Row]:
    """A row for each PCN."""
    rows = [
        {
            "code": row["code"],
            "name": row["name"],
            "route": row["route"],
            "sentence": row["sentence"],
            "lead": row["lead"] and row["lead"]["code"],
            "patients_in_lead": row["before"]["patients_in_lead"],
            "patients_outside_lead": row["before"]["patients_outside_lead"],
            "containment": row["before"]["containment"],
            "other_neighbourhoods": row["other_neighbourhoods"],
            "moves": _texts(row["moves"]),
            "reasons": [reason["text"] for reason in row["reasons"]],
            "needs": row["needs"],
            "earliest": row["earliest"],
        }
        for row in (route_row(found.base.situation, route) for route in found.suggestions.routes)
    ]
    return published(rows, found.base.answer.restricted)


def _texts(moves: Iterable[Mapping[str, object]]) -> list[str]:
    return [f"{move['practice']} > {move['to']}" for move in moves]
