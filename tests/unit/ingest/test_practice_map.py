from __future__ import annotations

from datetime import date

import pytest

from app.domain.problem import Problem
from app.ingest.reader import ReadOptions
from app.ingest.readers.practice_map import PracticeMapReader
from app.ingest.reading import Reading, records
from app.ingest.source import Source
from tests.unit.ingest.conftest import Make

OLD = "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,PRACTICE_POSTCODE,PCN_CODE,PCN_NAME,ONS_CCG_CODE,CCG_CODE"
NEW = OLD.replace("CCG_CODE", "SUB_ICB_LOCATION_CODE") + ",SUPPLIER_NAME"


def line(code: str, pcn: str = "U89141", name: str = "STOCKTON PCN", day: str = "01-Jan-21") -> str:
    return f"GP_PRAC_PAT_LIST,{day},{code},SURGERY {code},TS18 1HU,{pcn},{name},E38000247,16C"


def read(source: Source) -> Reading:
    assert PracticeMapReader().recognises(source.sample)
    return PracticeMapReader().read(source, ReadOptions())


@pytest.mark.parametrize("header", [OLD, NEW])
def test_practices_pcns_and_memberships_from_the_extract_date_on(made: Make, header: str) -> None:
    end = ",EMIS" if header == NEW else ""
    reading = read(made("\r\n".join([header, line("A81002") + end, line("A81001") + end])))
    assert records(reading.frames["membership"]) == [
        {"practice_code": code, "pcn_code": "U89141", "start": date(2021, 1, 1), "end": None}
        for code in ("A81001", "A81002")
    ]
    first = {key: value for key, value in records(reading.frames["practice"])[0].items() if value is not None}
    assert first == {"code": "A81001", "name": "SURGERY A81001", "postcode": "TS181HU"}
    assert [row["name"] for row in records(reading.frames["pcn"])] == ["STOCKTON PCN"]
    assert reading.report.extract_date == date(2021, 1, 1)
    assert "start-assumed" in [f.code for f in reading.report.findings]


@pytest.mark.parametrize("none", ["U", "", "u", "Unallocated"])
def test_unallocated_means_no_pcn(made: Make, none: str) -> None:
    reading = read(made("\n".join([OLD, line("A81001", none, "Unallocated"), line("A81002")])))
    assert len(reading.frames["practice"]) == 2
    assert reading.frames["membership"]["practice_code"].tolist() == ["A81002"]
    assert reading.frames["pcn"]["code"].tolist() == ["U89141"]
    assert reading.report.counts["practices without PCN"] == 1


def test_wrong_codes_two_dates_and_practices_twice_are_refused(made: Make) -> None:
    lines = [OLD, line("A81001"), line("A81001", "U07032"), line("A81003", "PCN1"), line("A81004", day="01-Feb-21")]
    with pytest.raises(Problem) as raised:
        read(made("\n".join(lines)))
    assert {(f.code, f.row) for f in raised.value.findings} == {
        ("duplicate", 3),
        ("code", 4),
        ("several-extracts", None),
    }


def test_a_pcn_under_two_names_is_warned_of(made: Make) -> None:
    reading = read(made("\n".join([OLD, line("A81001"), line("A81002", name="OTHER")])))
    assert "two-names" in [f.code for f in reading.report.findings]
    assert len(reading.frames["pcn"]) == 1
