"""Arrangements drafted from the sample place, on both databases; and one of a real PCN."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from app.cli import app
from app.domain.arrangement.annex import annex
from app.domain.arrangement.terms import Terms, Weight
from app.domain.basis import Basis
from app.domain.problem import Problem
from app.services.aligning import Question, answer
from app.services.arrangement_rows import split_rows
from app.services.arrangements import Asked, drafted
from app.services.workspace import Workspace
from app.settings import settings
from tests.served import PROPOSAL_A, PROPOSAL_B

QUESTION = Question(PROPOSAL_B)


@pytest.fixture(scope="module")
def codes(sample_workspace: Workspace) -> list[str]:
    return [pcn.code for pcn in answer(sample_workspace, QUESTION).alignment.pcns]


@pytest.mark.parametrize("weight", [Weight.REGISTERED, Weight.DEPRIVATION])
def test_every_pcn_has_a_draft_whose_parts_are_the_whole(
    sample_workspace: Workspace, codes: list[str], weight: Weight
) -> None:
    for code in codes:
        said = drafted(
            sample_workspace, Asked(QUESTION, code, Terms(weight=weight, sessions=7.25, amount=123_457))
        ).said
        rows = said["split"]["rows"]
        parts = [row for row in rows if row["total"] is not None]
        assert sum(row["sessions"] for row in parts) == 7.25
        assert sum(row["amount"] for row in parts) == 123_457
        assert sum(row["total"] for row in parts) == said["pcn"]["patients"]
        assert sum(row["patients"] for row in rows) == pytest.approx(said["pcn"]["patients"], abs=0.05)
        assert sum(row["share"] for row in parts) == pytest.approx(1, abs=1e-5)
        assert parts[0]["code"] == said["lead"]["code"] == said["lead"]["largest"]
        assert [row["pcn_code"] for row in split_rows(said)] == [code] * len(rows)
        assert json.loads(json.dumps(said)) == said


def test_the_mean_of_a_measure_is_over_the_pcns_own_patients(sample_workspace: Workspace, codes: list[str]) -> None:
    given = answer(sample_workspace, QUESTION)
    code = codes[0]
    said = drafted(sample_workspace, Asked(QUESTION, code, Terms(weight=Weight.DEPRIVATION, minimum_share=0.0))).said
    with sample_workspace.store.read() as unit:
        score = unit.areas.measure("imd_score", given.ground.weights.vintage, given.ground.as_of)
    assert score is not None
    by_area, shares = given.ground.registered.by_area, given.ground.weights.shares
    assert by_area is not None
    members = next(p.practices for p in given.alignment.pcns if p.code == code)
    lists = by_area.dense()[[by_area.rows.index(p) for p in members]].sum(axis=0)
    patients = dict(zip(by_area.columns, lists, strict=True))
    inside = shares.dense()
    for row in said["split"]["rows"][:-2]:
        at = shares.columns.index(row["code"])
        living = np.array([patients.get(a, 0.0) for a in shares.rows]) * inside[:, at]
        values = np.array([score.values.get(a, np.nan) for a in shares.rows])
        assert row["measure"] == pytest.approx(np.average(values, weights=living), abs=1e-6)
    assert score.dataset_id in {d["id"] for d in said["provenance"]["datasets"]}


def test_the_same_question_has_the_same_draft(sample_workspace: Workspace, codes: list[str]) -> None:
    asked = Asked(QUESTION, codes[0], Terms(sessions=3, amount=10))
    first, again = drafted(sample_workspace, asked).said, drafted(Workspace(sample_workspace.store), asked).said
    assert json.dumps(first) == json.dumps(again)
    assert annex(first) == annex(again)
    assert annex(first).count("[open]") == 1 + sum(field["state"] == "open" for field in first["fields"])


def test_square_metres_are_no_patients(sample_workspace: Workspace, codes: list[str]) -> None:
    with pytest.raises(Problem, match="square metres"):
        drafted(sample_workspace, Asked(Question(PROPOSAL_A, basis=Basis.AREA), codes[0]))


def test_the_command_prints_the_annex_and_the_same_as_json(
    sample_workspace: Workspace, codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if sample_workspace.store.url.get_backend_name() != "sqlite":
        pytest.skip("a command opens a store of its own for as long as its process lives: here only on SQLite")
    monkeypatch.setenv("COTERMINOUS_DATABASE_URL", f"sqlite:///{sample_workspace.store.url.database}")
    settings.cache_clear()
    try:
        words = ["arrangement", "--footprints", PROPOSAL_B, "--pcn", codes[0], "--sessions", "3", "--amount", "1000"]
        printed, plain = (CliRunner().invoke(app, [*words, *more]) for more in ([], ["--json"]))
    finally:
        settings.cache_clear()
    assert (printed.exit_code, plain.exit_code) == (0, 0)
    said = drafted(sample_workspace, Asked(QUESTION, codes[0], Terms(sessions=3, amount=1000))).said
    assert json.loads(plain.output) == said
    assert printed.output == annex(said)
