from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from app.domain.problem import Fault, Problem
from app.ingest.reading import COLUMNS
from app.store.store import Store
from app.store.tables import Framed
from tests.stored import dataset, frame, practices


def _framed() -> list[type[Framed]]:
    return list(Framed.__subclasses__())


def test_tables_keep_the_columns_of_the_imported_frames() -> None:
    kept = {model.__tablename__: model.FRAME for model in _framed()}
    assert kept == {table: columns for table, columns in COLUMNS.items() if table != "registration"}


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT])
def test_whatever_stands_for_missing_is_kept_as_missing(store: Store, missing: object) -> None:
    rows = frame("practice", {name: "A1" if name == "code" else missing for name in COLUMNS["practice"]})
    with store.write() as unit:
        unit.practices.add(dataset(unit), rows)
    with store.read() as unit:
        back = unit.practices.of("d1")
    assert back.iloc[0].isna().tolist() == [name != "code" for name in COLUMNS["practice"]]
    assert back.loc[0, "name"] is None
    assert back.loc[0, "opened"] is None


def test_types_are_the_same_whatever_the_frame_came_with(store: Store) -> None:
    rows = pd.DataFrame(
        {
            "code": pd.Series(["A2", "A1"], dtype="str"),
            "name": pd.Series(["Näme", None], dtype="str"),
            "postcode": pd.Categorical(["E1 1AA", None]),
            "status": "active",
            "setting": None,
            "national_grouping": None,
            "icb_code": None,
            "sub_icb_code": None,
            "opened": pd.to_datetime(["1974-04-01", None]),
            "closed": [date(2024, 3, 31), None],
            "easting": np.array([530_000, 530_001]),
            "northing": [180_000.25, np.nan],
            "list_size": [12_345.0, np.nan],
        }
    )
    with store.write() as unit:
        unit.practices.add(dataset(unit), rows)
    with store.read() as unit:
        back = unit.practices.of("d1")
    assert tuple(back.columns) == COLUMNS["practice"]
    assert back["code"].tolist() == ["A1", "A2"], "sorted by code"
    last = back.loc[1]
    assert (last["name"], last["postcode"]) == ("Näme", "E1 1AA")
    assert (last["opened"], last["closed"]) == (date(1974, 4, 1), date(2024, 3, 31))
    assert (last["easting"], last["northing"], last["list_size"]) == (530_000.0, 180_000.25, 12_345)
    types = back.dtypes.astype(str)
    assert types[["code", "opened", "closed"]].tolist() == ["object"] * 3
    assert types[["easting", "northing", "list_size"]].tolist() == ["float64", "float64", "Int64"]


def test_an_empty_frame_comes_back_empty_with_its_columns_and_types(store: Store) -> None:
    with store.write() as unit:
        unit.practices.add(dataset(unit), practices())
        back = unit.practices.of("d1")
    assert len(back) == 0
    assert tuple(back.columns) == COLUMNS["practice"]
    assert str(back["easting"].dtype) == "float64"


def test_a_missing_code_is_named_by_row_and_field(store: Store) -> None:
    rows = practices("A1", "A2", "A3")
    rows.loc[1, "code"] = None
    with pytest.raises(Problem) as raised, store.write() as unit:
        unit.practices.add(dataset(unit), rows)
    assert raised.value.fault is Fault.BAD_INPUT
    assert [(f.row, f.field) for f in raised.value.findings] == [(2, "code")]


def test_a_code_that_occurs_twice_is_named_with_both_rows(store: Store) -> None:
    with pytest.raises(Problem, match="row 1 already") as raised, store.write() as unit:
        unit.practices.add(dataset(unit), practices("A1", "A2", "A1"))
    assert [(f.row, f.value) for f in raised.value.findings] == [(3, "A1")]


def test_a_dataset_is_filled_once(store: Store) -> None:
    with store.write() as unit:
        unit.practices.add(dataset(unit), practices("A1"))
    with pytest.raises(Problem) as raised, store.write() as unit:
        unit.practices.add("d1", practices("A1"))
    assert raised.value.fault is Fault.CONFLICT


def test_rows_need_a_dataset(store: Store) -> None:
    with pytest.raises(Problem) as raised, store.write() as unit:
        unit.practices.add("nowhere", practices("A1"))
    assert raised.value.fault is Fault.CONFLICT


def test_a_frame_of_another_kind_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="practice needs the columns"), store.write() as unit:
        unit.practices.add(dataset(unit), frame("pcn", {"code": "U1"}))


@pytest.mark.parametrize("text", ["a\tb", "a\\b", "\\N", "line\nbreak", "'; DROP TABLE practice; --", "日本", ""])
def test_any_text_is_kept_as_it_is(store: Store, text: str) -> None:
    with store.write() as unit:
        unit.practices.add(dataset(unit), practices("A1").assign(name=text))
    with store.read() as unit:
        assert unit.practices.of("d1").loc[0, "name"] == text
