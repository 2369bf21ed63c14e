"""Long work over HTTP, from asking to the result, and whatever a client may send instead."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.jobs.running import work_off
from app.main import create_app
from app.services import jobs as service
from app.services import mending
from app.services.keys import first_key
from app.services.work_kinds import KINDS
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store
from tests.databases import ON_BOTH, empty_database
from tests.served import PROPOSAL_A
from tests.stored import dataset
from tests.unit.jobs.toy import TOY

JOBS = "/api/v1/jobs"


@pytest.fixture(params=["sqlite"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """SQLite alone, but for the tests marked ``ON_BOTH``: most of what is asked here never reaches the database."""
    return empty_database(request, tmp_path)


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KINDS, "toy", TOY)


@pytest.fixture
def work(store: Store) -> Workspace:
    return Workspace(store)


@pytest.fixture
def client(work: Workspace) -> TestClient:
    return TestClient(create_app(work, Settings(_env_file=None)))


def asked(client: TestClient, **question: Any) -> dict[str, Any]:
    answer = client.post(JOBS, json={"kind": "toy", **question})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def is_problem(answer: Any, status: int, fault: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said = dict(answer.json())
    assert said["type"] == f"/problems#{fault}"
    assert said["title"]
    assert said["detail"]
    return said


@ON_BOTH
def test_from_asking_to_the_result(client: TestClient, work: Workspace) -> None:
    answer = client.post(JOBS, json={"kind": "toy", "number": 7})
    assert answer.status_code == 201
    job = answer.json()
    assert answer.headers["Location"] == f"{JOBS}/{job['jobID']}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert (job["type"], job["processID"], job["status"], job["progress"]) == ("process", "toy", "accepted", 0)
    assert job["created"]
    assert job["started"] is job["finished"] is None
    waiting = client.get(f"{JOBS}/{job['jobID']}")
    assert waiting.json() == job
    assert waiting.headers["Cache-Control"] == "no-store"
    is_problem(client.get(f"{JOBS}/{job['jobID']}/results"), 404, "not-found")

    assert work_off(work) == 1

    done = client.get(f"{JOBS}/{job['jobID']}")
    assert (done.json()["status"], done.json()["progress"]) == ("successful", 100)
    assert done.json()["created"] <= done.json()["started"] <= done.json()["finished"] == done.json()["updated"]
    assert done.headers["Cache-Control"] == "no-cache"
    address = done.json()["links"][-1]["href"]
    result = client.get(address)
    assert result.headers["content-type"] == "application/json"
    assert result.json() == {"square": 49, "stopped": False}
    assert client.get(address, headers={"If-None-Match": result.headers["ETag"]}).status_code == 304
    is_problem(client.get(address, params={"f": "csv"}), 404, "not-found")


def test_the_same_question_is_one_job(client: TestClient, work: Workspace) -> None:
    job = asked(client, number=3)
    for _ in range(2):  # while it waits, and when it is done
        again = client.post(JOBS, json={"number": 3, "kind": "toy", "note": ""})
        assert (again.status_code, again.json()["jobID"]) == (200, job["jobID"])
        assert again.headers["Location"] == f"{JOBS}/{job['jobID']}"
        work_off(work)
    assert asked(client, number=4)["jobID"] != job["jobID"]


def test_what_a_result_stands_on_is_part_of_the_question(store: Store, client: TestClient, work: Workspace) -> None:
    first = asked(client)
    with store.write() as unit:
        dataset(unit, "plan", "footprints")
    assert client.post(JOBS, json={"kind": "toy"}).json()["jobID"] == first["jobID"]
    with store.write() as unit:
        dataset(unit, "lists", "registrations", sha256="cd" * 32)
    second = asked(client)
    work_off(work)
    assert client.get(f"{JOBS}/{second['jobID']}/results").status_code == 200
    with store.write() as unit:
        unit.datasets.restrict("cd" * 32)
    third = asked(client)
    assert len({first["jobID"], second["jobID"], third["jobID"]}) == 3
    is_problem(client.get(f"{JOBS}/{second['jobID']}/results"), 409, "conflict")
    work_off(work)
    assert client.get(f"{JOBS}/{third['jobID']}/results").status_code == 200


def test_a_problem_met_by_the_work_is_the_answer(client: TestClient, work: Workspace) -> None:
    job = asked(client, fails="problem")
    work_off(work)
    said = client.get(f"{JOBS}/{job['jobID']}").json()
    assert (said["status"], said["message"]) == ("failed", "This cannot be. Because of a toy.")
    problem = is_problem(client.get(f"{JOBS}/{job['jobID']}/results"), 409, "conflict")
    assert (problem["title"], problem["remedy"]) == ("This cannot be", "Take another.")
    assert asked(client, fails="problem")["jobID"] != job["jobID"], "a failure is no result: it may be asked again"


def test_nothing_is_told_of_the_inside_of_a_failure(client: TestClient, work: Workspace) -> None:
    job = asked(client, fails="crash")
    work_off(work)
    told = client.get(f"{JOBS}/{job['jobID']}")
    assert told.json()["status"] == "failed"
    answer = client.get(f"{JOBS}/{job['jobID']}/results")
    is_problem(answer, 404, "not-found")
    assert "secret" not in told.text + answer.text


def test_dismissing(client: TestClient, work: Workspace) -> None:
    job = asked(client)
    for _ in range(2):
        answer = client.delete(f"{JOBS}/{job['jobID']}")
        assert (answer.status_code, answer.json()["status"]) == (200, "dismissed")
    assert work_off(work) == 0
    is_problem(client.get(f"{JOBS}/{job['jobID']}/results"), 404, "not-found")
    again = asked(client)
    assert again["jobID"] != job["jobID"]
    work_off(work)
    is_problem(client.delete(f"{JOBS}/{again['jobID']}"), 409, "conflict")
    assert client.get(f"{JOBS}/{again['jobID']}/results").status_code == 200


def test_work_that_writes_needs_a_key(client: TestClient, work: Workspace) -> None:
    key = {"Authorization": f"Bearer {first_key(work.store)}"}
    question = {"kind": "toy", "writes": True}
    is_problem(client.post(JOBS, json=question), 401, "key-needed")
    is_problem(client.post(JOBS, json=question, headers={"Authorization": "Bearer nonsense"}), 401, "key-needed")
    assert client.get(JOBS).json()["jobs"] == []
    job = client.post(JOBS, json=question, headers=key)
    assert job.status_code == 201
    is_problem(client.delete(f"{JOBS}/{job.json()['jobID']}"), 401, "key-needed")
    assert client.delete(f"{JOBS}/{job.json()['jobID']}", headers=key).json()["status"] == "dismissed"


def test_only_so_many_may_wait(client: TestClient, work: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_WAITING", 2)
    asked(client, number=1)
    asked(client, number=2)
    refused = client.post(JOBS, json={"kind": "toy", "number": 3})
    is_problem(refused, 429, "too-many-jobs")
    assert int(refused.headers["Retry-After"]) > 0
    assert client.post(JOBS, json={"kind": "toy", "number": 2}).status_code == 200, "what is known may be asked"
    work_off(work)
    asked(client, number=3)


def test_the_list_is_paged_and_filtered(client: TestClient, work: Workspace) -> None:
    made = [asked(client, number=number)["jobID"] for number in range(5)]
    work_off(work)
    asked(client, number=50)
    listed = client.get(JOBS, params={"state": "successful", "kind": "toy", "limit": 2})
    assert listed.headers["Cache-Control"] == "no-store"
    seen, pages = [], 1
    while True:
        seen += [job["jobID"] for job in listed.json()["jobs"]]
        following = [link["href"] for link in listed.json()["links"] if link["rel"] == "next"]
        if not following:
            break
        listed, pages = client.get(following[0]), pages + 1
    assert (sorted(seen), pages) == (sorted(made), 3)
    assert client.get(JOBS, params={"kind": "mend"}).json()["jobs"] == []
    is_problem(client.get(JOBS, params={"kind": "tea"}), 422, "bad-input")
    is_problem(client.get(JOBS, params={"kind": "\0"}), 422, "bad-input")
    is_problem(client.get(JOBS, params={"after": "\0"}), 404, "not-found")
    is_problem(client.get(JOBS, params={"state": "asleep"}), 400, "bad-request")


@pytest.mark.parametrize("job_id", ["nothing", "0" * 32, "%00", "F" * 32, "é" * 32])
def test_there_is_no_such_job(client: TestClient, job_id: str) -> None:
    for answer in (
        client.get(f"{JOBS}/{job_id}"),
        client.get(f"{JOBS}/{job_id}/results"),
        client.delete(f"{JOBS}/{job_id}"),
    ):
        is_problem(answer, 404, "not-found")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[]",
        b'"toy"',
        b"{}",
        b'{"kind": null}',
        b'{"kind": ["toy"]}',
        b'{"kind": {"toy": 1}}',
        b'{"kind": "tea"}',
        b'{"kind": "toy", "number": "many"}',
        b'{"kind": "toy", "number": NaN}',
        b'{"kind": "toy", "number": 1e999}',
        b'{"kind": "toy", "number": ' + b"9" * 5000 + b"}",
        b'{"kind": "toy", "tea": 1}',
        b'{"kind": "toy", "note": "\\ud800"}',
        b'{"kind": "toy", "note": "\\u0000"}',
        b'{"kind": "toy", "note": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"kind": "mend", "footprints": ""}',
        b'{"kind": "mend", "footprints": "...", "dry_run": true}',
        b'{"kind": "mend", "footprints": "nothing", "dry_run": true}',
        b'{"kind": "mend", "footprints": "nothing", "version": 0}',
        b'{"kind": "mend", "footprints": "nothing", "as_of": "yesterday"}',
    ],
    ids=lambda body: body[:40].decode(errors="replace"),
)
def test_whatever_cannot_be_asked_is_a_problem(client: TestClient, body: bytes) -> None:
    answer = client.post(JOBS, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get(JOBS).json()["jobs"] == []


def test_a_text_may_hold_what_only_looks_like_a_nul(client: TestClient, work: Workspace) -> None:
    job = asked(client, note="\\u0000 and \\\\u0000")
    assert job["question"]["note"] == "\\u0000 and \\\\u0000"


def test_a_question_is_bounded(client: TestClient) -> None:
    is_problem(client.post(JOBS, json={"kind": "toy", "note": "x" * 1024**2}), 413, "too-large")


def test_the_description_says_what_each_kind_takes(client: TestClient) -> None:
    described = client.get("/openapi.json").json()["paths"][JOBS]["post"]["requestBody"]["content"]
    schemas = {one["properties"]["kind"]["const"]: one for one in described["application/json"]["schema"]["oneOf"]}
    assert set(schemas) == set(KINDS) - {"toy"}
    assert "$ref" not in json.dumps(schemas)
    assert schemas["mend"]["required"] == ["kind", "footprints"]
    assert schemas["mend"]["properties"]["dry_run"]["description"]


def test_mending_as_a_job_is_mending(sample_workspace: Workspace) -> None:
    """On the sample place: the same answer as when it is asked for directly."""
    client = TestClient(create_app(sample_workspace, Settings(_env_file=None)))
    question = {"kind": "mend", "footprints": PROPOSAL_A.replace("-", " ").upper(), "dry_run": True}
    job = client.post(JOBS, json=question).json()
    assert job["question"] == {"footprints": PROPOSAL_A, "version": 1, "as_of": None, "dry_run": True}
    work_off(sample_workspace)
    told = client.get(f"{JOBS}/{job['jobID']}/results").json()
    assert told == json.loads(
        json.dumps(mending.summary(mending.mend_version(sample_workspace, PROPOSAL_A, dry_run=True)))
    )
    assert told["changes"]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
questions = st.dictionaries(
    st.sampled_from(["kind", "number", "note", "footprints", "version", "as_of", "dry_run"]),
    st.sampled_from(["toy", "mend", PROPOSAL_A]) | values,
)


@given(body=values | questions)
@example(body={"kind": "mend", "footprints": "\x7f\u0130", "version": 10**30})
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_is_answered(client: TestClient, body: Any) -> None:
    answer = client.post(JOBS, content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert answer.status_code in (200, 201, 401, 404, 422, 429)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
