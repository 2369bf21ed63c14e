from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest

from app.domain.problem import Problem
from app.ingest.reader import ReadOptions
from app.ingest.readers.postcodes import PostcodesReader
from app.ingest.reading import Reading, records
from app.ingest.source import Source
from tests.unit.ingest.conftest import Make

OLD = "pcd,pcd2,pcds,dointr,doterm,usertype,oseast1m,osnrth1m,osgrdind,oslaua,osward,lsoa11,lsoa21,lat,long,imd"
NEW = "pcd7,pcd8,pcds,dointr,doterm,usrtypind,east1m,north1m,gridind,lad25cd,wd25cd,lsoa11cd,lsoa21cd,lat,long,imd20ind"
EXTRACT = "pcds,dointr,doterm,oa11cd,lsoa11cd,msoa11cd,ladcd,ladnm,easting,northing,pqi"


def row(
    postcode: str = "N20 0DH",
    end: str = "",
    east: str = "527543",
    north: str = "193427",
    grid: str = "1",
    lad: str = "E09000003",
) -> str:
    names = f"{postcode},{postcode},{postcode}"
    return f"{names},198001,{end},0,{east},{north},{grid},{lad},E05,E01000265,E01000265,51.6,-0.1,1"


def read(source: Source) -> Reading:
    assert PostcodesReader().recognises(source.sample) or len(source.parts()) > 1
    return PostcodesReader().read(source, ReadOptions())


@pytest.mark.parametrize("header", [OLD, NEW, OLD.upper() + ",X,Y", NEW.replace("lad25cd", "lad26cd")])
def test_old_new_and_upper_case_names(made: Make, header: str) -> None:
    extra = ",1,2" if header.endswith("X,Y") else ""
    reading = read(made(f"{header}\n{row()}{extra}\n"))
    assert records(reading.frames["postcode"]) == [
        {
            "postcode": "N200DH",
            "easting": 527543.0,
            "northing": 193427.0,
            "lsoa11_code": "E01000265",
            "lsoa21_code": "E01000265",
            "lad_code": "E09000003",
            "terminated": None,
        }
    ]


def test_terminated_postcodes_are_kept_with_their_month(made: Make) -> None:
    reading = read(made(f"{NEW}\n{row(end='199501')}\n"))
    assert reading.frames["postcode"]["terminated"].tolist() == [date(1995, 1, 1)]
    assert reading.report.counts["postcodes terminated"] == 1


def test_grid_quality_nine_means_no_coordinates_whatever_stands_there(made: Make) -> None:
    lines = [
        row("JE2 3AB", grid="9", east="", north=""),
        row("IM1 1AA", grid="9", east="999999", north="9999999"),
        row(),
    ]
    reading = read(made("\n".join([NEW, *lines])))
    found = records(reading.frames["postcode"])
    assert [(r["postcode"], r["easting"]) for r in found] == [("IM11AA", None), ("JE23AB", None), ("N200DH", 527543.0)]
    assert reading.report.counts["postcodes without coordinates"] == 2


def test_northern_ireland_is_in_the_irish_grid_and_has_no_coordinates_here(made: Make) -> None:
    reading = read(made("\n".join([NEW, row("BT1 1AA", east="333333", north="374000", lad="N09000003"), row()])))
    assert records(reading.frames["postcode"])[0]["easting"] is None
    assert reading.report.counts["postcodes in the Irish Grid, without coordinates"] == 1


def test_pseudo_postcodes_are_dropped_with_the_reason(made: Make) -> None:
    reading = read(made("\n".join([NEW, row("ZZ99 3VZ", grid="9"), row()])))
    assert reading.report.dropped == {"pseudo postcode (no fixed abode, abroad, not known)": 1}
    assert len(reading.frames["postcode"]) == 1


def test_degrees_are_converted_where_there_is_no_grid_and_the_accuracy_said(made: Make) -> None:
    source = made("PCDS,LAT,LONG,LSOA21CD\nN20 0DH,51.625215,-0.158867,E01000265\nJE2 3AB,99.999999,0.000000,\n")
    reading = read(source)
    jersey, barnet = records(reading.frames["postcode"])
    assert barnet["easting"] == pytest.approx(527543, abs=5)
    assert barnet["northing"] == pytest.approx(193427, abs=5)
    assert jersey["easting"] is None
    assert "accurate to" in next(f.message for f in reading.report.findings if f.code == "converted")


def test_code_point_open_without_a_header(made: Make) -> None:
    text = '"BR1 1AA",10,540291,168873,"E92000001","E19000003","E18000010","","E09000006","E05013987"\n'
    text += '"BR1 1AB",90,0,0,"E92000001","E19000003","E18000010","","E09000006","E05013987"\n'
    found = records(read(made(text)).frames["postcode"])
    assert [(r["postcode"], r["easting"], r["lad_code"]) for r in found] == [
        ("BR11AA", 540291.0, "E09000006"),
        ("BR11AB", None, "E09000006"),
    ]


def test_code_point_open_comes_as_a_zip_of_many(tmp_path: Path) -> None:
    line = '"{}",10,540291,168873,"E92000001","","","","E09000006","E05013987"\n'
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("Data/CSV/br.csv", line.format("BR1 1AA"))
        archive.writestr("Data/CSV/cr.csv", line.format("CR0 1AA"))
        archive.writestr("Doc/Code-Point_Open_Column_Headers.csv", "PC,PQ,EA,NO\nPostcode,Quality,Eastings,Northings\n")
    assert read(Source.of(tmp_path / "x.zip")).frames["postcode"]["postcode"].tolist() == ["BR11AA", "CR01AA"]


def test_onspd_comes_as_a_zip_with_its_parts_beside_the_whole(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("Data/multi_csv/ONSPD_N.csv", f"{NEW}\n{row()}\n")
        archive.writestr("Data/ONSPD.csv", f"{NEW}\n{row()}\n{row('BR1 1AA')}\n")
        archive.writestr("Documents/names.csv", "LAD25CD,LAD25NM\nE09000003,Barnet\n")
    reading = read(Source.of(tmp_path / "x.zip"))
    assert len(reading.frames["postcode"]) == 2
    assert "Data/ONSPD.csv" in next(f.message for f in reading.report.findings if f.code == "one-of-several")


def test_the_columns_of_a_locally_made_extract(made: Make) -> None:
    text = f"{EXTRACT}\nBR1 1AA,201605,,E00003264,E01000675,E02000144,E09000006,Bromley,540291.0,168873.0,10.0\n"
    text += "NW6 4DX,199812,,E00004637,E01000929,E02000185,E09000007,Camden,,,\n"
    found = records(read(made(text)).frames["postcode"])
    assert [(r["postcode"], r["easting"], r["lsoa11_code"], r["lsoa21_code"]) for r in found] == [
        ("BR11AA", 540291.0, "E01000675", None),
        ("NW64DX", None, "E01000929", None),
    ]


def test_wrong_postcodes_and_places_off_the_grid_are_named(made: Make) -> None:
    with pytest.raises(Problem) as raised:
        read(made("\n".join([NEW, row(), row("NOWHERE"), row("BR1 1AA", east="9527543")])))
    assert {(f.row, f.code) for f in raised.value.findings} == {(3, "postcode"), (4, "coordinates")}


def test_degrees_in_columns_of_metres_are_refused(made: Make) -> None:
    with pytest.raises(Problem, match="look like degrees"):
        read(made("\n".join([NEW, row(east="-0.158", north="51.6")])))


def test_swapped_degrees_are_refused(made: Make) -> None:
    with pytest.raises(Problem, match="swapped"):
        read(made("pcds,lat,long,lsoa21cd\nN20 0DH,-0.158867,51.625215,E01000265\n"))


def test_a_postcode_in_two_places_is_refused_and_a_repeat_dropped(made: Make) -> None:
    assert read(made("\n".join([NEW, row(), row()]))).report.dropped == {"repeats another row in full": 1}
    with pytest.raises(Problem, match="N200DH stands in row 2"):
        read(made("\n".join([NEW, row(), row(east="527000")])))
