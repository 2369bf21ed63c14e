"""Imports point one way. The direction is written in pyproject.toml; import-linter reads it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
LINT = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(no_cache=True))"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the packages in a folder, with the contracts of that folder's pyproject.toml."""
    return subprocess.run(
        [sys.executable, "-c", LINT], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The real configuration over packages with nothing in them, to which a test adds one line."""
    shutil.copy(REPOSITORY / "pyproject.toml", tmp_path)
    for folder in ("app", "geometry", "data", "migrations"):
        package = REPOSITORY / folder
        for module in (package, *(path for path in package.iterdir() if (path / "__init__.py").exists())):
            target = tmp_path / module.relative_to(REPOSITORY)
            target.mkdir()
            (target / "__init__.py").touch()
    for module in ("main", "cli"):
        (tmp_path / "app" / f"{module}.py").touch()
    return tmp_path


def test_imports_of_the_project_point_one_way() -> None:
    outcome = lint(REPOSITORY)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "0 broken" in outcome.stdout


def test_empty_packages_keep_every_contract(copy: Path) -> None:
    outcome = lint(copy)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("geometry/areas.py", "import app.domain"),
        ("geometry/areas.py", "import fastapi"),
        ("app/domain/rules.py", "import sqlalchemy"),
        ("app/domain/rules.py", "import app.services"),
        ("app/ingest/reading.py", "import app.store"),
        ("app/services/plans.py", "import sqlalchemy"),
        ("app/services/plans.py", "import app.api"),
        ("app/api/plans.py", "import sqlalchemy"),
        ("app/jobs/work.py", "import geoalchemy2"),
    ],
)
def test_an_import_against_the_direction_is_caught(copy: Path, module: str, line: str) -> None:
    (copy / module).write_text(line + "\n", encoding="utf-8")
    outcome = lint(copy)
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    assert "BROKEN" in outcome.stdout
    importer = module.removesuffix(".py").replace("/", ".")
    assert f"{importer} -> {line.removeprefix('import ')}" in outcome.stdout
