"""Bad files get a clear answer (which file, where, why, what to do) and leave the database as it was."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from sqlalchemy import func, select

from app.domain.problem import Problem
from app.ingest.kinds import Kind
from app.ingest.source import Source
from app.services.loading import LoadRequest, load
from app.store.schema import METADATA
from app.store.store import Store
from data import sample
from data.sample.xlsx import write_workbook

SQUARE = [[660_000, 210_000], [661_000, 210_000], [661_000, 211_000], [660_000, 211_000], [660_000, 210_000]]
BOW_TIE = [[660_000, 210_000], [661_000, 211_000], [661_000, 210_000], [660_000, 211_000], [660_000, 210_000]]
REGISTRATIONS = "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,SEX,NUMBER_OF_PATIENTS"


def areas(folder: Path, *features: tuple[str | None, object], crs: str | None = "urn:ogc:def:crs:EPSG::27700") -> Path:
    path = folder / "areas.geojson"
    said: dict[str, object] = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"LSOA21CD": code, "LSOA21NM": code}, "geometry": geometry}
            for code, geometry in features
        ],
    }
    if crs:
        said["crs"] = {"type": "name", "properties": {"name": crs}}
    path.write_text(json.dumps(said))
    return path


def polygon(ring: list[list[float]]) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [ring]}


def wrong_encoding(folder: Path) -> Path:
    path = folder / "gp-reg.csv"
    path.write_bytes(f"{REGISTRATIONS}\nGP,01JUL2026,V90001,X,".encode() + b"\x81\x8d\xfe" + b",ALL,7\n")
    return path


def wrong_sheet(folder: Path) -> Path:
    path = folder / "ePCN.xlsx"
    write_workbook(path, {"Notes on the quarter": [["Colour", "Size"], ["red", "3"]]})
    return path


def missing_column(folder: Path) -> Path:
    path = folder / "gp-reg.csv"
    path.write_text(
        "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,SEX,NUMBER_OF_PATIENTS\nGP,01JUL2026,V90001,X,ALL,7\n"
    )
    return path


def duplicate_codes(folder: Path) -> Path:
    return areas(folder, ("E01990001", polygon(SQUARE)), ("E01990001", polygon(SQUARE)))


def unknown_crs(folder: Path) -> Path:
    return areas(folder, ("E01990001", polygon(SQUARE)), crs="urn:ogc:def:crs:EPSG::99999")


def swapped_coordinates(folder: Path) -> Path:
    ring = [[51.50, -0.10], [51.51, -0.10], [51.51, -0.09], [51.50, -0.09], [51.50, -0.10]]
    return areas(folder, ("E01990001", polygon(ring)), crs=None)


def empty_geometry(folder: Path) -> Path:
    return areas(folder, ("E01990001", polygon(SQUARE)), ("E01990002", None))


def self_intersection(folder: Path) -> Path:
    return areas(folder, ("E01990001", polygon(BOW_TIE)))


def truncated_zip(folder: Path) -> Path:
    frame = gpd.GeoDataFrame({"LSOA21CD": ["E01990001"]}, geometry=[shapely.Polygon(SQUARE)], crs=27700)
    shapefile = folder / "shape"
    shapefile.mkdir()
    frame.to_file(shapefile / "areas.shp")
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for part in sorted(shapefile.iterdir()):
            archive.write(part, part.name)
    path = folder / "areas.zip"
    path.write_bytes(whole.getvalue()[: len(whole.getvalue()) // 2])
    return path


BAD: list[tuple[Callable[[Path], Path], Kind, str, int | None]] = [
    (wrong_encoding, Kind.REGISTRATIONS, "", 2),
    (wrong_sheet, Kind.PCN_MEMBERSHIP, "sheet", None),
    (missing_column, Kind.REGISTRATIONS, "lsoa code", None),
    (duplicate_codes, Kind.AREAS, "E01990001", 2),
    (unknown_crs, Kind.AREAS, "99999", None),
    (swapped_coordinates, Kind.AREAS, "swapped", None),
    (empty_geometry, Kind.AREAS, "", 2),
    (self_intersection, Kind.AREAS, "", 1),
    (truncated_zip, Kind.AREAS, "zip", None),
]


def counts(store: Store) -> dict[str, int]:
    with store.engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in METADATA.sorted_tables
        }


@pytest.mark.parametrize(("make", "kind", "word", "row"), BAD, ids=[make.__name__ for make, *_ in BAD])
def test_a_bad_file_is_a_clear_problem_and_changes_nothing(
    store: Store,
    sample_files: list[Path],
    tmp_path: Path,
    make: Callable[[Path], Path],
    kind: Kind,
    word: str,
    row: int | None,
) -> None:
    before = counts(store)
    bad = make(tmp_path)
    good = next(path for path in sample_files if path.name == sample.PRACTICES)
    with pytest.raises(Problem) as caught:
        load(store, [LoadRequest(Source.of(good)), LoadRequest(Source.of(bad), kind)])
    problem = caught.value
    assert problem.file == bad.name
    assert problem.remedy or any(finding.suggestion for finding in problem.findings)
    assert word.lower() in str(problem).lower()
    if row is not None:
        assert row in {finding.row for finding in problem.findings}
    assert counts(store) == before
