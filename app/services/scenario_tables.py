"""Saved scenarios as plain values: one with what is newer than it, several in a list, and several side by side."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.records import DatasetRecord
from app.domain.scenario.record import Scenario
from app.services.answers import Row, dataset_reference
from app.services.attribution import attribution
from app.services.records import version_reference
from app.services.scenario_measures import MEASURES
from app.services.scenario_rows import WORDS, everything, figures_of, stands_on
from app.services.scenarios import Column, Kept
from app.services.suppression import FIELDS, FLAG, published


def scenario_row(scenario: Scenario) -> Row:
    """A saved scenario without its figures."""
    return {
        "id": scenario.id,
        "name": scenario.name,
        "version_id": scenario.version_id,
        "place": scenario.place,
        "basis": scenario.basis,
        "as_of": scenario.as_of.isoformat(),
        "practices_moved": len(scenario.moves.practices),
        "areas_moved": len(scenario.moves.areas),
        "started_from": scenario.option,
        "created_by": scenario.created_by,
        "created_at": scenario.created_at.isoformat(),
    }


def kept_row(kept: Kept) -> Row:
    """A saved scenario with its figures, and what is newer than it."""
    newer = []
    if kept.other_data:
        newer.append("Other files were loaded since: the figures stand on other datasets than when it was saved.")
    if kept.newer_registrations is not None:
        newer.append(f"Registrations of {kept.newer_registrations.isoformat()} are loaded.")
    if kept.newer_version is not None:
        newer.append(f"The footprints have a version {kept.newer_version}.")
    scenario = kept.scenario
    return {
        "id": scenario.id,
        "name": scenario.name,
        "created_by": scenario.created_by,
        "created_at": scenario.created_at.isoformat(),
        "pinned_to": {**version_reference(kept.version), "as_of": scenario.as_of.isoformat(), "basis": scenario.basis},
        "started_from": scenario.option,
        "newer": {
            "other_datasets": kept.other_data,
            "version": kept.newer_version,
            "registrations": kept.newer_registrations.isoformat() if kept.newer_registrations else None,
            "words": newer,
        },
        "what_if": everything(kept.trial),
    }


def comparison(columns: Sequence[Column]) -> Row:
    """Scenarios side by side: a row a figure, and each PCN and neighbourhood that any of them changes."""
    return {
        "columns": [
            {
                "key": column.key,
                "name": column.name,
                "moves": column.trial.tried.moves.text,
                "footprints": version_reference(column.trial.start.answer.ground.version),
                "as_of": column.trial.start.answer.ground.as_of.isoformat(),
                "stops": sum(check.outcome == "stop" for check in column.trial.checks),
                "warnings": sum(check.outcome == "warn" for check in column.trial.checks),
            }
            for column in columns
        ],
        **{name: said for name, said in stands_on(columns[0].trial).items() if name in ("place", "basis", "unit")},
        "words": WORDS,
        "restricted": any(column.trial.restricted for column in columns),
        "datasets": [dataset_reference(record) for record in _datasets(columns).values()],
        "attribution": attribution(tuple(_datasets(columns).values())),
        "warnings": sorted({warning for column in columns for warning in column.trial.warnings}),
        "measures": measure_rows(columns),
        "pcns": [{"column": column.key, "items": everything(column.trial)["pcns"]} for column in columns],
        "neighbourhoods": [
            {"column": column.key, "items": everything(column.trial)["neighbourhoods"]} for column in columns
        ],
    }


def _datasets(columns: Sequence[Column]) -> dict[str, DatasetRecord]:
    return {record.id: record for column in columns for record in column.trial.datasets}


def measure_rows(columns: Sequence[Column]) -> list[Row]:
    """A row a measure, a column a scenario."""
    values = {column.key: published(figures_of(column.trial)[1], column.trial.restricted) for column in columns}
    rows = []
    for name, label, unit in MEASURES:
        row: Row = {"measure": name, "label": label, "unit": unit}
        row |= {key: figures[name] for key, figures in values.items()}
        hidden = [key for key, figures in values.items() if name in figures.get(FIELDS, ())]
        rows.append({**row, FLAG: True, FIELDS: hidden} if hidden else row)
    return rows
