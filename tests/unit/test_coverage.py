from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box

from geometry.coverage import CoverageFault, CoverageFinding, Severity, check_coverage
from geometry.pieces import apart, is_noise, mean_width, spikes, without_spikes
from tests.damage import london, swap_axes

EAST, NORTH = 530_000, 180_000


def square(column: float, row: float, width: float = 1, height: float = 1) -> Any:
    """Hundreds of metres from a corner in London."""
    west, south = EAST + 100 * column, NORTH + 100 * row
    return box(west, south, west + 100 * width, south + 100 * height)


def series(shapes: dict[str, Any]) -> gpd.GeoSeries:
    return gpd.GeoSeries(list(shapes.values()), index=list(shapes), crs="EPSG:27700")


AREAS = series({f"A{c}{r}": square(c, r) for c in range(4) for r in range(4)})
PEOPLE = dict.fromkeys(AREAS.index, 1000.0)
CLEAN = {"N1": shapely.segmentize(square(0, 0, 2, 4), 200), "N2": square(2, 0, 2, 2), "N3": square(2, 2, 2, 2)}


def check(shapes: dict[str, Any], **more: Any) -> tuple[CoverageFinding, ...]:
    return check_coverage(series(CLEAN | shapes), areas=AREAS, people=PEOPLE, **more)


def only(found: tuple[CoverageFinding, ...], fault: CoverageFault) -> CoverageFinding:
    matching = [finding for finding in found if finding.fault is fault]
    assert len(matching) == 1, [finding.message for finding in found]
    return matching[0]


def test_a_clean_coverage_has_no_findings() -> None:
    assert check({}) == ()
    assert check_coverage(series(CLEAN)) == ()


def test_a_real_overlap_names_both_with_land_and_people() -> None:
    found = only(check({"N2": square(1.5, 0, 2.5, 2)}), CoverageFault.OVERLAP)
    assert found.footprints == ("N1", "N2")
    assert found.area == pytest.approx(50 * 200)
    assert found.people == pytest.approx(1000)
    assert found.areas == ("A10", "A11")
    assert found.severity is Severity.ERROR
    assert not found.safe_to_mend
    assert "N1 and N2 overlap (10,000 m², about 1,000 people)." in found.message


def test_a_thin_overlap_is_a_sliver_and_safe() -> None:
    found = check({"N2": square(1.9, 0, 2.1, 2)})
    sliver = only(found, CoverageFault.SLIVER)
    assert sliver.safe_to_mend
    assert sliver.area == pytest.approx(10 * 200)
    assert {finding.fault for finding in found} == {CoverageFault.SLIVER, CoverageFault.UNMATCHED_EDGES}
    assert only(check({"N2": square(1.9, 0, 2.1, 2)}, tolerance=5), CoverageFault.OVERLAP).area == pytest.approx(2000)


def test_a_gap_inside_the_place() -> None:
    found = check({"N3": square(2, 2, 2, 1)})
    gap = only(found, CoverageFault.GAP)
    assert gap.area == pytest.approx(20_000)
    assert gap.people == pytest.approx(2000)
    assert gap.footprints == ("N1", "N3")
    left = only(found, CoverageFault.UNASSIGNED_AREAS)
    assert left.areas == ("A23", "A33")
    assert left.people == pytest.approx(2000)
    thin = check({"N3": square(2.1, 2, 1.9, 2)})
    assert [finding.fault for finding in thin] == [CoverageFault.SLIVER]


def test_without_a_place_only_enclosed_gaps_are_seen() -> None:
    ring = {"N1": square(0, 0, 4, 1), "N2": square(0, 1, 1, 3), "N3": square(1, 2, 3, 2), "N4": square(3, 1)}
    gap = only(check_coverage(series(ring)), CoverageFault.GAP)
    assert gap.area == pytest.approx(20_000)
    assert gap.footprints == ("N1", "N2", "N3", "N4")
    assert gap.people is None


def test_holes_empty_filled_and_tiny() -> None:
    holed = shapely.difference(square(0, 0, 2, 4), square(0.5, 1))
    found = only(check({"N1": holed}), CoverageFault.HOLE)
    assert found.severity is Severity.ERROR
    assert found.area == pytest.approx(10_000)
    filled = check({"N1": holed, "N4": square(0.5, 1)})
    assert CoverageFault.HOLE not in {finding.fault for finding in filled}
    tiny = shapely.difference(square(0, 0, 2, 4), shapely.buffer(shapely.Point(EAST + 50, NORTH + 50), 4))
    assert only(check({"N1": tiny}), CoverageFault.HOLE).safe_to_mend


def test_a_detached_part_is_reported_and_a_scrap_is_noise() -> None:
    apart = shapely.union(square(2, 0, 2, 2), square(0, 3, 1, 1))
    found = check({"N2": apart, "N1": shapely.difference(square(0, 0, 2, 4), square(0, 3))})
    part = only(found, CoverageFault.DETACHED_PART)
    assert (part.footprints, part.people, part.safe_to_mend) == (("N2",), pytest.approx(1000), False)
    scrap = check({"N2": shapely.union(square(2, 0, 2, 2), square(5, 0, 0.05, 1))})
    assert {finding.fault for finding in scrap} == {CoverageFault.SLIVER}


def test_a_scrap_that_belongs_to_an_area_is_no_fault() -> None:
    """Real areas have islets and necks; a footprint made of whole areas inherits them."""
    islet = square(5, 0, 0.05, 1)
    areas = series(dict(AREAS.items()) | {"A30": shapely.union(square(3, 0), islet)})
    drawn = series(CLEAN | {"N2": shapely.union(CLEAN["N2"], islet)})
    assert check_coverage(drawn, areas=areas) == ()
    assert CoverageFault.SLIVER in {finding.fault for finding in check_coverage(drawn)}


def test_a_footprint_drawn_twice() -> None:
    found = check({"N9": square(2, 2, 2, 2)})
    assert [finding.fault for finding in found] == [CoverageFault.DUPLICATE]
    assert found[0].footprints == ("N3", "N9")
    assert found[0].people == pytest.approx(4000)
    assert not found[0].safe_to_mend
    nearly = check({"N9": square(2, 2, 1.95, 2)})
    assert nearly[0].fault is CoverageFault.DUPLICATE


def test_invalid_rings_are_safe_where_they_can_be_read_one_way_only() -> None:
    west, south, east, north = square(2, 0, 2, 2).bounds
    out_and_back = shapely.Polygon(
        [
            (west, south),
            (east, south),
            (east, north),
            (west, north),
            (west, south),
            (west + 40, south + 40),
            (west, south),
        ]
    )
    found = only(check({"N2": out_and_back}), CoverageFault.INVALID_RING)
    assert found.safe_to_mend
    assert found.geometry.geom_type == "Point"
    crossing = shapely.Polygon(
        [(west, south), (east, south), (east, north), (west, north)], [square(2.5, 0.5, 2, 1).exterior.coords]
    )
    doubtful = only(check({"N2": crossing}), CoverageFault.INVALID_RING)
    assert doubtful.severity is Severity.ERROR
    assert not doubtful.safe_to_mend


def test_a_spike_points_at_its_triangle() -> None:
    shape = shapely.Polygon([(0, 0), (100, 0), (100, 50), (400, 51), (100, 52), (100, 100), (0, 100)])
    assert [triangle.area for triangle in spikes(shape, 20)] == [pytest.approx(300)]
    assert without_spikes(shape, 20).area == pytest.approx(10_000)
    assert spikes(square(0, 0), 20) == []
    assert spikes(shape, 500) == []  # shorter than the tolerance


def test_exchanged_axes_are_recognised() -> None:
    found = check({"N2": swap_axes(CLEAN["N2"])})
    swapped = only(found, CoverageFault.AXES_SWAPPED)
    assert swapped.footprints == ("N2",)
    assert not swapped.safe_to_mend
    assert CoverageFault.OUTSIDE_PLACE not in {finding.fault for finding in found}
    between_others = {"N1": square(0, 0), "N2": swap_axes(square(1, 0)), "N3": square(2, 0)}
    assert only(check_coverage(series(between_others)), CoverageFault.AXES_SWAPPED).footprints == ("N2",)


def test_what_reaches_outside_the_place() -> None:
    found = only(check({"N2": square(2, 0, 3, 2)}), CoverageFault.OUTSIDE_PLACE)
    assert found.area == pytest.approx(20_000)
    assert found.people == 0
    given = check_coverage(series(CLEAN), place=square(0, 0, 3, 4))
    assert only(given[:1], CoverageFault.OUTSIDE_PLACE).footprints == ("N2",)


def test_a_line_through_an_area_is_named() -> None:
    found = check({"N1": square(0, 0, 1.5, 4), "N2": square(1.5, 0, 2.5, 2), "N3": square(1.5, 2, 2.5, 2)})
    cut = [finding for finding in found if finding.fault is CoverageFault.CUT_AREAS]
    assert [finding.areas for finding in cut] == [("A10",), ("A11",), ("A12",), ("A13",)]
    assert cut[0].footprints == ("N1", "N2")


def test_a_band_is_advice() -> None:
    found = check({}, band=(5000, 7000))
    assert [(finding.footprints, finding.severity) for finding in found] == [
        (("N1",), Severity.ADVICE), (("N2",), Severity.ADVICE), (("N3",), Severity.ADVICE),
    ]  # fmt: skip
    assert "N1 has 8,000 people, more than the guide of 5,000 to 7,000" in found[0].message
    assert check({}, band=(4000, 8000)) == ()


def test_corners_that_are_not_shared_are_advice() -> None:
    found = check_coverage(series({"N1": square(0, 0, 1, 2), "N2": square(1, 0), "N3": square(1, 1)}))
    assert {finding.fault for finding in found} == {CoverageFault.UNMATCHED_EDGES}
    assert all(finding.severity is Severity.ADVICE and finding.area == 0 for finding in found)


def test_an_empty_footprint_is_told() -> None:
    found = check({"N9": shapely.Polygon()})
    assert [finding.fault for finding in found] == [CoverageFault.EMPTY]


def test_order_of_footprints_and_areas_changes_nothing() -> None:
    broken = series(CLEAN | {"N2": square(1.5, 0, 2.5, 1.9), "N9": square(2, 2, 2, 2)})
    first = check_coverage(broken, areas=AREAS, people=PEOPLE, band=(1, 2))
    second = check_coverage(broken[::-1], areas=AREAS[::-1], people=PEOPLE, band=(1, 2))
    assert [finding.message for finding in first] == [finding.message for finding in second]
    assert all(shapely.equals(a.geometry, b.geometry) for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize(
    ("shapes", "crs", "more", "text"),
    [
        ([square(0, 0)] * 2, "EPSG:27700", {}, "repeated"),
        ([shapely.Point(0, 0)], "EPSG:27700", {}, "must be polygons"),
        ([square(0, 0)], "EPSG:4326", {}, "degrees"),
        ([square(0, 0)], "EPSG:27700", {"tolerance": 0}, "tolerance"),
        ([square(0, 0)], "EPSG:27700", {"areas": AREAS, "people": {"A00": 1.0}}, "no people given"),
    ],
)
def test_what_cannot_be_checked_is_refused(shapes: list[Any], crs: str, more: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        check_coverage(gpd.GeoSeries(shapes, index=["N1"] * len(shapes), crs=crs), **more)


def test_noise_is_what_no_circle_of_the_tolerance_fits_into() -> None:
    strip = box(0, 0, 2000, 19)
    assert is_noise(strip, 20)
    assert not is_noise(strip, 18)
    assert mean_width(strip) == pytest.approx(2 * 2000 * 19 / (2 * 2019))
    blob_on_a_string = shapely.union(box(0, 0, 2000, 1), box(0, 0, 40, 40))
    assert mean_width(blob_on_a_string) < 20
    assert not is_noise(blob_on_a_string, 20)


def test_real_footprints_of_three_places(shared_data: Path) -> None:
    """One of the sixteen footprints has a part apart from the rest, and nothing else is wrong.

    An islet of ILL-A-062 is no fault of the plan: it is a piece of an area that the footprint holds whole.
    """
    place = london(shared_data, ["Greenwich", "Lewisham", "Southwark"])
    found = check_coverage(place.footprints, areas=place.areas, people=place.people)
    assert [(finding.fault, finding.footprints) for finding in found] == [(CoverageFault.DETACHED_PART, ("ILL-A-063",))]
    assert [round(finding.area, -2) for finding in found] == [236_100]
    assert np.isfinite([finding.people or 0.0 for finding in found]).all()


@pytest.mark.parametrize(
    ("east", "north", "expected"),
    [(1_000.02, 0, 0), (1_000.9, 0, 0), (1_001.5, 0, 1), (1_000, 1_000, 1), (1_000.01, 1_000.01, 1)],
    ids=["a crack", "a wide crack", "a gap", "a corner", "nearly a corner"],
)
def test_parts_adjoin_across_a_crack_but_not_at_a_corner(east: float, north: float, expected: int) -> None:
    """Rounded coordinates leave cracks between parts that share an edge."""
    first = shapely.box(0, 0, 1_000, 1_000)
    second = shapely.box(east, north, east + 500, north + 500)
    assert len(apart(shapely.multipolygons([first, second]))) == expected
