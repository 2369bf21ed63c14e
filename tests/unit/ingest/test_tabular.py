from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from app.domain.problem import Fault, Problem
from app.ingest.columns import Column, matches, normal
from app.ingest.kinds import Kind
from app.ingest.reader import ReadOptions
from app.ingest.reading import ImportReport
from app.ingest.source import Source
from app.ingest.tabular import read_table
from tests.unit.ingest.conftest import Make
from tests.unit.ingest.workbooks import write_workbook

CODE, NAME = Column("code", ("code", "practice code")), Column("name", ("name",))
WANTED = [CODE, NAME]


def rows(source: Source, *columns: Column, **options: object) -> dict[int, tuple[str, ...]]:
    table = read_table(source, columns or WANTED, ReadOptions(**options))  # type: ignore[arg-type]
    return {int(row): tuple(values) for row, values in zip(table.frame.index, table.frame.to_numpy(), strict=True)}


@pytest.mark.parametrize(
    "header", ["PRACTICE_CODE", "Practice\nCode", "Practice\r\nCode", " practice  code ", "\ufeffPractice Code"]
)
def test_headers_match_whatever_their_case_and_spacing(header: str) -> None:
    assert normal(header) == "practice code"
    assert matches([header], WANTED) == {"code": 0}


def test_the_newest_of_several_years_is_taken_and_the_first_pattern_wins() -> None:
    lad = Column("lad", (r"lad\d\dcd", "laua"))
    assert matches(["laua", "LAD25CD", "LAD26CD", "LAD24CD"], [lad]) == {"lad": 2}
    assert matches(["laua", "x"], [lad]) == {"lad": 0}


def test_the_user_may_say_which_column_to_take(made: Make) -> None:
    source = made("code,prac,name\nA,B,x\n")
    assert rows(source, columns={"code": "Prac"}) == {2: ("B", "x")}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("between", [",", ";", "\t", "|"])
def test_line_ends_byte_order_marks_and_separators(made: Make, end: str, mark: str, between: str) -> None:
    text = mark + end.join(between.join(row) for row in (("code", "name"), ("A", "Doré"), ("B", " y "), ("", "")))
    table = read_table(made(text + end), WANTED)
    assert table.frame.to_numpy().tolist() == [["A", "Doré"], ["B", "y"]]
    assert list(table.frame.index) == [2, 3]
    assert table.blank_rows == 1
    assert table.encoding == "utf-8"


def test_row_numbers_are_those_an_editor_shows(made: Make) -> None:
    assert rows(made('about this file\n\ncode,name\nA,x\n\nB,"y, z"\n,\nC,w')) == {
        4: ("A", "x"),
        6: ("B", "y, z"),
        8: ("C", "w"),
    }


def test_windows_1252_is_read_with_a_note(made: Make) -> None:
    table = read_table(made("code,name\nA,Doré – Surgery\n", encoding="cp1252"), WANTED)
    assert table["name"].tolist() == ["Doré – Surgery"]
    report = ImportReport("x", Kind.PRACTICES)
    table.begin(report)
    assert report.encoding == "cp1252"
    assert [f.code for f in report.findings] == ["encoding"]


def test_utf16_as_excel_saves_unicode_text(made: Make) -> None:
    assert rows(made("code\tname\r\nA\tDoré\r\n", encoding="utf-16")) == {2: ("A", "Doré")}


def test_text_in_no_encoding_names_the_row(made: Make) -> None:
    with pytest.raises(Problem) as raised:
        rows(made(b"code,name\nA,good\nB,ba\x81d\n"))
    assert raised.value.fault == Fault.UNREADABLE_FILE
    assert [finding.row for finding in raised.value.findings] == [3]


def test_a_wrong_byte_beyond_the_first_block_is_found_as_well(made: Make) -> None:
    content = b"code,name\n" + b"A,x\n" * 40_000 + b"B,Dor\xe9\n"
    table = read_table(made(content), WANTED)
    assert table.encoding == "cp1252"
    assert table["name"].iloc[-1] == "Doré"
    assert table.frame.index[-1] == 40_002


@pytest.mark.parametrize(
    "content", [b"", b"\n\n \n", b"code,name\n", b"code,name\n,\n , \n", gzip.compress(b"", mtime=0)]
)
def test_a_file_without_data_is_a_problem(made: Make, content: bytes) -> None:
    with pytest.raises(Problem) as raised:
        rows(made(content))
    assert raised.value.fault == Fault.UNREADABLE_FILE
    assert "empty" in raised.value.title


def test_a_missing_column_names_what_was_looked_for_and_what_is_there(made: Make) -> None:
    with pytest.raises(Problem) as raised:
        rows(made("practice code,title,postcode\nA,b,c\n"))
    problem = raised.value
    assert problem.fault == Fault.MISSING_COLUMN
    assert "name" in problem.detail
    assert "practice code, title, postcode" in problem.detail
    assert problem.file == "upload.dat"


def test_rows_of_another_length_are_named_and_nothing_is_guessed(made: Make) -> None:
    with pytest.raises(Problem) as raised:
        rows(made("code,name\nA,x\nB,The Surgery, High Street\nC\n"))
    assert [(f.row, f.message) for f in raised.value.findings] == [
        (3, "has 3 fields where 2 were expected"),
        (4, "has 1 fields where 2 were expected"),
    ]


def test_a_cut_off_gzip_is_a_problem_and_no_short_table(made: Make) -> None:
    content = b"code,name\n" + b"".join(b"%d,%d\n" % (n, n * n) for n in range(100_000))
    packed = gzip.compress(content)
    with pytest.raises(Problem, match="too early"):
        rows(made(packed[: len(packed) // 2]))


def test_cells_of_a_workbook_are_text_like_those_of_a_csv(tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "x.xlsx",
        {
            "Notes": [["about"]],
            "Data": [
                ["Title"],
                [],
                ["Practice\nCode ", "Name", "When"],
                ["A", 12, date(2022, 7, 1)],
                [None, None, None],
                ["B", True, "20220701"],
                ["C", 1.5, None],
            ],
        },
        at=(2, 3),
    )
    got = rows(Source.of(path), *WANTED, Column("when", ("when",)))
    assert got == {5: ("A", "12", "2022-07-01"), 7: ("B", "TRUE", "20220701"), 8: ("C", "1.5", "")}


def test_a_workbook_without_a_fitting_sheet_names_its_sheets(tmp_path: Path) -> None:
    source = Source.of(write_workbook(tmp_path / "x", {"One": [["a", "b"], [1, 2]], "Two": [["c", "d"], [1, 2]]}))
    with pytest.raises(Problem, match="One, Two"):
        rows(source)
    with pytest.raises(Problem, match="no such sheet"):
        rows(source, layer="Three")


def test_parquet_gives_text_and_keeps_missing_values_blank(tmp_path: Path) -> None:
    pd.DataFrame({"code": ["A", None], "name": [1, 2], "other": [0.5, 0.5]}).to_parquet(tmp_path / "x")
    assert rows(Source.of(tmp_path / "x")) == {1: ("A", "1"), 2: ("", "2")}


def test_a_cut_off_parquet_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "x"
    pd.DataFrame({"code": ["A"] * 100, "name": range(100)}).to_parquet(path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(Problem):
        rows(Source.of(path))


def test_binary_files_are_refused(made: Make) -> None:
    with pytest.raises(Problem) as raised:
        rows(made(b"\x89PNG\r\n\x1a\n" + bytes(100)))
    assert raised.value.fault == Fault.UNREADABLE_FILE


def test_progress_is_told(made: Make) -> None:
    told: list[float] = []
    read_table(made("code,name\nA,x\n"), WANTED, None, lambda share, _what: told.append(share))
    assert told
    assert all(0 <= share <= 1 for share in told)
