from __future__ import annotations

from datetime import date

from app.ingest.reading import COLUMNS
from app.store.store import Store
from tests.stored import dataset, frame, practices


def test_a_practice_is_found_in_every_dataset_newest_first(store: Store) -> None:
    days = {"old": date(2022, 6, 1), "new": date(2025, 9, 1), "undated": None, "other": date(2026, 1, 1)}
    with store.write() as unit:
        for id_, day in days.items():
            dataset(unit, id_, effective_date=day)
            codes = ("B1",) if id_ == "other" else ("A1", "B1")
            unit.practices.add(id_, practices(*codes).assign(name=f"from {id_}"))
        found = unit.practices.find("A1")
        assert found["dataset_id"].tolist() == ["new", "old", "undated"]
        assert found["name"].tolist() == ["from new", "from old", "from undated"]
        assert tuple(found.columns) == ("dataset_id", *COLUMNS["practice"])
        assert unit.practices.find("nobody").empty


def test_pcns_come_back_by_code(store: Store) -> None:
    rows = frame(
        "pcn",
        {"code": "U2", "name": "North", "sub_icb_code": "93C", "opened": date(2019, 7, 1)},
        {"code": "U1", "name": "South", "closed": date(2024, 3, 31)},
    )
    with store.write() as unit:
        unit.pcns.add(dataset(unit), rows)
        back = unit.pcns.of("d1")
    assert back.to_dict("records") == [
        {"code": "U1", "name": "South", "sub_icb_code": None, "opened": None, "closed": date(2024, 3, 31)},
        {"code": "U2", "name": "North", "sub_icb_code": "93C", "opened": date(2019, 7, 1), "closed": None},
    ]


def test_memberships_are_kept_row_for_row_as_published(store: Store) -> None:
    rows = frame(
        "membership",
        {"practice_code": "F2", "pcn_code": "U1", "start": date(2022, 7, 2)},
        {"practice_code": "F1", "pcn_code": "U1", "end": date(2022, 7, 1)},
        {"practice_code": "F2", "pcn_code": "U1", "start": date(2022, 7, 2)},
        {"practice_code": "F1", "pcn_code": "U2", "start": date(2022, 7, 1), "end": date(2023, 1, 1)},
    )
    with store.write() as unit:
        unit.memberships.add(dataset(unit), rows)
        assert unit.memberships.of("d1").to_dict("records") == rows.to_dict("records")
        assert unit.memberships.of(dataset(unit, "d2")).empty
