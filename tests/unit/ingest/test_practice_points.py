from __future__ import annotations

import json
from datetime import date

import pytest

from app.domain.problem import Problem
from app.ingest.reader import ReadOptions
from app.ingest.readers.practice_points import PracticePointsReader
from app.ingest.reading import Reading, records
from app.ingest.source import Source
from tests.unit.ingest.conftest import Make


def read(source: Source, **options: object) -> Reading:
    assert PracticePointsReader().recognises(source.sample)
    return PracticePointsReader().read(source, ReadOptions(**options))  # type: ignore[arg-type]


def geojson(*features: tuple[dict[str, object], list[float] | None], crs: str | None = None) -> str:
    collection: dict[str, object] = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": p, "geometry": None if c is None else {"type": "Point", "coordinates": c}}
            for p, c in features
        ],
    }
    if crs:
        collection["crs"] = {"type": "name", "properties": {"name": crs}}
    return json.dumps(collection)


def test_everything_a_table_may_hold(made: Make) -> None:
    header = (
        "practice_code,practice_name,postcode,easting,northing,list_size_2022_05,list_size_2022_07,"
        "pcn_code,pcn_name,status,open_date,sub_icb_code"
    )
    reading = read(
        made(f"{header}\nE83003,OAKLEIGH,N20 0DH,527543,193427.0,9208,9242.0,U33392,BARNET 2 PCN,A,19740401,93C\n")
    )
    (found,) = records(reading.frames["practice"])
    assert {key: value for key, value in found.items() if value is not None} == {
        "code": "E83003",
        "name": "OAKLEIGH",
        "postcode": "N200DH",
        "status": "active",
        "sub_icb_code": "93C",
        "opened": date(1974, 4, 1),
        "easting": 527543.0,
        "northing": 193427.0,
        "list_size": 9242,
    }
    assert records(reading.frames["membership"]) == [
        {"practice_code": "E83003", "pcn_code": "U33392", "start": None, "end": None}
    ]
    assert records(reading.frames["pcn"])[0]["name"] == "BARNET 2 PCN"
    assert "start-unknown" in [f.code for f in reading.report.findings]


@pytest.mark.parametrize("header", ["ODS code,Longitude,Latitude", "code,lon,lat", "Practice Code,long,lat"])
def test_degrees_are_converted_and_the_accuracy_said(made: Make, header: str) -> None:
    reading = read(made(f"{header}\nE83003,-0.158867,51.625215\n"))
    (found,) = records(reading.frames["practice"])
    assert found["easting"] == pytest.approx(527543, abs=5)
    assert found["northing"] == pytest.approx(193427, abs=5)
    assert "accurate to" in next(f.message for f in reading.report.findings if f.code == "converted")
    assert set(reading.frames) == {"practice"}


def test_geojson_points(made: Make) -> None:
    text = geojson(
        ({"practice_code": "E83003", "name": "B", "list_size": 9242.0}, [-0.158867, 51.625215, 12.0]),
        ({"practice_code": "E83001", "name": None}, None),
    )
    reading = read(made(text))
    first, second = records(reading.frames["practice"])
    assert (first["code"], first["easting"], first["list_size"]) == ("E83001", None, None)
    assert second["easting"] == pytest.approx(527543, abs=5)
    assert second["list_size"] == 9242
    assert reading.report.counts["practices without coordinates"] == 1


@pytest.mark.parametrize("how", ["member", "option"])
def test_geojson_in_national_grid_is_taken_as_it_is(made: Make, how: str) -> None:
    text = geojson(
        ({"code": "E83003"}, [527543, 193427]), crs="urn:ogc:def:crs:EPSG::27700" if how == "member" else None
    )
    reading = read(made(text), **({} if how == "member" else {"crs": "EPSG:27700"}))
    assert records(reading.frames["practice"])[0]["easting"] == 527543.0
    assert not [f for f in reading.report.findings if f.code == "converted"]


def test_metres_passed_off_as_degrees_are_refused(made: Make) -> None:
    with pytest.raises(Problem, match="metres"):
        read(made(geojson(({"code": "E83003"}, [527543, 193427]))))


@pytest.mark.parametrize("text", ["Infinity", "-0.15"])
def test_coordinates_that_cannot_be(made: Make, text: str) -> None:
    with pytest.raises(Problem):
        read(made(f"practice_code,easting,northing\nE83003,{text},51.6\n"))


def test_practices_at_one_point_stay_apart_and_zero_means_none(made: Make) -> None:
    lines = ["E83003,527543,193427", "E83004,527543,193427", "E83005,0,0", "E83006,,"]
    reading = read(made("practice_code,easting,northing\n" + "\n".join(lines)))
    assert reading.report.counts["practices at the same point as another"] == 2
    assert reading.report.counts["practices without coordinates"] == 2
    assert len(reading.frames["practice"]) == 4


def test_no_pcn_and_no_list_size_are_counted(made: Make) -> None:
    lines = ["E83003,527543,193427,,U", "E83004,527540,193427,10,U33392"]
    reading = read(made("practice_code,easting,northing,list size,pcn_code\n" + "\n".join(lines)))
    assert reading.report.counts["practices without PCN"] == 1
    assert reading.report.counts["practices without list size"] == 1
    assert reading.frames["membership"]["practice_code"].tolist() == ["E83004"]


def test_two_rows_for_one_practice_are_refused(made: Make) -> None:
    with pytest.raises(Problem, match="row 2"):
        read(made("practice_code,easting,northing\nE83003,527543,193427\nE83003,527544,193427\n"))


def test_broken_geojson_and_other_shapes_are_refused(made: Make) -> None:
    whole = geojson(({"code": "E83003"}, [-0.15, 51.6]), ({"code": "E83004"}, [-0.15, 51.6]))
    with pytest.raises(Problem, match="not whole JSON"):
        PracticePointsReader().read(made(whole[:-20]), ReadOptions())
    with pytest.raises(Problem, match="Feature 2 is not a point"):
        PracticePointsReader().read(made(whole.replace("[-0.15, 51.6]}}]", '["a", 51.6]}}]')), ReadOptions())


def test_schools_have_codes_and_coordinates_but_are_no_practices(made: Make) -> None:
    assert not PracticePointsReader().recognises(made("code,easting,northing\n100000,533498,181201\n").sample)
    polygons = geojson(({"code": "E83003"}, [0, 0])).replace("Point", "Polygon")
    assert not PracticePointsReader().recognises(made(polygons).sample)
