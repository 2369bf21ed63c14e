"""A list of areas on a small grid: everything that can be wrong with it, found by eye."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import pytest
import shapely

from app.domain.lists import Listing, check_list
from geometry.adjacency import adjacent
from geometry.findings import Severity

# A 3 × 4 grid of squares, A00 in the south-west: the first digit counts east, the second north.
GRID = gpd.GeoSeries(
    {f"A{x}{y}": shapely.box(x * 100, y * 100, (x + 1) * 100, (y + 1) * 100) for x in range(3) for y in range(4)},
    crs=27700,
)
WEST = ("A00", "A01", "A02", "A03", "A10", "A11")
EAST = ("A20", "A21", "A22", "A23", "A12", "A13")
CLEAN = {**dict.fromkeys(WEST, ("W",)), **dict.fromkeys(EAST, ("E",))}
PEOPLE = dict.fromkeys(GRID.index, 10.0)


def listing(changed: Mapping[str, tuple[str, ...] | None] | None = None) -> Listing:
    """The clean plan with some areas' neighbourhoods changed; ``None`` leaves an area out."""
    holders = {area: held for area, held in {**CLEAN, **(changed or {})}.items() if held is not None}
    return Listing(("E", "W"), holders, frozenset(GRID.index), adjacent(GRID), PEOPLE)


def test_a_clean_list_has_nothing_wrong() -> None:
    assert check_list(listing()) == ()


@pytest.mark.parametrize(
    ("changed", "fault", "severity", "who", "areas", "people"),
    [
        ({"A10": ("E", "W")}, "listed-twice", Severity.ERROR, ("E", "W"), ("A10",), 10),
        ({"X99": ("W",)}, "unknown-areas", Severity.ERROR, ("W",), ("X99",), 0),
        ({"A00": None}, "unassigned-areas", Severity.ERROR, ("W",), ("A00",), 10),
        ({"A11": None, "A12": None}, "unassigned-areas", Severity.ERROR, ("E", "W"), ("A11", "A12"), 20),
        ({"A03": ("E",), "A13": ("W",)}, "detached-part", Severity.WARNING, ("E",), ("A03",), 10),
        # W's piece meets the rest at a corner only
        ({"A22": ("W",)}, "detached-part", Severity.WARNING, ("W",), ("A22",), 10),
    ],
)
def test_what_is_wrong_is_found_where_it_is(
    changed: Mapping[str, tuple[str, ...] | None],
    fault: str,
    severity: Severity,
    who: tuple[str, ...],
    areas: tuple[str, ...],
    people: float,
) -> None:
    found = [f for f in check_list(listing(changed)) if f.fault == fault and f.areas == areas]
    assert [(f.severity, f.footprints, f.people) for f in found] == [(severity, who, people)]
    assert areas[0] in found[0].message


def test_areas_left_out_apart_from_each_other_are_two_findings() -> None:
    found = check_list(listing({"A00": None, "A23": None}))
    assert [(f.fault, f.footprints, f.areas) for f in found] == [
        ("unassigned-areas", ("E",), ("A23",)),
        ("unassigned-areas", ("W",), ("A00",)),
    ]


def test_what_lies_beyond_the_place_is_a_warning() -> None:
    smaller = replace(listing(), place=frozenset(GRID.index) - {"A23", "A13"})
    (found,) = check_list(smaller)
    assert (found.fault, found.severity, found.areas) == ("outside-place", Severity.WARNING, ("A13", "A23"))


def test_a_neighbourhood_without_a_known_area_is_empty() -> None:
    plan = replace(listing({"X1": ("N",)}), neighbourhoods=("E", "N", "W"))
    assert [(f.fault, f.footprints) for f in check_list(plan)] == [("unknown-areas", ("N",)), ("empty", ("N",))]


def test_the_band_is_advice_and_its_ends_are_inside() -> None:
    plan = listing({"A10": ("E",)})  # 50 people west, 70 east
    within = check_list(replace(plan, band=(50.0, 70.0)))
    assert [f for f in within if f.fault == "outside-band"] == []
    beyond = [f for f in check_list(replace(plan, band=(51.0, 69.0))) if f.fault == "outside-band"]
    assert [(f.footprints, f.severity, f.people) for f in beyond] == [
        (("E",), Severity.ADVICE, 70.0),
        (("W",), Severity.ADVICE, 50.0),
    ]
    assert "more" in beyond[0].message
    assert "fewer" in beyond[1].message


def test_without_people_nothing_is_said_of_them() -> None:
    found = check_list(replace(listing({"A00": None}), people=None, band=(1.0, 2.0)))
    assert [(f.fault, f.people) for f in found] == [("unassigned-areas", None)]
    assert "people" not in found[0].message
