"""Content made into what is kept: features in the order of their ids, each as GeoJSON ready to be sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely

from app.domain.publication import Box, Collection, Content, Feature, Field, FieldKind
from app.services.publishing.offers import Offer
from geometry.crs import to_wgs84

LONLAT_DECIMALS, GRID_DECIMALS = 7, 3

_SORTS = {0: "points", 4: "points", 1: "lines", 2: "lines", 5: "lines", 3: "polygons", 6: "polygons"}


def written(offer: Offer, content: Content, now: datetime) -> tuple[Collection, list[Feature]]:
    """The collection of an offer and its features, by id. Raises ``ValueError`` where an id occurs twice."""
    rows = sorted(content.rows, key=lambda row: str(row["code"]))
    ids = [str(row["code"]) for row in rows]
    if len(set(ids)) < len(ids):
        raise ValueError(f"{offer.id} has a feature twice")
    shapes = np.array([_usable(content.shapes.get(code)) for code in ids], dtype=object)
    lonlat = rounded(to_wgs84(shapes).geometry, LONLAT_DECIMALS) if rows else shapes
    geojson, grid = texts(lonlat), texts(rounded(shapes, GRID_DECIMALS))
    features = []
    for at, (id_, row) in enumerate(zip(ids, rows, strict=True)):
        properties = {field.name: typed(field, row.get(field.name)) for field in content.fields}
        said = json.dumps(properties, ensure_ascii=False, separators=(",", ":"))
        features.append(
            Feature(
                position=at,
                id=id_,
                properties=properties,
                shape=shapes[at],
                geojson=feature_text(id_, geojson[at], said),
                grid=feature_text(id_, grid[at], said),
                starts=_day(row.get("valid_from")),
                ends=_day(row.get("valid_to")),
            )
        )
    collection = Collection(
        key=offer.key,
        id=offer.id,
        title=offer.title,
        description=offer.description,
        fields=content.fields,
        geometry=_sort(shapes),
        extent=_bounds(shapes),
        bounds=_bounds(lonlat),
        first=min((f.starts for f in features if f.starts), default=None),
        last=None if any(f.ends is None for f in features) else max((f.ends for f in features if f.ends), default=None),
        count=len(features),
        about=content.about,
        created_at=now,
    )
    return collection, features


def feature_text(id_: str, geometry: str, properties: str) -> str:
    """One feature as GeoJSON, from the texts of its parts."""
    said = json.dumps(id_, ensure_ascii=False)
    return f'{{"type":"Feature","id":{said},"geometry":{geometry},"properties":{properties}}}'


def texts(shapes: np.ndarray) -> list[str]:
    """GeoJSON of shapes; ``null`` where there is none. Outer rings run anticlockwise (RFC 7946)."""
    if not len(shapes):
        return []
    return ["null" if text is None else text for text in shapely.to_geojson(shapely.orient_polygons(shapes)).tolist()]


def rounded(shapes: np.ndarray, decimals: int) -> np.ndarray:
    """Shapes with their coordinates rounded, as they are sent."""
    moved: np.ndarray = shapely.transform(shapes, lambda xy: xy.round(decimals))
    return moved


def typed(field: Field, value: Any) -> Any:
    """A value as its field's kind has it; ``None`` where missing."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    match field.kind:
        case FieldKind.NUMBER:
            number = float(value)
            return int(number) if number.is_integer() else number
        case FieldKind.INTEGER:
            return int(value)
        case FieldKind.FLAG:
            return bool(value)
        case FieldKind.DATE:
            return value.isoformat()[:10] if isinstance(value, date) else str(value)
    return str(value)


def _usable(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    return None if shape is None or shape.is_empty else shape


def _day(value: Any) -> date | None:
    if isinstance(value, str):
        return date.fromisoformat(value)
    return value if isinstance(value, date) else None


def _sort(shapes: np.ndarray) -> str:
    sorts = {_SORTS.get(int(kind), "any") for kind in shapely.get_type_id(shapes) if kind >= 0}
    return "none" if not sorts else sorts.pop() if len(sorts) == 1 else "any"


def _bounds(shapes: np.ndarray) -> Box | None:
    found = [shape for shape in shapes if shape is not None]
    if not found:
        return None
    west, south, east, north = map(float, shapely.total_bounds(np.array(found, dtype=object)))
    return west, south, east, north


def plain(shapes: Mapping[Any, Any]) -> dict[str, shapely.Geometry]:
    """Shapes by code out of a series, those missing left out."""
    return {str(code): shape for code, shape in shapes.items() if shape is not None}
