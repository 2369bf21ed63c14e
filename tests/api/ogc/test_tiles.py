"""Tiles on each database, read by another library: the features of the collection, where they are, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import mapbox_vector_tile
import pytest
import shapely

from app.services.publishing.published import published
from app.services.tiling.squares import BUFFER, EXTENT, LAST, Square, limits, unit
from app.services.tiling.tiles import encoded

from .conftest import MERCATOR, Ogc

AREAS, PRACTICES = "lsoa-2021", "practices"
MVT = "application/vnd.mapbox-vector-tile"


def squares(ogc: Ogc, collection: str, zoom: int) -> Iterator[Square]:
    """Every tile of a zoom that the collection's bounds lie in."""
    bounds = ogc.get(f"/collections/{collection}/tilejson.json").json()["bounds"]
    first_row, last_row, first_column, last_column = limits(tuple(bounds), zoom)
    for row in range(first_row, last_row + 1):
        for column in range(first_column, last_column + 1):
            yield Square(zoom, row, column)


def path(collection: str, square: Square) -> str:
    return f"/collections/{collection}/tiles/WebMercatorQuad/{square.zoom}/{square.row}/{square.column}"


def drawn(ogc: Ogc, collection: str, square: Square) -> list[dict[str, Any]]:
    response = ogc.client.get(f"/ogc{path(collection, square)}")
    if response.status_code == 204:
        assert not response.content
        return []
    assert (response.status_code, response.headers["content-type"]) == (200, MVT)
    said = mapbox_vector_tile.decode(response.content, default_options={"y_coord_down": True})
    assert list(said) == [collection]
    assert (said[collection]["extent"], said[collection]["version"]) == (EXTENT, 2)
    return list(said[collection]["features"])


def placed(shape: shapely.Geometry, square: Square) -> shapely.Geometry:
    """A shape in the map's metres in the units of a tile."""
    left, top = square.corner
    return shapely.transform(shape, lambda xy: (xy - (left, top)) * (1, -1) / unit(square.zoom))


def expected(ogc: Ogc, collection: str) -> dict[str, dict[str, Any]]:
    return {f["id"]: f for f in ogc.items(collection, crs=MERCATOR, limit=10_000)["features"] if f["geometry"]}


@pytest.mark.parametrize(("collection", "zoom"), [(AREAS, LAST), (PRACTICES, LAST), (AREAS, 12), (PRACTICES, 9)])
def test_tiles_hold_the_features_that_lie_there(ogc: Ogc, collection: str, zoom: int) -> None:
    want = expected(ogc, collection)
    window = shapely.box(-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
    simplified = 0.0 if zoom == LAST else 8.0
    seen = set()
    for square in squares(ogc, collection, zoom):
        found = {feature["properties"]["code"]: feature for feature in drawn(ogc, collection, square)}
        seen |= set(found)
        for code, feature in want.items():
            shape = placed(shapely.geometry.shape(feature["geometry"]), square)
            inside = shapely.intersection(shape, window)
            if code not in found:
                if shapely.get_dimensions(shape) == 0:
                    assert not window.buffer(-1).intersects(shape), code
                # Else only thinner than a unit, or than what simplifying may move it by.
                assert inside.area <= (1 + 8 * simplified) * inside.length, code
                continue
            got = shapely.geometry.shape(found[code]["geometry"])
            assert got.is_valid
            assert window.buffer(0.5).covers(got)
            assert _apart(got, inside) <= 1 + 8 * simplified, (code, square)
            said = {name: value for name, value in feature["properties"].items() if value is not None}
            assert found[code]["properties"] == said
    assert seen == set(want)


@pytest.mark.parametrize("zoom", [8, 10, 12, 14])
def test_borders_that_are_shared_stay_shared(ogc: Ogc, zoom: int) -> None:
    for square in list(squares(ogc, AREAS, zoom))[:4]:
        shapes = [shapely.geometry.shape(f["geometry"]) for f in drawn(ogc, AREAS, square)]
        if not shapes:
            continue
        both = shapely.union_all(shapes)
        # What overlaps and the gaps left within are rounding, not slivers along a whole border.
        overlap = sum(shape.area for shape in shapes) - both.area
        length = sum(shape.length for shape in shapes)
        assert overlap <= 0.02 * length
        gaps = sum(shapely.Polygon(ring).area for part in shapely.get_parts(both) for ring in part.interiors)
        assert gaps <= 0.02 * length


def test_a_tile_that_does_not_exist_is_not_found_and_one_without_features_is_empty(ogc: Ogc) -> None:
    own = f"/collections/{AREAS}/tiles/WebMercatorQuad"
    for place in ("15/0/0", "3/8/0", "3/0/8", "-1/0/0", "a/0/0", "3/0/99999999999", "3/0/²"):
        response = ogc.get(f"{own}/{place}", status=404)
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["title"] == "No such tile"
    assert not ogc.get(f"{own}/10/0/0", status=204).content
    ogc.get("/collections/none/tiles/WebMercatorQuad/0/0/0", status=404)
    ogc.get("/collections/none/tilejson.json", status=404)
    ogc.get(f"{own}/0/0/0", status=400, bbox="1,2,3,4")


def test_tiles_are_kept_by_clients_for_as_long_as_their_content_stands(ogc: Ogc) -> None:
    said = ogc.get(f"/collections/{AREAS}/tilejson.json").json()
    made = ogc.get(f"/collections/{AREAS}").json()
    assert said["bounds"] == made["extent"]["spatial"]["bbox"][0]
    assert (said["minzoom"], said["maxzoom"], said["vector_layers"][0]["id"]) == (0, LAST, AREAS)
    address = said["tiles"][0]
    assert f"content={made['content']}" in address
    square = next(square for square in squares(ogc, AREAS, 8) if drawn(ogc, AREAS, square))
    whole = ogc.client.get(address.format(z=square.zoom, y=square.row, x=square.column))
    assert whole.headers["cache-control"] == "public, max-age=31536000, immutable"
    plain = ogc.get(path(AREAS, square))
    assert plain.headers["cache-control"] == "no-cache"
    assert plain.content == whole.content
    ogc.get(path(AREAS, square), status=304, headers={"If-None-Match": plain.headers["etag"]})
    ogc.get(path(AREAS, square), status=404, content="0" * 64)


def test_tilesets_say_what_there_is(ogc: Ogc) -> None:
    conforms = ogc.get("/conformance").json()["conformsTo"]
    for name in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt"):
        assert f"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{name}" in conforms
    links = {link["rel"]: link["href"] for link in ogc.get(f"/collections/{AREAS}").json()["links"]}
    listed = ogc.client.get(links["http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"]).json()["tilesets"]
    here = next(link["href"] for link in listed[0]["links"] if link["rel"] == "self")
    said = ogc.client.get(here).json()
    assert said["crs"] == "http://www.opengis.net/def/crs/EPSG/0/3857"
    assert said["layers"][0]["geometryDimension"] == 2
    item = next(link for link in said["links"] if link["rel"] == "item")
    assert item["templated"]
    for bound in said["tileMatrixSetLimits"][::7]:
        place = {"tileMatrix": bound["tileMatrix"], "tileRow": bound["minTileRow"], "tileCol": bound["minTileCol"]}
        assert ogc.client.get(item["href"].format(**place)).status_code in (200, 204)
    tilejson = ogc.get(f"/collections/{AREAS}/tiles/WebMercatorQuad", f="tilejson").json()
    assert tilejson == ogc.get(f"/collections/{AREAS}/tilejson.json").json()


def test_styles_draw_layers_that_exist(ogc: Ogc) -> None:
    for style, names in (
        (ogc.get(f"/collections/{AREAS}/style.json").json(), [AREAS]),
        (ogc.get("/style.json", collections=f"{AREAS},{PRACTICES}").json(), [AREAS, PRACTICES]),
    ):
        assert (style["version"], list(style["sources"])) == (8, names)
        for name, source in style["sources"].items():
            assert ogc.client.get(source["url"]).json()["vector_layers"][0]["id"] == name
        assert {layer["source-layer"] for layer in style["layers"][1:]} == set(names)
        assert len({layer["id"] for layer in style["layers"]}) == len(style["layers"])
    for named in ("", f"{AREAS},{AREAS}", ",".join("abcdefghijk")):
        ogc.get("/style.json", status=400, collections=named)


@pytest.mark.parametrize(("collection", "zoom"), [(AREAS, 11), (AREAS, LAST), (PRACTICES, 10)])
def test_both_encoders_draw_the_same_features(ogc: Ogc, collection: str, zoom: int) -> None:
    """PostGIS encodes its own tiles (ST_AsMVT) and Python those of SQLite: the same ids, properties and places."""
    work = ogc.client.app.state.work  # type: ignore[attr-defined]
    made = published(work, collection)
    compared = 0
    for square in squares(ogc, collection, zoom):
        ours = {f["id"]: f for f in _read(encoded(work, made, square), collection)}
        theirs = {f["id"]: f for f in drawn(ogc, collection, square)}
        for id_ in sorted(ours.keys() | theirs.keys()):
            if id_ not in ours or id_ not in theirs:
                only = _shape(ours.get(id_) or theirs[id_])
                assert only.area <= only.length, "only what is thinner than a unit may be left out by one"
                continue
            assert ours[id_]["properties"] == theirs[id_]["properties"]
            assert _apart(_shape(ours[id_]), _shape(theirs[id_])) <= 1, (id_, square)
            compared += 1
    assert compared >= (40 if collection == AREAS else 10)


def _apart(one: shapely.Geometry, other: shapely.Geometry) -> float:
    """How far apart two shapes are where the tile is seen, in units: points at most, outlines on average.

    Beyond it an outline may be cut before or after it is put on whole units.
    """
    if shapely.get_dimensions(one) == 0:
        return float(shapely.hausdorff_distance(one, other))
    seen = shapely.box(0, 0, EXTENT, EXTENT)
    here, there = shapely.intersection(one, seen), shapely.intersection(other, seen)
    return float(shapely.symmetric_difference(here, there).area / max(here.length, there.length, 1))


def _shape(feature: dict[str, Any]) -> shapely.Geometry:
    return shapely.geometry.shape(feature["geometry"])


def _read(tile: bytes, collection: str) -> list[dict[str, Any]]:
    said = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})
    return list(said[collection]["features"]) if tile else []
