from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest

from app.ingest.kinds import Kind
from app.ingest.reading import COLUMNS, ImportReport, Reading, frame_of, records


@pytest.mark.parametrize("table", sorted(COLUMNS))
def test_a_frame_of_nothing_has_every_column_missing(table: str) -> None:
    frame = frame_of(table, {}, 2) if table != "registration" else frame_of(table, {"patients": [0, 0]}, 2)
    assert tuple(frame.columns) == COLUMNS[table]
    values = [value for name, value in records(frame)[0].items() if name != "patients"]
    assert values == [None] * len(values)


def test_missing_values_come_out_as_none() -> None:
    frame = frame_of(
        "practice",
        {"code": ["A", "B"], "name": ["x", ""], "opened": [date(2020, 1, 1), None], "easting": [1.5, np.nan]},
        2,
    )
    first, second = records(frame)
    assert first["opened"] == date(2020, 1, 1)
    assert first["easting"] == 1.5
    assert second["name"] is second["opened"] is second["easting"] is second["list_size"] is None


def test_a_report_that_does_not_add_up_is_refused() -> None:
    report = ImportReport("x", Kind.PCNS, rows_read=3, rows_kept=1)
    with pytest.raises(ValueError, match="3 rows read, but 1 kept and 0 dropped"):
        Reading(Kind.PCNS, {}, report)
    report.drop("blank row", 2)
    Reading(Kind.PCNS, {}, report)


def test_frames_must_have_their_columns() -> None:
    with pytest.raises(ValueError, match="pcn has columns"):
        Reading(Kind.PCNS, {"pcn": frame_of("pcn", {}, 1).drop(columns="name")}, ImportReport("x", Kind.PCNS))


def test_a_report_is_plain_json() -> None:
    report = ImportReport("x", Kind.PCNS, extract_date=date(2022, 7, 1))
    report.warn("w", "careful", row=3)
    report.note("n", "by the way")
    report.drop("nothing", 0)
    plain = json.loads(json.dumps(report.as_dict()))
    assert plain["kind"] == "pcns"
    assert plain["extract_date"] == "2022-07-01"
    assert plain["dropped"] == {}
    assert [(f["severity"], f["row"]) for f in plain["findings"]] == [("warning", 3), ("note", None)]
