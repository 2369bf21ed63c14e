from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from app.domain.problem import Fault, Problem
from app.ingest.reading import COLUMNS, UNKNOWN_AREA
from app.store.store import Store
from tests.stored import dataset


def _registrations(*rows: tuple[str | None, str | None, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=pd.Index(COLUMNS["registration"]))


def test_patients_come_back_by_practice_and_area(store: Store) -> None:
    rows = _registrations(("B", "E2", 5), ("A", "E1", 1), ("A", UNKNOWN_AREA, 2), ("A", "E1", 10), ("B", "E1", 7))
    with store.write() as unit:
        unit.registrations.add(dataset(unit), rows)
    with store.read() as unit:
        matrix = unit.registrations.matrix("d1")
    assert matrix.rows == ("A", "B")
    assert matrix.columns == ("E1", "E2", UNKNOWN_AREA)
    assert matrix.dense().tolist() == [[11.0, 0.0, 2.0], [7.0, 5.0, 0.0]]


def test_no_patient_is_lost_on_london(store: Store, shared_data: Path) -> None:
    published = pd.read_parquet(shared_data / "london" / "registrations_2022-07.parquet")
    published = published[published["practice_in_london"]]
    rows = pd.DataFrame(
        {
            "practice_code": published["practice_code"],
            "area_code": published["lsoa11cd"].where(published["lsoa11cd"] != "NO2011", UNKNOWN_AREA),
            "patients": published["patients"],
        }
    )
    with store.write() as unit:
        unit.registrations.add(dataset(unit), rows)
    with store.read() as unit:
        matrix = unit.registrations.matrix("d1")
    assert matrix.total() == 10_700_156
    assert matrix.column_sums()[matrix.column_index[UNKNOWN_AREA]] == 5_089
    by_practice = rows.groupby("practice_code")["patients"].sum()
    assert np.array_equal(by_practice.loc[list(matrix.rows)].to_numpy(), matrix.row_sums())
    by_area = rows.groupby("area_code")["patients"].sum()
    assert np.array_equal(by_area.loc[list(matrix.columns)].to_numpy(), matrix.column_sums())


def test_a_row_without_practice_or_area_is_refused(store: Store) -> None:
    with pytest.raises(Problem, match="2 rows have no practice") as raised, store.write() as unit:
        unit.registrations.add(dataset(unit), _registrations((None, "E1", 1), ("A", None, 1), ("A", "E1", 1)))
    assert raised.value.fault is Fault.BAD_INPUT


def test_a_dataset_is_filled_once_and_must_exist(store: Store) -> None:
    rows = _registrations(("A", "E1", 1))
    with store.write() as unit:
        unit.registrations.add(dataset(unit), rows)
    for id_ in ("d1", "nowhere"):
        with pytest.raises(Problem) as raised, store.write() as unit:
            unit.registrations.add(id_, rows)
        assert raised.value.fault is Fault.CONFLICT


def test_a_dataset_without_registrations_is_said_so(store: Store) -> None:
    with store.write() as unit:
        unit.registrations.add(dataset(unit), _registrations(("A", "E1", 1)))
        with pytest.raises(Problem, match="Known: d1") as raised:
            unit.registrations.matrix(dataset(unit, "d2"))
    assert raised.value.fault is Fault.NOT_FOUND


def test_other_columns_are_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="registrations need the columns"), store.write() as unit:
        unit.registrations.add(dataset(unit), pd.DataFrame({"practice_code": ["A"]}))
