"""The command as its users run it: in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.served import PROPOSAL_B


def run(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    said = {**os.environ, "COTERMINOUS_DATABASE_URL": f"sqlite:///{folder / 'cli.sqlite'}", "NO_COLOR": "1"}
    command = [sys.executable, "-c", "from app.cli import main; main()", *args]
    return subprocess.run(command, env=said, capture_output=True, text=True, check=False)


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


def test_align_for_people_says_the_headline_and_what_is_conserved(loaded: Path) -> None:
    done = run(loaded, "align", "--footprints", PROPOSAL_B)
    assert "live outside their PCN's lead neighbourhood" in done.stdout
    assert "Conserved:" in done.stdout
    assert "LARKMERE PCN" in done.stdout


def test_a_dry_run_keeps_nothing(tmp_path: Path, sample_files: list[Path]) -> None:
    assert run(tmp_path, "load", "--dry-run", str(sample_files[0])).returncode == 0
    assert sample_files[0].name not in run(tmp_path, "datasets").stdout


def test_datasets_and_their_reports(loaded: Path) -> None:
    listed = run(loaded, "datasets").stdout
    assert "epraccur.csv" in listed
    dataset = next(line.split("│")[1].strip() for line in listed.splitlines() if "epraccur.csv" in line)
    told = run(loaded, "report", dataset)
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
def test_what_cannot_be_done_ends_with_status_2_and_says_why(loaded: Path, args: list[str], word: str) -> None:
    done = run(loaded, *args)
    assert done.returncode == 2
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_the_database_goes_up_and_down(tmp_path: Path) -> None:
    assert run(tmp_path, "db", "upgrade").returncode == 0
    down = run(tmp_path, "db", "downgrade", "base")
    assert down.returncode == 0
    assert "base" in down.stdout
