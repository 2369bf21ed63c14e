from __future__ import annotations

import pytest

from app.ingest.vintages import ENOUGH, detect, from_header

OLD = [f"E01{n:06}" for n in range(1, ENOUGH + 1)]


@pytest.mark.parametrize(
    ("header", "year"),
    [("LSOA11CD", "2011"), ("lsoa21cd", "2021"), ("LSOA_2021_CODE", "2021"), ("LSOA code (2011)", "2011"),
     ("LSOA 2021 Code", "2021"), ("LSOA_CODE", None), ("lsoa21cd_1", "2021"), (None, None)],
)  # fmt: skip
def test_what_a_column_name_says(header: str | None, year: str | None) -> None:
    assert from_header(header) == year


@pytest.mark.parametrize(
    ("codes", "markers", "header", "year"),
    [
        (["E01000001", "E01033768"], [], None, None),
        (["E01000001", "E01033769"], [], None, "2021"),
        (["E01000001"], ["NO2011"], None, "2011"),
        (["E01000001"], ["EMPTY"], None, "2021"),
        (["E01000001"], ["CLOSED"], None, "2021"),
        (["E01000001"], [], "LSOA11CD", "2011"),
        (OLD, [], None, "2011"),
        (OLD[:-1], [], None, None),
        (["W01000001"], [], None, None),
    ],
)
def test_the_vintage_is_told_by_the_codes(
    codes: list[str], markers: list[str], header: str | None, year: str | None
) -> None:
    found = detect(codes, markers, header)
    assert found.year == year
    assert [f.code for f in found.findings] == ([] if year else ["vintage-unknown"])


@pytest.mark.parametrize(
    ("codes", "markers", "header", "year"),
    [
        (["E01033770"], ["NO2011"], None, "2021"),
        (["E01033770"], [], "LSOA11CD", "2021"),
        (["E01000001"], ["EMPTY", "NO2011"], None, "2021"),
        (OLD, ["EMPTY"], None, "2021"),
        (["E01000001"], ["NO2011"], "LSOA21CD", "2011"),
    ],
)
def test_contradictions_are_warned_of(codes: list[str], markers: list[str], header: str | None, year: str) -> None:
    found = detect(codes, markers, header)
    assert found.year == year
    assert [(f.code, f.severity) for f in found.findings] == [("vintage-contradiction", "warning")]
