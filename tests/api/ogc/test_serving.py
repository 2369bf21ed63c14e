"""How collections are sent: tags, compression, links behind a proxy, keys, and numbers that must stay hidden."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.domain.records import Status
from app.ingest.source import Source
from app.main import create_app
from app.services.keys import first_key
from app.services.loading import LoadRequest, load
from app.services.publishing import published
from app.services.workspace import Workspace
from app.settings import Settings
from app.store.store import Store
from tests.databases import BOTH
from tests.loaded import Service, service

from .conftest import Ogc

AREAS, PCNS = "lsoa-2021", "alignment-pcns-proposal-a-neighbourhoods-v1"


def test_who_has_an_answer_already_is_told_so(ogc: Ogc) -> None:
    for path in ("", "/api", "/collections", f"/collections/{AREAS}", f"/collections/{AREAS}/items",
                 f"/collections/{AREAS}/items/E01990001", f"/collections/{AREAS}/queryables"):  # fmt: skip
        first = ogc.get(path)
        again = ogc.get(path, status=304, headers={"If-None-Match": first.headers["etag"]})
        assert not again.content
        assert again.headers["etag"] == first.headers["etag"]
        assert ogc.get(path, headers={"If-None-Match": 'W/"another"'}).content == first.content
        assert ogc.get(path, f="html").headers["etag"] != first.headers["etag"]
    tags = {
        ogc.get(f"/collections/{AREAS}/items", **given).headers["etag"]
        for given in ({}, {"limit": 5}, {"bbox": "1,51,2,52"}, {"crs": "[EPSG:27700]"}, {"sortby": "name"})
    }
    assert len(tags) == 5


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_features_are_compressed_as_the_client_likes(ogc: Ogc, encoding: str) -> None:
    with ogc.client.stream("GET", f"/ogc/collections/{AREAS}/items", headers={"Accept-Encoding": encoding}) as response:
        assert response.headers["content-encoding"] == encoding
        sent = b"".join(response.iter_raw())
    plain = ogc.get(f"/collections/{AREAS}/items", headers={"Accept-Encoding": "identity"}).content
    assert len(sent) < len(plain) / 2.5


def test_links_follow_the_address_others_reach_the_service_under(sample_workspace: Workspace) -> None:
    settings = Settings(_env_file=None, public_url="https://maps.example/coterminous/")
    with TestClient(create_app(sample_workspace, settings)) as client:
        page = client.get(f"/ogc/collections/{AREAS}/items?limit=1").json()
        landing = client.get("/ogc").json()
        html = client.get("/ogc?f=html").text
    for link in [*page["links"], *landing["links"]]:
        assert link["href"].startswith("https://maps.example/coterminous/ogc") or link["rel"] == "license"
    assert 'href="https://maps.example/coterminous/ogc/style.css"' in html


def test_a_host_or_scheme_given_by_a_proxy_shows_in_links(reading: TestClient) -> None:
    links = reading.get("/ogc", headers={"Host": "maps.example:8443"}).json()["links"]
    assert links[0]["href"] == "http://maps.example:8443/ogc?f=json"


def test_other_origins_may_read_where_they_are_allowed(sample_workspace: Workspace) -> None:
    with TestClient(create_app(sample_workspace, Settings(_env_file=None, cors_origins=["*"]))) as client:
        response = client.get(f"/ogc/collections/{AREAS}/items?limit=1", headers={"Origin": "https://a.example"})
    assert response.headers["access-control-allow-origin"] == "*"
    assert "Content-Crs" in response.headers["access-control-expose-headers"]


def _requests(files: list[Path], *names: str) -> list[LoadRequest]:
    """Those files of the sample place whose names say one of these."""
    chosen = [LoadRequest(Source.of(path)) for path in files if any(name in path.name for name in names)]
    assert len(chosen) == len(names)
    return chosen


@pytest.fixture
def keyed(store: Store, sample_files: list[Path]) -> Iterator[tuple[TestClient, str]]:
    """A service with the areas of the sample place, and its key."""
    key = first_key(store)
    assert key is not None
    load(store, _requests(sample_files, "Boundaries"))
    with TestClient(create_app(Workspace(store), Settings(_env_file=None))) as client:
        yield client, key


def test_a_key_may_be_sent_as_a_parameter_for_reading_only(keyed: tuple[TestClient, str]) -> None:
    client, key = keyed
    path = f"/ogc/collections/{AREAS}/items?limit=1"
    page = client.get(f"{path}&token={key}")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "private, no-cache"
    following = next(link["href"] for link in page.json()["links"] if link["rel"] == "next")
    assert f"token={key}" in following
    assert client.get(following).status_code == 200
    assert client.get(path, headers={"Authorization": f"Bearer {key}"}).status_code == 200
    assert "token" not in client.get(path).text
    for refused in (client.get(f"{path}&token=wrong"), client.get(path, headers={"Authorization": "Bearer wrong"})):
        assert refused.status_code == 401
        assert refused.headers["content-type"] == "application/problem+json"
    written = client.post(f"/api/v1/datasets?token={key}", files={"files": ("a.csv", b"x")})
    assert written.status_code == 401


def test_nothing_loaded_is_an_empty_list(empty: TestClient) -> None:
    assert empty.get("/ogc/collections").json()["collections"] == []
    assert "Nothing has been loaded" in empty.get("/ogc/collections?f=html").text
    assert empty.get("/ogc/collections/practices/items").status_code == 404
    assert empty.get("/ogc/api").status_code == 200


@pytest.fixture(scope="module", params=BOTH)
def restricted(
    request: pytest.FixtureRequest, sample_files: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The sample place with its registrations loaded as restricted."""
    requests = [LoadRequest(Source.of(path), restricted="reg-pat" in path.name) for path in sample_files]
    with service(request, tmp_path_factory.mktemp("restricted"), requests) as client:
        yield client


PLAN = "proposal-a-neighbourhoods"


@pytest.mark.parametrize(
    ("collection", "address"),
    [
        (f"alignment-{by}-{PLAN}-v1", f"alignment/{by}?footprints={PLAN}")
        for by in ("pcns", "neighbourhoods", "practices")
    ],
)
def test_small_numbers_are_hidden_as_everywhere_else(restricted: Service, collection: str, address: str) -> None:
    elsewhere = {row["code"]: row for row in restricted.get(f"/api/v1/{address}").json()["items"]}
    features = restricted.get(f"/ogc/collections/{collection}/items").json()["features"]
    assert {f["id"] for f in features} == set(elsewhere)
    hidden = 0
    for feature in features:
        said, row = feature["properties"], elsewhere[feature["id"]]
        assert said["suppressed"] is row.get("suppressed", False)
        assert said["suppressed_fields"] == (";".join(row["suppressed_fields"]) if "suppressed_fields" in row else None)
        for name, value in said.items():
            if name in row and name != "suppressed_fields" and not isinstance(row[name], list):
                assert json.dumps(value) == json.dumps(row[name])
        hidden += said["suppressed"]
    about = restricted.get(f"/ogc/collections/{collection}").json()
    assert about["restricted"] is True
    assert "hidden" in about["smallNumbers"]
    if "practices" in collection:
        assert hidden


def test_a_hidden_number_cannot_be_found_by_asking(restricted: Service) -> None:
    path = f"/ogc/collections/alignment-practices-{PLAN}-v1/items"
    hidden = [
        f["id"]
        for f in restricted.get(path).json()["features"]
        if "patients_unknown" in (f["properties"]["suppressed_fields"] or "").split(";")
    ]
    assert hidden
    for number in range(1, 8):
        found = restricted.get(path, params={"filter": f"patients_unknown = {number}"}).json()["features"]
        assert not {f["id"] for f in found} & set(hidden)
    ranked = restricted.get(path, params={"sortby": "patients_unknown"}).json()["features"]
    assert {f["id"] for f in ranked[-len(hidden) :]} == set(hidden)


def test_new_data_makes_new_content_while_pages_end_as_they_began(
    store: Store, sample_files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A download under way goes on through what it began with; a day later that is gone."""
    load(store, _requests(sample_files, "Boundaries", "neighbourhoods"))
    work = Workspace(store)
    with TestClient(create_app(work, Settings(_env_file=None))) as client:
        id_ = f"neighbourhoods-{PLAN}-v1"
        first = client.get(f"/ogc/collections/{id_}/items?limit=2").json()
        key = published.published(work, id_).key
        with store.write() as unit:
            unit.footprints.set_status(f"{PLAN}-v1", Status.AGREED)
        again = client.get(f"/ogc/collections/{id_}/items?limit=2").json()
        assert {f["properties"]["status"] for f in first["features"]} == {"draft"}
        assert {f["properties"]["status"] for f in again["features"]} == {"agreed"}
        assert published.published(work, id_).key != key
        following = _next(first)
        rest = client.get(following).json()
        assert {f["properties"]["status"] for f in rest["features"]} == {"draft"}
        monkeypatch.setattr("app.store.features.KEPT_FOR", timedelta(0))
        with store.write() as unit:
            unit.footprints.set_status(f"{PLAN}-v1", Status.SUPERSEDED)
        client.get(f"/ogc/collections/{id_}")
        gone = client.get(following)
        assert gone.status_code == 400
        assert "replaced" in gone.json()["detail"]


def _next(page: dict[str, Any]) -> str:
    return next(str(link["href"]) for link in page["links"] if link["rel"] == "next")


def test_the_same_data_is_published_under_the_same_key_to_the_byte(
    sample_workspace: Workspace, tmp_path: Path, sample_files: list[Path], ogc: Ogc
) -> None:
    """On another database, made anew, a collection has the same key and the same features."""
    with Store(f"sqlite:///{tmp_path / 'again.sqlite'}") as store:
        store.upgrade()
        load(store, [LoadRequest(Source.of(path)) for path in reversed(sample_files)])
        work = Workspace(store)
        made = published.listed(work)
        first = published.listed(sample_workspace)
        assert [(o.id, c.key, c.count) for o, c in made] == [(o.id, c.key, c.count) for o, c in first]
        with TestClient(create_app(work, Settings(_env_file=None))) as client:
            for offer, _ in made:
                path = f"/collections/{offer.id}/items"
                assert client.get(f"/ogc{path}").content == ogc.get(path).content
