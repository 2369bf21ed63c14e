"""The page about the API: plain HTML whose every example works on what is loaded; and how a goodbye is said."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app.api.deprecation import NOTICES, Announcing, Notice
from app.ingest.source import Source
from app.services.loading import LoadRequest, load
from app.store.store import Store
from tests.served import PROPOSAL_A, PROPOSAL_B


def links(page: str) -> list[str]:
    return [unescape(found) for found in re.findall(r'href="([^"]+)"', page)]


def test_every_example_on_the_page_works(reading: TestClient) -> None:
    answer = reading.get("/api")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    followed = [link for link in links(answer.text) if re.match(r"/(api/v1|ogc|docs|openapi|problems)", link)]
    assert len(followed) >= 12
    for link in followed:
        assert reading.get(link).status_code == 200, link


def test_it_says_what_is_loaded_and_shows_whole_addresses(reading: TestClient) -> None:
    page = reading.get("/api").text
    assert PROPOSAL_A in page
    assert PROPOSAL_B in page
    assert "Fictional sample place" in page
    shown = [re.sub(r"<wbr>", "", text) for text in re.findall(r"<a href=[^>]+>(http.+?)</a>", page)]
    assert shown
    assert all(unescape(address).startswith("http://testserver/") for address in shown)
    assert any("/lookups/changes?" in address for address in shown)


def test_nothing_loaded_is_said_and_nothing_leads_nowhere(empty: TestClient) -> None:
    page = empty.get("/api").text
    assert "No plan of neighbourhoods is loaded yet" in page
    for link in links(page):
        if link.startswith(("/api/v1", "/ogc")):
            assert empty.get(link).status_code == 200, link


def test_a_plan_without_patients_has_only_examples_without_them(
    empty: TestClient, store: Store, sample_files: list[Path]
) -> None:
    plan = next(path for path in sample_files if path.name.startswith("proposal_a"))
    load(store, [LoadRequest(Source.of(plan))])
    page = empty.get("/api").text
    assert "No figures are shown for" in page
    assert "alignment" not in page
    followed = [link for link in links(page) if link.startswith(("/api/v1", "/ogc"))]
    assert any("neighbourhoods" in link for link in followed)
    for link in followed:
        assert empty.get(link).status_code == 200, link


def test_every_page_leads_there(reading: TestClient) -> None:
    assert 'href="/api"' in reading.get("/").text


def test_a_goodbye_is_in_every_answer_of_that_address_and_of_no_other() -> None:
    notice = Notice("/old/{id}", date(2027, 1, 1), date(2027, 8, 1), "/api/v2/new")
    routes = [Route(path, lambda _: PlainTextResponse("here")) for path in ("/old/{id}", "/new")]
    client = TestClient(Starlette(routes=routes, middleware=[Middleware(Announcing, notices=[notice])]))
    for path, status in (("/old/x", 200), ("/old/x/more", 404), ("/new", 200)):
        answer = client.get(path)
        assert answer.status_code == status
        assert ("sunset" in answer.headers) is (path == "/old/x")
    said = client.get("/old/x").headers
    assert said["deprecation"] == "@1798761600"
    assert said["sunset"] == "Sun, 01 Aug 2027 00:00:00 GMT"
    assert said.get_list("link") == [
        '</api>; rel="deprecation"; type="text/html"',
        '</api/v2/new>; rel="successor-version"',
    ]


def test_nobody_is_given_less_than_six_months() -> None:
    with pytest.raises(ValueError, match="six months"):
        Notice("/old", date(2027, 1, 1), date(2027, 5, 1), "/new")


def test_every_address_announced_exists(reading: TestClient) -> None:
    paths = reading.get("/openapi.json").json()["paths"]
    assert [notice.path for notice in NOTICES if notice.path not in paths] == []
