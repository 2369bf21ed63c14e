"""Practices and PCNs as they were on a date."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from app.domain.membership import Membership
from app.domain.problem import Fault, Problem
from app.domain.records import DatasetRecord
from app.services import evidence
from app.services.workspace import Workspace
from app.store.unit import Unit

Row = dict[str, Any]


def practices(work: Workspace, as_of: date | None, pcn: str | None, after: str | None, limit: int) -> list[Row]:
    """Practices in code order, each with its PCN on the date; at most ``limit`` of those after ``after``."""
    on = as_of or datetime.now(UTC).date()
    with work.store.read() as unit:
        names, record = _names(work, unit, on)
        membership, source = _membership(work, unit, names, on)
        titles = evidence.pcn_names(unit, on)
    codes = [c for c in sorted(map(str, names.index)) if after is None or c > after]
    if pcn is not None:
        codes = [c for c in codes if membership.pcn_of.get(c) == pcn]
    return [
        _practice_row(code, names.loc[[code]].iloc[0], membership, titles, on, record, source) for code in codes[:limit]
    ]


def practice(work: Workspace, code: str, as_of: date | None) -> Row:
    """One practice, with every membership it ever had. Raises ``Problem`` where it is not known."""
    on = as_of or datetime.now(UTC).date()
    with work.store.read() as unit:
        names, record = _names(work, unit, on)
        if code not in names.index:
            raise _unknown("practice", code)
        membership, source = _membership(work, unit, names, on)
        titles = evidence.pcn_names(unit, on)
        history = [] if source is None else _history(unit.memberships.of(source.id), code, titles)
    row = _practice_row(code, names.loc[[code]].iloc[0], membership, titles, on, record, source)
    return {**row, "memberships": history, "warnings": [f.message for f in membership.findings if f.value == code]}


def pcns(work: Workspace, as_of: date | None, after: str | None, limit: int) -> list[Row]:
    """PCNs in code order, each with its practices on the date; at most ``limit`` of those after ``after``."""
    on = as_of or datetime.now(UTC).date()
    with work.store.read() as unit:
        names, _ = _names(work, unit, on)
        membership, source = _membership(work, unit, names, on)
        titles = evidence.pcn_names(unit, on)
    members: dict[str, list[str]] = {}
    for member, code in sorted(membership.pcn_of.items()):
        members.setdefault(code, []).append(member)
    codes = sorted({*titles, *members})
    return [
        {
            "code": code,
            "name": titles.get(code, code),
            "as_of": on.isoformat(),
            "practices": members.get(code, []),
            "dataset": source.id if source else None,
        }
        for code in [c for c in codes if after is None or c > after][:limit]
    ]


def pcn(work: Workspace, code: str, as_of: date | None) -> Row:
    """One PCN. Raises ``Problem`` where it is not known."""
    found = next((row for row in pcns(work, as_of, None, 1_000_000) if row["code"] == code), None)
    if found is None:
        raise _unknown("PCN", code)
    return found


def _names(work: Workspace, unit: Unit, on: date) -> tuple[pd.DataFrame, DatasetRecord | None]:
    loaded = tuple(record.id for record in unit.datasets.page(limit=None))
    names, used = work.remember(("names", loaded, on), lambda: evidence.practice_names(unit, on))
    return names, used[0] if used else None


def _membership(work: Workspace, unit: Unit, names: pd.DataFrame, on: date) -> tuple[Membership, DatasetRecord | None]:
    loaded = tuple(record.id for record in unit.datasets.page(limit=None))
    return work.remember(("membership", loaded, on), lambda: evidence.membership(unit, map(str, names.index), on))


def _practice_row(
    code: str,
    known: pd.Series[Any],
    membership: Membership,
    titles: dict[str, str],
    on: date,
    record: DatasetRecord | None,
    source: DatasetRecord | None,
) -> Row:
    pcn_code = membership.pcn_of.get(code)
    return {
        "code": code,
        "name": _text(known.get("name")),
        "postcode": _text(known.get("postcode")),
        "status": _text(known.get("status")),
        "icb_code": _text(known.get("icb_code")),
        "sub_icb_code": _text(known.get("sub_icb_code")),
        "opened": _iso(known.get("opened")),
        "closed": _iso(known.get("closed")),
        "as_of": on.isoformat(),
        "pcn_code": pcn_code,
        "pcn_name": titles.get(pcn_code, pcn_code) if pcn_code else None,
        "dataset": record.id if record else None,
        "membership_dataset": source.id if source else None,
    }


def _history(rows: pd.DataFrame, code: str, titles: dict[str, str]) -> list[Row]:
    mine = rows[rows["practice_code"] == code]
    found = [
        {"pcn_code": str(p), "pcn_name": titles.get(str(p), str(p)), "start": _iso(s), "end": _iso(e)}
        for p, s, e in zip(mine["pcn_code"], mine["start"], mine["end"], strict=True)
    ]
    return sorted(found, key=lambda m: (m["start"] or "", m["pcn_code"] or ""))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _iso(value: object) -> str | None:
    return value.isoformat()[:10] if isinstance(value, date) and not pd.isna(value) else None


def _unknown(what: str, code: str) -> Problem:
    return Problem(
        Fault.NOT_FOUND,
        f"No such {what}",
        f"{code} is not in any dataset loaded.",
        remedy="Check the ODS code, or load a newer ODS file.",
    )
