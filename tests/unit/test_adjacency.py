"""Which areas touch, on grids that a person can check by eye, and on London."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from geometry.adjacency import Piece, adjacent, detached_parts, pieces

GRID = "EPSG:27700"


def squares(rows: list[str], side: float = 100.0) -> gpd.GeoSeries:
    """One square for each letter of a map drawn as lines, top line first; a blank is no area."""
    shapes = {
        letter: box(x * side, y * side, (x + 1) * side, (y + 1) * side)
        for y, line in enumerate(reversed(rows))
        for x, letter in enumerate(line)
        if letter != " "
    }
    return gpd.GeoSeries(shapes, crs=GRID)


def test_a_shared_edge_counts_and_a_corner_does_not():
    found = adjacent(squares(["ab", "cd"]))
    assert found.pairs == (("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"))
    assert found.lengths.tolist() == [100.0] * 4
    assert found.neighbours("a") == ("b", "c")
    assert found.matrix.toarray().tolist() == [[0, 1, 1, 0], [1, 0, 0, 1], [1, 0, 0, 1], [0, 1, 1, 0]]


def test_edges_without_common_vertices_are_found():
    """A tall area beside two short ones: the middle vertex is on one side only."""
    areas = gpd.GeoSeries(
        {"tall": box(0, 0, 100, 200), "low": box(100, 0, 200, 100), "top": box(100, 100, 200, 200)}, crs=GRID
    )
    found = adjacent(areas)
    assert found.pairs == (("low", "tall"), ("low", "top"), ("tall", "top"))
    assert found.lengths.tolist() == [100.0] * 3


def test_a_common_edge_must_be_longer_than_a_crumb():
    areas = gpd.GeoSeries({"a": box(0, 0, 100, 100), "b": box(100, 99.5, 200, 200)}, crs=GRID)
    assert adjacent(areas).pairs == ()
    assert adjacent(areas, shared_edge=0.4).pairs == (("a", "b"),)


def test_two_edges_with_the_same_neighbour_count_together():
    clasp = Polygon([(0, 0), (300, 0), (300, 100), (200, 100), (200, 50), (100, 50), (100, 100), (0, 100)])
    areas = gpd.GeoSeries({"clasp": clasp, "inner": box(100, 50, 200, 100)}, crs=GRID)
    assert adjacent(areas).lengths.tolist() == [200.0]


def test_every_part_and_every_hole_has_neighbours():
    island = gpd.GeoSeries(
        {
            "ring": Polygon(box(0, 0, 300, 300).exterior, [box(100, 100, 200, 200).exterior]),
            "hole": box(100, 100, 200, 200),
            "parts": MultiPolygon([box(300, 0, 400, 300), box(900, 0, 950, 50)]),
            "far": box(950, 0, 999, 50),
        },
        crs=GRID,
    )
    assert adjacent(island).pairs == (("far", "parts"), ("hole", "ring"), ("parts", "ring"))


def test_components_of_all_and_of_some():
    found = adjacent(squares(["abc", "  d", "e  "]))
    assert found.components() == (("a", "b", "c", "d"), ("e",))
    assert found.components(["d", "a", "c"]) == (("a",), ("c", "d"))
    assert found.components([]) == ()
    with pytest.raises(KeyError):
        found.components(["z"])


def test_links_across_the_river_are_data():
    found = adjacent(squares(["ab", "  ", "cd"])).with_links([("d", "b"), ("a", "b")])
    assert found.pairs == (("a", "b"), ("b", "d"), ("c", "d"))
    assert found.lengths.tolist() == [100.0, 0.0, 100.0]
    assert found.components() == (("a", "b", "c", "d"),)
    assert found.with_links([]).pairs == found.pairs


@pytest.mark.parametrize(("link", "says"), [(("a", "z"), "z is no area"), (("a", "a"), "itself")])
def test_senseless_links_are_refused(link, says):
    with pytest.raises(ValueError, match=says):
        adjacent(squares(["ab"])).with_links([link])


def test_pieces_of_footprints_and_their_people():
    adjacency = adjacent(squares(["abcde"]))
    plan = {"a": "N1", "b": "N2", "c": "N1", "d": "N1", "e": "N2"}
    people = {"a": 1500.0, "b": 700.0, "c": 10.0, "d": 20.0, "e": 700.0}
    assert pieces(adjacency, plan, people) == (
        Piece("N1", ("a",), 1500.0, main=True),
        Piece("N1", ("c", "d"), 30.0, main=False),
        Piece("N2", ("b",), 700.0, main=True),
        Piece("N2", ("e",), 700.0, main=False),
    )
    assert detached_parts(adjacency, plan, people, 100) == (Piece("N1", ("c", "d"), 30.0, main=False),)
    assert len(detached_parts(adjacency, plan, people, 701)) == 2
    assert detached_parts(adjacency.with_links([("a", "c"), ("b", "e")]), plan, people, 1e9) == ()


def test_areas_without_people_are_pieces_too():
    found = pieces(adjacent(squares(["ab", "  ", "cd"])), dict.fromkeys("abcd", "N"), {"c": 1.0})
    assert [(piece.areas, piece.people) for piece in found] == [(("c", "d"), 1.0), (("a", "b"), 0.0)]


def test_the_order_of_the_areas_does_not_matter():
    areas = squares(["abc", "def", "ghi"])
    assert adjacent(areas).pairs == adjacent(areas[::-1]).pairs
    assert len(adjacent(areas).pairs) == 12


def test_no_areas_have_no_neighbours():
    none = gpd.GeoSeries([], index=[], crs=GRID)
    assert adjacent(none).pairs == ()
    assert adjacent(none).components() == ()
    assert adjacent(squares(["a"])).components() == (("a",),)


def test_london_has_14071_shared_edges_and_is_one_piece(shared_data):
    areas = gpd.read_parquet(shared_data / "london" / "lsoa11_units.parquet").set_index("LSOA11CD").geometry
    found = adjacent(areas)
    assert len(found.codes) == 4835
    assert len(found.pairs) == 14_071
    assert len(found.components()) == 1
    boundaries = shapely.boundary(np.asarray(areas.loc[list(found.codes)].array, dtype=object))
    some = found.edges[::20]
    measured = shapely.length(shapely.intersection(boundaries[some[:, 0]], boundaries[some[:, 1]]))
    np.testing.assert_allclose(found.lengths[::20], measured, rtol=1e-9)
