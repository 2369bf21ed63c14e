"""Arrangements over HTTP, from draft to in force and replaced; on both databases."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.api.arrangements import today
from app.ingest.source import Source
from app.services.loading import LoadRequest
from tests.databases import BOTH
from tests.loaded import Service, service
from tests.served import PROPOSAL_B

URL = "/api/v1/arrangements"
TODAY = date(2026, 11, 25)
FOREVER = {"lead_share": 0.01}


@pytest.fixture(scope="module", params=BOTH)
def served(
    request: pytest.FixtureRequest, sample_files: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    requests = [LoadRequest(Source.of(path)) for path in sample_files]
    with service(request, tmp_path_factory.mktemp("arrangements"), requests) as client:
        client.app.dependency_overrides[today] = lambda: TODAY  # type: ignore[attr-defined]
        yield client


@pytest.fixture(scope="module")
def pcn(served: Service) -> str:
    code: str = served.get("/api/v1/alignment/pcns", params={"footprints": PROPOSAL_B}).json()["items"][0]["code"]
    return code


def kept(served: Service, pcn: str, **more: Any) -> dict[str, Any]:
    answer = served.post(URL, json={"footprints": PROPOSAL_B, "pcn": pcn, **FOREVER, **more}, headers=served.key)
    assert answer.status_code == 201, answer.text
    said: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"{URL}/{said['id']}"
    return said


def post(served: Service, id_: str, what: str, **body: Any) -> Any:
    return served.post(f"{URL}/{id_}/{what}", json=body, headers=served.key)


def fill(served: Service, id_: str, fields: dict[str, str | None]) -> dict[str, Any]:
    tag = f'"{served.get(f"{URL}/{id_}", headers=served.key).json()["revision"]}"'
    answer = served.patch(f"{URL}/{id_}", json={"fields": fields}, headers={**served.key, "If-Match": tag})
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def agree(served: Service, id_: str) -> None:
    fill(served, id_, {"term.start": "2026-11-01"})
    assert post(served, id_, "status", status="proposed").status_code == 200
    for party in ("health", "local authority"):
        signed = post(served, id_, "signatures", party=party, name="A B", role="Chair", signed_on="2026-11-20")
        assert signed.status_code == 201, signed.text
    assert post(served, id_, "status", status="agreed by place partnership").status_code == 200


def test_a_draft_is_computed_for_anybody_and_nothing_is_kept(served: Service, pcn: str) -> None:
    before = served.get(URL, headers=served.key).json()["items"]
    asked = {"footprints": PROPOSAL_B, "pcn": pcn, "sessions": "5", "amount": "180000", "int_amount": "90000"}
    said = served.get(f"{URL}/draft", params=asked).json()
    parts = [row for row in said["split"]["rows"] if row["amount"] is not None]
    assert sum(row["amount"] for row in parts) == 180_000
    assert all(0 <= part["amount"] <= 90_000 for part in said["ours"])
    table = list(csv.DictReader(io.StringIO(served.get(f"{URL}/draft", params={**asked, "f": "csv"}).text)))
    assert [row["code"] for row in table] == [row["code"] for row in said["split"]["rows"]]
    assert sum(int(row["amount"]) for row in table if row["amount"]) == 180_000
    printed = served.get(f"{URL}/draft/annex", params=asked)
    assert printed.headers["content-type"].startswith("text/markdown")
    assert f"({pcn})" in printed.text
    assert served.get(URL, headers=served.key).json()["items"] == before


def test_activity_in_an_address(served: Service, pcn: str) -> None:
    asked: dict[str, Any] = {"footprints": PROPOSAL_B, "pcn": pcn, "sessions": 4, "minimum_share": 0}
    first, second = (row["code"] for row in served.get(f"{URL}/draft", params=asked).json()["split"]["rows"][:2])
    asked |= {"weight": "activity", "activity": [f"{first}:10", f"{second}:30"]}
    rows = served.get(f"{URL}/draft", params=asked).json()["split"]["rows"]
    assert {row["code"]: row["sessions"] for row in rows if row["sessions"]} == {first: 1, second: 3}
    assert served.get(f"{URL}/draft", params={**asked, "activity": "many"}).status_code == 422


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"pcn": "U99999"}, 404),
        ({"sessions": "1.1"}, 422),
        ({"weight": "colour"}, 400),
        ({"lead": "N1"}, 422),
        ({"lead_share": "2"}, 422),
        ({"amount": "1e99"}, 400),
        ({"sessions": "nan"}, 422),
    ],
)
def test_what_makes_no_sense_is_a_problem(served: Service, pcn: str, wrong: dict[str, str], status: int) -> None:
    answer = served.get(f"{URL}/draft", params={"footprints": PROPOSAL_B, "pcn": pcn, **wrong})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_kept_arrangements_are_not_public(served: Service, pcn: str) -> None:
    made = kept(served, pcn)["id"]
    for path in ("", "/due", f"/{made}", f"/{made}/annex", f"/{made}/history", f"/{made}/review"):
        assert served.get(URL + path).status_code == 401
        answer = served.get(URL + path, headers=served.key)
        assert answer.status_code == 200
        assert "private" in answer.headers["cache-control"]
    assert served.post(URL, json={"footprints": PROPOSAL_B, "pcn": pcn}).status_code == 401
    assert served.patch(f"{URL}/{made}", json={"fields": {"x": "y"}}).status_code == 401


def test_a_change_needs_the_revision_of_what_was_read(served: Service, pcn: str) -> None:
    made = kept(served, pcn)["id"]
    url, body = f"{URL}/{made}", {"fields": {"parties.integrator": "Trust X"}}
    assert served.patch(url, json=body, headers=served.key).status_code == 428
    for other in ('"2"', "1", 'W/"2"', '"other"'):
        assert served.patch(url, json=body, headers={**served.key, "If-Match": other}).status_code == 412
    done = served.patch(url, json=body, headers={**served.key, "If-Match": 'W/"1"'})
    assert (done.status_code, done.json()["revision"]) == (200, 2)
    assert done.headers["etag"].removeprefix("W/") == '"2"'
    now = served.get(url, headers=served.key)
    assert now.json() == done.json()
    assert served.patch(url, json=body, headers={**served.key, "If-Match": '"1"'}).status_code == 412
    stale = served.post(f"{url}/status", json={"status": "ended"}, headers={**served.key, "If-Match": '"1"'})
    assert stale.status_code == 412
    same = served.patch(url, json=body, headers={**served.key, "If-Match": '"2"'})
    assert (same.status_code, same.json()["revision"]) == (200, 2)  # it says so already
    unknown = {"fields": {"no.such": "x", "lead.int": "y"}}
    refused = served.patch(url, json=unknown, headers={**served.key, "If-Match": "*"})
    assert refused.status_code == 422
    assert [f["field"] for f in refused.json()["findings"]] == ["lead.int", "no.such"]
    assert served.get(url, headers=served.key).json() == now.json()


def test_from_draft_to_in_force_replaced_and_all_of_it_told(served: Service, pcn: str) -> None:
    made = kept(served, pcn)["id"]
    assert post(served, made, "status", status="proposed").status_code == 409  # no start
    fill(served, made, {"term.start": "2026-11-01"})
    assert (
        post(served, made, "signatures", party="health", name="A", role="B", signed_on="2026-11-01").status_code == 409
    )
    assert post(served, made, "status", status="in force").status_code == 409
    post(served, made, "status", status="proposed")
    post(served, made, "signatures", party="health", name="A", role="B", signed_on="2026-11-01")
    lacking = post(served, made, "status", status="agreed by place partnership")
    assert lacking.status_code == 409
    assert "local authority" in lacking.json()["detail"]
    assert fill(served, made, {"host.employer": "Trust X"})["content"]["signatures"] == []
    for party in ("health", "local authority"):
        post(served, made, "signatures", party=party, name="A", role="B", signed_on="2026-11-01")
    assert post(served, made, "status", status="agreed by place partnership").status_code == 200
    frozen = served.patch(
        f"{URL}/{made}", json={"fields": {"host.employer": None}}, headers={**served.key, "If-Match": "*"}
    )
    assert frozen.status_code == 409
    assert post(served, made, "status", status="proposed").status_code == 409
    assert post(served, made, "status", status="in force").json()["status"] == "in force"
    assert "Trust X" in served.get(f"{URL}/{made}/annex", headers=served.key).text

    heir = kept(served, pcn, replaces=made)["id"]
    agree(served, heir)
    assert served.get(f"{URL}/{made}", headers=served.key).json()["status"] == "in force"
    assert post(served, heir, "status", status="in force").status_code == 200
    assert served.get(f"{URL}/{made}", headers=served.key).json()["status"] == "ended"
    events = served.get(f"{URL}/{made}/history", headers=served.key).json()["items"]
    assert [e["what"] for e in events] == [
        "draft kept",
        "fields changed: term.start",
        "draft → proposed",
        "signed for health by A",
        "fields changed: host.employer; sign-offs void",
        "signed for health by A",
        "signed for local authority by A",
        "proposed → agreed by place partnership",
        "agreed by place partnership → in force",
        f"replaced by {heir}",
    ]
    assert [e["revision"] for e in events] == list(range(1, 11))
    assert {e["by"] for e in events} == {"first key"}
    again = served.post(URL, json={"footprints": PROPOSAL_B, "pcn": pcn, "replaces": made}, headers=served.key)
    assert again.status_code == 409  # it has ended


def test_a_review_says_which_are_due(served: Service, pcn: str) -> None:
    made = kept(served, pcn, review_date="2026-11-25")["id"]
    said = served.get(f"{URL}/{made}/review", headers=served.key).json()
    assert (said["due"], [item["trigger"] for item in said["items"]]) == (True, ["review-date"])
    due = served.get(f"{URL}/due", headers=served.key).json()["items"]
    assert made not in [row["arrangement"] for row in due]  # a draft is not due
    agree(served, made)
    due = served.get(f"{URL}/due", params={"footprints": PROPOSAL_B}, headers=served.key).json()["items"]
    assert made in [row["arrangement"] for row in due]
    quiet = kept(served, pcn)["id"]
    assert served.get(f"{URL}/{quiet}/review", headers=served.key).json()["items"] == []


def test_lists_page_and_filter(served: Service, pcn: str) -> None:
    made = [kept(served, pcn)["id"] for _ in range(3)]
    seen: list[str] = []
    at: str | None = f"{URL}?limit=2&status=draft&pcn={pcn}"
    while at:
        page = served.get(at, headers=served.key).json()
        assert len(page["items"]) <= 2
        seen += [item["id"] for item in page["items"]]
        at = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert set(made) <= set(seen)
    assert len(seen) == len(set(seen))
    assert served.get(URL, params={"pcn": "U0"}, headers=served.key).json()["items"] == []
