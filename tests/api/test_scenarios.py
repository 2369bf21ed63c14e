"""What-ifs over HTTP on the sample place, on both databases: tried, shared, kept, compared, submitted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.ingest.source import Source
from app.services.loading import LoadRequest
from tests.databases import BOTH
from tests.loaded import Service, service
from tests.served import PROPOSAL_A, PROPOSAL_B

WHAT_IF, SCENARIOS = "/api/v1/what-if", "/api/v1/scenarios"
ASKED = {"footprints": PROPOSAL_B}


@pytest.fixture(scope="module", params=BOTH)
def mine(
    request: pytest.FixtureRequest, sample_files: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """A service of this module's own, to write to."""
    loads = [LoadRequest(Source.of(path)) for path in sample_files]
    with service(request, tmp_path_factory.mktemp("scenarios"), loads) as client:
        yield client


def board(client: TestClient, **asked: Any) -> dict[str, Any]:
    answered = client.get(f"{WHAT_IF}/table", params={**ASKED, **asked})
    assert answered.status_code == 200
    found: dict[str, Any] = answered.json()
    return found


def pick(table: dict[str, Any]) -> tuple[str, str, str, str]:
    """A practice and another PCN, an area on a border and the neighbourhood across it."""
    practices, pcns, held = table["practices"], table["pcns"]["code"], table["areas"]["mainly"]
    at = next(i for i, pcn in enumerate(practices["pcn"]) if practices["pcn"].count(pcn) > 2)
    to = pcns[(practices["pcn"][at] + 1) % len(pcns)]
    pairs = zip(table["adjacency"][::2], table["adjacency"][1::2], strict=True)
    one, other = next((a, b) for a, b in pairs if held[a] != held[b] and min(held[a], held[b]) >= 0)
    return practices["code"][at], to, table["areas"]["code"][one], table["neighbourhoods"]["code"][held[other]]


def moves_of(client: TestClient, **asked: Any) -> str:
    practice, pcn, area, neighbourhood = pick(board(client, **asked))
    return f"{practice}>{pcn},{area}>{neighbourhood}"


def tried(client: TestClient, moves: str = "", **asked: Any) -> dict[str, Any]:
    answered = client.get(WHAT_IF, params={**ASKED, **asked, "moves": moves})
    assert answered.status_code == 200, answered.text
    found: dict[str, Any] = answered.json()
    return found


def test_before_is_what_the_alignment_says(reading: TestClient) -> None:
    said, whole = tried(reading), reading.get("/api/v1/alignment", params=ASKED).json()
    before = said["before"]
    assert before == said["after"]
    assert before["misalignment"] == whole["misalignment"]
    assert before["median_containment"] == whole["median_containment"]
    assert [before[f"pcns_{name}"] for name in ("aligned", "partly", "split")] == list(whole["classes"].values())
    assert before["patients_outside_lead"] == pytest.approx(
        sum(pcn["patients_outside_lead"] for pcn in whole["pcn"]), abs=0.01
    )
    assert said["pcns"] == said["neighbourhoods"] == []
    assert {d["id"] for d in whole["datasets"]} <= {d["id"] for d in said["datasets"]}
    comparison = reading.get("/api/v1/comparison", params={"plans": f"{PROPOSAL_B},{PROPOSAL_A}"}).json()
    column = {row["measure"]: row[f"{PROPOSAL_B}@1"] for row in comparison["measures"]}
    for name in ("imd_score_highest", "imd_score_lowest", "share_most_deprived_highest", "residents_largest"):
        assert before[name] == pytest.approx(column[name], abs=1e-6)
    assert before["patients_deprived"] == pytest.approx(column["patients_deprived"], abs=0.01)
    assert before["patients_deprived_outside_lead"] == pytest.approx(column["patients_deprived_outside_lead"], abs=0.01)


def test_both_sides_of_a_move_and_the_same_by_body(reading: TestClient) -> None:
    practice, pcn, area, neighbourhood = pick(board(reading))
    said = tried(reading, f"{area}>{neighbourhood},{practice}>{pcn}", band="40000-60000")
    assert said["moves"] == f"{practice}>{pcn},{area}>{neighbourhood}"
    regrouped = [row for row in said["pcns"] if row["practices_change"]]
    assert {row["code"] for row in regrouped} == {said["practices"][0]["from"], pcn}
    moved = said["practices"][0]["patients"]
    for row in regrouped:
        sign = 1 if row["code"] == pcn else -1
        assert row["after"]["patients"] - row["before"]["patients"] == pytest.approx(sign * moved, abs=0.01)
    people = said["areas"][0]["people"]
    changes = {row["code"]: row["after"]["residents"] - row["before"]["residents"] for row in said["neighbourhoods"]}
    assert changes[neighbourhood] == people == -changes[said["areas"][0]["from"]] > 0
    assert said["frontier_point"]["patients_outside_lead"] == said["after"]["patients_outside_lead"]
    assert {check["mark"] for check in said["checks"]} <= {"rule", "guidance", "local"}
    assert any(check["check"] == "band" for check in said["checks"])
    assert "Options for discussion" in said["words"]
    body = {
        **ASKED,
        "band": "40,000 - 60,000",
        "moves": [{"code": area, "to": neighbourhood}, {"code": practice, "to": pcn}],
    }
    assert reading.post(WHAT_IF, json=body).json() == said


def test_a_place_is_the_plan_where_the_plan_is_one_place(reading: TestClient) -> None:
    place = reading.get("/api/v1/footprints/" + PROPOSAL_B).json()["places"][0]
    moves = moves_of(reading)
    one, other = tried(reading, moves), tried(reading, moves, place=place)
    assert one["after"] == other["after"]
    assert other["place"]["name"] == place


def test_an_option_gives_its_own_figures_here(reading: TestClient) -> None:
    options = reading.get("/api/v1/options", params={**ASKED, "most_moves": 2}).json()["options"]
    chosen = [option for option in options if option["moves"]]
    assert chosen
    for option in chosen[:4]:
        said = tried(reading, option=option["id"])
        assert [(m["code"], m["to"]) for m in said["practices"]] == [(m["practice"], m["to"]) for m in option["moves"]]
        assert said["after"]["patients_disturbed"] == option["patients_disturbed"]
        if not option["id"].startswith("join"):
            outside = option["after"]["patients_outside_lead"]
            assert said["after"]["patients_outside_lead"] == pytest.approx(outside, abs=0.01)
        after = {row["code"]: row["after"] for row in said["pcns"] if row["practices_change"]}
        for row in option["pcns"]:
            assert (row["after"] is None) == (after[row["code"]] is None)
            if row["after"]:
                for name in ("patients", "containment", "lead", "class", "contiguous"):
                    assert after[row["code"]][name] == row["after"][name]
    practice = chosen[0]["moves"][0]["practice"]
    back = tried(reading, f"{practice}>{chosen[0]['moves'][0]['from']}", option=chosen[0]["id"])
    assert practice not in [move["code"] for move in back["practices"]]


def test_the_table_is_enough_to_evaluate_a_move_elsewhere(reading: TestClient) -> None:
    """As a page would: nothing but the arrays, plain numpy, and moves of a practice and an area at once."""
    for footprints in (PROPOSAL_A, PROPOSAL_B):
        table = board(reading, footprints=footprints)
        practice, pcn, area, neighbourhood = pick(table)
        codes = table["neighbourhoods"]["code"]
        n = _dense(table["by_practice"], "neighbourhood", len(codes))
        r = _dense(table["patients"], "area", len(table["areas"]["code"]))
        at, to = table["areas"]["code"].index(area), codes.index(neighbourhood)
        shares = np.zeros(len(codes))
        if (home := table["areas"]["neighbourhood"][at]) >= 0:
            shares[home] = 1.0
        for i, k, part in zip(*(table["divided"][name] for name in ("area", "neighbourhood", "share")), strict=True):
            shares[k] += part if i == at else 0.0
        change = -shares
        change[to] += 1
        n += np.outer(r[:, at], change)
        registered = np.array(table["neighbourhoods"]["registered"]) + table["areas"]["registered"][at] * change
        members = list(table["practices"]["pcn"])
        members[table["practices"]["code"].index(practice)] = table["pcns"]["code"].index(pcn)
        outside = 0.0
        for j in set(members) - {-1}:
            row = n[np.array(members) == j].sum(axis=0)
            outside += row.sum() - row.max()
        said = tried(reading, f"{practice}>{pcn},{area}>{neighbourhood}", footprints=footprints)
        assert said["after"]["patients_outside_lead"] == pytest.approx(outside, abs=0.1)
        assert said["after"]["patients_largest"] == pytest.approx(registered.max(), abs=0.1)


def _dense(said: dict[str, Any], column: str, width: int) -> np.ndarray:
    table = np.zeros((len(said["start"]) - 1, width))
    for row, (start, end) in enumerate(zip(said["start"], said["start"][1:], strict=False)):
        table[row, said[column][start:end]] = said["patients"][start:end]
    return table


def test_csv_and_the_map(reading: TestClient) -> None:
    moves = moves_of(reading)
    said = tried(reading, moves)
    answered = reading.get(WHAT_IF, params={**ASKED, "moves": moves, "f": "csv"})
    rows = list(csv.DictReader(io.StringIO(answered.text)))
    assert list(rows[0]) == ["level", "code", "name", "measure", "label", "before", "after"]
    place = {row["measure"]: row for row in rows if row["level"] == "place"}
    assert float(place["misalignment"]["after"]) == said["after"]["misalignment"]
    assert {row["code"] for row in rows if row["level"] == "pcn"} == {row["code"] for row in said["pcns"]}
    features = reading.get(WHAT_IF, params={**ASKED, "moves": moves, "f": "geojson"}).json()["features"]
    assert [feature["properties"]["what"] for feature in features] == ["area", "practice"]
    assert features[0]["geometry"]["type"] in ("Polygon", "MultiPolygon")
    assert features[1]["geometry"]["type"] == "Point"


@pytest.mark.parametrize(
    ("asked", "status", "word"),
    [
        ({"moves": "X>Y"}, 422, "X is no practice"),
        ({"moves": "X"}, 422, "CODE>TARGET"),
        ({"moves": "X>Y," * 3_000}, 413, "8,000"),
        ({"option": "move-X"}, 404, "not the id"),
        ({"band": "many"}, 422, "many"),
        ({"basis": "area"}, 422, "no practice or patient to move"),
        ({"place": "atlantis"}, 404, "atlantis"),
    ],
)
def test_what_cannot_be_tried_is_a_problem(reading: TestClient, asked: dict[str, str], status: int, word: str) -> None:
    answered = reading.get(WHAT_IF, params={**ASKED, **asked})
    assert answered.status_code == status
    assert word in answered.json()["detail"]
    assert answered.json()["remedy"]


def test_areas_stay_where_nobody_is_counted_where_they_live(reading: TestClient) -> None:
    practice, pcn, area, neighbourhood = pick(board(reading))
    refused = reading.get(WHAT_IF, params={**ASKED, "basis": "practice", "moves": f"{area}>{neighbourhood}"})
    assert refused.status_code == 409
    assert area in refused.json()["detail"]
    said = tried(reading, f"{practice}>{pcn}", basis="practice")
    assert said["practices"][0]["to"] == pcn
    assert board(reading, basis="practice")["areas"] is None


def test_an_unknown_field_in_a_body_is_refused(reading: TestClient) -> None:
    answered = reading.post(WHAT_IF, json={**ASKED, "movse": []})
    assert answered.status_code == 400
    assert "movse" in answered.json()["detail"]


def test_a_scenario_is_kept_once_seen_by_all_and_compared(mine: Service) -> None:
    practice, pcn, area, neighbourhood = pick(board(mine))
    body = {
        **ASKED,
        "name": "  Marsh  edge ",
        "moves": [{"code": practice, "to": pcn}, {"code": area, "to": neighbourhood}],
    }
    assert mine.post(SCENARIOS, json=body).status_code == 401
    kept = mine.post(SCENARIOS, json=body, headers=mine.key)
    assert kept.status_code == 201
    row = kept.json()
    assert (row["name"], row["created_by"], row["practices_moved"], row["areas_moved"]) == (
        "Marsh edge",
        "first key",
        1,
        1,
    )
    again = mine.post(SCENARIOS, json=body, headers=mine.key)
    assert (again.status_code, again.json()["id"], again.json()["already_kept"]) == (200, row["id"], True)
    other = mine.post(SCENARIOS, json={**body, "name": "Another", "moves": body["moves"][:1]}, headers=mine.key).json()
    assert [s["id"] for s in mine.get(SCENARIOS).json()["items"]] == [other["id"], row["id"]]
    first = mine.get(SCENARIOS, params={"limit": 1}).json()
    following = next(link["href"] for link in first["links"] if link["rel"] == "next")
    assert [s["id"] for s in mine.get(following).json()["items"]] == [row["id"]]
    assert mine.get(SCENARIOS, params={"footprints": PROPOSAL_A}).json()["items"] == []

    seen = mine.get(kept.headers["Location"]).json()
    assert seen["what_if"] == row["what_if"]
    assert seen["newer"] == {"other_datasets": False, "version": None, "registrations": None, "words": []}
    assert seen["pinned_to"]["version"] == 1
    ids = f"today,{row['id']},{other['id']},no-change"
    compared = mine.get(f"{SCENARIOS}/compare", params={"ids": ids}).json()
    figures = {m["measure"]: m for m in compared["measures"]}
    assert figures["misalignment"]["today"] == seen["what_if"]["before"]["misalignment"]
    assert figures["misalignment"][row["id"]] == seen["what_if"]["after"]["misalignment"]
    assert figures["misalignment"]["no-change"] == figures["misalignment"]["today"]
    assert [column["name"] for column in compared["columns"]] == ["Today", "Marsh edge", "Another", "no-change"]
    table = list(csv.DictReader(io.StringIO(mine.get(f"{SCENARIOS}/compare", params={"ids": ids, "f": "csv"}).text)))
    assert list(table[0]) == ["measure", "label", "unit", "today", row["id"], other["id"], "no-change"]


@pytest.mark.parametrize(
    ("ids", "status", "word"),
    [
        ("today", 422, "2 to 8"),
        ("today,today", 422, "2 to 8"),
        ("today,no-change", 422, "none is named"),
        ("today,abcdef", 404, "abcdef"),
    ],
)
def test_what_cannot_be_compared_is_a_problem(reading: TestClient, ids: str, status: int, word: str) -> None:
    answered = reading.get(f"{SCENARIOS}/compare", params={"ids": ids})
    assert answered.status_code == status
    assert word in answered.json()["detail"]


def test_today_and_options_compare_without_anything_kept(reading: TestClient) -> None:
    answered = reading.get(f"{SCENARIOS}/compare", params={"ids": "today,no-change", **ASKED})
    assert answered.status_code == 200
    for row in answered.json()["measures"]:
        assert row["today"] == row["no-change"]


def test_nothing_moved_and_no_name_are_not_kept(mine: Service) -> None:
    nothing = mine.post(SCENARIOS, json={**ASKED, "name": "Nothing"}, headers=mine.key)
    assert (nothing.status_code, nothing.json()["title"]) == (422, "Nothing is moved")
    practice, pcn, _, _ = pick(board(mine))
    nameless = mine.post(
        SCENARIOS, json={**ASKED, "name": "  ", "moves": [{"code": practice, "to": pcn}]}, headers=mine.key
    )
    assert nameless.status_code == 422


@pytest.mark.parametrize("footprints", [PROPOSAL_A, PROPOSAL_B])
def test_moves_of_areas_become_a_new_version_and_those_of_practices_do_not(mine: Service, footprints: str) -> None:
    practice, pcn, area, neighbourhood = pick(board(mine, footprints=footprints, version=1))
    asked = {"footprints": footprints, "version": 1, "name": f"To submit {footprints}"}
    moves = [{"code": practice, "to": pcn}, {"code": area, "to": neighbourhood}]
    status = f"/api/v1/footprints/{footprints}/versions/1/status"
    assert mine.put(status, json={"status": "agreed"}, headers=mine.key).status_code == 200
    row = mine.post(SCENARIOS, json={**asked, "moves": moves}, headers=mine.key).json()
    assert any(check["check"] == "agreed footprints" for check in row["what_if"]["checks"])
    submit = f"{SCENARIOS}/{row['id']}/submit"
    assert mine.post(submit).status_code == 401
    done = mine.post(submit, headers=mine.key)
    assert done.status_code == 201
    said = done.json()
    assert (said["made"]["version"], said["made"]["status"], said["from_version"]) == (2, "draft", 1)
    assert said["practices_not_submitted"] == [practice]
    assert "ODS" in said["words"]
    assert mine.get(f"/api/v1/footprints/{footprints}/versions/1").json()["status"] == "agreed"
    again = mine.post(submit, headers=mine.key)
    assert (again.status_code, again.json()["already_submitted"]) == (200, True)

    report = mine.get(f"/api/v1/datasets/{said['made']['dataset']}/report").json()
    (origin,) = (f for f in report["findings"] if f["code"] == "submitted-from")
    assert row["id"] in origin["message"]
    assert "version 1" in origin["message"]
    assert "first key" in origin["message"]

    # Without the move of the practice, the new version is aligned exactly as the what-if said.
    only = tried(mine, f"{area}>{neighbourhood}", footprints=footprints, version=1)
    new = mine.get("/api/v1/alignment", params={"footprints": footprints, "version": 2}).json()
    if said["divided_areas_made_whole"] == 0:
        assert new["misalignment"] == pytest.approx(only["after"]["misalignment"], abs=1e-6)
        assert new["classes"] == {name: only["after"][f"pcns_{name}"] for name in new["classes"]}
    shares = board(mine, footprints=footprints, version=2)
    assert shares["divided"]["area"] == []
    assert (
        shares["neighbourhoods"]["code"][shares["areas"]["mainly"][shares["areas"]["code"].index(area)]]
        == neighbourhood
    )

    seen = mine.get(f"{SCENARIOS}/{row['id']}").json()
    assert seen["newer"]["version"] == 2
    assert seen["what_if"]["after"] == row["what_if"]["after"]


def test_a_scenario_of_practices_alone_is_not_submitted(mine: Service) -> None:
    practice, pcn, _, _ = pick(board(mine))
    body = {**ASKED, "name": "Only a practice", "moves": [{"code": practice, "to": pcn}]}
    row = mine.post(SCENARIOS, json=body, headers=mine.key).json()
    refused = mine.post(f"{SCENARIOS}/{row['id']}/submit", headers=mine.key)
    assert (refused.status_code, refused.json()["title"]) == (422, "No area is moved")
    assert "ODS" in refused.json()["detail"]
    assert mine.post(f"{SCENARIOS}/nothing/submit", headers=mine.key).status_code == 404


@pytest.fixture(params=BOTH)
def hidden(request: pytest.FixtureRequest, sample_files: list[Path], tmp_path: Path) -> Iterator[Service]:
    """The same place with its registrations restricted."""
    loads = [LoadRequest(Source.of(path), restricted="lsoa" in path.name.lower()) for path in sample_files]
    with service(request, tmp_path, loads) as client:
        yield client


def test_restricted_numbers_stay_hidden(hidden: Service) -> None:
    table = board(hidden)
    assert table["restricted"]
    assert "1 to 7" in table["hidden"]
    for cells in (table["patients"]["patients"], table["by_practice"]["patients"], table["practices"]["unknown"]):
        assert all(cell is None or cell == 0 or (cell % 5 == 0 and cell > 7) for cell in cells)
    assert None in table["patients"]["patients"]
    said = tried(hidden, moves_of(hidden))
    assert any("area by area" in warning for warning in said["warnings"])
    assert said["small_numbers"]
    assert said["before"]["patients_deprived"] is None
    for row in said["pcns"]:
        for side in (row["before"], row["after"]):
            assert side["patients"] % 5 == 0
            assert side["patients_in_lead"] % 5 == 0
