"""Comparing plans and asking in other ways, on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.domain.problem import Problem
from app.settings import settings

A, B = "proposal-a-neighbourhoods", "proposal-b-lsoa21-lookup"


@pytest.fixture(scope="module")
def place(sample_copy: Callable[[Path], str], tmp_path_factory: pytest.TempPathFactory) -> str:
    return sample_copy(tmp_path_factory.mktemp("commands"))


@pytest.fixture(autouse=True)
def chosen(place: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COTERMINOUS_DATABASE_URL", place)
    monkeypatch.setenv("COLUMNS", "200")
    settings.cache_clear()
    yield
    settings.cache_clear()


def said(*words: str) -> str:
    run = CliRunner().invoke(app, list(words))
    if run.exception is not None:
        raise run.exception
    return run.output


def test_compare_prints_the_measures_that_json_gives() -> None:
    found = json.loads(said("compare", A, f"{B}@1", "--json"))
    text = said("compare", A, f"{B}@1")
    pcns = next(row for row in found["measures"] if row["measure"] == "pcns_split")
    assert pcns[f"{A}@1"] != pcns[f"{B}@1"]
    line = next(line for line in text.splitlines() if "PCNs split" in line)
    assert str(pcns[f"{A}@1"]) in line
    assert str(pcns[f"{B}@1"]) in line
    assert f"{found['changes'][0]['areas_moved']:,} small areas" in " ".join(text.split())


def test_sensitivity_prints_every_variant() -> None:
    found = json.loads(said("sensitivity", "--footprints", B, "--date", "2035-01-01", "--json"))
    text = said("sensitivity", "--footprints", B, "--date", "2035-01-01")
    assert "date-2035-01-01" in [v["id"] for v in found["variants"]]
    assert all(v["label"] in text for v in found["variants"])
    changed = sum(row["changes"] > 0 for row in found["items"])
    assert f"{changed} of {len(found['items'])} PCNs change" in text
    assert "≠" in text


def test_one_plan_is_no_comparison() -> None:
    with pytest.raises(Problem, match="2 to 8"):
        said("compare", A)
