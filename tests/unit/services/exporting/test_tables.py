"""What tables cannot hold, and what is written instead."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

from app.services.exporting.dbase import notes, short_names, shortened
from app.services.exporting.lines import _cell


@pytest.mark.parametrize("text", ["=1+1", "+44", "-2", "@a", "\tx"])
def test_a_text_that_reads_as_a_formula_gets_a_quote(text: str) -> None:
    assert _cell(text, True) == f"'{text}"


def test_numbers_and_plain_texts_stay() -> None:
    assert [_cell(-2.5, False), _cell("a-b", True), _cell(True, False), _cell(None, True)] == [-2.5, "a-b", "true", ""]


def test_names_are_cut_to_ten_and_stay_apart() -> None:
    found = short_names(["patients_outside", "patients_outer", "patients_o", "code"])
    assert list(found.values()) == ["patients_o", "patients_2", "patients_3", "code"]


def test_a_long_text_is_cut_between_letters_and_told() -> None:
    frame = gpd.GeoDataFrame(
        {"note": pd.Series(["é" * 200, "a"], dtype=object)}, geometry=[None, None], crs="EPSG:27700"
    )
    made, names, cut = shortened(frame)
    assert made["note"][0] == "é" * 127
    assert cut == {"note": 1}
    assert "note: 1" in notes(names, cut, {})
