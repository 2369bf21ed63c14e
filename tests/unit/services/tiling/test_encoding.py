"""Tiles read back by another library: shapes, numbers and properties come out as they went in."""

from __future__ import annotations

from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.tiling import encoding, squares
from app.services.tiling.squares import EXTENT, Square

SHAPES = [
    "POINT (3 4)",
    "MULTIPOINT ((1 1), (4000 -60), (7 7))",
    "LINESTRING (0 0, 10 0, 10 20)",
    "MULTILINESTRING ((0 0, 1 1), (5 5, 9 5, 9 9))",
    "POLYGON ((0 0, 100 0, 100 100, 0 100, 0 0), (10 10, 10 20, 20 20, 20 10, 10 10))",
    "MULTIPOLYGON (((0 0, 9 0, 9 9, 0 0)), ((-64 4160, 300 4160, 300 4000, -64 4160)))",
]


def decoded(text: bytes) -> Any:
    return mapbox_vector_tile.decode(text, default_options={"y_coord_down": True})


def test_every_sort_of_shape_comes_back() -> None:
    shapes = np.array([shapely.from_wkt(text) for text in SHAPES], dtype=object)
    shapes = np.asarray(shapely.orient_polygons(shapes), dtype=object)
    tagged: list[encoding.Tagged] = [[(0, encoding.value(f"n{at}"))] for at in range(len(shapes))]
    said = decoded(encoding.layer("all", ["code"], EXTENT, shapes, range(len(shapes)), tagged))["all"]
    assert (said["extent"], said["version"]) == (EXTENT, 2)
    for at, (feature, shape) in enumerate(zip(said["features"], shapes, strict=True)):
        assert (feature["id"], feature["properties"]) == (at, {"code": f"n{at}"})
        back = shapely.geometry.shape(feature["geometry"])
        assert shapely.equals(back, shape), SHAPES[at]


def test_values_keep_their_types() -> None:
    values = {"a": "Lewisham – ü", "b": 0.1, "c": True, "d": False, "e": 7, "f": -3, "g": 2**40, "h": 5.0, "i": ""}
    whole = {"e", "f", "g"}
    tags = [(at, encoding.value(said, whole=name in whole)) for at, (name, said) in enumerate(values.items())]
    text = encoding.layer("l", list(values), EXTENT, np.array([shapely.Point(1, 1)], dtype=object), [0], [tags])
    back = decoded(text)["l"]["features"][0]["properties"]
    assert back == values
    assert {name: type(said) for name, said in back.items()} == {name: type(said) for name, said in values.items()}


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(-(2**20), 2**20), st.integers(-(2**20), 2**20)), min_size=2, max_size=60))
def test_any_line_comes_back(points: list[tuple[int, int]]) -> None:
    run = [point for at, point in enumerate(points) if at == 0 or point != points[at - 1]]
    if len(run) < 2:
        run = [run[0], (run[0][0] + 1, run[0][1])]
    text = encoding.layer("l", [], EXTENT, np.array([shapely.LineString(run)], dtype=object), [1], [[]])
    back = decoded(text)["l"]["features"][0]["geometry"]["coordinates"]
    assert [tuple(point) for point in back] == run


def test_squares_are_those_of_the_standard() -> None:
    # Greenwich at zoom 10: https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames by its formula.
    assert squares.limits((0.0001, 51.4779, 0.0002, 51.478), 10) == (340, 340, 512, 512)
    west, south, east, north = Square(0, 0, 0).box
    assert (east - west) / squares.unit(0) == EXTENT + 2 * squares.BUFFER
    assert (west, south) == (-east, -north)
    assert Square(14, 2**14 - 1, 0).exists
    for outside in (Square(15, 0, 0), Square(3, 8, 0), Square(3, 0, 8), Square(-1, 0, 0), Square(3, -1, 0)):
        assert not outside.exists
