"""The files as NHS England and the ONS publish them, read whole: what is known of them must come out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from app.ingest.kinds import Kind
from app.ingest.reader import ReadOptions
from app.ingest.reading import UNKNOWN_AREA, Reading
from app.ingest.recognise import recognise
from app.ingest.source import Source

ReadFile = Callable[[str], Reading]


@pytest.fixture(scope="module")
def read(shared_data: Path) -> ReadFile:
    """Read a file of the shared data, each once."""

    @cache
    def read_once(name: str) -> Reading:
        source = Source.of(shared_data / name)
        return recognise(source).read(source, ReadOptions())

    return read_once


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("official/epraccur_2022-06.csv", Kind.PRACTICES),
        ("official/epraccur_2025-09.csv", Kind.PRACTICES),
        ("official/ePCN_2023-02.xlsx", Kind.PCN_MEMBERSHIP),
        ("official/ePCN_2024-10.xlsx", Kind.PCN_MEMBERSHIP),
        ("official/gp-reg-pat-prac-lsoa-all_london_2022-07.csv.gz", Kind.REGISTRATIONS),
        ("official/gp-reg-pat-prac-map_2021-01.csv", Kind.PRACTICE_MAP),
        ("official/postcodes_london_extract.csv", Kind.POSTCODES),
        ("london/lsoa11_to_lsoa21.csv", Kind.AREA_LOOKUP),
        ("london/practices_2022-07.csv", Kind.PRACTICE_POINTS),
        ("london/practices_2025-09.csv", Kind.PRACTICE_POINTS),
        ("london/registrations_2022-07.parquet", Kind.REGISTRATIONS),
        ("london/lsoa21_units.parquet", Kind.AREAS),
        ("london/illustrative_footprints_a_lsoa21.csv", Kind.FOOTPRINT_LOOKUP),
        ("west_sussex/lsoa_pcn_lookup_Feb_22.csv", Kind.FOOTPRINT_LOOKUP),
    ],
)
def test_each_file_is_recognised(shared_data: Path, name: str, kind: Kind) -> None:
    assert recognise(Source.of(shared_data / name)).kind == kind


@pytest.mark.parametrize(
    ("name", "rows", "active_gp", "london"),
    [("official/epraccur_2022-06.csv", 15_119, 6_925, 1_194), ("official/epraccur_2025-09.csv", 16_685, 6_618, 1_153)],
)
def test_practices(read: ReadFile, name: str, rows: int, active_gp: int, london: int) -> None:
    reading = read(name)
    assert reading.report.rows_read == reading.report.rows_kept == rows
    assert reading.frames["practice"]["code"].is_unique
    assert reading.report.counts["GP practices active"] == active_gp
    assert reading.report.counts["GP practices active in London"] == london
    assert not [f for f in reading.report.findings if f.severity != "note"]  # status and close date agree in every row


def test_practices_that_no_place_should_trip_over(read: ReadFile) -> None:
    practices = read("official/epraccur_2025-09.csv").frames["practice"].set_index("code")
    assert practices.loc["E85124", "name"] == "GP AT HAND"
    assert practices.loc["Y06487", ["postcode", "national_grouping"]].tolist() == ["B94EY", "Y56"]
    assert practices.index.str.startswith(("JER", "GUE", "ALD")).sum() == 141
    active = practices[
        (practices["setting"] == "4") & (practices["status"] == "active") & (practices["national_grouping"] == "Y56")
    ]
    shared = active["postcode"].value_counts()
    assert (shared > 1).sum() == 93
    assert shared[shared > 1].sum() == 214


@pytest.mark.parametrize(
    ("name", "pcns", "open_pcns", "memberships", "current"),
    [
        ("official/ePCN_2023-02.xlsx", 1_329, 1_264, 7_455, 6_391),
        ("official/ePCN_2024-10.xlsx", 1_366, 1_285, 7_705, 6_224),
    ],
)
def test_pcns(read: ReadFile, name: str, pcns: int, open_pcns: int, memberships: int, current: int) -> None:
    reading = read(name)
    assert len(reading.frames["pcn"]) == pcns
    assert len(reading.frames["membership"]) == memberships
    assert reading.report.counts["PCNs without a close date"] == open_pcns
    assert reading.report.counts["memberships without an end date"] == current
    assert reading.frames["membership"]["start"].map(type).eq(date).all()
    assert set(reading.frames["membership"]["pcn_code"]) <= set(reading.frames["pcn"]["code"])


def test_a_practice_in_two_pcns_on_one_day_because_ends_are_inclusive(read: ReadFile) -> None:
    members = read("official/ePCN_2024-10.xlsx").frames["membership"]
    day = date(2022, 7, 1)
    mine = members[members["practice_code"] == "F82001"]
    on_the_day = [
        pcn
        for pcn, s, e in zip(mine["pcn_code"], mine["start"], mine["end"], strict=True)
        if s <= day and (not e or e >= day)
    ]
    assert len(on_the_day) == 2


def test_registrations(read: ReadFile) -> None:
    reading = read("official/gp-reg-pat-prac-lsoa-all_london_2022-07.csv.gz")
    report, frame = reading.report, reading.frames["registration"]
    assert report.rows_read == report.rows_kept == 300_597
    assert report.conservation == {"patients_in_file": 10_700_156, "patients_dropped": 0, "patients_kept": 10_700_156}
    assert frame["patients"].sum() == 10_700_156
    assert frame.loc[frame["area_code"] == UNKNOWN_AREA, "patients"].sum() == 5_089
    assert report.counts["patients living in Wales"] == 1
    assert frame["practice_code"].nunique() == 1_183
    assert report.vintage == "2011"
    assert report.extract_date == date(2022, 7, 1)
    assert not report.findings
    at_hand = frame[frame["practice_code"] == "E85124"]
    assert at_hand["patients"].sum() == 111_330
    assert len(at_hand) == 8_238  # 8,237 areas and the unknown residence


def test_the_table_of_counts_says_the_same_as_the_published_file(read: ReadFile, shared_data: Path) -> None:
    published = read("official/gp-reg-pat-prac-lsoa-all_london_2022-07.csv.gz").frames["registration"]
    table = read("london/registrations_2022-07.parquet").frames["registration"]
    london = set(published["practice_code"])
    both = table[table["practice_code"].isin(london)].reset_index(drop=True)
    pd.testing.assert_frame_equal(both, published)


def test_the_practice_map(read: ReadFile) -> None:
    reading = read("official/gp-reg-pat-prac-map_2021-01.csv")
    assert reading.report.rows_kept == 6_658
    assert reading.report.extract_date == date(2021, 1, 1)
    assert reading.report.counts["practices without PCN"] == 114
    assert len(reading.frames["membership"]) == 6_658 - 114
    assert "U" not in set(reading.frames["pcn"]["code"])


def test_the_lookup_of_areas_keeps_every_part(read: ReadFile) -> None:
    reading = read("london/lsoa11_to_lsoa21.csv")
    frame = reading.frames["area_lookup"]
    assert len(frame) == reading.report.rows_read == 5_016
    assert frame["change"].value_counts().to_dict() == {"U": 4_659, "S": 313, "M": 44}
    assert (frame["from_code"].nunique(), frame["to_code"].nunique()) == (4_835, 4_994)


def test_postcodes(read: ReadFile) -> None:
    frame = read("official/postcodes_london_extract.csv").frames["postcode"].set_index("postcode")
    assert len(frame) == 41_783
    assert pd.isna(frame.loc["NW64DX", "easting"])
    assert frame.loc["NW64DX", "lsoa11_code"] == "E01000929"
    assert frame.loc["BR11AA", ["easting", "northing"]].tolist() == [540291.0, 168873.0]


def test_every_london_practice_finds_its_postcode(read: ReadFile) -> None:
    practices = read("london/practices_2022-07.csv").frames["practice"]
    postcodes = read("official/postcodes_london_extract.csv").frames["postcode"]
    found = practices["postcode"].isin(set(postcodes["postcode"]))
    assert found.mean() > 0.99


def test_practice_points(read: ReadFile) -> None:
    reading = read("london/practices_2022-07.csv")
    assert reading.report.counts["practices"] == 1_183
    assert reading.report.counts["practices without PCN"] == 19
    assert reading.report.counts["patients on lists"] == 10_700_156
    assert len(reading.frames["pcn"]) == 199


def test_lists_of_neighbourhoods(read: ReadFile) -> None:
    for plan, count in (("a", 161), ("b", 127)):
        reading = read(f"london/illustrative_footprints_{plan}_lsoa21.csv")
        assert len(reading.frames["neighbourhood"]) == count
        assert reading.frames["neighbourhood_area"]["area_code"].nunique() == 4_994
        assert reading.report.vintage == "2021"
    sussex = read("west_sussex/lsoa_pcn_lookup_Feb_22.csv")
    assert len(sussex.frames["neighbourhood_area"]) == 507
    assert sussex.report.vintage == "2011"


def test_reading_twice_gives_the_same(shared_data: Path, read: ReadFile) -> None:
    name = "official/gp-reg-pat-prac-map_2021-01.csv"
    source = Source.of(shared_data / name)
    again, first = recognise(source).read(source, ReadOptions()), read(name)
    assert again.report == first.report
    for table, frame in first.frames.items():
        pd.testing.assert_frame_equal(again.frames[table], frame)
