"""A line through a small area divides its people by what is known below it, and says by what."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.ingest.kinds import Kind
from app.ingest.source import Source
from app.services.aligning import Question, answer
from app.services.loading import LoadRequest, load
from app.services.workspace import Workspace
from app.store.store import Store

X, Y = 660_000, 210_000


def box(west: float, east: float) -> dict[str, object]:
    ring = [[X + west, Y], [X + east, Y], [X + east, Y + 1_000], [X + west, Y + 1_000], [X + west, Y]]
    return {"type": "Polygon", "coordinates": [ring]}


def layer(path: Path, rows: list[tuple[dict[str, object], dict[str, object]]]) -> Path:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    features = [{"type": "Feature", "properties": said, "geometry": shape} for said, shape in rows]
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}))
    return path


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """One LSOA one kilometre wide, which the line between two neighbourhoods cuts in halves."""
    lists = tmp_path / "lists.csv"
    lists.write_text(
        "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,SEX,NUMBER_OF_PATIENTS\n"
        "GP_PRAC_PAT_LIST,01JUL2026,V90001,HERON LANE,E01990001,ALL,1000\n"
    )
    postcodes = tmp_path / "nspl.csv"
    postcodes.write_text(
        "pcds,doterm,east1m,north1m,lsoa21cd,lad25cd\n"
        + "".join(
            f"ZX1 1A{letter},{ended},{X + east},{Y + 500},E01990001,E09990001\n"
            for letter, east, ended in (
                ("A", 100, ""),
                ("B", 200, ""),
                ("C", 300, ""),
                ("D", 900, ""),
                ("E", 950, "202001"),
            )
        )
    )
    return {
        "areas": layer(tmp_path / "lsoa.geojson", [({"LSOA21CD": "E01990001", "LSOA21NM": "One"}, box(0, 1_000))]),
        "plan": layer(
            tmp_path / "plan.geojson",
            [
                ({"NEIGHBOURHOOD_CODE": "W", "NEIGHBOURHOOD_NAME": "West"}, box(0, 500)),
                ({"NEIGHBOURHOOD_CODE": "E", "NEIGHBOURHOOD_NAME": "East"}, box(500, 1_000)),
            ],
        ),
        "lists": lists,
        "postcodes": postcodes,
        "output areas": layer(
            tmp_path / "oa.geojson",
            [
                ({"OA21CD": "E00990001", "population": 90}, box(0, 500)),
                ({"OA21CD": "E00990002", "population": 10}, box(500, 1_000)),
            ],
        ),
    }


def west(store: Store) -> tuple[float, str]:
    found = answer(Workspace(store), Question("plan"))
    table = found.alignment.by_practice.table
    return float(table.dense()[0, table.column_index["W"]]), " ".join(found.warnings)


def test_by_area_by_postcodes_and_by_output_areas_each_when_loaded(store: Store, files: dict[str, Path]) -> None:
    """Each finer layer loaded later takes over, also from shares kept before it came."""
    start = [LoadRequest(Source.of(files[name])) for name in ("areas", "plan", "lists")]
    load(store, start)
    practice = LoadRequest(Source.of(files["postcodes"]), Kind.POSTCODES)
    # the practice has no location and no PCN, so its place is where most of its patients live
    assert west(store) == (500.0, "The drawn lines cut 1 small area, whose patients are divided: 1 by area.")
    load(store, [practice])
    patients, said = west(store)
    assert patients == 750.0  # three of four live postcodes; the terminated one does not count
    assert "by live postcodes" in said
    load(store, [LoadRequest(Source.of(files["output areas"]), Kind.AREAS)])
    patients, said = west(store)
    assert patients == pytest.approx(900.0)
    assert "by population of output areas" in said


def test_an_area_whose_people_all_live_on_one_side_still_was_cut(store: Store, files: dict[str, Path]) -> None:
    text = files["postcodes"].read_text()
    files["postcodes"].write_text(text.replace(f"ZX1 1AD,,{X + 900},", f"ZX1 1AD,,{X + 400},"))
    load(store, [LoadRequest(Source.of(files[name])) for name in ("areas", "plan", "lists")])
    load(store, [LoadRequest(Source.of(files["postcodes"]), Kind.POSTCODES)])
    said = "The drawn lines cut 1 small area, whose patients are divided: 1 by live postcodes."
    assert west(store) == (1_000.0, said)
