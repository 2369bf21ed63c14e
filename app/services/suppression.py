"""Small numbers on their way out: the one place where rows of an answer are made fit to be shown.

Figures that stand on a restricted dataset are computed from a protected table (``app.domain.suppression``); here every
count of people in them is shown by the rule, as JSON says it: ``null`` with ``"suppressed": true`` and the names of the
fields hidden. CSV and the command line write ``*`` in these fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from app.domain.records import DatasetRecord
from app.domain.suppression import shown

Value = TypeVar("Value")

FLAG, FIELDS, MARK = "suppressed", "suppressed_fields", "*"

COUNTS = frozenset({
    "people", "residents", "outside", "unknown", "without_pcn", "registered_elsewhere",
    "patients", "patients_total", "patients_inside", "patients_outside", "patients_unknown",
    "patients_in_lead", "patients_outside_lead", "patients_outside_pcn_lead", "patients_without_pcn",
    "patients_in_footprint", "patients_of_area", "patients_core",
    "patients_deprived", "patients_deprived_outside_lead",
    "patients_largest", "patients_smallest", "residents_largest", "residents_smallest",
    "people_gained", "people_lost", "in_both", "only_in_first", "only_in_second", "only_here", "in_region",
    "outside_main", "outside_matched", "outside_plan", "in_split_off_parts", "plan_distance", "total",
    "people_detached", "patients_moved", "pcn_smallest", "pcn_largest",
    "people_moved", "people_compared", "patients_gained",
    "patients_disturbed", "patients_gap", "patients_outside_lead_before", "patients_outside_lead_at_least",
    "patients_in_located", "patients_in_main",
})  # fmt: skip
"""Every field, of any answer, that counts people."""

SHARE_OF = {
    "share": "patients",
    "share_of_pcn": "patients",
    "share_of_area": "patients",
    "margin": "patients",
    "containment": "patients_in_lead",
    "registered_per_resident": "patients",
    "main_share": "patients_inside",
    "located_share": "patients_in_located",
    "effective_neighbourhoods": "patients_inside",
    "share_in_footprint": "patients_in_footprint",
    "share_core": "patients_core",
    "share_deprived_outside_lead": "patients_deprived_outside_lead",
}
"""Shares that are hidden where the count they are a share of is."""


def is_restricted(datasets: Iterable[DatasetRecord]) -> bool:
    """Whether anything an answer stands on was loaded as restricted."""
    return any(record.restricted for record in datasets)


def published(value: Value, restricted: bool) -> Value:
    """Rows as they may be shown: as they are, or with small numbers hidden. Doing it twice changes nothing."""
    return _shown(value) if restricted else value


def marked(row: Mapping[str, Any], field: str) -> Any:
    """A field as text formats show it: ``*`` where it is hidden."""
    return MARK if field in row.get(FIELDS, ()) else row[field]


def without_flags(row: Mapping[str, Any]) -> list[str]:
    """The fields of a row that are its own."""
    return [field for field in row if field not in (FLAG, FIELDS)]


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        return [_shown(item) for item in value]
    if not isinstance(value, dict):
        return value
    row = {key: _count(item) if key in COUNTS else _shown(item) for key, item in value.items()}
    hidden = set(value.get(FIELDS, ())) | {key for key in COUNTS & row.keys() if _hides(value[key], row[key])}
    for field, of in SHARE_OF.items():
        if of in hidden and row.get(field) is not None:
            row[field] = None
            hidden.add(field)
    return {**row, FLAG: True, FIELDS: sorted(hidden)} if hidden else row


def _count(value: Any) -> Any:
    """A count, or an array of counts, as it may be shown; fields that are no numbers are left alone."""
    if isinstance(value, list):
        return [_count(item) for item in value]
    if isinstance(value, dict):
        return _shown(value)
    return shown(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _hides(before: Any, after: Any) -> bool:
    if isinstance(before, list):
        return any(_hides(b, a) for b, a in zip(before, after, strict=True))
    return after is None and before is not None
