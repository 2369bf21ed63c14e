from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.problem import Problem
from app.ingest.reader import ReadOptions
from app.ingest.readers.population import PopulationReader
from app.ingest.reading import Reading
from app.ingest.source import Source
from tests.unit.ingest.conftest import Make
from tests.unit.ingest.workbooks import write_workbook

PREAMBLE = [["Mid-2024 small area estimates"], ["Published"], ["Notes"]]
START = ["LAD 2023 Code", "LAD 2023 Name", "LSOA 2021 Code", "LSOA 2021 Name", "Total"]
BROAD = ["0 to 15", "16 to 29", "30 to 44", "45 to 64", "65 and over"]


def read(source: Source, **options: object) -> Reading:
    assert PopulationReader().recognises(source.sample)
    return PopulationReader().read(source, ReadOptions(**options))  # type: ignore[arg-type]


def measures(reading: Reading, area: str = "E01033770") -> dict[str, float]:
    frame = reading.frames["area_measure"]
    mine = frame[frame["area_code"] == area]
    return dict(zip(mine["measure"], mine["value"], strict=True))


def broad(total: int, *ages: int) -> list[object]:
    return ["E09000001", "City", "E01033770", "City 1", total, *ages]


def test_broad_ages_of_women_and_men_are_summed_and_the_latest_year_taken(tmp_path: Path) -> None:
    header = START + [f"{sex}{band}" for sex in "FM" for band in BROAD]
    sheets = {
        "Contents": [["Contents"]],
        "Mid-2023 LSOA 2021": [*PREAMBLE, header, broad(10, *range(10))],
        "Mid-2024 LSOA 2021": [*PREAMBLE, header, broad(45, *range(10)), [None, None, None, None, None]],
    }
    source = Source.of(write_workbook(tmp_path / "x", sheets))
    reading = read(source)
    assert measures(reading) == {
        "population": 45,
        "population_0_15": 5,
        "population_16_29": 7,
        "population_30_44": 9,
        "population_45_64": 11,
        "population_65_over": 13,
    }
    assert reading.report.vintage == "2021"
    assert reading.report.counts["residents"] == 45
    assert "Mid-2024" in next(f.message for f in reading.report.findings if f.code == "sheet")
    assert measures(read(source, layer="Mid-2023 LSOA 2021"))["population"] == 10


def test_single_years_are_summed_into_the_broad_bands(tmp_path: Path) -> None:
    header = START + [f"{sex}{age}" for sex in "FM" for age in range(91)]
    sheets = {"Mid-2022 LSOA 2021": [*PREAMBLE, header, broad(182, *([1] * 182))]}
    found = measures(read(Source.of(write_workbook(tmp_path / "x", sheets))))
    assert found == {
        "population": 182,
        "population_0_15": 32,
        "population_16_29": 28,
        "population_30_44": 30,
        "population_45_64": 40,
        "population_65_over": 52,
    }


def test_persons_of_the_older_workbooks(tmp_path: Path) -> None:
    header = ["LSOA Code", "LSOA Name", "LA Code (2020 boundaries)", "All Ages", *range(90), "90+"]
    sheets = {"Mid-2020 Persons": [*PREAMBLE, header, ["E01000001", "City", "E09000001", 91, *([1] * 91)]]}
    found = measures(read(Source.of(write_workbook(tmp_path / "x", sheets))), "E01000001")
    assert found["population"] == sum(value for name, value in found.items() if name != "population") == 91


def test_ages_that_do_not_sum_to_the_total_are_warned_of(tmp_path: Path) -> None:
    header = START + [f"F{band}" for band in BROAD]
    sheets = {"Mid-2024 LSOA 2021": [*PREAMBLE, header, broad(100, 1, 2, 3, 4, 5)]}
    report = read(Source.of(write_workbook(tmp_path / "x", sheets))).report
    assert [(f.code, f.row) for f in report.findings] == [("ages-do-not-sum", 5)]
    assert report.conservation == {"residents_in_total": 100, "residents_by_age": 15}


def test_bands_that_cross_the_broad_ones_give_the_total_alone(made: Make) -> None:
    source = made("LSOA21CD,Total,F0 to 19,F20 and over\nE01033770,10,4,6\n")
    assert measures(read(source)) == {"population": 10}


@pytest.mark.parametrize(
    "header", ["lsoa21cd,population", "LSOA21CD,Total", "lsoa21cd,population_census2021", "Area code,All ages"]
)
def test_a_plain_table_of_code_and_population(made: Make, header: str) -> None:
    reading = read(made(f'{header}\nE01033770,"1,523"\nE01000001,1400\n'))
    assert measures(reading) == {"population": 1523}
    assert reading.frames["area_measure"]["area_code"].tolist() == ["E01000001", "E01033770"]


def test_totals_and_notes_are_dropped_with_the_reason(made: Make) -> None:
    reading = read(made("lsoa21cd,population\nE01033770,1500\nE09000001,8600\nSource: ONS,\n"))
    assert reading.report.dropped == {"not a small area (a total or a note)": 2}
    assert len(reading.frames["area_measure"]) == 1


def test_files_without_small_areas_blank_counts_and_doubles_are_refused(made: Make) -> None:
    with pytest.raises(Problem, match="no small area"):
        read(made("area code,population\nE09000001,8600\n"))
    with pytest.raises(Problem) as raised:
        read(made("lsoa21cd,population\nE01033770,1500\nE01033770,1600\nE01000001,\n"))
    assert {(f.row, f.code) for f in raised.value.findings} == {(3, "duplicate"), (4, "count")}


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    source = Source.of(write_workbook(tmp_path / "x", {"Mid-2024 LSOA 2021": [*PREAMBLE, START, broad(1)]}))
    with pytest.raises(Problem, match="Mid-2024 LSOA 2021"):
        read(source, layer="Mid-1999")


def test_tables_of_another_kind_are_left_alone(made: Make) -> None:
    for header in ("practice_code,lsoa21cd,total", "lsoa21cd,neighbourhood_code,population", "pcds,lsoa21cd,population",
                   "LSOA code (2021),Index of Multiple Deprivation (IMD) Score,Total"):  # fmt: skip
        assert not PopulationReader().recognises(made(header + "\n1,2,3\n").sample)
