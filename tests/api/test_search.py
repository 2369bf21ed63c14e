"""Search on the sample place, on both databases: whatever has a name or a code is found by it."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from app.services.search import spaced, words_of
from tests.served import PROPOSAL_A

ASKED = {"footprints": PROPOSAL_A}


def found(reading: TestClient, q: str, **asked: str | int) -> list[dict[str, Any]]:
    answer = reading.get("/api/v1/search", params={**ASKED, "q": q, **asked})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def rows(reading: TestClient, what: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = reading.get(f"/api/v1/alignment/{what}", params=ASKED).json()["items"]
    return items


@pytest.mark.parametrize(
    ("what", "kind"), [("practices", "practice"), ("pcns", "pcn"), ("neighbourhoods", "neighbourhood")]
)
def test_everything_is_found_first_by_its_code_and_by_its_whole_name(reading: TestClient, what: str, kind: str) -> None:
    named = [row["name"] for row in rows(reading, what)]
    for row in rows(reading, what):
        assert (found(reading, row["code"].lower())[0]["kind"], found(reading, row["code"])[0]["code"]) == (
            kind,
            row["code"],
        )
        if named.count(row["name"]) == 1:
            assert row["code"] in [item["code"] for item in found(reading, row["name"])[:2]]


def test_a_small_area_is_found_and_says_its_neighbourhood_and_where_it_is(reading: TestClient) -> None:
    area = reading.get("/api/v1/areas", params=ASKED).json()["items"][7]
    (item,) = found(reading, area["code"])
    assert (item["kind"], item["name"], item["neighbourhood"]) == ("area", area["name"], area["neighbourhood"])
    assert 49 < item["latitude"] < 61
    assert -9 < item["longitude"] < 2


def test_a_practice_is_found_by_its_postcode_however_it_is_typed(reading: TestClient) -> None:
    practice = next(row for row in rows(reading, "practices") if row["postcode"])
    postcode = spaced(practice["postcode"])
    for typed in (postcode, postcode.replace(" ", "").lower(), postcode[:-1], postcode.split()[0]):
        codes = [item["code"] for item in found(reading, typed, limit=50)]
        assert practice["code"] in codes
    whole = found(reading, postcode.replace(" ", ""))
    known = next(item for item in whole if item["kind"] == "postcode")
    assert (known["name"], known["neighbourhood"]) == (postcode, practice["located_in"])


def test_the_same_question_gets_the_same_order_and_never_more_than_the_limit(reading: TestClient) -> None:
    first = reading.get("/api/v1/search", params={**ASKED, "q": "pcn", "limit": 3}).json()
    assert len(first["items"]) == 3 < first["found"]
    assert reading.get("/api/v1/search", params={**ASKED, "q": "PCN", "limit": 3}).json()["items"] == first["items"]
    assert {item["kind"] for item in first["items"]} == {"pcn"}
    assert found(reading, "zzzzzz") == []
    assert found(reading, "-- --") == []


@pytest.mark.parametrize("asked", [{"q": "a"}, {"q": "x" * 81}, {}, {"q": "ab", "limit": 51}])
def test_too_little_and_too_much_are_refused(reading: TestClient, asked: dict[str, str]) -> None:
    assert reading.get("/api/v1/search", params={**ASKED, **asked}).status_code == 400


def test_words_are_compared_without_accents_case_and_punctuation() -> None:
    assert words_of("St. John’s Würz-Haus (NW)") == ("st", "johns", "wurz", "haus", "nw")
