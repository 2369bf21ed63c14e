from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from app.domain.problem import Fault, Problem
from app.ingest.reader import ReadOptions
from app.ingest.readers.pcns import PcnMembershipReader, PcnPartnersReader, PcnsReader
from app.ingest.reading import Reading, records
from app.ingest.recognise import recognise
from app.ingest.source import Source
from tests.unit.ingest.conftest import Make
from tests.unit.ingest.workbooks import write_workbook

DETAILS = [
    "PCN Code",
    "PCN Name",
    "Current Sub ICB Loc Code",
    "Sub ICB Location",
    "Open Date",
    "Close Date",
    "Address Line 1",
    "Address Line 2",
    "Address Line 3",
    "Address Line 4",
    "Address Line 5",
    "Postcode",
]
PARTNERS = [
    "Partner\nOrganisation\nCode",
    "Partner\nName",
    "Practice\nParent\nSub ICB Loc Code",
    "Practice\nParent\nSub ICB Loc Name",
    "PCN Code",
    "PCN Name",
    "PCN Parent\nSub ICB Loc Code",
    "PCN Parent\nSub ICB Loc Name",
    "Practice to PCN\nRelationship\nStart Date",
    "Practice to PCN\nRelationship\nEnd Date",
    "Practice Sub ICB Loc and PCN Sub ICB Loc Match ",
]
OLD_DETAILS = [name.replace("Sub ICB Loc Code", "Clinical Commissioning Group Code") for name in DETAILS]
OLD_PARTNERS = [name.replace("\n", "\r\n").replace("Sub ICB Loc Code", "CCG Code") for name in PARTNERS]

Cells = Sequence[object]


def pcn(code: str = "U33392", sub_icb: str = "93C", opened: object = "20190701", closed: object = "") -> list[object]:
    return [code, f"PCN {code}", sub_icb, "NHS NCL ICB - 93C", opened, closed, "", "", "", "", "", "N1 5HZ"]


def member(practice: str, pcn: str = "U33392", start: object = "20190701", end: object = None) -> list[object]:
    return [practice, "A", "93C", "NCL", pcn, f"PCN {pcn}", "93C", "NCL", start, end, True]


def book(
    path: Path, pcns: Sequence[Cells], members: Sequence[Cells], headers: tuple[Cells, Cells] = (DETAILS, PARTNERS)
) -> Source:
    sheets = {"PCNDetails": [headers[0], *pcns], "PCN Core Partner Details": [headers[1], *members]}
    return Source.of(write_workbook(path / "book", sheets))


def read(source: Source) -> Reading:
    return recognise(source).read(source, ReadOptions())


@pytest.mark.parametrize("headers", [(DETAILS, PARTNERS), (OLD_DETAILS, OLD_PARTNERS)])
@pytest.mark.parametrize("as_date", [False, True])
def test_both_sheets_with_old_or_new_headers_and_text_or_excel_dates(
    tmp_path: Path, headers: tuple[Cells, Cells], as_date: bool
) -> None:
    start, end = (date(2019, 7, 1), date(2022, 3, 31)) if as_date else ("20190701", "20220331")
    source = book(
        tmp_path, [pcn(opened=start)], [member("E83003", start=start, end=end), member("E83005", start=start)], headers
    )
    assert isinstance(recognise(source), PcnMembershipReader)
    reading = read(source)
    assert records(reading.frames["pcn"]) == [
        {"code": "U33392", "name": "PCN U33392", "sub_icb_code": "93C", "opened": date(2019, 7, 1), "closed": None}
    ]
    assert records(reading.frames["membership"]) == [
        {"practice_code": "E83003", "pcn_code": "U33392", "start": date(2019, 7, 1), "end": date(2022, 3, 31)},
        {"practice_code": "E83005", "pcn_code": "U33392", "start": date(2019, 7, 1), "end": None},
    ]
    assert reading.report.rows_read == 3
    assert reading.report.counts["memberships without an end date"] == 1


def test_a_workbook_inside_a_zip(tmp_path: Path) -> None:
    inner = book(tmp_path, [pcn()], [member("E83003")])
    with zipfile.ZipFile(tmp_path / "ePCN.zip", "w") as archive:
        archive.write(inner.path, "ePCN.xlsx")
    assert len(read(Source.of(tmp_path / "ePCN.zip")).frames["membership"]) == 1


def test_past_present_and_future_memberships_are_all_kept(tmp_path: Path) -> None:
    moves = [member("M85171", "U25891", "20260401"), member("M85171", "U93165", "20190701", "20260331")]
    reading = read(book(tmp_path, [pcn("U25891"), pcn("U93165")], moves))
    assert reading.frames["membership"]["pcn_code"].tolist() == ["U93165", "U25891"]
    assert not reading.report.findings


def test_two_open_memberships_are_kept_and_warned_of(tmp_path: Path) -> None:
    both = [member("Y07020", "U39721", "20210501"), member("Y07020", "U36779", "20260315")]
    report = read(book(tmp_path, [pcn("U39721"), pcn("U36779")], both)).report
    assert report.counts["practices with two memberships without an end date"] == 1
    assert [(f.code, f.row, f.value) for f in report.findings] == [("two-current", 3, "Y07020")]
    assert "2026-03-15" in report.findings[0].message


def test_a_pcn_with_members_but_no_row_of_its_own_comes_along(tmp_path: Path) -> None:
    reading = read(book(tmp_path, [pcn()], [member("E83003", "U99999")]))
    assert reading.frames["pcn"]["code"].tolist() == ["U33392", "U99999"]
    assert [f.code for f in reading.report.findings] == ["pcn-not-listed"]


def test_a_membership_that_ends_before_it_starts_is_dropped_and_told(tmp_path: Path) -> None:
    report = read(book(tmp_path, [pcn()], [member("E83003", end="20190101"), member("E83005")])).report
    assert report.dropped == {"membership ends before it starts": 1}
    assert report.findings[0].row == 2


def test_a_pcn_listed_under_two_sub_icbs_is_kept_once(tmp_path: Path) -> None:
    reading = read(book(tmp_path, [pcn("U33065"), pcn("U33065", "W2U3Z")], [member("E83003", "U33065")]))
    assert reading.frames["pcn"]["sub_icb_code"].tolist() == ["93C"]
    assert [(f.code, f.row) for f in reading.report.findings] == [("two-sub-icbs", 3)]
    assert sum(reading.report.dropped.values()) == 1


def test_contradicting_rows_and_wrong_codes_are_refused_with_their_rows(tmp_path: Path) -> None:
    with pytest.raises(Problem) as raised:
        read(
            book(
                tmp_path,
                [pcn(), pcn(closed="20200331")],
                [member("E83003"), member("E83003", end="20200101"), member("NO")],
            )
        )
    assert {(f.code, f.row) for f in raised.value.findings} == {("duplicate", 3), ("code", 4)}


def test_the_wrong_workbook_says_which_sheets_it_has(tmp_path: Path) -> None:
    source = Source.of(write_workbook(tmp_path / "x", {"PCNDetails": [DETAILS, pcn()], "Other": [["a", "b"], [1, 2]]}))
    with pytest.raises(Problem) as raised:
        PcnMembershipReader().read(source, ReadOptions())
    assert raised.value.fault == Fault.MISSING_COLUMN
    assert "PCNDetails, Other" in raised.value.detail


@pytest.mark.parametrize("header", [False, True])
def test_epcn_as_csv(made: Make, header: bool) -> None:
    lines = [",".join(map(str, pcn())), ",".join(map(str, pcn("U00070", closed="20240331")))]
    source = made("\ufeff" + "\r\n".join(([",".join(DETAILS)] if header else []) + lines))
    assert isinstance(recognise(source), PcnsReader)
    frame = read(source).frames["pcn"]
    assert frame["code"].tolist() == ["U00070", "U33392"]
    assert frame["closed"].tolist() == [date(2024, 3, 31), None]


@pytest.mark.parametrize("header", [False, True])
def test_core_partner_details_as_csv(made: Make, header: bool) -> None:
    quoted = ",".join(f'"{name}"' for name in PARTNERS)
    lines = [",".join("" if v is None else str(v) for v in member(code)) for code in ("E83005", "E83003")]
    source = made("\n".join(([quoted] if header else []) + lines) + "\n")
    assert isinstance(recognise(source), PcnPartnersReader)
    reading = read(source)
    assert reading.frames["membership"]["practice_code"].tolist() == ["E83003", "E83005"]
    assert records(reading.frames["pcn"])[0]["name"] == "PCN U33392"


def test_the_same_file_gives_the_same_rows_in_any_order(tmp_path: Path) -> None:
    members = [member("E83003"), member("E83005"), member("E83006", "U00070")]
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    first = read(book(tmp_path / "a", [pcn(), pcn("U00070")], members))
    second = read(book(tmp_path / "b", [pcn("U00070"), pcn()], members[::-1]))
    for table in ("pcn", "membership"):
        assert records(first.frames[table]) == records(second.frames[table])
