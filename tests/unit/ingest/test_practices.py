from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest

from app.domain.problem import Problem
from app.ingest.reader import ReadOptions
from app.ingest.readers.practices import PracticesReader, is_gp_setting
from app.ingest.reading import Reading, records
from app.ingest.source import Source
from tests.unit.ingest.conftest import Make


def row(code: str = "E83003", status: str = "A", setting: str = "4", **other: str) -> str:
    fields = [""] * 27
    fields[0:4] = [code, other.get("name", "OAKLEIGH ROAD HEALTH CENTRE"), other.get("region", "Y56"), "QMJ"]
    fields[9:13] = [other.get("postcode", "N20 0DH"), other.get("opened", "19740401"), other.get("closed", ""), status]
    fields[14], fields[25] = "93C", setting
    return ",".join(f'"{field}"' for field in fields)


def read(source: Source) -> Reading:
    assert PracticesReader().recognises(source.sample)
    return PracticesReader().read(source, ReadOptions())


def test_a_row_of_the_legacy_file(made: Make) -> None:
    reading = read(made(row() + "\n"))
    assert records(reading.frames["practice"]) == [
        {
            "code": "E83003",
            "name": "OAKLEIGH ROAD HEALTH CENTRE",
            "postcode": "N200DH",
            "status": "active",
            "setting": "4",
            "national_grouping": "Y56",
            "icb_code": "QMJ",
            "sub_icb_code": "93C",
            "opened": date(1974, 4, 1),
            "closed": None,
            "easting": None,
            "northing": None,
            "list_size": None,
        }
    ]
    assert reading.report.rows_read == reading.report.rows_kept == 1


@pytest.mark.parametrize(
    ("published", "status"),
    [
        ("A", "active"),
        ("C", "closed"),
        ("D", "dormant"),
        ("P", "proposed"),
        ("ACTIVE", "active"),
        ("Inactive", "closed"),
    ],
)
def test_old_and_new_words_for_status(made: Make, published: str, status: str) -> None:
    assert read(made(row(status=published) + "\r\n")).frames["practice"]["status"].tolist() == [status]


@pytest.mark.parametrize(
    ("setting", "gp"),
    [
        ("4", True),
        ("RO76", True),
        ("RO177|RO76", True),
        ("RO76 | RO177", True),
        ("14", False),
        ("", False),
        (None, False),
        ("RO176", False),
    ],
)
def test_what_says_gp_practice(setting: str | None, gp: bool) -> None:
    assert is_gp_setting(setting) is gp


def test_the_new_download_with_byte_order_mark_role_codes_and_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x", "w") as archive:
        text = "\ufeff" + row(status="ACTIVE", setting="RO177|RO76") + "\r\n" + row("Y05161", "ACTIVE", "26") + "\r\n"
        archive.writestr("epraccur.csv", text)
        archive.writestr("epraccur.pdf", b"%PDF-1.4 the specification\x00")
    reading = PracticesReader().read(Source.of(tmp_path / "x"), ReadOptions())
    assert reading.frames["practice"]["code"].tolist() == ["E83003", "Y05161"]
    assert reading.report.counts["GP practices active in London"] == 1
    assert reading.report.counts["practices active"] == 2


def test_a_file_with_a_header_is_read_by_name(made: Make) -> None:
    header = (
        "Organisation Code,Name,National Grouping,High Level Health Geography,Postcode,Op"
        "en Date,Close Date,Status Code,Commissioner,Prescribing Setting"
    )
    frame = read(made(f"{header}\nE83003,A,Y56,QMJ,N20 0DH,1974-04-01,,A,93C,4\n")).frames["practice"]
    assert frame.loc[0, ["code", "postcode", "opened"]].tolist() == ["E83003", "N200DH", date(1974, 4, 1)]


def test_islands_wales_and_a_practice_elsewhere_are_kept_and_sorted(made: Make) -> None:
    lines = [row("Y06487", postcode="B9 4EY"), row("JER007", region=""), row("W91050", region="W00", postcode="")]
    reading = read(made("\n".join(lines)))
    assert reading.frames["practice"]["code"].tolist() == ["JER007", "W91050", "Y06487"]
    assert reading.report.counts["practices without postcode"] == 1


def test_full_repeats_are_counted_and_contradictions_refused(made: Make) -> None:
    assert read(made(f"{row()}\n{row()}\n")).report.dropped == {"repeats another row in full": 1}
    with pytest.raises(Problem, match="row 2, field code: practice E83003 stands in row 1"):
        read(made(f"{row()}\n{row(status='C')}\n"))


def test_wrong_codes_dates_and_words_are_named_together(made: Make) -> None:
    good = "".join(row(f"E8300{n}") + "\n" for n in range(5))
    with pytest.raises(Problem) as raised:
        read(made(good + row("NOCODE") + "\n" + row("E83009", status="X", opened="19741301") + "\n"))
    assert {(f.row, f.code) for f in raised.value.findings} == {(6, "code"), (7, "status"), (7, "date")}


def test_a_cut_off_last_row_is_refused(made: Make) -> None:
    with pytest.raises(Problem) as raised:
        read(made(f"{row()}\n{row('E83004')}\n{row('E83005')[:60]}"))
    assert raised.value.findings[0].row == 3


def test_status_and_dates_that_disagree_are_told(made: Make) -> None:
    reading = read(made(row(status="C") + "\n" + row("E83004", closed="20200331") + "\n"))
    assert [f.code for f in reading.report.findings] == ["status", "status"]


def test_branches_and_general_practitioners_are_other_files(made: Make) -> None:
    for code in ("E83003001", "G1234567"):
        assert not PracticesReader().recognises(made(row(code) + "\n").sample)
