"""The documents say what there is: every setting, every command, every option."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from app.cli import app
from app.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[2]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
OPERATIONS = (REPOSITORY / "docs" / "operations.md").read_text(encoding="utf-8")
#: Options that only scripts need.
UNSAID = {"--help", "--prepare-only"}


def commands(group: Any, path: str = "coterminous") -> dict[str, Any]:
    """Every command that does something, by the words that call it."""
    if not hasattr(group, "list_commands"):
        return {path: group}
    return {
        words: command
        for name in group.list_commands(None)
        for words, command in commands(group.get_command(None, name), f"{path} {name}").items()
    }


COMMANDS = commands(typer.main.get_command(app))


def test_every_setting_stands_in_the_operations_guide_with_its_default() -> None:
    table = dict(re.findall(r"^\| `COTERMINOUS_(\w+)` \| `([^`]*)` \|", OPERATIONS, flags=re.MULTILINE))
    assert table == {name.upper(): str(field.default) for name, field in Settings.model_fields.items()}


@pytest.mark.parametrize("words", sorted(COMMANDS))
def test_every_command_stands_in_the_readme_with_its_options(words: str) -> None:
    rows = [line for line in README.splitlines() if re.search(rf"`{words}[ `]", line)]
    assert rows, f"the README does not say {words}"
    said = {option for row in rows for option in re.findall(r"--[a-z-]+", row)}
    options = {option for given in COMMANDS[words].params for option in given.opts if option.startswith("--")}
    assert options - UNSAID == said


def test_the_readme_names_no_command_that_does_not_exist() -> None:
    named = set(re.findall(r"`(coterminous(?: [a-z][a-z-]*)+)", README))
    assert named == set(COMMANDS)
