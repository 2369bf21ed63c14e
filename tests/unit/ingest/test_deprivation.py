from __future__ import annotations

import pytest

from app.domain.problem import Problem
from app.ingest.reader import ReadOptions
from app.ingest.readers.deprivation import DeprivationReader
from app.ingest.reading import Reading
from app.ingest.source import Source
from tests.unit.ingest.conftest import Make

IMD = "Index of Multiple Deprivation (IMD)"


def file_7(year: str, *rows: str) -> str:
    lad, mid = ("2019", "2015") if year == "2011" else ("2024", "2022")
    header = (
        f"LSOA code ({year}),LSOA name ({year}),Local Authority District code ({lad}),"
        f"Local Authority District name ({lad}),{IMD} Score,{IMD} Rank (where 1 is most deprived),"
        f"{IMD} Decile (where 1 is most deprived 10% of LSOAs),Income Score (rate),"
        f"Total population: mid {mid} (excluding prisoners)"
    )
    return "\n".join((header, *rows)) + "\n"


def row(code: str, score: object, rank: int, decile: object) -> str:
    return f"{code},x,E09000001,City of London,{score},{rank},{decile},0.007,1296"


def read(source: Source) -> Reading:
    assert DeprivationReader().recognises(source.sample)
    return DeprivationReader().read(source, ReadOptions())


@pytest.mark.parametrize(("year", "release"), [("2011", "2019"), ("2021", "2025")])
def test_file_7_of_both_releases(made: Make, year: str, release: str) -> None:
    reading = read(made(file_7(year, row("E01000002", 45.5, 2000, 1), row("E01000001", 6.208, 29199, 9))))
    frame = reading.frames["area_measure"]
    assert [tuple(r) for r in frame.to_numpy()][:4] == [
        ("E01000001", "imd_decile", 9),
        ("E01000001", "imd_population", 1296),
        ("E01000001", "imd_rank", 29199),
        ("E01000001", "imd_score", 6.208),
    ]
    assert reading.report.vintage == year
    assert reading.report.counts["areas in the most deprived tenth of England"] == 1
    assert release in next(f.message for f in reading.report.findings if f.code == "release")


def test_deciles_the_wrong_way_round_are_refused(made: Make) -> None:
    with pytest.raises(Problem, match="run the wrong way"):
        read(made(file_7("2021", row("E01000001", 6.2, 29199, 2), row("E01000002", 45.5, 2000, 9))))


@pytest.mark.parametrize("decile", ["0", "11", "1.5", ""])
def test_a_decile_is_one_to_ten(made: Make, decile: str) -> None:
    with pytest.raises(Problem) as raised:
        read(made(file_7("2021", row("E01000001", 6.2, 29199, 9), row("E01000002", 45.5, 2000, decile))))
    assert [(f.row, f.code) for f in raised.value.findings] == [(3, "decile")]


def test_wrong_scores_and_areas_twice_are_refused(made: Make) -> None:
    rows = [
        row("E01000001", 6.2, 1, 9),
        row("E01000001", 7.2, 1, 9),
        row("E01000003", "", 1, 9),
        row("W01000003", "low", 1, 9),
    ]
    with pytest.raises(Problem) as raised:
        read(made(file_7("2021", *rows)))
    assert {(f.row, f.code) for f in raised.value.findings} == {
        (3, "duplicate"),
        (4, "score"),
        (5, "code"),
        (5, "number"),
    }
