"""Which practice is in which PCN on a date.

Membership is a dated relationship; status words in the sources are unreliable, dates are not (domain notes §4.2).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from app.domain.problem import Finding


@dataclass(frozen=True)
class Membership:
    """The PCN of each practice on ``on``; a practice not in ``pcn_of`` has none."""

    on: date
    pcn_of: dict[str, str]
    findings: tuple[Finding, ...]


def resolve(rows: pd.DataFrame, on: date) -> Membership:
    """Resolve membership rows (practice_code, pcn_code, start, end) as of a date.

    A row counts from its start to its end, both days included. Where a practice has two current rows, the one that
    started last is taken (then the lower PCN code) and a warning names both: payment is for one core network.
    """
    current = rows[[_covers(s, e, on) for s, e in zip(rows["start"], rows["end"], strict=True)]].copy()
    current["since"] = [s if _given(s) else date.min for s in current["start"]]
    current = current.sort_values(
        ["practice_code", "since", "pcn_code"], ascending=[True, False, True], kind="stable"
    ).drop_duplicates(["practice_code", "pcn_code"])
    pcn_of: dict[str, str] = {}
    findings: list[Finding] = []
    for practice, group in current.groupby("practice_code", sort=True):
        candidates = list(group["pcn_code"])
        pcn_of[str(practice)] = str(candidates[0])
        if len(candidates) > 1:
            findings.append(
                Finding(
                    code="two-current-pcns",
                    severity="warning",
                    message=(
                        f"{practice} is in {len(candidates)} PCNs on {on.day} {on:%B %Y} ({', '.join(candidates)}); "
                        f"{candidates[0]} is used because it started last."
                    ),
                    value=str(practice),
                    suggestion="Ask the ICB which membership is current; an end date is the last day of membership.",
                )
            )
    return Membership(on, pcn_of, tuple(findings))


def _given(day: object) -> bool:
    return isinstance(day, date) and not pd.isna(day)


def _covers(start: object, end: object, on: date) -> bool:
    started = not _given(start) or start <= on  # type: ignore[operator]
    return started and (not _given(end) or end >= on)  # type: ignore[operator]
