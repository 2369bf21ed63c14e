"""The commands on footprints: check, mend and agreement, on the sample's plans."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.domain.problem import Problem
from app.ingest.source import Source
from app.services.loading import LoadRequest, load
from app.store.store import Store
from data import sample
from tests.served import PROPOSAL_A, PROPOSAL_B


@pytest.fixture(scope="module")
def url(sample_files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> str:
    made = f"sqlite:///{tmp_path_factory.mktemp('commands') / 'commands.sqlite'}"
    given = {path.name: path for path in sample_files}
    with Store(made) as store:
        store.upgrade()
        requests = [LoadRequest(Source.of(given[n])) for n in (sample.AREAS, sample.PROPOSAL_A, sample.PROPOSAL_B)]
        load(store, requests)
    return made


@pytest.fixture
def run(url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("COTERMINOUS_DATABASE_URL", url)
    monkeypatch.setenv("COLUMNS", "200")

    def command(*words: str) -> str:
        result = CliRunner().invoke(app, list(words), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return command


def test_check_says_what_is_wrong(run: Any) -> None:
    text = run("check", "--footprints", PROPOSAL_A)
    assert "sliver" in text
    assert "Safe to mend" in text
    assert "the plan covers its place once" in run("check", "--footprints", PROPOSAL_B)
    said = json.loads(run("check", "--footprints", PROPOSAL_B, "--band", "30000-50000", "--json"))
    assert said["by_kind"] == {"outside-band": said["findings"]}


def test_a_dry_run_of_mending_tells_and_keeps_nothing(run: Any, url: str) -> None:
    assert "Would change" in run("mend", "--footprints", PROPOSAL_A, "--dry-run")
    assert "nothing to mend" in run("mend", "--footprints", PROPOSAL_B)
    with Store(url) as store, store.read() as unit:
        assert [version.number for version in unit.footprints.list()] == [1, 1]


def test_agreement_with_another_plan(run: Any) -> None:
    text = run("agreement", "--footprints", PROPOSAL_A, "--with", PROPOSAL_B)
    assert "change their area" in text
    said = json.loads(run("agreement", "--footprints", PROPOSAL_A, "--with", PROPOSAL_B, "--json"))
    assert f"{said['measures']['v_measure']:,}" in text


def test_what_cannot_be_answered_is_a_problem(run: Any) -> None:
    with pytest.raises(Problem, match="100-1"):
        run("check", "--footprints", PROPOSAL_A, "--band", "100-1")
    with pytest.raises(Problem, match="nowhere"):
        run("mend", "--footprints", "nowhere")
