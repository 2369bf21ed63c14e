"""A glance at a map file, for recognising it: its format, its columns and its kinds of geometry, not its features."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow.parquet as pq

from app.domain.problem import Problem
from app.ingest.source import Sample, Source
from app.ingest.spatial.formats import SpatialFormat, sniff
from app.ingest.spatial.isolate import describe
from app.ingest.spatial.limits import SpatialLimits

_PROPERTIES = re.compile(r'"properties"\s*:\s*(?=\{)')
_LEGACY_CRS = re.compile(r'"crs"\s*:\s*\{[^{}]*\{[^{}]*\}\s*\}')
_GEOMETRY_TYPE = re.compile(r'"type"\s*:\s*"((?:Multi)?(?:Point|LineString|Polygon)|GeometryCollection)"')
_MAP_MEMBERS = (".shp", ".gpkg", ".geojson", ".geojsons", ".geojsonl", ".topojson", ".kml", ".fgb")


@dataclass(frozen=True)
class Peek:
    """``columns`` of all layers together; ``geometry_types`` as far as they are known, else empty."""

    format: SpatialFormat
    columns: tuple[str, ...]
    geometry_types: tuple[str, ...] = ()
    refused: Problem | None = None  # a map file that must not be read: reading it says why

    @property
    def may_hold_polygons(self) -> bool:
        """Whether polygons are there, or nothing says that they are not."""
        words = ("Polygon", "Surface", "Unknown", "Collection")
        return not self.geometry_types or any(word in kind for kind in self.geometry_types for word in words)


def peek(sample: Sample, limits: SpatialLimits) -> Peek | None:
    """What kind of map file a sample is of, or None if it is none.

    GeoJSON and GeoParquet are looked at where they lie. Everything else is described by the reading process, once: the
    answer is kept for as long as the file does not change.
    """
    found = sniff(sample.head) or (SpatialFormat.SHAPEFILE if _is_map_zip(sample) else None)
    if found is None:
        return None
    if found in (SpatialFormat.GEOJSON, SpatialFormat.GEOJSON_SEQ):
        glance = _peek_geojson(found, sample.text)
        if glance is not None:
            return glance
    if sample.path is None:
        return Peek(found, ())
    if found is SpatialFormat.GEOPARQUET:
        return _peek_parquet(sample.path) if sample.container == "plain" else None
    state = sample.path.stat()
    return _described(sample.path, sample.member, found, state.st_size, state.st_mtime_ns, limits)


def _is_map_zip(sample: Sample) -> bool:
    whole = sample.container == "zip" and sample.member is None
    return whole and any(name.lower().endswith(_MAP_MEMBERS) for name in sample.members)


def _peek_geojson(found: SpatialFormat, text: str) -> Peek | None:
    """The first features' properties, if any stand in the head whole."""
    text = _LEGACY_CRS.sub("", text)  # it has properties of its own
    columns: dict[str, None] = {}
    for at in _PROPERTIES.finditer(text):
        try:
            properties, _end = json.JSONDecoder().raw_decode(text, at.end())
        except (ValueError, RecursionError):
            continue
        columns |= dict.fromkeys(properties)
    types = tuple(sorted(set(_GEOMETRY_TYPE.findall(text))))
    return Peek(found, tuple(columns), types) if columns else None


def _peek_parquet(path: Path) -> Peek | None:
    try:
        schema = pq.read_schema(path)
        geo = json.loads((schema.metadata or {}).get(b"geo", b"null"))
    except (OSError, ValueError):
        return None
    if not isinstance(geo, dict):
        return None
    about = geo.get("columns", {}).get(geo.get("primary_column"), {})
    return Peek(SpatialFormat.GEOPARQUET, tuple(schema.names), tuple(about.get("geometry_types", ())))


@lru_cache(maxsize=32)
def _described(
    path: Path, member: str | None, found: SpatialFormat, _size: int, _changed: int, limits: SpatialLimits
) -> Peek:
    try:
        true_format, layers = describe(Source(path, path.name, member), limits)
    except Problem as problem:
        return Peek(found, (), refused=problem)
    columns = dict.fromkeys(column for layer in layers for column in layer.columns)
    types = tuple(sorted({layer.geometry_type for layer in layers if layer.geometry_type}))
    return Peek(true_format, tuple(columns), types)
