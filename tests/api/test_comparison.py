"""Comparing plans, and asking one of them in other ways, over HTTP on the sample place, on both databases."""

from __future__ import annotations

import csv
import io

import pytest
from starlette.testclient import TestClient

from tests.served import PROPOSAL_A, PROPOSAL_B

BASE, SENSITIVITY = "/api/v1/comparison", "/api/v1/alignment/sensitivity"
PLANS = {"plans": f"{PROPOSAL_A},{PROPOSAL_B}@1"}
A, B = f"{PROPOSAL_A}@1", f"{PROPOSAL_B}@1"


def test_each_column_is_what_the_alignment_of_that_plan_says(reading: TestClient) -> None:
    said = reading.get(BASE, params=PLANS).json()
    rows = {row["measure"]: row for row in said["measures"]}
    for key in (A, B):
        alone = reading.get("/api/v1/alignment", params={"footprints": key.partition("@")[0]}).json()
        for measure in ("neighbourhoods", "pcns", "practices", "misalignment", "median_containment"):
            assert rows[measure][key] == alone[measure]
        for name, number in alone["classes"].items():
            assert rows[f"pcns_{name}"][key] == number
        outside = sum(pcn["patients_outside_lead"] for pcn in alone["pcn"])
        assert rows["patients_outside_lead"][key] == pytest.approx(outside, abs=0.1)
        asked = {"footprints": key.partition("@")[0]}
        neighbourhoods = reading.get("/api/v1/alignment/neighbourhoods", params=asked).json()["items"]
        assert rows["patients_largest"][key] == max(n["patients"] for n in neighbourhoods)
        assert rows["coordination_load_largest"][key] == max(
            n["pcns_to_reach_90"] for n in neighbourhoods if n["pcns_to_reach_90"] is not None
        )
        practices = reading.get("/api/v1/alignment/practices", params=asked).json()["items"]
        assert rows["practices_mismatched"][key] == sum(p["mismatch"] for p in practices)
    assert [plan["key"] for plan in said["plans"]] == [A, B]
    assert "first" in said["today"]
    assert said["benchmark"][0]["published"]["median_containment"] == 0.701


def test_who_gains_and_who_loses(reading: TestClient) -> None:
    said = reading.get(BASE, params=PLANS).json()
    gained = []
    for pcn in said["pcns"]:
        before, after = pcn["plans"]
        assert before["difference"] == 0
        assert after["difference"] == pytest.approx(after["containment"] - before["containment"], abs=2e-6)
        assert after["patients_gained"] == pytest.approx(
            after["patients_in_lead"] - before["patients_in_lead"], abs=0.02
        )
        gained.append(abs(after["patients_gained"]))
    assert gained == sorted(gained, reverse=True)
    assert gained[0] > 0


def test_csv_is_a_row_a_measure_and_a_column_a_plan(reading: TestClient) -> None:
    table = list(csv.DictReader(io.StringIO(reading.get(BASE, params={**PLANS, "f": "csv"}).text)))
    assert list(table[0]) == ["measure", "label", "unit", A, B]
    assert table[0][A] != ""
    assert len({row["measure"] for row in table}) == len(table) > 25


def test_the_areas_that_change_are_those_whose_neighbourhood_does(reading: TestClient) -> None:
    said = reading.get(f"{BASE}/changes", params=PLANS).json()
    step, rows = said["changes"][0], said["items"]
    assert step["people_moved"] == pytest.approx(sum(row["people"] for row in rows), abs=0.5)
    assert step["areas_moved"] == sum(row["whole"] for row in rows) > 0
    matched = {(pair["from"], pair["to"]) for pair in step["matched"]}
    assert all((row["from"], row["to"]) not in matched for row in rows if row["whole"])
    back = reading.get(f"{BASE}/changes", params={"plans": f"{PROPOSAL_B},{PROPOSAL_A}"}).json()
    assert back["changes"][0]["people_moved"] == pytest.approx(step["people_moved"], abs=0.01)
    features = reading.get(f"{BASE}/changes", params={**PLANS, "f": "geojson"}).json()["features"]
    assert [feature["id"] for feature in features] == [row["code"] for row in rows]
    assert {feature["geometry"]["type"] for feature in features} <= {"Polygon", "MultiPolygon"}
    table = list(csv.DictReader(io.StringIO(reading.get(f"{BASE}/changes", params={**PLANS, "f": "csv"}).text)))
    assert [row["code"] for row in table] == [row["code"] for row in rows]


@pytest.mark.parametrize(
    ("plans", "status", "word"),
    [
        (PROPOSAL_A, 422, "2 to 8"),
        (f"{PROPOSAL_A},{PROPOSAL_A}@1", 422, "itself"),
        (f"{PROPOSAL_A},{PROPOSAL_B}@9", 404, "9"),
        (f"{PROPOSAL_A},{PROPOSAL_B}@one", 422, "one"),
        (f"{PROPOSAL_A},nowhere", 404, "nowhere"),
        (",".join([PROPOSAL_A] * 9), 422, "2 to 8"),
    ],
)
def test_what_cannot_be_compared_is_a_problem(reading: TestClient, plans: str, status: int, word: str) -> None:
    answer = reading.get(BASE, params={"plans": plans})
    assert answer.status_code == status
    assert word in answer.json()["detail"]
    assert answer.json()["remedy"]


def test_a_place_that_one_plan_lacks_is_a_problem(reading: TestClient) -> None:
    assert reading.get(BASE, params={**PLANS, "place": "atlantis"}).status_code == 404


def test_each_variant_is_the_alignment_asked_that_way(reading: TestClient) -> None:
    said = reading.get(SENSITIVITY, params={"footprints": PROPOSAL_B}).json()
    ids = [variant["id"] for variant in said["variants"]]
    assert ids[:3] == ["basis-practice", "basis-area", "majority-lsoa"]
    assert {"aligned-70", "aligned-90", "split-40", "split-60"} <= set(ids)
    assert any(variant["what"] == "date" for variant in said["variants"])
    for id_, more in (("asked", {}), ("basis-practice", {"basis": "practice"}), ("basis-area", {"basis": "area"})):
        asked = {"footprints": PROPOSAL_B, "as_of": said["as_of"], **more}
        alone = {pcn["code"]: pcn for pcn in reading.get("/api/v1/alignment", params=asked).json()["pcn"]}
        for row in said["items"]:
            assert row[id_]["class"] == alone[row["code"]]["class"]
            assert row[id_]["lead"] == alone[row["code"]]["lead"]
            assert row[id_]["containment"] == alone[row["code"]]["containment"]
    for row in said["items"]:
        assert not row["asked"]["differs"]
        different = [
            i for i in ids if (row[i]["class"], row[i]["lead"]) != (row["asked"]["class"], row["asked"]["lead"])
        ]
        assert row["changed_by"] == sorted(different)
    assert any(row["changes"] for row in said["items"])


def test_thresholds_move_classes_only_as_containment_says(reading: TestClient) -> None:
    said = reading.get(SENSITIVITY, params={"footprints": PROPOSAL_B}).json()
    bounds = {v["id"]: (v["aligned"], v["split"]) for v in said["variants"] if v["what"] == "threshold"}
    for row in said["items"]:
        for id_, (aligned, split) in bounds.items():
            share = row["asked"]["containment"]
            assert row[id_]["class"] == ("aligned" if share >= aligned else "partly" if share >= split else "split")


def test_a_date_given_is_asked_about(reading: TestClient) -> None:
    asked = {"footprints": PROPOSAL_B, "date": ["2035-01-01", "2026-07-01"]}
    said = reading.get(SENSITIVITY, params=asked).json()
    dates = [v["id"] for v in said["variants"] if v["what"] == "date"]
    assert dates == ["date-2035-01-01", "date-2026-07-01"]
    asked_then = {"footprints": PROPOSAL_B, "as_of": "2035-01-01"}
    then = {p["code"]: p for p in reading.get("/api/v1/alignment", params=asked_then).json()["pcn"]}
    for row in said["items"]:
        assert row["date-2035-01-01"]["containment"] == then[row["code"]]["containment"]
        assert not row["date-2026-07-01"]["differs"]


def test_sensitivity_as_csv_marks_what_differs(reading: TestClient) -> None:
    rows = reading.get(SENSITIVITY, params={"footprints": PROPOSAL_B}).json()["items"]
    text = reading.get(SENSITIVITY, params={"footprints": PROPOSAL_B, "f": "csv"}).text
    for row, cells in zip(rows, csv.DictReader(io.StringIO(text)), strict=True):
        marked = sorted(name for name, cell in cells.items() if cell.startswith("≠ "))
        assert marked == row["changed_by"]


def test_too_many_dates_are_refused(reading: TestClient) -> None:
    asked = {"footprints": PROPOSAL_B, "date": [f"2026-01-{day:02d}" for day in range(1, 14)]}
    assert reading.get(SENSITIVITY, params=asked).status_code == 422
