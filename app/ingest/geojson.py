"""GeoJSON points as a table of their properties, with their coordinates in columns beside them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from app.domain.problem import Fault, Problem
from app.ingest.columns import Column, header_row
from app.ingest.reader import ReadOptions
from app.ingest.source import Sample, Source
from app.ingest.tabular import Table
from app.ingest.text import NUL, nul_found

LARGEST = 64 * 1024**2
NATIONAL_GRID = re.compile(r"(epsg|EPSG)(:|::|/0/)27700$")


def looks_like_points(sample: Sample) -> bool:
    """Whether the beginning of the file is a GeoJSON collection whose first geometries are points."""
    text = sample.text.lstrip()
    return (
        text.startswith("{")
        and '"FeatureCollection"' in text
        and re.search(r'"type"\s*:\s*"Point"', text) is not None
        and re.search(r'"type"\s*:\s*"(Multi)?(Polygon|LineString)"', text) is None
    )


def points_table(source: Source, columns: Sequence[Column], options: ReadOptions) -> Table:
    """The wanted properties as text, and the points in columns ``longitude``/``latitude`` or ``easting``/``northing``.

    GeoJSON is WGS 84 unless a legacy ``crs`` member or the user says EPSG:27700. Raises ``Problem`` where the file is
    no GeoJSON of points, or a column is missing. Rows count features from 1.
    """
    collection = _parsed(source)
    features = collection.get("features")
    if not isinstance(features, list) or not features:
        raise _bad(source, "It has no features.")
    properties = [_object(feature, "properties") for feature in features]
    header = list(dict.fromkeys(name for row in properties for name in row))
    metres = NATIONAL_GRID.search(options.crs or _legacy_crs(collection)) is not None
    axes = ("easting", "northing") if metres else ("longitude", "latitude")
    wanted = [column for column in columns if column.name not in {"easting", "northing", "longitude", "latitude"}]
    shown = [[_text(row.get(name)) for name in header] for row in properties]
    for name, *values in zip(header, *shown, strict=True):
        if any(NUL in value for value in (name, *values)):
            raise nul_found(source, name.replace(NUL, ""))
    _, found = header_row(source, [header, *shown[:50]], wanted, dict(options.columns))
    frame = pd.DataFrame({field: pd.Series([row[at] for row in shown], dtype="str") for field, at in found.items()})
    points = [_point(source, feature, row) for row, feature in enumerate(features, 1)]
    for position, axis in enumerate(axes):
        frame[axis] = pd.Series(["" if p is None else repr(float(p[position])) for p in points], dtype="str")
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    published = {field: header[at] for field, at in found.items()} | dict.fromkeys(axes, "geometry")
    return Table(source, frame, tuple(header), published, "utf-8", 0)


def _parsed(source: Source) -> dict[str, Any]:
    with source.open_bytes() as stream:
        raw = stream.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise Problem(
            Fault.TOO_LARGE,
            "The GeoJSON is too large for a list of practices",
            f"It holds more than {LARGEST:,} bytes.",
            remedy="Send practices only, as GeoJSON or CSV.",
            file=source.name,
        )
    try:
        collection = json.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise _bad(source, f"It is not whole JSON ({error}).") from error
    if not isinstance(collection, dict):
        raise _bad(source, "It is not a FeatureCollection.")
    return collection


def _point(source: Source, feature: Any, row: int) -> tuple[float, float] | None:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if geometry is None:
        return None
    position = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if (
        geometry.get("type") != "Point"
        or not isinstance(position, list)
        or len(position) < 2
        or not all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in position[:2])
    ):
        raise _bad(source, f"Feature {row} is not a point.")
    return float(position[0]), float(position[1])


def _object(feature: Any, member: str) -> dict[str, Any]:
    value = feature.get(member) if isinstance(feature, dict) else None
    return value if isinstance(value, dict) else {}


def _legacy_crs(collection: dict[str, Any]) -> str:
    return str(_object(_object({"crs": collection.get("crs")}, "crs"), "properties").get("name", ""))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _bad(source: Source, why: str) -> Problem:
    return Problem(
        Fault.UNREADABLE_FILE,
        "The file is not GeoJSON of points",
        why,
        remedy="Export the practices as GeoJSON points, or as CSV with coordinates.",
        file=source.name,
    )
