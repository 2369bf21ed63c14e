from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import permutations

import pytest

from app.domain.choosing import ranked
from app.domain.problem import Fault, Problem
from app.store.store import Store
from tests.stored import LOADED, dataset, record


def test_a_record_comes_back_as_it_was(store: Store) -> None:
    kept = record("d1", "areas", vintage="2021", effective_date=date(2025, 9, 1), restricted=True, size=5 * 2**31)
    with store.write() as unit:
        assert unit.datasets.add(kept)
    with store.read() as unit:
        back = unit.datasets.get("d1")
        assert unit.datasets.find("d2") is None
    assert back == kept
    assert list(back.report) == list(kept.report), "keys stay in the report's own order"
    assert back.loaded_at.utcoffset() == timedelta(0)


def test_moments_are_kept_in_utc_whatever_their_zone(store: Store) -> None:
    summer = LOADED.replace(microsecond=123_456).astimezone(timezone(timedelta(hours=1)))
    with store.write() as unit:
        unit.datasets.add(record("d1", loaded_at=summer))
    with store.read() as unit:
        back = unit.datasets.get("d1").loaded_at
    assert back == summer
    assert back.tzinfo is UTC


def test_the_same_file_again_changes_nothing(store: Store) -> None:
    with store.write() as unit:
        assert unit.datasets.add(record("d1"))
    with store.write() as unit:
        assert not unit.datasets.add(record("d1", name="another name.csv", loaded_at=LOADED + timedelta(days=1)))
    with store.read() as unit:
        assert unit.datasets.page() == [record("d1")]


def test_what_is_not_there_is_said_with_what_is(store: Store) -> None:
    with store.write() as unit:
        dataset(unit, "d1")
        with pytest.raises(Problem, match=r"no dataset 'd9'.*\n.*d1 \(d1\.csv\)") as raised:
            unit.datasets.get("d9")
    assert raised.value.fault is Fault.NOT_FOUND


def test_pages_follow_on_and_leave_nothing_out(store: Store) -> None:
    moments = {"b": 0, "a": 0, "c": 1, "e": 2, "d": 0}
    with store.write() as unit:
        for id_, hours in moments.items():
            dataset(unit, id_, loaded_at=LOADED + timedelta(hours=hours))
        dataset(unit, "other", "areas")
    with store.read() as unit:
        seen: list[str] = []
        while page := unit.datasets.page("practices", after=seen[-1] if seen else None, limit=2):
            assert len(page) <= 2
            seen += [r.id for r in page]
        assert seen == ["e", "c", "a", "b", "d"]
        assert [r.id for r in unit.datasets.page(limit=None)] == ["e", "c", "a", "b", "d", "other"]
        with pytest.raises(Problem, match="no dataset 'gone'"):
            unit.datasets.page(after="gone")


DAYS = {"may": date(2022, 5, 1), "july": date(2022, 7, 1), "october": date(2024, 10, 1), "undated": None}


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (date(2022, 6, 30), "may"),
        (date(2022, 7, 1), "july"),
        (date(2030, 1, 1), "october"),
        (date(2020, 1, 1), "may"),
        (None, "october"),
    ],
)
def test_the_dataset_of_the_day_is_chosen(store: Store, as_of: date | None, expected: str) -> None:
    with store.write() as unit:
        for id_, day in DAYS.items():
            dataset(unit, id_, effective_date=day)
        dataset(unit, "elsewhere", "areas", effective_date=date(2022, 6, 30))
        chosen = unit.datasets.chosen("practices", as_of)
        assert chosen is not None
        assert chosen.id == expected
        assert unit.datasets.chosen("postcodes", as_of) is None


def test_an_undated_dataset_is_better_than_none(store: Store) -> None:
    with store.write() as unit:
        dataset(unit, "undated", vintage="2011")
        for as_of in (None, date(2022, 7, 1)):
            chosen = unit.datasets.chosen("practices", as_of)
            assert chosen is not None
            assert chosen.id == "undated"
        assert unit.datasets.chosen("practices", vintage="2021") is None
        assert unit.datasets.chosen("practices", vintage="2011") == unit.datasets.get("undated")


def test_ties_go_to_the_last_loaded_then_to_the_smaller_id(store: Store) -> None:
    day, later = date(2022, 7, 1), LOADED + timedelta(seconds=1)
    with store.write() as unit:
        dataset(unit, "z", effective_date=day)
        dataset(unit, "c", effective_date=day, loaded_at=later)
        dataset(unit, "b", effective_date=day, loaded_at=later)
        chosen = unit.datasets.chosen("practices", day)
    assert chosen is not None
    assert chosen.id == "b"


@pytest.mark.parametrize("as_of", [None, date(2022, 6, 1), date(2022, 7, 1), date(2021, 1, 1)])
def test_the_database_prefers_what_the_domain_prefers(store: Store, as_of: date | None) -> None:
    days = (None, date(2022, 5, 1), date(2022, 7, 1), date(2024, 10, 1))
    moments = (LOADED, datetime(2024, 1, 1, tzinfo=UTC))
    ids = ("".join(letters) for letters in permutations("abcd"))
    records = [
        record(id_, effective_date=day, loaded_at=moment)
        for id_, (day, moment) in zip(ids, [(d, m) for d in days for m in moments for _ in range(2)], strict=False)
    ]
    with store.write() as unit:
        left = list(records)
        for each in reversed(left):
            unit.datasets.add(each)
        assert unit.datasets.chosen("practices", as_of) == ranked(left, as_of)[0]


def test_codes_sort_bytewise_whatever_the_locale(store: Store) -> None:
    with store.write() as unit:
        for id_ in ("b", "B", "a-1", "a1", "a", "é", "Z"):
            dataset(unit, id_)
        assert [r.id for r in unit.datasets.page()] == ["B", "Z", "a", "a-1", "a1", "b", "é"]


def test_a_moment_without_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="has no time zone"), store.write() as unit:
        unit.datasets.add(record("d1", loaded_at=LOADED.replace(tzinfo=None)))
