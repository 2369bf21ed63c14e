from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from app.ingest.dates import parse_date, parse_dates, parse_months
from app.ingest.faults import Faults


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("01-Sep-20", date(2020, 9, 1)),
        ("04JAN2021", date(2021, 1, 4)),
        ("01JUL2022", date(2022, 7, 1)),
        ("01/07/2022", date(2022, 7, 1)),
        ("1/7/22", date(2022, 7, 1)),
        ("31.12.2024", date(2024, 12, 31)),
        ("2022-07-01", date(2022, 7, 1)),
        ("2022-07-01T00:00:00", date(2022, 7, 1)),
        ("2022-07-01 00:00:00.000", date(2022, 7, 1)),
        ("2022-07-01T00:00:00+01:00", date(2022, 7, 1)),
        ("19740401", date(1974, 4, 1)),
        ("1 April 2026", date(2026, 4, 1)),
        ("01-SEPT-2020", date(2020, 9, 1)),
        ("01-Jan-68", date(2068, 1, 1)),
        ("01-Jan-69", date(1969, 1, 1)),
    ],
)
def test_every_form_seen_is_read(text: str, day: date) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize("text", ["", "U", "20220230", "2022-13-01", "31/02/2022", "01XYZ2022", "20220", "07/01/2022x"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_date(text)


def test_british_order_day_before_month() -> None:
    assert parse_date("02/01/2022") == date(2022, 1, 2)


def test_a_column_of_dates_keeps_blanks_and_names_wrong_rows() -> None:
    faults = Faults("x.csv")
    read = parse_dates(pd.Series(["20200101", "", "yesterday"], index=[2, 3, 4]), faults, "Open Date")
    assert list(read) == [date(2020, 1, 1), None, None]
    assert [(f.row, f.field, f.value) for f in faults.findings] == [(4, "Open Date", "yesterday")]


def test_months_start_on_their_first_day() -> None:
    read = parse_months(pd.Series(["199501", "", "2001-05-17", "000000"]))
    assert list(read) == [date(1995, 1, 1), None, date(2001, 5, 1), None]
