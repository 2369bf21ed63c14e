"""The command as its users run it: in a process of its own, and what it says without one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from app.cli import main
from app.settings import settings
from tests.served import PROPOSAL_B


def run(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    said = {**os.environ, "COTERMINOUS_DATABASE_URL": f"sqlite:///{folder / 'cli.sqlite'}", "NO_COLOR": "1"}
    command = [sys.executable, "-c", "from app.cli import main; main()", *args]
    return subprocess.run(command, env=said, capture_output=True, text=True, check=False)


class Said(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


Here = Callable[..., Said]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Here]:
    """The same in this process, which need not start first."""

    def run_here(folder: Path, *args: str) -> Said:
        monkeypatch.setenv("COTERMINOUS_DATABASE_URL", f"sqlite:///{folder / 'cli.sqlite'}")
        monkeypatch.setattr(sys, "argv", ["coterminous", *args])
        settings.cache_clear()
        with pytest.raises(SystemExit) as ended:
            main()
        return Said(int(ended.value.code or 0), *capsys.readouterr())

    yield run_here
    settings.cache_clear()


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, sample_files: list[Path]) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    done = run(folder, "load", *map(str, sample_files))
    assert done.returncode == 0, done.stderr
    assert "proposal-b-lsoa21-lookup" in done.stdout
    return folder


def test_align_prints_one_json_object_with_the_stable_names(loaded: Path) -> None:
    done = run(loaded, "align", "--footprints", PROPOSAL_B, "--json")
    said = json.loads(done.stdout)
    assert done.returncode == 0
    for name in ("practices", "pcns", "neighbourhoods", "misalignment", "median_containment"):
        assert isinstance(said[name], int | float)
    parts = [said[f"patients_{part}"] for part in ("inside", "outside", "unknown")]
    assert sum(parts) == pytest.approx(said["patients_total"], abs=0.01)
    assert {"code", "name", "patients", "lead", "containment", "effective_neighbourhoods", "class"} <= set(
        said["pcn"][0]
    )


def test_align_for_people_says_the_headline_and_what_is_conserved(loaded: Path, here: Here) -> None:
    done = here(loaded, "align", "--footprints", PROPOSAL_B)
    assert "live outside their PCN's lead neighbourhood" in done.stdout
    assert "Conserved:" in done.stdout
    assert "LARKMERE PCN" in done.stdout


def test_a_dry_run_keeps_nothing(tmp_path: Path, sample_files: list[Path], here: Here) -> None:
    assert here(tmp_path, "load", "--dry-run", str(sample_files[0])).returncode == 0
    assert sample_files[0].name not in here(tmp_path, "datasets").stdout


def test_datasets_and_their_reports(loaded: Path, here: Here) -> None:
    listed = here(loaded, "datasets").stdout
    assert "epraccur.csv" in listed
    dataset = next(line.split("│")[1].strip() for line in listed.splitlines() if "epraccur.csv" in line)
    told = here(loaded, "report", dataset)
    assert told.returncode == 0
    assert "read" in told.stdout
    assert "kept" in told.stdout


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["align", "--footprints", "nowhere"], "nowhere"),
        (["align", "--footprints", PROPOSAL_B, "--place", "atlantis"], "atlantis"),
        (["align", "--footprints", PROPOSAL_B, "--as-of", "tomorrow"], "tomorrow"),
        (["align", "--footprints", PROPOSAL_B, "--basis", "guess"], "guess"),
        (["align"], "--footprints"),
        (["load", "no-such-file.csv"], "no-such-file.csv"),
        (["report", "no-such-id"], "no-such-id"),
        (["frobnicate"], "frobnicate"),
    ],
)
def test_what_cannot_be_done_ends_with_status_2_and_says_why(
    loaded: Path, here: Here, args: list[str], word: str
) -> None:
    done = here(loaded, *args)
    assert done.returncode == 2
    assert word in done.stderr


def test_a_problem_is_no_traceback(loaded: Path) -> None:
    done = run(loaded, "align", "--footprints", "nowhere")
    assert done.returncode == 2
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_database_goes_up_and_down(tmp_path: Path, here: Here) -> None:
    assert here(tmp_path, "db", "upgrade").returncode == 0
    down = here(tmp_path, "db", "downgrade", "base")
    assert down.returncode == 0
    assert "base" in down.stdout
