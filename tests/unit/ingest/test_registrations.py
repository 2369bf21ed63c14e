from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.problem import Problem
from app.ingest.reader import ReadOptions
from app.ingest.readers.registrations import RegistrationsReader
from app.ingest.reading import UNKNOWN_AREA, Reading, records
from app.ingest.source import Source
from tests.unit.ingest.conftest import Make

HEADER = "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,SEX,NUMBER_OF_PATIENTS"


def line(
    practice: str = "A81001", area: str = "E01011959", patients: object = 7, sex: str = "ALL", day: str = "01JUL2022"
) -> str:
    return f"GP_PRAC_PAT_LIST,{day},{practice},THE DENSHAM SURGERY,{area},{sex},{patients}"


def read(source: Source, **options: object) -> Reading:
    assert RegistrationsReader().recognises(source.sample) or len(source.parts()) > 1
    return RegistrationsReader().read(source, ReadOptions(**options))  # type: ignore[arg-type]


def text(*lines: str, header: str = HEADER) -> str:
    return "\n".join((header, *lines)) + "\n"


def triples(reading: Reading) -> list[tuple[str, str, int]]:
    return [tuple(row.values()) for row in records(reading.frames["registration"])]  # type: ignore[misc]


def test_rows_come_out_sorted_with_their_patients(made: Make) -> None:
    reading = read(made(text(line("A81002"), line(area="E01000002", patients=2), line(patients=5))))
    assert triples(reading) == [("A81001", "E01000002", 2), ("A81001", "E01011959", 5), ("A81002", "E01011959", 7)]
    assert reading.report.conservation == {"patients_in_file": 14, "patients_dropped": 0, "patients_kept": 14}
    assert reading.report.counts["practices"] == 2


@pytest.mark.parametrize("header", ["NUMBER_OF_PATIENTS", "Number of Patients", "number of patients"])
def test_the_last_column_has_had_several_names(made: Make, header: str) -> None:
    assert triples(read(made(text(line(), header=HEADER.replace("NUMBER_OF_PATIENTS", header))))) == [
        ("A81001", "E01011959", 7)
    ]


@pytest.mark.parametrize(
    ("day", "parsed"),
    [("01-Sep-20", date(2020, 9, 1)), ("04JAN2021", date(2021, 1, 4)), ("01JUL2022", date(2022, 7, 1)),
     ("01/10/2025", date(2025, 10, 1)), ("2026-01-01", date(2026, 1, 1))],
)  # fmt: skip
def test_the_extract_date_in_every_form(made: Make, day: str, parsed: date) -> None:
    assert read(made(text(line(day=day)))).report.extract_date == parsed


@pytest.mark.parametrize("word", ["NO2011", "EMPTY", "CLOSED", "", "empty"])
def test_unknown_residence_is_no_area_and_nobody_is_lost(made: Make, word: str) -> None:
    reading = read(made(text(line(patients=10), line(area=word, patients=3))))
    assert triples(reading) == [("A81001", "E01011959", 10), ("A81001", UNKNOWN_AREA, 3)]
    assert reading.report.counts["patients with unknown residence"] == 3
    assert reading.report.counts["areas"] == 1
    assert reading.report.match_rates == {"patients with known residence": pytest.approx(10 / 13)}


def test_several_words_for_unknown_are_summed(made: Make) -> None:
    reading = read(
        made(text(line(area="EMPTY", patients=3), line(area="CLOSED", patients=4), line(area="", patients=1)))
    )
    assert triples(reading) == [("A81001", UNKNOWN_AREA, 8)]
    assert reading.report.vintage == "2021"


def test_wales_and_scotland_keep_their_areas(made: Make) -> None:
    reading = read(made(text(line(area="W01000123", patients=2), line(area="S01006506", patients=1))))
    assert [row[1] for row in triples(reading)] == ["S01006506", "W01000123"]
    assert reading.report.counts["patients living in Wales"] == 2
    assert reading.report.counts["patients living in Scotland"] == 1


def test_a_code_of_no_small_area_counts_as_unknown_with_a_warning(made: Make) -> None:
    reading = read(made(text(line(), line(area="E09000002", patients=4))))
    assert triples(reading)[1] == ("A81001", UNKNOWN_AREA, 4)
    warned = [f for f in reading.report.findings if f.code == "area-code"]
    assert warned[0].row == 3
    assert "4 patients" in warned[0].message


def test_men_and_women_are_summed(made: Make) -> None:
    reading = read(made(text(line(patients=4, sex="MALE"), line(patients=3, sex="FEMALE"))))
    assert triples(reading) == [("A81001", "E01011959", 7)]
    assert reading.report.rows_kept == 2


def test_all_is_not_counted_again_with_its_parts(made: Make) -> None:
    reading = read(made(text(line(patients=7), line(patients=4, sex="MALE"), line(patients=3, sex="FEMALE"))))
    assert triples(reading) == [("A81001", "E01011959", 7)]
    assert reading.report.dropped == {"by sex, counted already in ALL": 2}
    assert reading.report.conservation == {"patients_in_file": 14, "patients_dropped": 7, "patients_kept": 7}
    assert [(f.code, f.severity) for f in reading.report.findings if f.code == "sexes"] == [("sexes", "note")]


def test_parts_that_do_not_sum_to_all_are_warned_of(made: Make) -> None:
    reading = read(made(text(line(patients=7), line(patients=4, sex="MALE"), line(patients=2, sex="FEMALE"))))
    warned = [f for f in reading.report.findings if f.code == "sexes"]
    assert warned[0].severity == "warning"
    assert "7 patients" in warned[0].message
    assert "6" in warned[0].message


def test_a_practice_without_all_keeps_its_parts(made: Make) -> None:
    reading = read(made(text(line(), line("A81002", patients=4, sex="MALE"), line("A81002", patients=3, sex="FEMALE"))))
    assert triples(reading) == [("A81001", "E01011959", 7), ("A81002", "E01011959", 7)]


@pytest.mark.parametrize("sex", ["MALE", "FEMALE"])
def test_half_of_the_patients_is_refused(made: Make, sex: str) -> None:
    with pytest.raises(Problem, match=f"{sex.lower()} patients only"):
        read(made(text(line(sex=sex))))


def test_the_published_zip_with_its_three_files_counts_everybody_once(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("gp-reg-pat-prac-lsoa-male.csv", text(line(patients=4, sex="MALE")))
        archive.writestr("gp-reg-pat-prac-lsoa-all.csv", text(line(patients=7)))
        archive.writestr("gp-reg-pat-prac-lsoa-female.csv", text(line(patients=3, sex="FEMALE")))
        archive.writestr("readme.txt", "about")
    assert triples(read(Source.of(tmp_path / "x.zip"))) == [("A81001", "E01011959", 7)]


def test_repeated_rows_are_summed_with_a_warning(made: Make) -> None:
    reading = read(made(text(line(patients=7), line(patients=2))))
    assert triples(reading) == [("A81001", "E01011959", 9)]
    assert [(f.code, f.row) for f in reading.report.findings if f.code == "repeated"] == [("repeated", 3)]


@pytest.mark.parametrize(
    ("areas", "vintage"),
    [
        (["E01033770"], "2021"),
        (["E01000001", "NO2011"], "2011"),
        (["E01000001", "EMPTY"], "2021"),
        (["E01000001"], None),
    ],
)
def test_the_vintage_is_detected(made: Make, areas: list[str], vintage: str | None) -> None:
    assert read(made(text(*(line(area=area) for area in areas)))).report.vintage == vintage


def test_contradicting_signs_of_the_vintage_are_warned_of(made: Make) -> None:
    report = read(made(text(line(area="E01034000"), line(area="NO2011")))).report
    assert report.vintage == "2021"
    assert "vintage-contradiction" in [f.code for f in report.findings]


def test_two_quarters_in_one_file_need_a_date(made: Make) -> None:
    source = made(text(line(patients=7), line(patients=9, day="01OCT2022")))
    with pytest.raises(Problem, match="2022-07-01, 2022-10-01"):
        read(source)
    with pytest.raises(Problem, match="several extracts"):
        read(source, as_of=date(2022, 6, 30))
    reading = read(source, as_of=date(2022, 12, 31))
    assert triples(reading) == [("A81001", "E01011959", 9)]
    assert reading.report.extract_date == date(2022, 10, 1)
    assert reading.report.conservation["patients_dropped"] == 7


@pytest.mark.parametrize("column", ["lsoa11cd", "lsoa21cd"])
def test_a_parquet_table_as_analysts_pass_it_on(tmp_path: Path, column: str) -> None:
    pd.DataFrame(
        {
            "practice_code": ["A81001", "A81001"],
            column: ["E01000001", None],
            "patients": [5, 2],
            "practice_in_london": True,
        }
    ).to_parquet(tmp_path / "x")
    reading = read(Source.of(tmp_path / "x"))
    assert triples(reading) == [("A81001", "E01000001", 5), ("A81001", UNKNOWN_AREA, 2)]
    assert reading.report.vintage == f"20{column[4:6]}"


@pytest.mark.parametrize("patients", ["", "-3", "many", "*", "1.5"])
def test_what_is_no_count_is_refused_with_its_row(made: Make, patients: str) -> None:
    with pytest.raises(Problem) as raised:
        read(made(text(line(), line("A81002", patients=patients))))
    assert [(f.row, f.field) for f in raised.value.findings] == [(3, "NUMBER_OF_PATIENTS")]


def test_other_tables_are_not_registrations(made: Make) -> None:
    for header in (
        "PRACTICE_CODE,PCN_CODE,NUMBER_OF_PATIENTS",
        "LSOA_CODE,SEX,NUMBER_OF_PATIENTS",
        "practice_code,lsoa11cd,list_size",
    ):
        assert not RegistrationsReader().recognises(made(header + "\n1,2,3\n").sample)


def test_order_of_rows_changes_nothing(made: Make) -> None:
    lines = [line("A81002", "EMPTY", 3), line("A81001", "E01000002", 2), line("A81001", "E01000001", 1)]
    first = read(made(text(*lines), "a")).frames["registration"]
    second = read(made(text(*lines[::-1]), "b")).frames["registration"]
    pd.testing.assert_frame_equal(first, second)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["A81001", "A81002", "Y00001"]),
            st.sampled_from(["E01000001", "E01033770", "W01000001", "EMPTY", "NO2011", "", "E09000001"]),
            st.sampled_from(["ALL", "MALE", "FEMALE"]),
            st.integers(0, 9_999),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_nobody_is_lost_or_counted_twice(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str, int]]
) -> None:
    rows = [*rows, ("A81001", "E01000001", "ALL", 1)]
    path = tmp_path_factory.mktemp("any") / "x"
    path.write_text(text(*(line(practice, area, patients, sex) for practice, area, sex, patients in rows)))
    reading = read(Source.of(path))
    with_all = {practice for practice, _, sex, _ in rows if sex == "ALL"}
    expected = sum(n for practice, _, sex, n in rows if sex == "ALL" or practice not in with_all)
    assert reading.frames["registration"]["patients"].sum() == expected
    sums = reading.report.conservation
    assert sums["patients_in_file"] == sum(row[3] for row in rows) == expected + sums["patients_dropped"]
    assert not reading.frames["registration"].duplicated(["practice_code", "area_code"]).any()
