"""What every collection says of itself: the data it stands on, its date, its licence, and what is hidden."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from app.domain.publication import Field, FieldKind
from app.domain.records import DatasetRecord, FootprintVersion
from app.domain.suppression import RULE
from app.services.answers import dataset_reference
from app.services.attribution import attribution
from app.services.suppression import FIELDS, FLAG, is_restricted
from data import catalogue

Row = dict[str, Any]

TEXT, NUMBER, INTEGER, FLAGGED, DATE = (
    FieldKind.TEXT,
    FieldKind.NUMBER,
    FieldKind.INTEGER,
    FieldKind.FLAG,
    FieldKind.DATE,
)

NAMED = (
    Field("code", TEXT, "Code: ODS for practices and PCNs, ONS for areas, the plan's own for neighbourhoods"),
    Field("name", TEXT, "Name"),
)
VALID = (
    Field("valid_from", DATE, "First day on which it is so"),
    Field("valid_to", DATE, "Last day on which it is so; missing while it goes on"),
)
SOURCE = (
    Field("dataset", TEXT, "Ids of the datasets it stands on, joined by semicolons"),
    Field("dataset_date", DATE, "Date of the newest of these datasets"),
)
PLAN = (
    Field("footprints", TEXT, "Id of the plan"),
    Field("version", INTEGER, "Version of the plan"),
    Field("status", TEXT, "How far the version has come: draft, shared, proposed, agreed or superseded"),
)
COUNTED = (
    Field("basis", TEXT, "What is counted: patients, practice or area"),
    Field("as_of", DATE, "Date of the figures"),
    Field(FLAG, FLAGGED, "Whether a small number is hidden in this row"),
    Field(FIELDS, TEXT, "Fields in which a small number is hidden, joined by semicolons"),
)


def about(datasets: Sequence[DatasetRecord], as_of: date | None, **more: Any) -> Row:
    """What is said of a collection, as plain JSON values; ``more`` is added to it."""
    licences = {entry.kind: entry.licence for entry in catalogue.CATALOGUE}
    restricted = is_restricted(datasets)
    return {
        "datasets": [dataset_reference(record) for record in datasets],
        "as_of": as_of.isoformat() if as_of else None,
        "attribution": attribution(datasets),
        "licences": sorted({licences.get(record.kind, catalogue.LOCAL) for record in datasets}),
        "restricted": restricted,
        "small_numbers": RULE if restricted else None,
        **more,
    }


def source(datasets: Iterable[DatasetRecord]) -> Row:
    """The fields ``dataset`` and ``dataset_date``."""
    records = list(datasets)
    newest = max((r.effective_date for r in records if r.effective_date), default=None)
    return {
        "dataset": ";".join(sorted(record.id for record in records)) or None,
        "dataset_date": newest.isoformat() if newest else None,
    }


def of_version(version: FootprintVersion) -> Row:
    """The fields of the plan a feature belongs to."""
    return {"footprints": version.footprint_id, "version": version.number, "status": str(version.status)}


def flat(row: Row) -> Row:
    """A row whose lists are text joined by semicolons, as tables and maps can show it."""
    return {name: ";".join(map(_said, value)) if isinstance(value, list) else value for name, value in row.items()}


def _said(value: Any) -> str:
    return str(value["code"]) if isinstance(value, dict) else str(value)
