"""PCN footprints over HTTP on the sample place, on both databases."""

from __future__ import annotations

import csv
import io
from collections import defaultdict

import pytest
import shapely
from starlette.testclient import TestClient

from tests.served import PROPOSAL_A, PROPOSAL_B

BASE = "/api/v1/catchments"
ASKED = {"footprints": PROPOSAL_B}


def place_of(reading: TestClient) -> str:
    found = reading.get("/api/v1/footprints/" + PROPOSAL_B).json()["places"]
    return str(found[0]) if found else PROPOSAL_B


def test_every_area_of_the_plan_is_one_pcns_the_one_with_most_patients(reading: TestClient) -> None:
    said = reading.get(BASE, params=ASKED).json()
    codes = [row["area_code"] for row in said["areas"]]
    assert codes == sorted(set(codes))
    assert len(codes) == sum(pcn["areas"] for pcn in said["pcns"]) > 50
    for row in said["areas"]:
        assert row["share"] == pytest.approx(row["patients"] / row["patients_of_area"], abs=1e-6)
        assert 0 <= row["margin"] <= row["share"] <= 1
        assert row["contested"] == (row["share"] < 0.5)
    assert "LSOA 2021" in said["areas_explained"]
    assert said["areas_vintage"] == "2021"
    assert {"registrations", "areas"} <= {dataset["kind"] for dataset in said["datasets"]}


def test_footprints_are_dissolved_and_cover_the_areas_once(reading: TestClient) -> None:
    features = reading.get(BASE, params={**ASKED, "f": "geojson"}).json()["features"]
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features]
    whole = shapely.union_all(shapes)
    assert sum(shape.area for shape in shapes) == pytest.approx(whole.area, rel=1e-6)
    neighbourhoods = reading.get("/api/v1/alignment/neighbourhoods", params={**ASKED, "f": "geojson"}).json()[
        "features"
    ]
    plan = shapely.union_all([shapely.geometry.shape(feature["geometry"]) for feature in neighbourhoods])
    assert shapely.symmetric_difference(whole, plan).area < 1e-4 * plan.area
    assert all(feature["properties"]["parts"] >= 1 for feature in features)


@pytest.mark.parametrize("percent", [50, 80, 98])
def test_a_core_holds_the_share_asked_for_and_no_smaller_set_by_one(reading: TestClient, percent: int) -> None:
    said = reading.get(BASE, params={**ASKED, "method": "core", "percent": percent}).json()
    held: dict[str, list[float]] = defaultdict(list)
    for row in said["areas"]:
        held[row["pcn_code"]].append(row["patients"])
    for pcn in said["pcns"]:
        counts = held[pcn["code"]]
        assert sum(counts) == pytest.approx(pcn["patients_core"], abs=0.1)
        assert pcn["share_core"] == pytest.approx(pcn["patients_core"] / pcn["patients"], abs=1e-4)
        if pcn["reached"]:
            assert sum(counts) >= percent / 100 * pcn["patients"] - 1e-6
            assert sum(counts) - min(counts) < percent / 100 * pcn["patients"]


def test_a_larger_core_holds_the_smaller(reading: TestClient) -> None:
    cores = [
        {
            (row["pcn_code"], row["area_code"])
            for row in reading.get(BASE, params={**ASKED, "method": "core", "percent": percent}).json()["areas"]
        }
        for percent in (50, 65.5, 98)
    ]
    assert cores[0] < cores[1] < cores[2]


def test_the_scope_place_lets_only_its_pcns_have_areas(reading: TestClient) -> None:
    asked = {**ASKED, "place": place_of(reading), "scope": "place"}
    said = reading.get(BASE, params=asked).json()
    ours = {
        p["code"] for p in reading.get("/api/v1/alignment", params={**ASKED, "place": asked["place"]}).json()["pcn"]
    }
    assert {row["pcn_code"] for row in said["areas"]} <= ours
    assert "this place" in said["method_explained"]


def test_one_pcn_and_csv(reading: TestClient) -> None:
    first = reading.get(BASE, params=ASKED).json()["pcns"][0]["code"]
    only = reading.get(BASE, params={**ASKED, "pcn": first}).json()
    assert [pcn["code"] for pcn in only["pcns"]] == [first]
    assert {row["pcn_code"] for row in only["areas"]} == {first}
    table = list(csv.DictReader(io.StringIO(reading.get(BASE, params={**ASKED, "pcn": first, "f": "csv"}).text)))
    assert [row["area_code"] for row in table] == [row["area_code"] for row in only["areas"]]


@pytest.mark.parametrize(
    ("more", "status", "word"),
    [
        ({"percent": 49}, 400, "percent"),
        ({"percent": 99}, 400, "percent"),
        ({"method": "circle"}, 400, "method"),
        ({"scope": "place"}, 422, "place"),
        ({"pcn": "U0"}, 404, "U0"),
        ({"footprints": "nowhere"}, 404, "nowhere"),
    ],
)
def test_what_cannot_be_drawn_is_a_problem(reading: TestClient, more: dict[str, str], status: int, word: str) -> None:
    answer = reading.get(BASE, params={**ASKED, **more})
    assert answer.status_code == status
    assert word in answer.json()["detail"]
    assert answer.json()["remedy"]


def test_the_same_footprints_twice_are_the_same_to_the_byte(reading: TestClient) -> None:
    asked = {"footprints": PROPOSAL_A, "f": "geojson", "method": "core", "percent": "70"}
    assert reading.get(BASE, params=asked).content == reading.get(BASE, params=asked).content
