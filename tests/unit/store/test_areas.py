from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.problem import Problem
from app.ingest.reading import COLUMNS
from app.store.store import Store
from tests.stored import areas, dataset, frame, square

HOLED = shapely.Polygon(square(0, 0).exterior, [square(10, 10, 20).exterior])
SPLIT = shapely.MultiPolygon([square(300, 300), square(500, 300)])
TRIANGLE = shapely.Polygon([(200, 0), (300, 100), (200, 100)])  # its box holds (290, 10), it does not


def test_areas_come_back_by_code_with_every_coordinate(store: Store) -> None:
    odd = shapely.Polygon([(0.1 + 0.2, 1 / 3), (654_321.123456789, 2e-9), (530_000.05, 180_000.1)])
    given_areas = areas(E3=odd, E1=HOLED, E2=SPLIT)
    with store.write() as unit:
        unit.areas.add(dataset(unit, kind="areas"), given_areas)
    with store.read() as unit:
        back = unit.areas.of("d1")
        bare = unit.areas.of("d1", geometry=False)
    assert back["code"].tolist() == ["E1", "E2", "E3"]
    assert back.crs.to_epsg() == 27700
    assert tuple(back.columns) == COLUMNS["area"]
    assert [shapely.to_wkb(shape) for shape in back.geometry] == [shapely.to_wkb(s) for s in (HOLED, SPLIT, odd)]
    pd.testing.assert_frame_equal(bare, pd.DataFrame(back.drop(columns="geometry")))


def test_real_boundaries_come_back_exactly(store: Store, shared_data: Path) -> None:
    real = gpd.read_parquet(shared_data / "london" / "lsoa21_units.parquet").iloc[::40]
    rows = areas(**dict(zip(real["LSOA21CD"], real.geometry, strict=True)))
    with store.write() as unit:
        unit.areas.add(dataset(unit, kind="areas"), rows)
    with store.read() as unit:
        back = unit.areas.of("d1").set_index("code").geometry
    expected = real.set_index("LSOA21CD").geometry.sort_index()
    assert back.index.tolist() == expected.index.tolist()
    assert shapely.equals_exact(back.to_numpy(), expected.to_numpy(), tolerance=0.0).all()


def test_an_area_needs_a_shape(store: Store) -> None:
    rows = areas(E1=HOLED, E2=SPLIT)
    rows["geometry"] = [HOLED, None]
    with pytest.raises(Problem, match="row 2, field geometry"), store.write() as unit:
        unit.areas.add(dataset(unit, kind="areas"), rows)


def test_within_tests_the_shape_and_not_only_its_box(store: Store) -> None:
    with store.write() as unit:
        unit.areas.add(dataset(unit, kind="areas"), areas(E1=square(0, 0), E2=TRIANGLE, E3=SPLIT))
        unit.areas.add(dataset(unit, "d2", "areas"), areas(X=square(0, 0)))

        def codes(*box: float) -> list[str]:
            minx, miny, maxx, maxy = box
            return unit.areas.within("d1", (minx, miny, maxx, maxy))["code"].tolist()

        assert codes(280, 0, 300, 20) == [], "in the triangle's box, not in the triangle"
        assert codes(150, 50, 260, 60) == ["E2"]
        assert codes(420, 310, 480, 390) == [], "between the two parts"
        assert codes(100, 100, 100, 100) == ["E1"], "touching counts"
        assert codes(-1000, -1000, 1000, 1000) == ["E1", "E2", "E3"]
        assert codes(5000, 5000, 5001, 5001) == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(*[st.integers(-50, 650)] * 4))
def test_within_agrees_with_asking_every_area(store: Store, corners: tuple[int, int, int, int]) -> None:
    with store.write() as unit:
        if unit.datasets.find("grid") is None:
            grid = {f"E{x:02}{y:02}": square(60 * x, 60 * y, 50) for x in range(10) for y in range(10)}
            unit.areas.add(dataset(unit, "grid", "areas"), areas(**grid))
    a, b, c, d = corners
    box = (float(min(a, b)), float(min(c, d)), float(max(a, b)), float(max(c, d)))
    with store.read() as unit:
        everything = unit.areas.of("grid")
        found = unit.areas.within("grid", box)
    expected = everything[shapely.intersects(everything.geometry.to_numpy(), shapely.box(*box))]
    assert found["code"].tolist() == expected["code"].tolist()


def _measures(**values: float) -> pd.DataFrame:
    rows = [
        {"area_code": code, "measure": name, "value": value} for name, value in values.items() for code in ("E2", "E1")
    ]
    return frame("area_measure", *rows)


def test_measures_come_back_by_measure_and_area(store: Store) -> None:
    with store.write() as unit:
        unit.areas.add_measures(dataset(unit, kind="deprivation"), _measures(population=1500.0, imd_score=0.1 + 0.2))
        back = unit.areas.measures("d1")
    assert back["measure"].tolist() == ["imd_score", "imd_score", "population", "population"]
    assert back["area_code"].tolist() == ["E1", "E2", "E1", "E2"]
    assert back["value"].tolist() == [0.1 + 0.2, 0.1 + 0.2, 1500.0, 1500.0]


def test_a_measure_is_taken_from_the_right_dataset(store: Store) -> None:
    sets = {
        "mid2020": ("2011", date(2020, 6, 30), _measures(population=1.0)),
        "census": ("2021", date(2021, 3, 21), _measures(population=2.0)),
        "mid2024": ("2021", date(2024, 6, 30), _measures(population=3.0)),
        "imd": ("2021", date(2025, 10, 30), _measures(imd_score=9.0)),
    }
    with store.write() as unit:
        for id_, (vintage, day, rows) in sets.items():
            unit.areas.add_measures(dataset(unit, id_, "population", vintage=vintage, effective_date=day), rows)

        def source(name: str, vintage: str | None, as_of: date | None = None) -> str | None:
            found = unit.areas.measure(name, vintage, as_of)
            return None if found is None else found.dataset_id

        assert source("population", "2021") == "mid2024"
        assert source("population", "2021", date(2022, 7, 1)) == "census"
        assert source("population", "2011") == "mid2020"
        assert source("population", None, date(2021, 1, 1)) == "mid2020"
        assert source("imd_score", "2011") is None
        best = unit.areas.measure("population", "2021")
    assert best is not None
    assert best.values.to_dict() == {"E1": 3.0, "E2": 3.0}
    assert best.values.dtype == np.float64


def test_lookups_keep_every_part_of_a_split_area(store: Store) -> None:
    rows = frame(
        "area_lookup",
        {"from_code": "E2", "to_code": "F3", "change": "S"},
        {"from_code": "E1", "to_code": "F1", "change": "U"},
        {"from_code": "E2", "to_code": "F2", "change": "S"},
    )
    with store.write() as unit:
        unit.lookups.add(dataset(unit, kind="area-lookup"), rows)
        back = unit.lookups.of("d1")
    assert list(zip(back["from_code"], back["to_code"], back["change"], strict=True)) == [
        ("E1", "F1", "U"),
        ("E2", "F2", "S"),
        ("E2", "F3", "S"),
    ]
