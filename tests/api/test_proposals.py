"""Proposals over HTTP, on both databases: asked at once, as a job, and one kept as a draft that all else works on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.ingest.source import Source
from app.jobs.running import work_off
from app.services.loading import LoadRequest
from app.services.workspace import Workspace
from tests.databases import BOTH
from tests.loaded import Service, service
from tests.served import PROPOSAL_A

BASE = "/api/v1/proposals"
BOROUGH = "Marshwick (sample)"
ASKED: dict[str, Any] = {"borough": BOROUGH, "band": "45000-60000", "number": 6, "alternatives": 2}
QUESTION = {"boroughs": [BOROUGH], "band": "45000-60000", "number": 6, "alternatives": 2}


@pytest.fixture(scope="module", params=BOTH)
def served(request: pytest.FixtureRequest, sample_files: list[Path], tmp_path_factory: Any) -> Iterator[Service]:
    requests = [LoadRequest(Source.of(path)) for path in sample_files]
    with service(request, tmp_path_factory.mktemp("proposals"), requests) as client:
        yield client


@pytest.fixture(scope="module")
def said(served: Service) -> dict[str, Any]:
    answered = served.get(BASE, params=ASKED)
    assert answered.status_code == 200, answered.text
    return dict(answered.json())


def is_problem(answered: Any, status: int, title: str) -> None:
    assert answered.status_code == status, answered.text
    assert answered.headers["content-type"] == "application/problem+json"
    assert title in answered.json()["title"]
    assert answered.json()["detail"]


def test_alternatives_for_discussion(said: dict[str, Any]) -> None:
    assert [a["alternative"] for a in said["alternatives"]] == [1, 2]
    assert all(a["number"] == 6 and a["within_band"] and a["proven_best"] for a in said["alternatives"])
    assert "for discussion" in said["words"]
    assert said["datasets"]


def test_the_same_as_a_table_and_on_the_map(served: Service, said: dict[str, Any]) -> None:
    table = served.get(BASE, params={**ASKED, "f": "csv"})
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert len(rows) == 12
    listed = {(row["alternative"], row["code"]): row for row in rows}
    for alternative in said["alternatives"]:
        for n in alternative["neighbourhoods"]:
            row = listed[str(alternative["alternative"]), n["code"]]
            assert int(row["residents"]) == n["residents"]
            assert row["areas"].split(";") == n["areas"]
    drawn = served.get(BASE, params={**ASKED, "f": "geojson"}).json()
    assert len(drawn["features"]) == 12


def test_beside_the_plan_there_is(served: Service) -> None:
    asked = {"footprints": PROPOSAL_A, "number": 6, "band": "45000-60000", "alternatives": 1}
    found = served.get(BASE, params=asked).json()
    whole = served.get("/api/v1/alignment", params={"footprints": PROPOSAL_A, "place": found["place"]}).json()
    assert found["now"]["misalignment"] == pytest.approx(whole["misalignment"], abs=1e-6)
    assert 0 <= found["alternatives"][0]["differs_from_now"] <= 1


def test_one_kept_is_a_draft_with_the_same_figures(served: Service, said: dict[str, Any]) -> None:
    body = {"name": "First draft", "alternative": 2, "question": QUESTION}
    kept = served.post(f"{BASE}/keep", json=body, headers=served.key)
    assert kept.status_code == 201, kept.text
    made = kept.json()["made"]
    assert (made["id"], made["version"], made["status"], made["neighbourhoods"]) == ("first-draft", 1, "draft", 6)
    chosen = said["alternatives"][1]
    whole = served.get("/api/v1/alignment", params={"footprints": "first-draft", "place": said["place"]}).json()
    assert whole["misalignment"] == pytest.approx(chosen["misalignment"], abs=1e-6)
    assert {p["code"]: p["patients_in_lead"] for p in whole["pcn"]} == pytest.approx(
        {p["code"]: p["patients_in_lead"] for p in chosen["pcns"]}, abs=0.02
    )
    assert {p["code"]: p["lead"] for p in whole["pcn"]} == {p["code"]: p["lead"] for p in chosen["pcns"]}
    listed = served.get("/api/v1/alignment/neighbourhoods", params={"footprints": "first-draft"}).json()["items"]
    assert [(n["code"], n["name"], n["residents"]) for n in listed] == [
        (n["code"], n["name"], n["residents"]) for n in chosen["neighbourhoods"]
    ]
    findings = served.get("/api/v1/footprints/first-draft/versions/1/findings").json()["items"]
    assert not [f for f in findings if f["severity"] == "error"]

    again = served.post(f"{BASE}/keep", json=body, headers=served.key)
    assert again.status_code == 200
    assert again.json()["already_kept"]
    other = served.post(f"{BASE}/keep", json={**body, "alternative": 1}, headers=served.key)
    is_problem(other, 409, "footprints of that name")
    assert len(served.get("/api/v1/footprints/first-draft/versions").json()["items"]) == 1


def test_as_a_job_and_kept_from_it(served: Service) -> None:
    job = served.post("/api/v1/jobs", json={"kind": "propose", **QUESTION, "units": "lsoas", "effort": 0.05})
    assert job.status_code == 201, job.text
    body = {"name": "Of LSOAs", "job": job.json()["jobID"]}
    is_problem(served.post(f"{BASE}/keep", json=body, headers=served.key), 404, "")
    work: Workspace = served.app.state.work  # type: ignore[attr-defined]
    assert work_off(work) == 1
    found = served.get(f"/api/v1/jobs/{job.json()['jobID']}/results").json()
    assert found["units"] == "lsoas"
    assert len(found["alternatives"]) == 2
    kept = served.post(f"{BASE}/keep", json=body, headers=served.key)
    assert kept.status_code == 201, kept.text
    whole = served.get("/api/v1/alignment", params={"footprints": "of-lsoas"}).json()
    assert whole["misalignment"] == pytest.approx(found["alternatives"][0]["misalignment"], abs=1e-6)


def test_keeping_needs_the_key_and_something_to_keep(served: Service) -> None:
    body = {"name": "Mine", "question": QUESTION}
    assert served.post(f"{BASE}/keep", json=body).status_code == 401
    is_problem(served.post(f"{BASE}/keep", json={"name": "Mine"}, headers=served.key), 422, "What is to be kept")
    both = {**body, "job": "x"}
    is_problem(served.post(f"{BASE}/keep", json=both, headers=served.key), 422, "What is to be kept")
    none = {**body, "alternative": 9}
    is_problem(served.post(f"{BASE}/keep", json=none, headers=served.key), 404, "No such alternative")
    nameless = {**body, "name": "???"}
    is_problem(served.post(f"{BASE}/keep", json=nameless, headers=served.key), 422, "letter")


@pytest.mark.parametrize(
    ("params", "status", "title"),
    [
        ({}, 422, "Which place"),
        ({"borough": "Atlantis"}, 404, "No such borough"),
        ({"borough": BOROUGH, "band": "many"}, 422, "band"),
        ({"borough": BOROUGH, "band": "0-0"}, 422, "band"),
        ({"borough": BOROUGH, "number": 50}, 422, "fewer areas"),
        ({"borough": BOROUGH, "number": 0}, 400, "understood"),
        ({"borough": BOROUGH, "apart": 0.9}, 400, "understood"),
    ],
)
def test_what_cannot_be_asked_is_refused(served: Service, params: dict[str, Any], status: int, title: str) -> None:
    is_problem(served.get(BASE, params=params), status, title)


def test_restricted_registrations_show_no_small_number(
    sample_files: list[Path], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    request.param = "sqlite"
    requests = [LoadRequest(Source.of(path), restricted="reg" in path.name.lower()) for path in sample_files]
    with service(request, tmp_path, requests) as client:
        found = client.get(BASE, params=ASKED).json()
    assert found["restricted"]
    assert found["small_numbers"]
    assert any("hidden PCN by PCN" in warning for warning in found["warnings"])
    counted = ("patients_inside", "patients_in_lead", "patients_outside_lead", "patients", "people")
    for row in found["alternatives"]:
        for part in (row, *row["pcns"], *row["neighbourhoods"]):
            for name in counted:
                assert part.get(name) is None or part[name] % 5 == 0
        for pcn in row["pcns"]:
            assert pcn["patients_inside"] > pcn["patients_in_lead"] > 0
