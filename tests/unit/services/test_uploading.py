"""What a file is taken for, which column for what, and where its faults are marked."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from app.domain.problem import Fault, Problem
from app.ingest.kinds import Kind
from app.ingest.reader import ReadOptions
from app.ingest.readers.footprint_lookup import FootprintLookupReader
from app.ingest.readers.footprints import FootprintsReader
from app.ingest.source import Source
from app.services.uploading.guessing import guess, kind_of_table
from app.services.uploading.inspecting import inspection
from app.services.uploading.known import KnownAreas
from app.services.uploading.map_faults import map_faults
from app.services.uploading.staging import Sent, fingerprint, lay_down, shown
from tests.unit.ingest.workbooks import write_workbook

EAST, NORTH = 537_000.0, 175_000.0
LSOAS = [f"E0100000{n}" for n in range(8)]
KNOWN = KnownAreas("d", "areas.gpkg", "2021", frozenset(LSOAS), frozenset(), {}, frozenset({"Lewisham", "Southwark"}))


def plan(*shapes: shapely.Geometry, crs: int = 27700) -> gpd.GeoDataFrame:
    codes = [f"N{at}" for at in range(1, len(shapes) + 1)]
    frame = gpd.GeoDataFrame({"int_code": codes, "Name": codes}, geometry=list(shapes), crs=27700)
    return frame.to_crs(crs)


def box(x: float, wide: float = 1000.0) -> shapely.Geometry:
    return shapely.box(EAST + x, NORTH, EAST + x + wide, NORTH + 1000)


def test_columns_are_told_by_their_values_where_their_names_say_nothing() -> None:
    columns = {
        "A": [f"Lewisham 00{n}A" for n in range(8)],
        "B": LSOAS,
        "C": ["Lewisham", "Southwark"] * 4,
        "D": ["T1", "T2"] * 4,
    }
    found = guess(Kind.FOOTPRINT_LOOKUP, columns, [KNOWN])
    assert {field: each.column for field, each in found.items()} == {"area": "B", "borough": "C", "code": "D"}
    assert "100% of them are in areas.gpkg" in found["area"].why
    assert kind_of_table(columns) == (
        Kind.FOOTPRINT_LOOKUP,
        "“B” holds codes of LSOAs, and another column puts them into groups.",
    )
    assert kind_of_table({"A": columns["A"], "D": columns["D"]}) is None
    assert guess(Kind.PRACTICES, columns) == {}


def test_a_name_that_its_values_belie_is_less_sure() -> None:
    found = guess(Kind.FOOTPRINT_LOOKUP, {"LSOA21CD": ["North", "South"], "INT name": [None, None]})
    assert (found["area"].confidence, found["name"].confidence) == (0.4, 0.3)


@pytest.mark.parametrize(
    ("name", "driver", "label"),
    [
        ("a.geojson", "GeoJSON", "GeoJSON"),
        ("a.fgb", "FlatGeobuf", "FlatGeobuf"),
        ("a.gpkg", "GPKG", "GeoPackage"),
        ("a.kml", "KML", "KML"),
        ("a.kmz", "KML", "KML"),
        ("a.zip", "ESRI Shapefile", "shapefile"),
        ("a.parquet", "", "GeoParquet"),
    ],
)
def test_every_map_format_is_seen_alike_whatever_it_is_called(
    tmp_path: Path, name: str, driver: str, label: str
) -> None:
    drawn = plan(box(0), box(1000), crs=4326 if driver in ("GeoJSON", "KML") else 27700)
    folder = tmp_path / "made"
    folder.mkdir()
    if driver:
        drawn.to_file(folder / {"KML": "doc.kml", "ESRI Shapefile": "plan.shp"}.get(driver, name), driver=driver)
    else:
        drawn.to_parquet(folder / "plan")
    path = tmp_path / "upload.txt"
    if name.endswith((".zip", ".kmz")):
        with zipfile.ZipFile(path, "w") as archive:
            for part in sorted(folder.iterdir()):
                archive.write(part, part.name)
    else:
        path.write_bytes(next(iter(folder.iterdir())).read_bytes())
    seen = inspection(Source(path, name), ())
    (layer,) = seen["layers"]
    assert (seen["format"], seen["kind"], layer["features"], seen["missing"]) == (label, "footprints", 2, [])
    assert layer["crs"]["code"] in ("EPSG:27700", "EPSG:4326", "OGC:CRS84")
    assert layer["mapping"]["name"]["column"] == "Name"
    if driver != "KML":
        assert layer["mapping"]["code"]["column"] == "int_code"
        assert sorted(layer["columns"][0]["samples"]) == ["N1", "N2"]  # FlatGeobuf keeps the order of its index


def test_of_several_sheets_the_fitting_one_is_taken(tmp_path: Path) -> None:
    rows = [["LSOA code", "Which team"], *([code, f"Team {at % 2}"] for at, code in enumerate(LSOAS))]
    path = write_workbook(tmp_path / "a.xlsx", {"Notes": [["Draft"], ["for discussion", 2026]], "List": rows})
    seen = inspection(Source.of(path), ())
    assert (seen["format"], seen["kind"], seen["layer"]) == ("Excel workbook", "footprint-lookup", "List")
    assert seen["layers"][1]["mapping"]["area"]["column"] == "LSOA code"


def test_lists_keep_what_is_valid_when_asked(tmp_path: Path) -> None:
    text = "LSOA21CD,INT code\nE01000001,N1\nE01000002,N1\nE01000002,N2\nE0100X003,N2\nE01000004,N2\n"
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    reader = FootprintLookupReader()
    with pytest.raises(Problem):
        reader.read(Source.of(path), ReadOptions())
    reading = reader.read(Source.of(path), ReadOptions(keep_valid=True))
    assert list(reading.frames["neighbourhood_area"]["area_code"]) == ["E01000001", "E01000004"]
    assert reading.report.dropped == {"has an error": 1, "the area is in two neighbourhoods at once": 2}
    assert {(f.code, f.row) for f in reading.report.findings if f.severity == "error"} == {
        ("code", 5),
        ("two-neighbourhoods", 4),
    }


def test_outlines_in_the_wrong_place_are_left_out_only_beside_right_ones(tmp_path: Path) -> None:
    swapped = shapely.transform(plan(box(0), crs=4326).geometry[0], lambda x, y: (y, x), interleaved=False)
    both = gpd.GeoDataFrame({"code": ["N1", "N2"]}, geometry=[plan(box(0), crs=4326).geometry[0], swapped], crs=4326)
    both.to_file(tmp_path / "both.geojson")
    both[1:].to_file(tmp_path / "wrong.geojson")
    reading = FootprintsReader().read(Source.of(tmp_path / "both.geojson"), ReadOptions(keep_valid=True))
    assert list(reading.frames["neighbourhood"]["code"]) == ["N1"]
    assert reading.report.dropped == {"has an error (swapped-axes)": 1}
    with pytest.raises(Problem, match="swapped"):
        FootprintsReader().read(Source.of(tmp_path / "wrong.geojson"), ReadOptions(keep_valid=True))


def test_a_fault_is_marked_where_it_is_meant_to_be(tmp_path: Path) -> None:
    right = plan(box(0), crs=4326).geometry[0]
    swapped = shapely.transform(right, lambda x, y: (y, x), interleaved=False)
    gpd.GeoDataFrame({"code": ["N1"]}, geometry=[swapped], crs=4326).to_file(tmp_path / "a.geojson")
    source = Source.of(tmp_path / "a.geojson")
    with pytest.raises(Problem) as met:
        FootprintsReader().read(source, ReadOptions())
    (fault,) = map_faults(source, Kind.FOOTPRINTS, ReadOptions(), met.value.findings)
    assert (fault.finding.code, fault.finding.row, fault.feature_id) == ("swapped-axes", 1, "N1")
    assert fault.place is not None
    assert fault.place.symmetric_difference(right).area < 1e-9


def test_gaps_and_overlaps_between_neighbourhoods_are_marked(tmp_path: Path) -> None:
    ring = shapely.box(EAST, NORTH, EAST + 3000, NORTH + 3000) - shapely.box(
        EAST + 1000, NORTH + 1000, EAST + 2000, NORTH + 2000
    )
    half = shapely.box(EAST + 1000, NORTH + 1000, EAST + 2200, NORTH + 1500)
    plan(ring, half).to_file(tmp_path / "a.gpkg")
    faults = map_faults(Source.of(tmp_path / "a.gpkg"), Kind.FOOTPRINTS, ReadOptions(), [])
    marked = {fault.finding.code: gpd.GeoSeries([fault.place], crs=4326).to_crs(27700)[0] for fault in faults}
    assert marked["overlap"].area == pytest.approx(200 * 500, rel=0.01)
    assert marked["gap"].area == pytest.approx(1000 * 500, rel=0.01)


def test_parts_of_a_shapefile_are_one_file_in_any_order(tmp_path: Path) -> None:
    def sent(*names: str) -> list[Sent]:
        return [Sent(name, io.BytesIO(name.encode())) for name in names]

    made = []
    for at, names in enumerate((("a.shp", "a.dbf", "a.shx"), ("a.shx", "a.shp", "a.dbf", "a.shp.xml"))):
        (tmp_path / str(at)).mkdir()
        made.append(lay_down(sent(*names), tmp_path / str(at)))
    assert made[0].sha256 == made[1].sha256
    assert made[0].name == "a.shp"
    (tmp_path / "two").mkdir()
    with pytest.raises(Problem) as met:
        lay_down(sent("a.shp", "b.dbf"), tmp_path / "two")
    assert met.value.fault is Fault.BAD_INPUT
    assert fingerprint(sent("ab", "c")) != fingerprint(sent("a", "bc"))
    assert shown("..\\..\\a\n.csv") == "a.csv"
    assert shown(None) == "upload"


def test_people_are_refused_in_any_column_of_a_map(tmp_path: Path) -> None:
    frame = plan(box(0)).assign(nhs_number=["9434765919"])
    frame.to_file(tmp_path / "a.gpkg")
    with pytest.raises(Problem) as met:
        inspection(Source.of(tmp_path / "a.gpkg"), ())
    assert met.value.fault is Fault.NOT_ALLOWED
    text = pd.DataFrame({"a": ["x"], "Date of birth": ["1970-01-01"]}).to_csv(index=False)
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Problem):
        inspection(replace(Source.of(path), name="b.csv"), ())
