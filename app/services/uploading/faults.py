"""Faults of a file, one by one: with their row, what to do, and their place on the map."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from app.domain.problem import Finding

MOST = 10_000
"""More faults than this are counted, not listed."""

COLUMNS = ("row", "feature_id", "field", "code", "severity", "value", "message", "suggestion")
ORDER = {"error": 0, "warning": 1, "note": 2}
DECIMALS = 7  # of a degree: a centimetre, so that a crossing is found where it is


@dataclass(frozen=True)
class FaultFound:
    """``finding`` and the feature it is about; ``place`` is in longitude and latitude, None where nobody can tell."""

    finding: Finding
    feature_id: str | None = None
    place: shapely.Geometry | None = None

    @property
    def sort_key(self) -> tuple[int, int, str, str, str]:
        found = self.finding
        return ORDER.get(found.severity, 3), found.row or 0, found.code, self.feature_id or "", found.message

    @property
    def plain(self) -> dict[str, Any]:
        found = self.finding
        said = {name: getattr(found, name) for name in COLUMNS if name != "feature_id"}
        return {name: self.feature_id if name == "feature_id" else said[name] for name in COLUMNS}


def counted(faults: Sequence[FaultFound]) -> dict[str, int]:
    """How many errors, warnings and notes."""
    return {severity: sum(1 for f in faults if f.finding.severity == severity) for severity in ORDER}


def listed(faults: Sequence[FaultFound]) -> list[dict[str, Any]]:
    """The first ``MOST`` by severity and row, as plain values with their place as GeoJSON."""
    return [
        {**fault.plain, "place": _geojson(fault.place)}
        for fault in sorted(faults, key=lambda fault: fault.sort_key)[:MOST]
    ]


def on_map(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Listed faults as GeoJSON (RFC 7946) that a GIS opens: one feature a fault, with or without a place."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": number,
                "geometry": row["place"],
                "properties": {name: row[name] for name in COLUMNS},
            }
            for number, row in enumerate(rows, 1)
        ],
    }


def without_place(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{name: row[name] for name in COLUMNS} for row in rows]


def _geojson(place: shapely.Geometry | None) -> dict[str, Any] | None:
    if place is None or place.is_empty:
        return None
    rounded = shapely.transform(place, lambda points: points.round(DECIMALS))
    drawn: dict[str, Any] = json.loads(shapely.to_geojson(rounded))
    return drawn
