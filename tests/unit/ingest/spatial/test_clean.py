"""Bad outlines: what is harmless is repaired and said, what is not is an error with its row."""

from __future__ import annotations

import struct

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.ingest.spatial.clean import Cleaned, make_valid, parse

SQUARE = shapely.box(0, 0, 1000, 1000)
BOWTIE = shapely.Polygon([(0, 0), (1000, 1000), (1000, 0), (0, 1000)])


def parsed(*shapes: shapely.Geometry | None) -> Cleaned:
    return parse(np.array([None if s is None else shapely.to_wkb(s, output_dimension=4) for s in shapes], dtype=object))


def valid(*shapes: shapely.Geometry | None) -> Cleaned:
    return make_valid(np.array(shapes, dtype=object))


def found(cleaned: Cleaned) -> list[tuple[str, str, int | None]]:
    return [(finding.code, finding.severity, finding.row) for finding in cleaned.findings]


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        (None, "empty-geometry"),
        (shapely.Polygon(), "empty-geometry"),
        (shapely.MultiPolygon(), "empty-geometry"),
        (shapely.Point(1, 1), "not-a-polygon"),
        (shapely.LineString([(0, 0), (1, 1)]), "not-a-polygon"),
        (shapely.GeometryCollection([shapely.Point(1, 1)]), "not-a-polygon"),
    ],
)
def test_what_is_no_area_is_an_error_with_its_row(shape: shapely.Geometry | None, code: str) -> None:
    cleaned = parsed(SQUARE, shape)
    assert found(cleaned) == [(code, "error", 2)]
    assert cleaned.shapes[0].equals(SQUARE)
    assert cleaned.shapes[1] is None


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_coordinate_that_is_no_number_is_an_error(number: float) -> None:
    wkb = shapely.to_wkb(shapely.Polygon([(0, 0), (7, 0), (7, 7), (0, 0)]))
    broken = wkb.replace(struct.pack("<d", 7.0), struct.pack("<d", number))
    assert found(parse(np.array([broken], dtype=object))) == [("not-a-number", "error", 1)]


def test_polygons_are_taken_out_of_a_collection_with_a_warning() -> None:
    cleaned = parsed(shapely.GeometryCollection([SQUARE, shapely.Point(1, 1)]))
    assert found(cleaned) == [("parts-dropped", "warning", 1)]
    assert cleaned.shapes[0].equals(SQUARE)


def test_heights_are_left_out_with_one_note() -> None:
    cleaned = parsed(shapely.force_3d(SQUARE, 5.0), SQUARE)
    assert found(cleaned) == [("made-flat", "note", None)]
    assert not shapely.has_z(cleaned.shapes).any()


def test_an_open_ring_is_closed() -> None:
    wkb = bytearray(shapely.to_wkb(SQUARE))
    wkb[9:13] = (4).to_bytes(4, "little")  # five points become four: the last, which closed the ring, is cut off
    cleaned = parse(np.array([bytes(wkb[:-16])], dtype=object))
    assert found(cleaned) == [("ring-closed", "warning", 1)]
    assert cleaned.shapes[0].equals(SQUARE)


def test_nonsense_is_unreadable() -> None:
    assert found(parse(np.array([b"\x01\x03"], dtype=object))) == [("unreadable-geometry", "error", 1)]


def test_a_small_loop_is_repaired_with_its_change_of_area() -> None:
    """A loop of 5 m × 5 m / 2 at a corner is counted backwards: repairing it changes the area by 2 × 6.25 m²."""
    loop = shapely.Polygon([(0, 0), (1000, 0), (1000, 995), (995, 1000), (1000, 1000), (995, 995), (0, 995)])
    assert not loop.is_valid
    cleaned = valid(SQUARE, loop)
    assert [(code, row) for code, _, row in found(cleaned)] == [("geometry-repaired", 2)]
    finding = cleaned.findings[0]
    assert finding.severity == "warning"
    change = abs(cleaned.shapes[1].area - loop.area)
    assert 0 < change < 100
    assert finding.value == f"{change:.1f} m²"
    assert cleaned.shapes[1].is_valid


def test_a_bowtie_is_an_error_since_nobody_knows_which_half_is_meant() -> None:
    cleaned = valid(SQUARE, BOWTIE)
    assert found(cleaned) == [("self-intersection", "error", 2)]
    assert "500,000.0 m²" in cleaned.findings[0].message
    assert cleaned.shapes[1] is None


def test_a_small_area_may_not_change_by_a_large_share() -> None:
    """The same bowtie at 8 m changes by 32 m² only, but that is all of it."""
    assert found(valid(shapely.transform(BOWTIE, lambda c: c * 0.008)))[0][0] == "self-intersection"


def test_parts_in_each_other_are_merged_since_the_ground_is_not_in_doubt() -> None:
    nested = shapely.MultiPolygon([SQUARE, shapely.box(100, 100, 600, 600)])
    cleaned = valid(nested)
    assert found(cleaned) == [("geometry-repaired", "warning", 1)]
    assert "250,000.0 m²" in cleaned.findings[0].message
    assert cleaned.shapes[0].equals(SQUARE)


def test_an_outline_without_area_has_collapsed() -> None:
    flat = shapely.Polygon([(0, 0), (10, 0), (20, 0), (0, 0)])
    assert found(valid(flat)) == [("collapsed-geometry", "error", 1)]


def test_valid_shapes_are_not_touched() -> None:
    holed = shapely.Polygon(SQUARE.exterior.coords, [shapely.box(10, 10, 20, 20).exterior.coords])
    cleaned = valid(holed, None)
    assert cleaned.shapes[0] is holed
    assert cleaned.findings == []


corner = st.integers(0, 12).map(lambda n: n * 40.0)


@given(st.lists(st.tuples(corner, corner), min_size=3, max_size=9))
def test_whatever_is_drawn_ends_valid_and_polygonal_or_as_an_error(points: list[tuple[float, float]]) -> None:
    cleaned = valid(shapely.Polygon(points))
    shape = cleaned.shapes[0]
    if shape is None:
        assert [finding.severity for finding in cleaned.findings] == ["error"]
    else:
        assert shape.is_valid
        assert shape.geom_type in ("Polygon", "MultiPolygon")
        assert shape.area > 0
