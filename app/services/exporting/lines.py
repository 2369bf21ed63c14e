"""Formats that are written a row at a time: CSV for tables, and GeoJSON text sequences (RFC 8142)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from app.domain.publication import FieldKind
from app.services.exporting.reading import Selection
from app.services.publishing.crs import CRS84, GRID, given, placed
from app.services.publishing.writing import feature_text

SEPARATOR = "\x1e"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With these a spreadsheet takes a text for a formula; a quote before it keeps it a text (OWASP, CSV injection)."""


def csv_lines(selection: Selection) -> Iterator[str]:
    """A table of the properties with a heading, lines ending as RFC 4180 has them.

    Points have their two coordinates as columns, those of ``easting``/``northing`` or ``longitude``/``latitude``;
    other shapes are left out: a cell of a spreadsheet holds 32,767 characters and an outline is longer.
    """
    fields = selection.collection.fields
    pointed = selection.collection.geometry == "points"
    axes = ("longitude", "latitude") if selection.crs.is_degrees else ("easting", "northing")
    coded = any(field.name == "code" for field in fields)
    heading = [*([] if coded else ["id"]), *(field.name for field in fields), *(axes if pointed else ())]
    text = [field.kind is FieldKind.TEXT for field in fields]
    first = True
    for rows in selection.batches(("properties", "geometry") if pointed else ("properties",)):
        out = io.StringIO()
        table = csv.writer(out)
        if first:
            table.writerow(heading)
            first = False
        points = _points(selection, [row.shape for row in rows]) if pointed else [()] * len(rows)
        for row, point in zip(rows, points, strict=True):
            said = row.properties or {}
            cells = [_cell(said.get(field.name), is_text) for field, is_text in zip(fields, text, strict=True)]
            table.writerow([*([] if coded else [_cell(row.id, True)]), *cells, *point])
        yield out.getvalue()
    if first:
        out = io.StringIO()
        csv.writer(out).writerow(heading)
        yield out.getvalue()


def sequence(selection: Selection) -> Iterator[str]:
    """One feature a line, each after a record separator, so that a reader need not hold them all."""
    crs = selection.crs
    name = "geojson" if crs is CRS84 else "grid" if crs is GRID else None
    for rows in selection.batches((name,) if name else ("properties", "geometry")):
        if name:
            said = [getattr(row, name) for row in rows]
        else:
            shapes = given(np.array([row.shape for row in rows], dtype=object), crs)
            said = [
                feature_text(row.id, shape, json.dumps(_ordered(selection, row.properties), ensure_ascii=False))
                for row, shape in zip(rows, shapes, strict=True)
            ]
        yield "".join(f"{SEPARATOR}{text}\n" for text in said)


def _ordered(selection: Selection, properties: dict[str, Any] | None) -> dict[str, Any]:
    return {field.name: (properties or {}).get(field.name) for field in selection.collection.fields}


def _points(selection: Selection, shapes: list[shapely.Geometry | None]) -> list[tuple[Any, ...]]:
    """Both coordinates of each point, of the middle where a feature has several; empty where it has none."""
    moved = shapely.centroid(placed(np.array(shapes, dtype=object), selection.crs))
    decimals = selection.crs.decimals
    return [
        ("", "") if point is None or point.is_empty else (round(point.x, decimals), round(point.y, decimals))
        for point in moved
    ]


def _cell(value: Any, is_text: bool) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}" if is_text and str(value).startswith(FORMULA) else value
