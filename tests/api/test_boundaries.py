"""Moving the lines of a draft over HTTP, as a job and on the command line, on the sample place."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from app.cli import app
from app.jobs.running import work_off
from app.services.workspace import Workspace
from app.settings import settings
from tests.served import PROPOSAL_B

ADDRESS = "/api/v1/options/boundaries"
ASKED = {"footprints": PROPOSAL_B}


def _figures(client: TestClient, moves: list[dict[str, str]]) -> dict[str, float]:
    """What the what-if says of the same moves: another way to the same numbers."""
    text = ",".join(f"{move['area']}>{move['to']}" for move in moves)
    tried = client.get("/api/v1/what-if", params={**ASKED, "moves": text})
    assert tried.status_code == 200, tried.text
    whole: dict[str, float] = tried.json()["after"]
    return whole


def test_every_point_is_proven_and_what_the_what_if_says_of_it(reading: TestClient) -> None:
    given = reading.get(ADDRESS, params=ASKED)
    assert given.status_code == 200, given.text
    said = given.json()
    points = said["frontier"]["points"]
    assert [point["share_allowed"] for point in points] == [0, 0.01, 0.02, 0.05]
    assert all(point["proven"] and point["gap"] == 0 for point in points)
    outside = [point["patients_outside_lead"] for point in points]
    assert outside == sorted(outside, reverse=True)
    assert outside[-1] < outside[0]
    for point in points[1:]:
        assert point["people_moved"] <= point["people_allowed"]
        assert point["people_moved"] == sum(move["people"] for move in point["moves"])
        if point["moves"]:
            whole = _figures(reading, point["moves"])
            assert whole["patients_outside_lead"] == pytest.approx(point["patients_outside_lead"], abs=0.02)
    assert said["datasets"]
    assert said["people_counted"] == "residents"


def test_options_name_whom_they_touch_and_what_they_are_held_to(reading: TestClient) -> None:
    said = reading.get(ADDRESS, params={**ASKED, "share": 0.05}).json()
    assert said["options"]
    for option in said["options"]:
        touched = {row["code"] for row in option["neighbourhoods"]}
        assert touched == {move[side] for move in option["moves"] for side in ("from", "to")}
        assert all(row["parts"] <= row["parts_before"] for row in option["neighbourhoods"])
        assert option["patients_gained"] >= 1_000
        assert {check["mark"] for check in option["checks"]} <= {"rule", "guidance", "local"}
        assert all(check["source"] for check in option["checks"])


def test_the_table_has_a_row_for_each_point(reading: TestClient) -> None:
    given = reading.get(ADDRESS, params={**ASKED, "share": 0.02, "f": "csv"})
    lines = given.text.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("share_allowed,")


@pytest.mark.parametrize(
    ("asked", "status", "title"),
    [
        ({"share": 0.2}, 400, "That is long work"),
        ({"share": 0}, 400, "Not a share of the people"),
        ({"band": 1.5}, 400, None),
        ({"place": "Nowhere"}, 404, "No such place in this plan"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    reading: TestClient, asked: dict[str, object], status: int, title: str
) -> None:
    given = reading.get(ADDRESS, params={**ASKED, **asked})
    assert given.status_code in (status, 422)
    assert given.headers["content-type"].startswith("application/problem+json")
    if title is not None:
        assert given.json()["title"] == title


def test_a_job_gives_the_same_and_both_sides_together(reading: TestClient, sample_workspace: Workspace) -> None:
    if sample_workspace.store.url.get_backend_name() != "sqlite":
        pytest.skip("jobs of each kind are the same on both databases, and this search is a long one")
    asked = {"kind": "boundaries", **ASKED, "shares": [0.02], "together": True, "most_moves": 1}
    made = reading.post("/api/v1/jobs", json=asked)
    assert made.status_code in (200, 201), made.text
    work_off(reading.app.state.work)  # type: ignore[attr-defined]
    result = reading.get(f"{made.headers['location']}/results")
    assert result.status_code == 200, result.text
    said = result.json()
    direct = reading.get(ADDRESS, params={**ASKED, "share": [0.02]}).json()
    assert said["frontier"]["points"] == direct["frontier"]["points"]
    points = said["combined"]["points"]
    assert points
    assert Counter(point["disturbed"] for point in points).most_common(1)[0][1] == 1
    for point in points:
        assert point["at_least_outside"] <= point["patients_outside_lead"] + 0.01
        assert point["gap"] == pytest.approx(point["patients_outside_lead"] - point["at_least_outside"], abs=0.02)
    best_alone = direct["frontier"]["points"][-1]["patients_outside_lead"]
    assert points[-1]["patients_outside_lead"] <= best_alone


def test_the_command_says_the_same(sample_workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    if sample_workspace.store.url.get_backend_name() != "sqlite":
        pytest.skip("the command is the same on both databases")
    monkeypatch.setenv("COTERMINOUS_DATABASE_URL", f"sqlite:///{sample_workspace.store.url.database}")
    settings.cache_clear()
    asked = ["boundaries", "--footprints", PROPOSAL_B, "--share", "0.02"]
    printed = CliRunner().invoke(app, asked)
    assert printed.exit_code == 0, printed.output
    assert "Options for discussion" in printed.output
    said = json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout)
    assert said["frontier"]["points"][1]["proven"]
    settings.cache_clear()
