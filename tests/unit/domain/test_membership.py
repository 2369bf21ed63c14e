from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from app.domain.membership import resolve


def rows(*given: tuple[str, str, date | None, date | None]) -> pd.DataFrame:
    return pd.DataFrame(given, columns=["practice_code", "pcn_code", "start", "end"])


def test_an_end_date_is_the_last_day_of_membership() -> None:
    table = rows(("F1", "U1", date(2019, 10, 1), date(2022, 6, 30)), ("F1", "U2", date(2022, 7, 1), None))
    assert resolve(table, date(2022, 6, 30)).pcn_of == {"F1": "U1"}
    assert resolve(table, date(2022, 7, 1)).pcn_of == {"F1": "U2"}


def test_two_current_memberships_take_the_one_that_started_last_and_warn() -> None:
    table = rows(
        ("F82001", "U86966", date(2019, 10, 1), date(2022, 7, 1)), ("F82001", "U11211", date(2022, 7, 1), None)
    )
    found = resolve(table, date(2022, 7, 1))
    assert found.pcn_of == {"F82001": "U11211"}
    assert len(found.findings) == 1
    assert "U86966" in found.findings[0].message
    assert found.findings[0].severity == "warning"


def test_future_and_ended_memberships_do_not_count() -> None:
    table = rows(("M1", "U1", date(2026, 4, 1), None), ("M2", "U1", date(2019, 10, 1), date(2020, 3, 31)))
    assert resolve(table, date(2026, 3, 31)).pcn_of == {}


def test_a_membership_without_dates_always_counts() -> None:
    assert resolve(rows(("A", "U1", None, None)), date(1999, 1, 1)).pcn_of == {"A": "U1"}


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
def test_equal_starts_take_the_lower_code_whatever_the_order_of_rows(order: list[int]) -> None:
    table = rows(("A", "U9", date(2020, 4, 1), None), ("A", "U1", date(2020, 4, 1), None)).iloc[order]
    assert resolve(table, date(2021, 1, 1)).pcn_of == {"A": "U1"}


def test_the_same_membership_twice_is_not_two() -> None:
    table = rows(("A", "U1", date(2020, 4, 1), None), ("A", "U1", date(2021, 4, 1), None))
    found = resolve(table, date(2022, 1, 1))
    assert found.pcn_of == {"A": "U1"}
    assert found.findings == ()
