from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from app.domain.problem import Fault
from tests.served import PROPOSAL_A


def test_alive_and_ready(empty: TestClient) -> None:
    assert empty.get("/livez").json() == {"status": "alive"}
    assert empty.get("/readyz").json()["status"] == "ready"


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v1/datasets/nothing", "/api/v1/pcns/U00000", "/api/v1/places/x"]
)
def test_what_is_not_there_is_a_problem(reading: TestClient, path: str) -> None:
    answer = reading.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_every_type_of_problem_is_explained(empty: TestClient) -> None:
    page = empty.get("/problems").text
    for name in [*Fault, "key-needed", "bad-request", "internal"]:
        assert f'id="{name}"' in page
    said = empty.get("/api/v1/nothing").json()["type"]
    assert said == "/problems#not-found"


def test_places_name_their_plans(reading: TestClient) -> None:
    (place,) = reading.get("/api/v1/places").json()["items"]
    assert {plan["id"] for plan in place["footprints"]} >= {PROPOSAL_A}
    assert reading.get(f"/api/v1/places/{place['id']}").json() == place


def test_a_practice_tells_its_memberships(reading: TestClient) -> None:
    first = reading.get("/api/v1/practices").json()["items"][0]
    one = reading.get(f"/api/v1/practices/{first['code']}").json()
    assert one["memberships"]
    assert one["name"] == first["name"]
    pcn = reading.get(f"/api/v1/pcns/{first['pcn_code']}").json()
    assert first["code"] in pcn["practices"]


def test_neighbourhoods_of_a_version_in_every_format(reading: TestClient) -> None:
    url = f"/api/v1/footprints/{PROPOSAL_A}/versions/1/neighbourhoods"
    items = reading.get(url).json()["items"]
    features = reading.get(url, params={"f": "geojson"}).json()["features"]
    assert [f["id"] for f in features] == [item["code"] for item in items]
    assert all(f["geometry"] for f in features)
    assert reading.get(url, params={"f": "csv"}).text.count("\r\n") == len(items) + 1


def test_the_description_is_openapi_3(reading: TestClient) -> None:
    said = reading.get("/openapi.json").json()
    assert said["openapi"].startswith("3.")
    assert "/api/v1/alignment" in said["paths"]


def test_an_unforeseen_failure_tells_nothing_of_the_inside(
    reading: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_work: object) -> None:
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr("app.services.places.places", fail)
    quiet = TestClient(reading.app, raise_server_exceptions=False)
    answer = quiet.get("/api/v1/places")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
