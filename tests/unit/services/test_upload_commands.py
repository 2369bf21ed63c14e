"""Looking at a file and naming its columns, on the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import app
from app.domain.problem import Problem
from app.settings import settings

LIST = "Small place,Sort\nE01000001,T1\nE01000002,T1\nE01000003,T2\nE01000004,T2\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("COTERMINOUS_DATABASE_URL", f"sqlite:///{tmp_path / 'store.sqlite'}")
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def said(*words: str) -> str:
    run = CliRunner().invoke(app, list(words))
    if isinstance(run.exception, Problem):
        raise run.exception
    assert run.exit_code == 0, run.output
    return " ".join(run.output.split())


def test_inspect_says_what_a_file_is_taken_for_and_loads_nothing(folder: Path) -> None:
    text = said("inspect", str(folder / "list.csv"))
    assert "list.csv: CSV, taken for neighbourhoods as a list of LSOAs or wards." in text
    assert "100% of its first values are codes of LSOAs" in text
    seen = json.loads(said("inspect", str(folder / "list.csv"), "--json"))
    assert seen["layers"][0]["mapping"]["code"]["column"] == "Sort"
    assert not (folder / "store.sqlite").exists()


def test_load_takes_the_columns_it_is_told(folder: Path) -> None:
    path = str(folder / "list.csv")
    with pytest.raises(Problem, match="Nothing here knows this file"):
        said("load", path)
    columns = ("--kind", "footprint-lookup", "--column", "area=Small place", "--column")
    with pytest.raises(Problem, match="Small place, Sort"):
        said("load", path, *columns, "code=Team")
    assert "version 1, 2 neighbourhoods" in said("load", path, *columns, "code=Sort")


def test_load_leaves_out_only_where_that_is_allowed(folder: Path) -> None:
    path = folder / "faulty.csv"
    path.write_text(LIST + "E01000004,T1\n", encoding="utf-8")
    words = ("load", str(path), "--column", "area=Small place", "--column", "code=Sort", "--keep-valid")
    assert CliRunner().invoke(app, list(words)).exit_code == 2
    assert "2 neighbourhoods" in said(*words, "--kind", "footprint-lookup")
    assert CliRunner().invoke(app, ["load", str(path), "--column", "code"]).exit_code == 2
