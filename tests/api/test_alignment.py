"""Alignment over HTTP on the sample place, on both databases."""

from __future__ import annotations

import csv
import io

import pytest
from starlette.testclient import TestClient

from tests.served import PROPOSAL_A, PROPOSAL_B

BASE = "/api/v1/alignment"


@pytest.mark.parametrize("footprints", [PROPOSAL_A, PROPOSAL_B])
def test_totals_add_up_and_say_what_they_stand_on(reading: TestClient, footprints: str) -> None:
    said = reading.get(BASE, params={"footprints": footprints}).json()
    assert said["patients_total"] == pytest.approx(
        said["patients_inside"] + said["patients_outside"] + said["patients_unknown"], abs=0.01
    )
    assert said["basis"] == "patients"
    assert said["fictional"]
    assert said["as_of"] == "2026-07-01"
    kinds = {dataset["kind"] for dataset in said["datasets"]}
    assert {"areas", "registrations", "pcn-membership", "practices", "postcodes"} <= kinds
    assert "Open Government Licence" in said["attribution"]


def test_pcns_are_ranked_by_patients_outside_their_lead(reading: TestClient) -> None:
    said = reading.get(BASE, params={"footprints": PROPOSAL_B}).json()
    outside = [pcn["patients_outside_lead"] for pcn in said["pcn"]]
    assert outside == sorted(outside, reverse=True)
    assert len(said["pcn"]) == said["pcns"] == 8
    inside = sum(pcn["patients_inside"] for pcn in said["pcn"])
    lead = sum(pcn["patients_in_lead"] for pcn in said["pcn"])
    assert said["misalignment"] == pytest.approx(1 - lead / inside, abs=1e-6)


def test_one_proposal_fits_and_the_other_splits_three(reading: TestClient) -> None:
    fits = reading.get(BASE, params={"footprints": PROPOSAL_A}).json()["classes"]
    splits = reading.get(BASE, params={"footprints": PROPOSAL_B}).json()["classes"]
    assert fits["aligned"] >= 5
    assert splits["split"] == 3


def test_the_margins_of_the_matrix_are_complete(reading: TestClient) -> None:
    asked = {"footprints": PROPOSAL_B}
    matrix = reading.get(f"{BASE}/matrix", params=asked).json()
    pcns = {p["code"]: p for p in reading.get(BASE, params=asked).json()["pcn"]}
    for row, cells, outside, unknown in zip(
        matrix["rows"], matrix["patients"], matrix["outside"], matrix["unknown"], strict=True
    ):
        assert sum(cells) + outside + unknown == pytest.approx(pcns[row["code"]]["patients"], abs=0.01)
    neighbourhoods = reading.get(f"{BASE}/neighbourhoods", params=asked).json()["items"]
    for at, neighbourhood in enumerate(neighbourhoods):
        column = sum(cells[at] for cells in matrix["patients"])
        whole = column + matrix["without_pcn"][at] + matrix["registered_elsewhere"][at]
        assert whole == pytest.approx(neighbourhood["patients"], abs=0.01)


@pytest.mark.parametrize("what", ["", "/matrix", "/pcns", "/neighbourhoods", "/practices"])
def test_everything_is_there_as_csv(reading: TestClient, what: str) -> None:
    answer = reading.get(BASE + what, params={"footprints": PROPOSAL_A, "f": "csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert rows
    assert {"code", "name"} <= set(rows[0]) or {"pcn_code", "neighbourhood_code", "patients"} <= set(rows[0])


@pytest.mark.parametrize(
    ("what", "kind"), [("pcns", "MultiPoint"), ("neighbourhoods", "Polygon"), ("practices", "Point")]
)
def test_maps_are_geojson_in_longitude_and_latitude(reading: TestClient, what: str, kind: str) -> None:
    answer = reading.get(
        f"{BASE}/{what}", params={"footprints": PROPOSAL_A}, headers={"Accept": "application/geo+json"}
    )
    assert answer.headers["content-type"] == "application/geo+json"
    features = answer.json()["features"]
    drawn = [f["geometry"] for f in features if f["geometry"]]
    assert {g["type"] for g in drawn} <= {kind, f"Multi{kind}"}
    assert len(drawn) >= len(features) - 1  # one practice's postcode has no coordinates
    first = drawn[0]["coordinates"]
    while isinstance(first[0], list):
        first = first[0]
    assert -9 < first[0] < 5
    assert 49 < first[1] < 61


def test_the_same_answer_twice_is_the_same_to_the_byte_and_not_sent_again(reading: TestClient) -> None:
    first = reading.get(BASE, params={"footprints": PROPOSAL_A})
    second = reading.get(BASE, params={"footprints": PROPOSAL_A})
    assert first.content == second.content
    again = reading.get(BASE, params={"footprints": PROPOSAL_A}, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize("basis", ["patients", "practice", "area"])
def test_every_basis_says_its_unit_and_conserves(reading: TestClient, basis: str) -> None:
    said = reading.get(BASE, params={"footprints": PROPOSAL_A, "basis": basis}).json()
    assert said["basis"] == basis
    assert said["unit"] == ("square metres" if basis == "area" else "patients")
    parts = said["patients_inside"] + said["patients_outside"] + said["patients_unknown"]
    assert parts == pytest.approx(said["patients_total"], rel=1e-9)
    assert said["misalignment"] is not None


def test_on_the_basis_of_practices_whole_lists_stand_where_the_practice_stands(reading: TestClient) -> None:
    by_patients = reading.get(BASE, params={"footprints": PROPOSAL_A, "basis": "patients"}).json()
    by_practice = reading.get(BASE, params={"footprints": PROPOSAL_A, "basis": "practice"}).json()
    assert by_practice["patients_total"] == pytest.approx(by_patients["patients_total"], abs=0.01)
    lists = {p["code"]: p["patients"] for p in by_patients["pcn"]}
    assert {p["code"]: p["patients"] for p in by_practice["pcn"]} == pytest.approx(lists)


@pytest.mark.parametrize(
    ("asked", "status", "word"),
    [
        ({"footprints": "nowhere"}, 404, "nowhere"),
        ({"footprints": PROPOSAL_A, "place": "atlantis"}, 404, "atlantis"),
        ({"footprints": PROPOSAL_A, "version": 9}, 404, "9"),
        ({"footprints": PROPOSAL_A, "basis": "guess"}, 400, "basis"),
        ({"footprints": PROPOSAL_A, "as_of": "yesterday"}, 400, "as_of"),
        ({}, 400, "footprints"),
        ({"footprints": "—"}, 422, "—"),
    ],
)
def test_what_cannot_be_answered_is_a_problem(
    reading: TestClient, asked: dict[str, str], status: int, word: str
) -> None:
    answer = reading.get(BASE, params=asked)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == status
    assert said["type"]
    assert word in said["detail"]
    assert said["remedy"]


def test_membership_is_as_of_the_date_asked(reading: TestClient) -> None:
    now = reading.get("/api/v1/practices", params={"as_of": "2026-07-01"}).json()["items"]
    later = reading.get("/api/v1/practices", params={"as_of": "2035-01-01"}).json()["items"]
    moved = [a["code"] for a, b in zip(now, later, strict=True) if a["pcn_code"] != b["pcn_code"]]
    assert moved  # the sample has one membership that starts in the future
