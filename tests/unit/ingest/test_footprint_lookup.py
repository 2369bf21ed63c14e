from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from app.domain.problem import Fault, Problem
from app.ingest.reader import ReadOptions
from app.ingest.readers.footprint_lookup import FootprintLookupReader, made_codes
from app.ingest.reading import Reading, records
from app.ingest.source import Source
from tests.unit.ingest.conftest import Make
from tests.unit.ingest.workbooks import write_workbook

ICB = "LSOA_2021_CODE,LSOA_2021_NAME,NEIGHBOURHOOD_CODE,NEIGHBOURHOOD_NAME,BOROUGH,PLACE,START_DATE"


def row(area: str = "E01000001", code: str = "N1", start: str = "2026-04-01", **other: str) -> str:
    name, borough, place = (
        other.get("name", f"Name {code}"),
        other.get("borough", "Camden"),
        other.get("place", "Camden"),
    )
    return f"{area},x,{code},{name},{borough},{place},{start}"


def read(source: Source, **options: object) -> Reading:
    assert FootprintLookupReader().recognises(source.sample)
    return FootprintLookupReader().read(source, ReadOptions(**options))  # type: ignore[arg-type]


def areas(reading: Reading) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in records(reading.frames["neighbourhood_area"])]


def test_the_columns_of_a_london_icb(made: Make) -> None:
    reading = read(made("\n".join([ICB, row("E01000002", "N2"), row()])))
    assert records(reading.frames["neighbourhood"]) == [
        {"code": "N1", "name": "Name N1", "place": "Camden", "borough": "Camden", "geometry": None},
        {"code": "N2", "name": "Name N2", "place": "Camden", "borough": "Camden", "geometry": None},
    ]
    assert areas(reading) == [
        ("N1", "lsoa", "E01000001", date(2026, 4, 1), None),
        ("N2", "lsoa", "E01000002", date(2026, 4, 1), None),
    ]
    assert reading.report.vintage == "2021"


def test_an_area_in_two_neighbourhoods_at_once_names_both_rows(made: Make) -> None:
    with pytest.raises(Problem) as raised:
        read(made("\n".join([ICB, row("E01000002"), row(), row(code="N2")])))
    assert raised.value.fault == Fault.BAD_INPUT
    (finding,) = raised.value.findings
    assert (finding.code, finding.row, finding.value) == ("two-neighbourhoods", 4, "E01000001")
    assert "N1 (row 3)" in finding.message


def test_dated_rows_are_kept_and_the_next_ends_the_one_before(made: Make) -> None:
    reading = read(made("\n".join([ICB, row(code="N2", start="2026-10-01"), row()])))
    assert areas(reading) == [
        ("N1", "lsoa", "E01000001", date(2026, 4, 1), date(2026, 9, 30)),
        ("N2", "lsoa", "E01000001", date(2026, 10, 1), None),
    ]
    assert "ends-implied" in [f.code for f in reading.report.findings]


def test_stated_ends_are_inclusive(made: Make) -> None:
    header = "LSOA21CD,NEIGHBOURHOOD_CODE,START_DATE,END_DATE"
    fits = "E01000001,N1,01/04/2025,31/03/2026\nE01000001,N2,01/04/2026,"
    assert len(areas(read(made(f"{header}\n{fits}\n")))) == 2
    with pytest.raises(Problem, match="at the same time"):
        read(made(f"{header}\n{fits.replace('31/03/2026', '01/04/2026')}\n"))


def test_a_long_row_is_held_against_every_later_one(made: Make) -> None:
    header = "LSOA21CD,NEIGHBOURHOOD_CODE,START_DATE,END_DATE"
    rows = "E01000001,N1,20250101,20301231\nE01000001,N2,20250201,20250228\nE01000001,N3,20260101,20260131\n"
    with pytest.raises(Problem) as raised:
        read(made(f"{header}\n{rows}"))
    assert [(f.row, "N1 (row 2)" in f.message) for f in raised.value.findings] == [(3, True), (4, True)]


def test_a_row_that_ends_before_it_starts(made: Make) -> None:
    with pytest.raises(Problem, match="leaves N1 before it joins"):
        read(made("LSOA21CD,NEIGHBOURHOOD_CODE,START_DATE,END_DATE\nE01000001,N1,20260401,20250331\n"))


def test_names_without_codes_get_codes_that_do_not_depend_on_other_rows(made: Make) -> None:
    text = "LSOA11CD,LSOA11NM,LSOA21CD_1,WD24CD,LAD24NM,Neighbourhood\n"
    first = "E01000001,a,E01000001,E05000001,Camden,Kentish Town & Gospel Oak\n"
    reading = read(made(text + first + "E01000002,b,E01000002,E05000001,Camden,Central\n"))
    assert [r["code"] for r in records(reading.frames["neighbourhood"])] == ["CENTRAL", "KENTISH-TOWN-GOSPEL-OAK"]
    assert read(made(text + first)).frames["neighbourhood"]["code"].tolist() == ["KENTISH-TOWN-GOSPEL-OAK"]
    codes = [f.code for f in reading.report.findings]
    assert "codes-made" in codes
    assert "several-area-columns" in codes
    assert reading.report.vintage == "2011"
    assert {row[1] for row in areas(reading)} == {"lsoa"}
    assert records(reading.frames["neighbourhood"])[0]["borough"] == "Camden"


def test_made_codes_tell_apart_what_looks_alike() -> None:
    names = np.asarray(["Central", "Central", "North-West", "North West", ""], dtype=object)
    places = np.asarray(["Barnet", "Camden", "", "", ""], dtype=object)
    assert made_codes(names, places).tolist() == ["BARNET-CENTRAL", "CAMDEN-CENTRAL", "NORTH-WEST-2", "NORTH-WEST", ""]


def test_wards(made: Make) -> None:
    reading = read(made("WD24CD,WD24NM,Neighbourhood Name,Borough\nE05013987,x,Central,Camden\n"))
    assert areas(reading) == [("CENTRAL", "ward", "E05013987", None, None)]
    assert reading.report.vintage is None
    assert reading.report.counts["wards"] == 1


def test_lsoas_by_pcn_are_read_with_a_note(made: Make) -> None:
    reading = read(made("LSOA11NM,LSOA11CD,PCN_Code,PCN_Name\nArun 002A ,E01031386,U04748,Angmering PCN\n"))
    assert [r["name"] for r in records(reading.frames["neighbourhood"])] == ["Angmering PCN"]
    assert "pcn" in [f.code for f in reading.report.findings]


def test_a_workbook(tmp_path: Path) -> None:
    rows = [["LSOA21CD", "INT Code", "INT Name", "Start Date"], ["E01033770", "A", "Alpha", date(2026, 4, 1)]]
    reading = read(Source.of(write_workbook(tmp_path / "x", {"Notes": [["about this"]], "Lookup": rows})))
    assert areas(reading) == [("A", "lsoa", "E01033770", date(2026, 4, 1), None)]


def test_a_neighbourhood_across_boroughs_names_both(made: Make) -> None:
    lines = [
        row(borough="Hackney", place="City and Hackney"),
        row("E01000002", borough="City of London", place="City and Hackney"),
    ]
    (found,) = records(read(made("\n".join([ICB, *lines]))).frames["neighbourhood"])
    assert (found["borough"], found["place"]) == ("City of London; Hackney", "City and Hackney")


def test_a_code_with_two_names_keeps_the_latest(made: Make) -> None:
    reading = read(made("\n".join([ICB, row(name="Old", start="2025-04-01"), row("E01000002", name="New")])))
    assert records(reading.frames["neighbourhood"])[0]["name"] == "New"
    assert "two-names" in [f.code for f in reading.report.findings]


def test_areas_without_neighbourhood_and_wrong_codes_are_named(made: Make) -> None:
    with pytest.raises(Problem) as raised:
        read(made("\n".join([ICB, row(), row("E01000002", code="", name=""), row("E02000001")])))
    assert {(f.row, f.code) for f in raised.value.findings} == {(3, "no-neighbourhood"), (4, "code")}


def test_full_repeats_are_dropped(made: Make) -> None:
    assert read(made("\n".join([ICB, row(), row()]))).report.dropped == {"repeats another row in full": 1}


def test_the_user_may_choose_the_columns(made: Make) -> None:
    source = made("LSOA21CD,team,neighbourhood\nE01000001,T1,ignored\n")
    assert [row[0] for row in areas(read(source, columns={"code": "team"}))] == ["T1"]


def test_lists_of_practices_are_no_footprints(made: Make) -> None:
    assert not FootprintLookupReader().recognises(
        made("practice_code,lsoa11cd,pcn_code\nA81001,E01000001,U12345\n").sample
    )
