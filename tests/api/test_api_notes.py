"""The notes for API consumers say what is so: addresses, limits, statuses, and what is to go."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.api.deprecation import LEAST_NOTICE_DAYS, NOTICES
from app.api.paging import DEFAULT, LARGEST
from app.api.problem_types import MEANINGS
from app.api.problems import STATUS
from app.services.jobs import MOST_WAITING
from app.settings import Settings

NOTES = Path(__file__).resolve().parents[2] / "docs" / "api"
README = (NOTES / "README.md").read_text(encoding="utf-8")


def test_every_address_named_exists(empty: TestClient) -> None:
    paths = empty.get("/openapi.json").json()["paths"]
    for document in NOTES.glob("*.md"):
        for address in re.findall(r"`(/api/v1/[\w/{}-]+)`", document.read_text(encoding="utf-8")):
            assert address in paths, f"{document.name}: {address}"
    for address in ("/api", "/docs", "/openapi.json", "/problems", "/ogc"):
        assert f"`{address}`" in README
        assert empty.get(address).status_code == 200


def test_limits_are_those_that_hold() -> None:
    assert f"pages of {DEFAULT:,} (`limit`, at most {LARGEST:,})" in README
    assert f"up to {Settings.model_fields['max_upload_bytes'].default // 1024**2} MiB" in README
    assert f"At most {MOST_WAITING} jobs" in README


def test_every_status_of_a_problem_is_explained() -> None:
    explained = {
        int(status) for row in re.findall(r"^\| ([\d, ]+) \|", README, re.MULTILINE) for status in row.split(",")
    }
    assert {int(status) for status in STATUS.values()} | {400, 401, 412, 428, 429} == explained


def test_the_problem_shown_is_one_that_happens(reading: TestClient) -> None:
    said = reading.get("/api/v1/places/atlantis").json()
    for member in ("type", "title", "detail", "remedy"):
        assert f'"{member}": "{said[member]}"' in README
    assert said["type"].rpartition("#")[2] in MEANINGS


def test_what_is_to_go_is_listed_and_given_the_time_promised() -> None:
    policy, changes = ((NOTES / name).read_text(encoding="utf-8") for name in ("deprecation.md", "changes.md"))
    assert LEAST_NOTICE_DAYS >= 365 / 2 - 1
    assert ("At present nothing is deprecated." in policy) is (not NOTICES)
    assert all(notice.path in changes for notice in NOTICES)


@pytest.mark.parametrize("document", sorted(NOTES.glob("*.md")), ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!\w+:|#)([^)#]+)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target
