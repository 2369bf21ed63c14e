from __future__ import annotations

import pandas as pd
import pytest

from app.ingest.codes import PCN, POSTCODE, PRACTICE, SMALL_AREA, checked, clean_postcode, drop_repeats, spaced_postcode
from app.ingest.faults import Faults
from app.ingest.kinds import Kind
from app.ingest.reading import ImportReport


@pytest.mark.parametrize(
    "code", ["A81001", "E85124", "Y00001", "W91050", "JER007", "GUE101", "ALD001", "P81001", "N81001"]
)
def test_practice_codes(code: str) -> None:
    assert PRACTICE.fullmatch(code)


@pytest.mark.parametrize(
    "code", ["I81001", "O81001", "X81001", "Z81001", "A8100", "A810011", "G1234567", "U12345x", "EMPTY"]
)
def test_what_is_no_practice_code(code: str) -> None:
    assert not PRACTICE.fullmatch(code)


def test_empty_begins_with_an_e_and_is_no_area() -> None:
    assert not SMALL_AREA.fullmatch("EMPTY")
    assert not SMALL_AREA.fullmatch("NO2011")
    assert all(SMALL_AREA.fullmatch(code) for code in ("E01000001", "W01000001", "S01006506", "95AA01S1"))
    assert not SMALL_AREA.fullmatch("E02000001")
    assert PCN.fullmatch("U12345")
    assert not PCN.fullmatch("U")


@pytest.mark.parametrize("text", ["N20 0DH", "n200dh", " N20  0DH", "N200DH"])
def test_every_spelling_of_a_postcode_is_one_key(text: str) -> None:
    assert clean_postcode(text) == "N200DH"
    assert spaced_postcode(text) == "N20 0DH"
    assert POSTCODE.fullmatch("N200DH")


def test_codes_are_made_upper_case_and_wrong_ones_named_by_row() -> None:
    faults = Faults("x")
    cleaned = checked(
        pd.Series(["a81001", "", "A81"], index=[5, 6, 7]), PRACTICE, faults, field="CODE", what="a practice"
    )
    assert list(cleaned) == ["A81001", "", "A81"]
    assert [(f.row, f.value) for f in faults.findings] == [(6, ""), (7, "A81")]


def test_full_repeats_are_dropped_and_contradictions_are_faults() -> None:
    rows = pd.DataFrame({"code": ["A", "A", "B", "B"], "name": ["x", "x", "y", "z"]}, index=[2, 3, 4, 5])
    report, faults = ImportReport("x", Kind.PRACTICES), Faults("x")
    kept = drop_repeats(rows, ["code"], report, faults, "practice")
    assert list(kept.index) == [2, 4, 5]
    assert report.dropped == {"repeats another row in full": 1}
    assert [(f.row, f.value) for f in faults.findings] == [(5, "B")]
    assert "row 4" in faults.findings[0].message
