"""Waiting and asking again, pages, and where the key goes: what a real service does too seldom to test with one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest
from coterminous_client import Coterminous, Problem, TooManyRequests, Unavailable
from coterminous_client.transport import Transport, retry_after

Answer = Callable[[httpx2.Request], httpx2.Response]
EMPTY = {"items": [], "links": []}


def busy(*answers: httpx2.Response) -> tuple[Transport, list[float], list[httpx2.Request]]:
    """A transport to a service that gives these answers in turn; the waits it makes, and what it was asked."""
    waited: list[float] = []
    asked: list[httpx2.Request] = []
    left = list(answers)

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return left.pop(0)

    made = Transport(
        "https://coterminous.example/nhs/",
        "secret",
        timeout=5,
        retries=3,
        longest_wait=60,
        transport=httpx2.MockTransport(answer),
        sleep=waited.append,
    )
    return made, waited, asked


def test_a_busy_service_is_asked_again_as_long_after_as_it_says() -> None:
    transport, waited, asked = busy(
        httpx2.Response(429, headers={"Retry-After": "7"}), httpx2.Response(503), httpx2.Response(200, json=EMPTY)
    )
    assert transport.json("/api/v1/places") == EMPTY
    assert waited == [7.0, 1.0]
    assert [str(request.url) for request in asked] == ["https://coterminous.example/nhs/api/v1/places"] * 3
    assert {request.headers["authorization"] for request in asked} == {"Bearer secret"}


def test_it_gives_up_with_the_problem_that_was_told() -> None:
    said = {"type": "/problems#unavailable", "title": "Busy", "status": 503, "detail": "Later.", "remedy": "Wait."}
    transport, waited, _ = busy(
        *(httpx2.Response(503, json=said, headers={"Content-Type": "application/problem+json"}) for _ in range(4))
    )
    with pytest.raises(Unavailable) as caught:
        transport.json("/")
    assert waited == [0.5, 1.0, 2.0]
    assert (caught.value.fault, caught.value.title, caught.value.detail, caught.value.remedy) == (
        "unavailable",
        "Busy",
        "Later.",
        "Wait.",
    )


def test_nobody_waits_for_an_hour() -> None:
    transport, waited, _ = busy(httpx2.Response(429, headers={"Retry-After": "3600"}))
    with pytest.raises(TooManyRequests):
        transport.json("/")
    assert waited == []


def test_other_problems_are_not_asked_again_and_may_be_html() -> None:
    transport, waited, _ = busy(httpx2.Response(502, html="<h1>Bad gateway</h1>"))
    with pytest.raises(Problem, match="502") as caught:
        transport.json("/")
    assert waited == []
    assert "Bad gateway" in caught.value.detail


@pytest.mark.parametrize("sent", [b"[]", b"{", b'"text"'])
def test_a_problem_that_is_none_is_still_an_exception(sent: bytes) -> None:
    transport, _, _ = busy(httpx2.Response(400, content=sent, headers={"Content-Type": "application/problem+json"}))
    with pytest.raises(Problem, match="400"):
        transport.json("/")


def test_the_key_stays_with_the_service_even_where_a_link_leads_elsewhere() -> None:
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(str(request.url))
        more = {"rel": "next", "href": "https://elsewhere.example/nhs/ogc/collections/x/items?cursor=2&f=json"}
        features = [{"type": "Feature", "id": str(len(asked)), "geometry": None, "properties": {}}]
        return httpx2.Response(200, json={"features": features, "links": [more] if len(asked) == 1 else []})

    with Coterminous("https://coterminous.example/nhs", key="k", transport=httpx2.MockTransport(answer)) as client:
        assert [feature["id"] for feature in client.features("x")] == ["1", "2"]
    assert asked[1] == "https://coterminous.example/nhs/ogc/collections/x/items?cursor=2&f=json"


def test_a_redirect_is_not_followed_with_the_key() -> None:
    transport, _, asked = busy(httpx2.Response(302, headers={"Location": "https://elsewhere.example/"}))
    with pytest.raises(Problem, match="302"):
        transport.json("/")
    assert len(asked) == 1


def test_retry_after_is_seconds_or_a_date() -> None:
    now = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert retry_after(None) is None
    assert retry_after("12") == 12
    assert retry_after(format_datetime(now + timedelta(seconds=90), usegmt=True), now) == 90
    assert retry_after(format_datetime(now - timedelta(seconds=90), usegmt=True), now) == 0
    assert retry_after("soon") is None


def test_what_is_to_go_is_warned_of() -> None:
    going = {"Deprecation": "@1798761600", "Sunset": "Sun, 01 Aug 2027 00:00:00 GMT"}
    transport, _, _ = busy(httpx2.Response(200, json=EMPTY, headers=going))
    with pytest.warns(DeprecationWarning, match="/api/v1/old is deprecated and goes on Sun, 01 Aug 2027"):
        assert transport.json("/api/v1/old") == EMPTY
