"""Small areas as the ONS publishes them, whatever year's names their columns have."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely

from app.domain.problem import Fault, Problem
from app.ingest.kinds import Kind
from app.ingest.reader import ReadOptions
from app.ingest.readers.areas import AreasReader
from app.ingest.readers.footprints import FootprintsReader
from app.ingest.reading import Reading
from app.ingest.source import Source

READER = AreasReader()
GRID = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}


def box(at: int) -> dict[str, Any]:
    """Squares of 100 m in a row, beside each other."""
    return json.loads(shapely.to_geojson(shapely.box(530_000 + 100 * at, 180_000, 530_100 + 100 * at, 180_100)))  # type: ignore[no-any-return]


@pytest.fixture
def areas(tmp_path: Path) -> Callable[..., Source]:
    """A GeoJSON on the National Grid: one square for each dictionary of properties."""

    def write(*rows: dict[str, object], outlines: list[dict[str, Any] | None] | None = None) -> Source:
        shapes = outlines or [box(at) for at in range(len(rows))]
        features = [
            {"type": "Feature", "properties": row, "geometry": shape} for row, shape in zip(rows, shapes, strict=True)
        ]
        path = tmp_path / "areas.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "crs": GRID, "features": features}), encoding="utf-8")
        return Source.of(path)

    return write


def read(source: Source, **options: Any) -> Reading:
    reading = READER.read(source, ReadOptions(**options))
    report = reading.report
    assert report.rows_read == report.rows_kept + sum(report.dropped.values())
    return reading


def refused(source: Source, **options: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        READER.read(source, ReadOptions(**options))
    assert caught.value.file == source.name
    return caught.value


@pytest.mark.parametrize(
    ("column", "vintage"),
    [
        ("LSOA21CD", "2021"),
        ("lsoa11cd", "2011"),
        ("lsoa21_code", "2021"),
        ("LSOA code (2011)", "2011"),
        ("OA21CD", "2021"),
        ("LSOA_CODE", None),
    ],
)
def test_the_code_column_of_any_year_is_found_and_says_the_vintage(
    column: str, vintage: str | None, areas: Callable[..., Source]
) -> None:
    source = areas({column: "E01000002"}, {column: " e01000001 "})
    assert READER.recognises(source.sample)
    assert not FootprintsReader().recognises(source.sample)
    reading = read(source)
    assert reading.kind is Kind.AREAS
    assert list(reading.frames["area"]["code"]) == ["E01000001", "E01000002"]
    assert reading.report.vintage == vintage


def test_a_code_made_for_2021_tells_the_vintage(areas: Callable[..., Source]) -> None:
    assert read(areas({"LSOA_CODE": "E01000001"}, {"LSOA_CODE": "E01035716"})).report.vintage == "2021"


def test_every_column_is_read_by_pattern(areas: Callable[..., Source]) -> None:
    row = {
        "LSOA21CD": "E01003189", "LSOA21NM": "Lewisham 001A", "LAD11CD": "E09000099", "LAD22CD": "E09000023",
        "LAD22NM": "Lewisham", "ward24_code": "E05013714", "WD24NM": "Blackheath", "MSOA21CD": "E02000653",
        "MSOA21NM": "Lewisham 001", "msoa21hclnm": "Deptford North", "Shape__Area": 10000.0,
    }  # fmt: skip
    area = read(areas(row)).frames["area"].iloc[0].drop("geometry").to_dict()
    assert area == {
        "code": "E01003189",
        "name": "Lewisham 001A",
        "lad_code": "E09000023",
        "lad_name": "Lewisham",
        "ward_code": "E05013714",
        "ward_name": "Blackheath",
        "msoa_code": "E02000653",
        "msoa_name": "Deptford North",
    }


def test_absent_columns_are_none(areas: Callable[..., Source]) -> None:
    area = read(areas({"LSOA21CD": "E01000001"})).frames["area"].iloc[0]
    assert all(area[column] is None for column in ("name", "lad_code", "ward_name", "msoa_code"))


def test_the_user_names_the_columns(areas: Callable[..., Source]) -> None:
    source = areas({"unit": "E01000001", "label": "One"})
    assert refused(source).fault is Fault.MISSING_COLUMN
    assert "unit, label" in refused(source).detail
    area = read(source, columns={"code": "unit", "name": "label"}).frames["area"]
    assert area.loc[0, ["code", "name"]].tolist() == ["E01000001", "One"]
    assert refused(source, columns={"code": "units"}).fault is Fault.MISSING_COLUMN
    assert refused(source, columns={"colour": "unit"}).title == "No such field"


def test_measures_are_read_with_their_year(areas: Callable[..., Source]) -> None:
    source = areas(
        {"LSOA21CD": "E01000002", "population_mid2020": 1500, "imd2019_score": 12.5, "population_0_15": 300},
        {
            "LSOA21CD": "E01000001",
            "population_mid2020": "1,700".replace(",", ""),
            "imd2019_score": None,
            "population_0_15": 200,
        },
    )
    reading = read(source)
    assert reading.frames["area_measure"].to_dict("records") == [
        {"area_code": "E01000001", "measure": "population", "value": 1700.0},
        {"area_code": "E01000001", "measure": "population_0_15", "value": 200.0},
        {"area_code": "E01000002", "measure": "imd_score", "value": 12.5},
        {"area_code": "E01000002", "measure": "population", "value": 1500.0},
        {"area_code": "E01000002", "measure": "population_0_15", "value": 300.0},
    ]
    notes = {finding.code: finding for finding in reading.report.findings}
    assert notes["measure-missing"].field == "imd2019_score"
    years = [f.value for f in reading.report.findings if f.code == "measure-year" and f.field == "population_mid2020"]
    assert years == ["2020"]
    assert reading.report.conservation["population"] == 3200.0


@pytest.mark.parametrize("value", ["many", -1])
def test_a_measure_that_is_no_count_is_an_error_with_its_row(value: object, areas: Callable[..., Source]) -> None:
    problem = refused(areas({"LSOA21CD": "E01000001", "population": 5}, {"LSOA21CD": "E01000002", "population": value}))
    assert [(f.code, f.row, f.field) for f in problem.findings] == [("not-a-number", 2, "population")]


def test_codes_that_are_there_twice_are_named_with_all_their_rows(areas: Callable[..., Source]) -> None:
    problem = refused(areas({"LSOA21CD": "E01000001"}, {"LSOA21CD": "E01000002"}, {"LSOA21CD": "e01000001"}))
    assert [(f.code, f.row, f.value) for f in problem.findings] == [
        ("duplicate-code", 1, "E01000001"),
        ("duplicate-code", 3, "E01000001"),
    ]
    assert "rows 1, 3" in problem.findings[0].message


def test_areas_without_a_code_are_left_out_and_counted(areas: Callable[..., Source]) -> None:
    report = read(areas({"LSOA21CD": " "}, {"LSOA21CD": "E01000001"}, {"LSOA21CD": None})).report
    assert report.dropped == {"area without a code": 2}
    assert [f.row for f in report.findings if f.code == "no-code"] == [1, 3]


def test_bad_outlines_and_bad_codes_are_told_together(areas: Callable[..., Source]) -> None:
    bowtie = {
        "type": "Polygon",
        "coordinates": [[[530000, 180000], [530100, 180100], [530100, 180000], [530000, 180100], [530000, 180000]]],
    }
    rows = [{"LSOA21CD": code} for code in ("E01000001", "E01000002", "E01000002", "E01000003")]
    problem = refused(areas(*rows, outlines=[bowtie, box(1), box(2), None]))
    assert [(f.code, f.row) for f in problem.findings] == [
        ("self-intersection", 1),
        ("duplicate-code", 2),
        ("duplicate-code", 3),
        ("empty-geometry", 4),
    ]


def test_areas_that_overlap_are_a_note_and_not_an_error(areas: Callable[..., Source]) -> None:
    over = json.loads(shapely.to_geojson(shapely.box(530_090, 180_000, 530_200, 180_100)))
    rows = [{"LSOA21CD": "E01000001"}, {"LSOA21CD": "E01000002"}]
    report = read(areas(*rows, outlines=[box(0), over])).report
    note = next(f for f in report.findings if f.code == "coverage-not-clean")
    assert note.severity == "note"
    assert "E01000001, E01000002" in note.message
    clean = read(areas(*rows)).report
    assert not [f for f in clean.findings if f.code == "coverage-not-clean"]


def test_patients_are_not_an_area(areas: Callable[..., Source]) -> None:
    assert refused(areas({"LSOA21CD": "E01000001", "NHS_Number": "9434765919"})).fault is Fault.NOT_ALLOWED


@pytest.mark.parametrize(
    ("file", "areas_", "vintage", "population", "unclean"),
    [
        ("london/lsoa21_units.parquet", 4994, "2021", 8_799_689, 0),
        ("london/lsoa11_units.parquet", 4835, "2011", 9_002_488, 2),
        ("west_sussex/lsoa11_units.parquet", 507, "2011", 872_860, 0),
        ("england/lsoa11_units.parquet", 32_844, "2011", 56_550_138, 165),
    ],
)
def test_real_areas(file: str, areas_: int, vintage: str, population: int, unclean: int, shared_data: Path) -> None:
    source = Source.of(shared_data / file)
    assert READER.recognises(source.sample)
    reading = read(source)
    area = reading.frames["area"]
    assert len(area) == areas_
    assert area["code"].is_monotonic_increasing
    assert area["code"].is_unique
    assert shapely.is_valid(area["geometry"].to_numpy()).all()
    assert reading.report.vintage == vintage
    assert reading.report.conservation["population"] == population
    assert reading.report.counts["areas with edges that do not match their neighbours'"] == unclean


def test_london_has_every_measure_and_borough(shared_data: Path) -> None:
    reading = read(Source.of(shared_data / "london" / "lsoa21_units.parquet"))
    counts = reading.frames["area_measure"]["measure"].value_counts().to_dict()
    assert counts == {"population": 4994, "imd_score": 4994, "imd_decile": 4994}
    area = reading.frames["area"]
    assert area["lad_code"].nunique() == 33
    assert area[["name", "ward_code", "ward_name", "msoa_code", "msoa_name"]].notna().all(axis=None)


def test_tables_of_lsoas_without_outlines_are_not_areas(shared_data: Path) -> None:
    for file in ("london/lsoa11_to_lsoa21.csv", "london/registrations_2022-07.parquet"):
        assert not READER.recognises(Source.of(shared_data / file).sample)
