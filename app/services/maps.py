"""The figures of an answer on the map: GeoJSON in longitude and latitude (RFC 7946)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal
from weakref import WeakKeyDictionary

import geopandas as gpd
import shapely

from app.services.aligning import Answer
from app.services.answers import Row, neighbourhood_rows, pcn_rows, practice_rows, provenance
from app.services.ground import Ground
from geometry.crs import to_wgs84

DECIMALS = 6
"""Of a degree: about a tenth of a metre in London."""


_drawn: WeakKeyDictionary[Ground, dict[str, Mapping[str, Any]]] = WeakKeyDictionary()


def neighbourhoods_on_map(answer: Answer) -> Row:
    """Polygons of the neighbourhoods with their figures; geometry null where no boundary is known."""
    rows = [{**row, "pcns": len(row["pcns"])} for row in neighbourhood_rows(answer)]
    return _collection(answer, rows, _of_ground(answer.ground, "shapes"))


def practices_on_map(answer: Answer) -> Row:
    """Points of the practices with their figures; geometry null where the location is not known."""
    rows = [{k: v for k, v in row.items() if k != "neighbourhoods"} for row in practice_rows(answer)]
    return _collection(answer, rows, _of_ground(answer.ground, "points"))


def pcns_on_map(answer: Answer) -> Row:
    """PCNs with the points of their practices (MultiPoint)."""
    members = {p.code: [c for c in p.practices if c in answer.ground.points.index] for p in answer.alignment.pcns}
    points = gpd.GeoSeries(
        {code: shapely.MultiPoint(list(answer.ground.points.loc[codes])) for code, codes in members.items() if codes},
        crs=27700,
    )
    return _collection(answer, pcn_rows(answer), geometries(points))


def _of_ground(ground: Ground, which: Literal["shapes", "points"]) -> Mapping[str, Any]:
    """Geometries of a ground, made on first use and kept as long as the ground is: all London takes half a second."""
    kept = _drawn.setdefault(ground, {})
    if which not in kept:
        kept[which] = geometries(getattr(ground, which))
    return kept[which]


def _collection(answer: Answer, rows: list[Row], drawn: Mapping[str, Any]) -> Row:
    return {
        "type": "FeatureCollection",
        **provenance(answer),
        "features": [
            {"type": "Feature", "id": row["code"], "geometry": drawn.get(row["code"]), "properties": row}
            for row in rows
        ],
    }


def geometries(shapes: gpd.GeoSeries, decimals: int = DECIMALS) -> Mapping[str, Any]:
    """GeoJSON geometries by code, in longitude and latitude, rings as RFC 7946 wants them."""
    if shapes.empty:
        return {}
    lonlat = to_wgs84(shapes.to_numpy()).geometry
    rounded = shapely.transform(lonlat, lambda xy: xy.round(decimals))
    texts = shapely.to_geojson(shapely.orient_polygons(rounded))
    return {str(code): json.loads(text) for code, text in zip(shapes.index, texts, strict=True)}
