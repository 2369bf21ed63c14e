"""Options over HTTP on the sample place, on both databases."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.domain.alignment import align
from app.services.aligning import Question, answer
from app.services.workspace import Workspace
from tests.served import PROPOSAL_A, PROPOSAL_B

BASE = "/api/v1/options"
ASKED = {"footprints": PROPOSAL_B, "most_moves": 3}


@pytest.fixture(scope="module")
def said(reading: TestClient) -> dict[str, Any]:
    answered = reading.get(BASE, params=ASKED)
    assert answered.status_code == 200
    found: dict[str, Any] = answered.json()
    return found


def rows(reading: TestClient, where: str, **params: Any) -> list[dict[str, str]]:
    answered = reading.get(BASE + where, params={**ASKED, **params, "f": "csv"})
    assert answered.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answered.text)))


def test_no_change_is_first_and_says_what_the_alignment_says(reading: TestClient, said: dict[str, Any]) -> None:
    whole = reading.get("/api/v1/alignment", params={"footprints": PROPOSAL_B, "place": said["place"]["id"]}).json()
    outside = sum(pcn["patients_outside_lead"] for pcn in whole["pcn"])
    first = said["options"][0]
    assert first["id"] == "no-change"
    assert first["before"] == first["after"]
    assert first["before"]["patients_outside_lead"] == pytest.approx(outside, abs=0.01)
    assert said["frontier"]["points"][0]["patients_outside_lead"] == first["before"]["patients_outside_lead"]
    assert first["before"]["containment"] == pytest.approx(1 - whole["misalignment"], abs=1e-6)


def test_it_says_what_it_stands_on(said: dict[str, Any]) -> None:
    assert said["basis"] == "patients"
    assert said["datasets"]
    assert said["fictional"]
    assert "Options for discussion" in said["words"]
    assert said["asked"]["most_moves"] == 3
    assert said["dates"] == {
        "agreed_on": "2026-07-01",
        "earliest": "2026-08-01",
        "contract_year": "2027-04-01",
        "text": "1 August 2026, or 1 April 2027 with the contract year",
    }
    limits = {row["name"]: row for row in said["limits"]}
    assert (limits["smallest_pcn"]["value"], limits["smallest_pcn"]["mark"]) == (30_000, "rule")
    assert (limits["largest_pcn"]["value"], limits["largest_pcn"]["mark"]) == (100_000, "local")
    assert all(row["source"] for row in said["limits"])


def test_every_option_before_and_after_is_a_full_recomputation(
    sample_workspace: Workspace, said: dict[str, Any]
) -> None:
    given = answer(sample_workspace, Question(PROPOSAL_B, said["place"]["id"]))
    inputs = given.ground.inputs
    assert {option["kind"] for option in said["options"]} >= {"move practices", "a practice in no PCN joins one"}
    for option in said["options"]:
        targets = {move["practice"]: move["to"] for move in option["moves"]}
        after = {
            p.code: p for p in align(replace(inputs, pcn_of={**inputs.pcn_of, **targets}), given.alignment.place).pcns
        }
        now = {p.code: p for p in given.alignment.pcns}
        for pcn in option["pcns"]:
            for state, figures in ((pcn["before"], now), (pcn["after"], after)):
                if state is None:
                    assert pcn["code"] not in figures
                    continue
                whole = figures[pcn["code"]]
                assert [p["code"] for p in state["practices"]] == list(whole.practices)
                assert state["patients"] == pytest.approx(whole.patients, abs=0.01)
                assert state["patients_outside_lead"] == pytest.approx(whole.patients_outside_lead, abs=0.01)
                assert state["lead"] == whole.lead
                assert state["containment"] == pytest.approx(whole.containment, abs=1e-6)
                cells = {cell["code"]: cell["patients"] for cell in state["neighbourhoods"]}
                assert cells == pytest.approx(
                    {c.code: c.patients for c in whole.by_neighbourhood if c.patients}, abs=0.01
                )
        if option["kind"] != "pair two PCNs":
            left = sum(p.patients_outside_lead for p in after.values())
            assert option["after"]["patients_outside_lead"] == pytest.approx(left, abs=0.01)


def test_the_frontier_only_falls_and_is_proven(reading: TestClient, said: dict[str, Any]) -> None:
    found = reading.get(f"{BASE}/frontier", params=ASKED).json()
    assert found["frontier"] == said["frontier"]
    outside = [point["patients_outside_lead"] for point in found["frontier"]["points"]]
    assert outside == sorted(outside, reverse=True)
    assert len(outside) == 4
    for point in found["frontier"]["points"]:
        assert point["proven"]
        assert point["patients_gap"] == 0
        assert point["practices_moved"] == len(point["moves"]) <= point["allowed"]
        assert point["patients_disturbed"] == pytest.approx(sum(move["patients"] for move in point["moves"]), abs=0.01)


def test_every_pcn_has_a_route_with_reasons_and_sources(reading: TestClient, said: dict[str, Any]) -> None:
    found = reading.get(f"{BASE}/routes", params=ASKED).json()["routes"]
    assert found == said["routes"]
    assert [route["code"] for route in found] == sorted(route["code"] for route in found)
    assert {route["route"] for route in found} == {"fits, no action", "re-align", "cross-INT arrangement"}
    for route in found:
        assert all(reason["text"] and reason["source"] and reason["mark"] for reason in route["reasons"])
        assert (route["route"] == "re-align") == bool(route["moves"])
        assert (route["earliest"] is None) == (route["route"] != "re-align")


def test_one_option_is_the_same_by_its_id(reading: TestClient, said: dict[str, Any]) -> None:
    for option in said["options"]:
        assert reading.get(f"{BASE}/{option['id']}", params=ASKED).json()["option"] == option


def test_an_option_nobody_suggested_is_given_with_what_stops_it(reading: TestClient, said: dict[str, Any]) -> None:
    pcn = next(p for o in said["options"] for p in o["pcns"] if p["after"] and len(p["before"]["practices"]) > 2)
    others = [p["code"] for p in pcn["before"]["practices"]]
    target = next(route["code"] for route in said["routes"] if route["code"] != pcn["code"])
    wanted = "-".join(f"{code}-{target}" for code in others[1:])
    option = reading.get(f"{BASE}/move-{wanted}", params=ASKED).json()["option"]
    assert option["stopped"]
    assert "smallest list" in [check["check"] for check in option["checks"] if check["outcome"] == "stop"]


def test_who_stays_does_not_move(reading: TestClient, said: dict[str, Any]) -> None:
    moved = said["frontier"]["points"][1]["moves"][0]
    stay = reading.get(BASE, params={**ASKED, "staying": moved["practice"]}).json()
    assert stay["asked"]["staying"] == [{"code": moved["practice"], "name": moved["practice_name"]}]
    assert moved["practice"] not in {m["practice"] for o in stay["options"] for m in o["moves"]}
    assert (
        stay["frontier"]["points"][1]["patients_outside_lead"] >= said["frontier"]["points"][1]["patients_outside_lead"]
    )
    kept = reading.get(BASE, params={**ASKED, "kept": [moved["from"], moved["to"]]}).json()
    touched = {p["code"] for o in kept["options"] if o["moves"] for p in o["pcns"]}
    assert touched.isdisjoint({moved["from"], moved["to"]})
    refused = reading.get(
        f"{BASE}/move-{moved['practice']}-{moved['to']}", params={**ASKED, "staying": moved["practice"]}
    )
    assert refused.json()["option"]["stopped"]


def test_local_limits_may_be_set_for_a_question(reading: TestClient, said: dict[str, Any]) -> None:
    strict = reading.get(BASE, params={**ASKED, "largest_pcn": 50_000, "farthest_move": 1}).json()
    assert {row["name"]: row["value"] for row in strict["limits"]}["largest_pcn"] == 50_000
    assert len(strict["frontier"]["points"]) == 1
    dear = reading.get(BASE, params={**ASKED, "least_benefit": 50_000}).json()
    assert dear["frontier"] == said["frontier"]  # complete whatever it is worth
    assert all(route["route"] != "re-align" for route in dear["routes"])


def test_a_day_of_agreement_moves_the_earliest_dates(reading: TestClient) -> None:
    later = reading.get(BASE, params={**ASKED, "agreed_on": "2026-11-25"}).json()
    assert later["dates"]["earliest"] == "2027-01-01"
    assert {o["earliest"] for o in later["options"] if o["moves"]} == {"2027-01-01"}


def test_tables_and_lines_come_too(reading: TestClient, said: dict[str, Any]) -> None:
    listed = rows(reading, "")
    assert [row["id"] for row in listed] == [option["id"] for option in said["options"]]
    assert float(listed[1]["patients_gained"]) == said["options"][1]["patients_gained"]
    assert len(rows(reading, "/frontier")) == len(said["frontier"]["points"])
    assert [row["code"] for row in rows(reading, "/routes")] == [route["code"] for route in said["routes"]]
    lines = reading.get(BASE, params={**ASKED, "f": "geojson"}).json()["features"]
    assert len(lines) == sum(len(option["moves"]) for option in said["options"])
    drawn = [line for line in lines if line["geometry"]]
    assert drawn
    assert all(line["geometry"]["type"] == "LineString" for line in drawn)
    single = reading.get(f"{BASE}/{said['options'][1]['id']}", params={**ASKED, "f": "geojson"}).json()["features"]
    assert single[0] in lines


def test_the_same_question_has_the_same_answer_to_the_byte(reading: TestClient, said: dict[str, Any]) -> None:
    assert reading.get(BASE, params=ASKED).content == reading.get(BASE, params=ASKED).content
    swapped = {**ASKED, "kept": ["U99001", "U99002"]}
    other = {**ASKED, "kept": ["U99002", "U99001"]}
    assert reading.get(BASE, params=swapped).content == reading.get(BASE, params=other).content


@pytest.mark.parametrize(
    ("where", "params", "status", "why"),
    [
        ("", {"basis": "practice"}, 422, "Options need registered patients"),
        ("", {"basis": "area"}, 422, "Options need registered patients"),
        ("", {"staying": "V99999"}, 404, "Unknown practice"),
        ("", {"kept": "U00000"}, 404, "Unknown PCN"),
        ("", {"most_moves": 6}, 400, "cannot be understood"),
        ("", {"footprints": "nothing"}, 404, ""),
        ("", {"place": "Nowhere"}, 404, "No such place"),
        ("/nonsense", {}, 404, "No such option"),
        ("/move-V99999-U99001", {}, 404, "Unknown practice or PCN"),
        ("/frontier", {"f": "geojson"}, 404, "Not available"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_with_a_remedy(
    reading: TestClient, where: str, params: dict[str, Any], status: int, why: str
) -> None:
    answered = reading.get(BASE + where, params={**ASKED, **params})
    assert answered.status_code == status
    assert answered.headers["content-type"] == "application/problem+json"
    assert why in answered.json()["title"]
    assert answered.json()["remedy"]


def test_a_plan_that_fits_needs_no_action(reading: TestClient) -> None:
    found = reading.get(f"{BASE}/routes", params={"footprints": PROPOSAL_A}).json()["routes"]
    assert sum(route["route"] == "fits, no action" for route in found) >= 5
    assert all(route["route"] != "re-align" for route in found)
