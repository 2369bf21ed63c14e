"""Neighbourhoods as places draw them: any column names, any format."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from app.domain.problem import Fault, Problem
from app.ingest.reader import ReadOptions
from app.ingest.readers.areas import AreasReader
from app.ingest.readers.footprints import FootprintsReader
from app.ingest.reading import Reading
from app.ingest.source import Source

READER = FootprintsReader()
GRID = {"type": "name", "properties": {"name": "EPSG:27700"}}


def square(at: int) -> shapely.Polygon:
    return shapely.box(530_000 + 100 * at, 180_000, 530_100 + 100 * at, 180_100)


@pytest.fixture
def plan(tmp_path: Path) -> Callable[..., Source]:
    """A GeoJSON on the National Grid: one square for each dictionary of properties."""

    def write(*rows: dict[str, object]) -> Source:
        features = [
            {"type": "Feature", "properties": row, "geometry": json.loads(shapely.to_geojson(square(at)))}
            for at, row in enumerate(rows)
        ]
        path = tmp_path / "plan.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "crs": GRID, "features": features}), encoding="utf-8")
        return Source.of(path)

    return write


def read(source: Source, **options: Any) -> Reading:
    reading = READER.read(source, ReadOptions(**options))
    report = reading.report
    assert report.rows_read == report.rows_kept + sum(report.dropped.values())
    return reading


def names(reading: Reading) -> list[list[object]]:
    frame: pd.DataFrame = reading.frames["neighbourhood"]
    return frame[["code", "name", "place", "borough"]].to_numpy().tolist()


def codes_of_findings(reading: Reading) -> dict[str, str]:
    return {finding.code: finding.severity for finding in reading.report.findings}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            {"NEIGHBOURHOOD_CODE": "a1", "NEIGHBOURHOOD_NAME": "Deptford  North", "PLACE": "Lewisham",
             "BOROUGH": "Bexley"},
            ["A1", "Deptford North", "Lewisham", "Bexley"],
        ),
        ({"INT": "North", "INT_ID": 7}, ["7", "North", None, None]),
        ({"id": 1.0, "name": "North"}, ["1", "North", None, None]),
        ({"WD24CD": "E05013714", "WD24NM": "Blackheath", "LAD24CD": "E09000023", "LAD24NM": "Lewisham"},
         ["E05013714", "Blackheath", None, "Lewisham"]),
        ({"ward24_code": "E05013714", "ward24_name": "Blackheath"}, ["E05013714", "Blackheath", None, None]),
        ({"LAD22CD": "E09000023", "LAD22NM": "Lewisham"}, ["E09000023", "Lewisham", None, "Lewisham"]),
        ({"Neighborhood": "North", "code": "n1"}, ["N1", "North", None, None]),
        ({"NEIGHBOURH": "A1", "NEIGHBOU_1": "North"}, ["A1", "North", None, None]),
        ({"code": "A1"}, ["A1", "A1", None, None]),
    ],
)  # fmt: skip
def test_columns_are_guessed_from_the_names_in_use(
    row: dict[str, object], expected: list[object], plan: Callable[..., Source]
) -> None:
    source = plan(row)
    assert READER.recognises(source.sample)
    assert not AreasReader().recognises(source.sample)
    reading = read(source)
    assert names(reading) == [expected]
    assert "columns-read" in codes_of_findings(reading)


def test_the_user_names_the_columns(plan: Callable[..., Source]) -> None:
    source = plan({"team": "T1", "label": "North", "area": "Lewisham"})
    reading = read(source, columns={"code": "team", "name": "label", "place": "area"})
    assert names(reading) == [["T1", "North", "Lewisham", None]]
    with pytest.raises(Problem) as caught:
        read(source, columns={"code": "teams"})
    assert caught.value.fault is Fault.MISSING_COLUMN
    assert "team, label, area" in caught.value.detail


def test_without_code_or_name_the_user_is_asked(plan: Callable[..., Source]) -> None:
    with pytest.raises(Problem) as caught:
        read(plan({"population": 1}))
    assert caught.value.fault is Fault.MISSING_COLUMN
    assert "population" in caught.value.detail
    with pytest.raises(Problem, match="Feature 2"):
        read(plan({"name": "North"}, {"name": ""}))


def test_codes_are_made_in_the_order_of_names_and_said(plan: Callable[..., Source]) -> None:
    reading = read(plan({"name": "South"}, {"name": "East"}, {"name": "South"}))
    assert [row[:2] for row in names(reading)] == [["N001", "East"], ["N002", "South"]]
    assert codes_of_findings(reading)["codes-made"] == "warning"
    assert reading.frames["neighbourhood"]["geometry"].map(lambda shape: shape.area).tolist() == [10_000.0, 20_000.0]


def test_made_codes_pass_over_those_in_use(plan: Callable[..., Source]) -> None:
    reading = read(plan({"code": "N001", "name": "Z"}, {"code": None, "name": "B"}, {"code": "", "name": "A"}))
    assert [row[:2] for row in names(reading)] == [["N001", "Z"], ["N002", "A"], ["N003", "B"]]


def test_features_of_one_code_are_merged_with_a_note(plan: Callable[..., Source]) -> None:
    reading = read(
        plan(
            {"code": "B", "name": "Two"},
            {"code": "A", "name": "One"},
            {"code": "b", "name": "Deux"},
            {"code": "A", "name": "One"},
        )
    )
    assert [row[:2] for row in names(reading)] == [["A", "One"], ["B", "Two"]]
    frame = reading.frames["neighbourhood"]
    assert frame["geometry"].iloc[0].equals(shapely.union(square(1), square(3)))
    found = [(f.code, f.severity, f.row) for f in reading.report.findings if f.code != "columns-read"]
    assert found == [("features-merged", "note", 2), ("differing-values", "warning", 1), ("features-merged", "note", 1)]
    assert reading.report.counts["features merged into others of the same code"] == 2
    assert reading.report.rows_kept == 4


def test_parts_beside_each_other_become_one_outline(plan: Callable[..., Source]) -> None:
    shape = read(plan({"code": "A"}, {"code": "A"})).frames["neighbourhood"]["geometry"].iloc[0]
    assert shape.geom_type == "Polygon"
    assert shape.equals(shapely.box(530_000, 180_000, 530_200, 180_100))


def test_a_layer_of_lsoas_can_be_read_as_neighbourhoods(plan: Callable[..., Source]) -> None:
    rows = [{"LSOA21CD": f"E0100000{n}", "NEIGHBOURHOOD_CODE": "A" if n < 3 else "B"} for n in range(1, 5)]
    reading = read(plan(*rows))
    assert [row[0] for row in names(reading)] == ["A", "B"]


def test_points_are_not_footprints(tmp_path: Path) -> None:
    path = tmp_path / "hubs.geojson"
    gpd.GeoDataFrame({"code": ["A"]}, geometry=[shapely.Point(-0.1, 51.5)], crs="OGC:CRS84").to_file(
        path, engine="pyogrio"
    )
    assert not READER.recognises(Source.of(path).sample)
    with pytest.raises(Problem) as caught:
        read(Source.of(path))
    assert [(f.code, f.row) for f in caught.value.findings] == [("not-a-polygon", 1)]


def test_a_map_that_must_be_refused_is_recognised_so_that_it_is_said_why(tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    path.write_bytes(b"SQLite format 3\x00" + bytes(100))
    source = Source.of(path)
    assert READER.recognises(source.sample)
    assert not AreasReader().recognises(source.sample)
    with pytest.raises(Problem) as caught:
        read(source)
    assert caught.value.fault is Fault.UNREADABLE_FILE


def test_the_same_file_reads_the_same(plan: Callable[..., Source]) -> None:
    source = plan({"name": "South"}, {"name": "East"})
    first, second = read(source), read(source)
    assert first.report.as_dict() == second.report.as_dict()
    assert first.frames["neighbourhood"].equals(second.frames["neighbourhood"])


@pytest.mark.parametrize(
    ("file", "neighbourhoods", "first"),
    [
        ("london/illustrative_footprints_a.geojson", 161,
         ["ILL-A-000", "Eastbury and around", "Barking and Dagenham", "Barking and Dagenham"]),
        ("london/illustrative_footprints_b.geojson", 127,
         ["ILL-B-000", "Parsloes and around", "Barking and Dagenham", "Barking and Dagenham"]),
        ("london/illustrative_footprints_a_lewisham.geojson", 5,
         ["ILL-A-109", "Telegraph Hill and around", "Lewisham", "Lewisham"]),
        ("london/wards_2024_bestfit_from_lsoa21.gpkg", 684, ["E05009288", "Aldersgate", None, "City of London"]),
        ("london/boroughs_2022.gpkg", 33, ["E09000001", "City of London", None, "City of London"]),
    ],
)  # fmt: skip
def test_real_layers(file: str, neighbourhoods: int, first: list[object], shared_data: Path) -> None:
    source = Source.of(shared_data / file)
    assert READER.recognises(source.sample)
    assert not AreasReader().recognises(source.sample)
    reading = read(source)
    assert len(names(reading)) == neighbourhoods
    assert names(reading)[0] == first
    assert shapely.is_valid(reading.frames["neighbourhood"]["geometry"].to_numpy()).all()
    assert {f.severity for f in reading.report.findings} == {"note"}


def test_illustrative_footprints_cover_london_as_its_boroughs_do(shared_data: Path) -> None:
    """Read from degrees to about 2 m: the area of all neighbourhoods is that of all boroughs."""
    areas = [
        sum(shape.area for shape in read(Source.of(shared_data / "london" / file)).frames["neighbourhood"]["geometry"])
        for file in ("illustrative_footprints_a.geojson", "boroughs_2022.gpkg")
    ]
    assert areas[0] == pytest.approx(areas[1], rel=1e-4)


def test_published_pcn_boundaries_with_parts_in_each_other_are_read(shared_data: Path) -> None:
    reading = read(Source.of(shared_data / "west_sussex" / "pcn_boundary_simple.geojson"))
    assert len(names(reading)) == 20
    assert [f.row for f in reading.report.findings if f.code == "geometry-repaired"] == [16]
