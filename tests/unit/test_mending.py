from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geometry.coverage import CoverageFault, Severity, check_coverage
from geometry.mending import mend
from tests.damage import NOISE, Damage, Place, drop_ring, duplicate, each, london, one, overlap, shift, swap_axes
from tests.unit.test_coverage import AREAS, CLEAN, PEOPLE, series, square


@pytest.fixture(scope="module")
def place(shared_data: Path) -> Place:
    return london(shared_data, ["Greenwich", "Lewisham"])


def faults(found: tuple[object, ...]) -> set[CoverageFault]:
    return {finding.fault for finding in found}  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", sorted(NOISE))
def test_noise_comes_back_to_the_same_areas(place: Place, name: str) -> None:
    damaged = NOISE[name](place.footprints)
    assert not shapely.equals_exact(damaged.to_numpy(), place.footprints.to_numpy()).all()
    mended = mend(damaged, place.areas, people=place.people)
    assert mended.assignment == place.belongs
    assert faults(mended.remaining) == {CoverageFault.DETACHED_PART}  # they were drawn apart to begin with
    assert shapely.coverage_is_valid(mended.footprints.to_numpy())
    differs = shapely.symmetric_difference(mended.footprints.to_numpy(), place.footprints.to_numpy())
    assert shapely.area(differs).sum() < 1e-3


def test_changes_are_measured_in_land_and_people(place: Place) -> None:
    damaged = overlap(10)(place.footprints)
    mended = mend(damaged, place.areas, people=place.people)
    (change,) = mended.changes
    grown = damaged.iloc[1].area - place.footprints.iloc[1].area
    assert change.footprint == place.footprints.index[1]
    assert (change.gained, change.lost) == (0.0, pytest.approx(grown, rel=1e-6))
    assert change.people_gained == 0
    assert 0 < (change.people_lost or 0) < 0.1 * sum(place.people.values())
    assert "sliver" in change.reasons


def test_nothing_to_mend_changes_nothing(place: Place) -> None:
    mended = mend(place.footprints, place.areas, people=place.people)
    assert mended.changes == ()
    assert mended.assignment == place.belongs
    plain = mend(place.footprints)
    assert plain.changes == ()
    assert shapely.equals(plain.footprints.to_numpy(), place.footprints.to_numpy()).all()


def left_alone(place: Place, damage: Damage, expected: CoverageFault) -> gpd.GeoSeries:
    """Damage that decides something: reported before and after, and the other footprints unharmed."""
    damaged = damage(place.footprints)
    before = check_coverage(damaged, areas=place.areas, people=place.people)
    mended = mend(damaged, place.areas, people=place.people)
    assert expected in faults(before)
    assert expected in faults(mended.remaining)
    assert all(not finding.safe_to_mend for finding in before if finding.fault is expected)
    untouched = place.footprints.index[[0, *range(2, len(place.footprints))]]
    harmed = [area for area, code in place.belongs.items() if code in untouched and mended.assignment.get(area) != code]
    assert harmed == []
    return mended.footprints


def test_a_dropped_outline_is_reported_not_invented(place: Place) -> None:
    code = place.footprints.index[1]
    footprints = left_alone(place, one(drop_ring), CoverageFault.UNASSIGNED_AREAS)
    assert footprints[code].area == pytest.approx(drop_ring(place.footprints[code]).area)


def test_a_duplicate_is_reported_not_resolved(place: Place) -> None:
    footprints = left_alone(place, duplicate, CoverageFault.DUPLICATE)
    assert shapely.equals(footprints["TWIN"], place.footprints.iloc[1])
    assert shapely.equals(footprints.loc[place.footprints.index[1]], place.footprints.iloc[1])


def test_exchanged_axes_are_reported_not_turned(place: Place) -> None:
    footprints = left_alone(place, one(swap_axes), CoverageFault.AXES_SWAPPED)
    assert shapely.equals(footprints.iloc[1], swap_axes(place.footprints.iloc[1]))


def test_all_axes_exchanged(place: Place) -> None:
    mended = mend(each(swap_axes)(place.footprints), place.areas)
    assert mended.assignment == {}
    swapped = [finding for finding in mended.remaining if finding.fault is CoverageFault.AXES_SWAPPED]
    assert len(swapped) == len(place.footprints)


def test_a_large_shift_is_no_noise(place: Place) -> None:
    mended = mend(shift(100, 0)(place.footprints), place.areas, people=place.people)
    assert CoverageFault.CUT_AREAS in faults(mended.remaining)
    assert all(place.belongs[area] == code for area, code in mended.assignment.items())


def test_without_areas_thin_gaps_and_overlaps_close() -> None:
    drawn = series(CLEAN | {"N2": square(1.95, 0, 2.05, 2), "N3": square(2.05, 2, 1.95, 2)})
    mended = mend(drawn, place=square(0, 0, 4, 4))
    assert shapely.coverage_is_valid(mended.footprints.to_numpy())
    assert shapely.area(mended.footprints.to_numpy()).sum() == pytest.approx(160_000)
    assert faults(mended.remaining) <= {CoverageFault.SLIVER}
    assert mended.assignment == {}
    assert {change.footprint for change in mended.changes} <= {"N1", "N2", "N3"}
    assert all(change.people_lost is None for change in mended.changes)


def test_without_areas_a_real_overlap_stays_while_noise_goes() -> None:
    drawn = series(CLEAN | {"N2": square(1, 0, 3, 2), "N3": square(1.95, 2, 2.05, 2)})
    mended = mend(drawn, place=square(0, 0, 4, 4))
    (left,) = mended.remaining
    assert left.fault is CoverageFault.OVERLAP
    assert left.footprints == ("N1", "N2")
    assert left.area == pytest.approx(20_000)


def test_real_damage_without_areas_is_mended_to_a_coverage(place: Place) -> None:
    for name in ("corners moved by 1 m", "generalised by 20 m", "a detached scrap"):
        mended = mend(NOISE[name](place.footprints))
        assert shapely.coverage_is_valid(mended.footprints.to_numpy()), name
        moved = shapely.symmetric_difference(mended.footprints.to_numpy(), place.footprints.to_numpy())
        assert shapely.area(moved).sum() < 0.02 * shapely.area(place.footprints.to_numpy()).sum(), name


def test_an_outline_of_two_readings_is_returned_as_drawn() -> None:
    crossing = shapely.Polygon(square(2, 0, 2, 2).exterior.coords, [square(2.5, 0.5, 2, 1).exterior.coords])
    mended = mend(series(CLEAN | {"N2": crossing}), AREAS, people=PEOPLE)
    assert shapely.equals_exact(mended.footprints["N2"], crossing)
    (left,) = [finding for finding in mended.remaining if finding.fault is CoverageFault.INVALID_RING]
    assert left.severity is Severity.ERROR
    assert {mended.assignment[code] for code in AREAS.index if code in mended.assignment} == {"N1", "N3"}


def test_a_line_meant_to_cut_an_area_is_kept_as_drawn() -> None:
    drawn = {"N1": square(0, 0, 1.5, 4), "N2": square(1.5, 0, 2.5, 2), "N3": square(1.5, 2, 2.5, 2)}
    mended = mend(series(drawn), AREAS, people=PEOPLE)
    assert mended.footprints["N1"].area == pytest.approx(60_000)
    assert set(mended.assignment) == {code for code in AREAS.index if not code.startswith("A1")}
    assert mended.changes == ()
