from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest

from app.domain.problem import Problem
from app.ingest.reading import COLUMNS
from app.store import postcodes as module
from app.store.store import Store
from tests.stored import dataset, frame


def _postcodes(*codes: str) -> pd.DataFrame:
    return frame("postcode", *({"postcode": code, "easting": 530_000.0 + at} for at, code in enumerate(codes)))


def test_postcodes_are_found_however_they_are_written(store: Store) -> None:
    rows = frame(
        "postcode",
        {"postcode": "SW1A1AA", "easting": 529_090.0, "northing": 179_645.0, "lsoa21_code": "E01004736"},
        {"postcode": "E11AA", "terminated": date(2001, 6, 1)},
        {"postcode": "N11AA"},
    )
    with store.write() as unit:
        unit.postcodes.add(dataset(unit, kind="postcodes"), rows)
        found = unit.postcodes.locate("d1", ["sw1a 1aa", "E1 1AA", "E11AA", "ZZ99 9ZZ", ""])
        none = unit.postcodes.locate("d1", [])
    assert found["postcode"].tolist() == ["E11AA", "SW1A1AA"]
    assert found.loc[0, "terminated"] == date(2001, 6, 1)
    assert found.loc[1, ["easting", "northing", "lsoa21_code"]].tolist() == [529_090.0, 179_645.0, "E01004736"]
    assert none.empty
    assert tuple(none.columns) == tuple(found.columns) == COLUMNS["postcode"]


def test_a_stream_of_chunks_is_taken_one_at_a_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_AT_ONCE", 3)
    monkeypatch.setattr(module, "ASKED_AT_ONCE", 4)
    codes = [f"E1{at}{at}AA" for at in range(10)]

    def chunks() -> Iterator[pd.DataFrame]:
        yield _postcodes(*codes[:7])
        assert len(unit.postcodes.locate("d1", codes)) == 7, "the first chunk is in before the second is asked for"
        yield _postcodes()
        yield _postcodes(*codes[7:])

    with store.write() as unit:
        unit.postcodes.add(dataset(unit, kind="postcodes"), chunks())
        found = unit.postcodes.locate("d1", reversed(codes))
    assert found["postcode"].tolist() == codes
    assert found.index.tolist() == list(range(10))


def test_a_postcode_in_two_chunks_undoes_the_whole_load(store: Store) -> None:
    with pytest.raises(Problem), store.write() as unit:
        unit.postcodes.add(dataset(unit, kind="postcodes"), [_postcodes("E11AA"), _postcodes("E11AB", "E11AA")])
    with store.read() as unit:
        assert unit.datasets.find("d1") is None
        assert unit.postcodes.locate("d1", ["E11AA"]).empty
