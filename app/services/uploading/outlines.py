"""The outlines of a file as it was checked: the ground that its faults are drawn on, never to analyse."""

from __future__ import annotations

import json
from typing import Any

import shapely

from app.ingest.reader import ReadOptions
from app.ingest.source import Source
from app.ingest.spatial.isolate import RawFeatures
from app.ingest.spatial.marking import Marks

MOST = 5_000
"""Outlines of more features than this are not drawn: their faults are found without."""

SIMPLER = 0.00005  # degrees, some 5 m: a fault is drawn in full, only the ground beneath it is not
DECIMALS = 6
NONE: dict[str, Any] = {"type": "FeatureCollection", "features": []}


def outlines(raw: RawFeatures, source: Source, options: ReadOptions) -> dict[str, Any]:
    """As GeoJSON (RFC 7946), one feature for each of the file's that has a place; no properties."""
    if raw.table.num_rows > MOST:
        return NONE
    placed = Marks(raw, source, options)
    shapes = [placed.shape(at) for at in range(raw.table.num_rows)]
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": _drawn(shape), "properties": {}}
            for shape in shapes
            if shape is not None and shape.geom_type in ("Polygon", "MultiPolygon")
        ],
    }


def _drawn(shape: shapely.Geometry) -> dict[str, Any]:
    # An outline that crosses itself is drawn as it is: simplifying it could take the crossing away.
    fewer = shapely.simplify(shape, SIMPLER) if shape.is_valid else shape
    rounded = shapely.transform(fewer, lambda points: points.round(DECIMALS))
    drawn: dict[str, Any] = json.loads(shapely.to_geojson(rounded))
    return drawn
