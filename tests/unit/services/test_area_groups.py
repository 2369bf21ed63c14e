"""Wards and MSOAs of neighbourhoods, as far as the small areas say which they are in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.domain.problem import Fault, Problem, if_loaded
from app.ingest.source import Source
from app.report.chapters.pictures import wards_of
from app.services.aligning import Question, answer
from app.services.area_groups import Group, area_groups
from app.services.loading import LoadRequest, load
from app.services.small_areas import small_areas
from app.services.workspace import Workspace
from app.store.store import Store

X, Y = 660_000, 210_000


def layer(path: Path, rows: list[tuple[dict[str, str], int, int]]) -> LoadRequest:
    """Boxes a kilometre high from so many to so many metres east."""
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    features = []
    for said, west, east in rows:
        ring = [[X + x, Y + y] for x, y in ((west, 0), (east, 0), (east, 1_000), (west, 1_000), (west, 0))]
        features.append({"type": "Feature", "properties": said, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}))
    return LoadRequest(Source.of(path))


def loaded(store: Store, folder: Path, wards: dict[str, str]) -> Workspace:
    """Four areas of two MSOAs; West holds three of them, East one."""
    names = ("Marsh 001A", "Marsh 001B", "Marsh 002A", "Marsh 002B")
    areas = []
    for at, name in enumerate(names):
        code = f"E0199000{at + 1}"
        ward = {"WD24CD": f"E0599{wards[code]}", "WD24NM": wards[code]} if code in wards else {}
        areas.append(({"LSOA21CD": code, "LSOA21NM": name, **ward}, 1_000 * at, 1_000 * (at + 1)))
    plan = [
        ({"NEIGHBOURHOOD_CODE": "W", "NEIGHBOURHOOD_NAME": "West"}, 0, 3_000),
        ({"NEIGHBOURHOOD_CODE": "E", "NEIGHBOURHOOD_NAME": "East"}, 3_000, 4_000),
    ]
    lists = folder / "lists.csv"
    lists.write_text(
        "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,SEX,NUMBER_OF_PATIENTS\n"
        "GP_PRAC_PAT_LIST,01JUL2026,V90001,HERON LANE,E01990001,ALL,1000\n"
    )
    load(
        store,
        [
            layer(folder / "lsoa.geojson", areas),
            layer(folder / "plan.geojson", plan),
            LoadRequest(Source.of(lists)),
        ],
    )
    return Workspace(store)


def test_a_group_that_is_divided_is_marked_and_an_msoa_is_known_by_its_areas_names(
    store: Store, tmp_path: Path
) -> None:
    work = loaded(store, tmp_path, {})
    given = answer(work, Question("plan"))
    assert area_groups(work, given, Group.WARD) is None
    found = area_groups(work, given, Group.MSOA)
    assert found is not None
    assert found.within == {"W": {"Marsh 001": True, "Marsh 002": False}, "E": {"Marsh 002": False}}


def test_wards_are_drawn_where_they_are_known_alone(store: Store, tmp_path: Path) -> None:
    work = loaded(store, tmp_path, {"E01990001": "0001", "E01990002": "0001"})
    given = answer(work, Question("plan"))
    found = area_groups(work, given, Group.WARD)
    assert found is not None
    assert found.within == {"W": {"E05990001": True}}
    shapes = small_areas(work, given).shapes
    assert wards_of(found, shapes, ["W", "E"]).area.to_dict() == {"E05990001": 2_000_000.0}
    assert wards_of(found, shapes, ["E"]).empty


def test_what_is_not_loaded_is_none_and_any_other_problem_is_raised() -> None:
    def ask(fault: Fault) -> str:
        raise Problem(fault, "No", "no")

    assert if_loaded(lambda: "there") == "there"
    assert if_loaded(lambda: ask(Fault.NOTHING_LOADED)) is None
    with pytest.raises(Problem):
        if_loaded(lambda: ask(Fault.NOT_FOUND))
