"""What is committed can be cloned and installed anywhere: no trace of one machine, nothing left out."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from functools import cache
from importlib import metadata
from importlib.metadata import packages_distributions
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "geometry", "data", "migrations")
LOCKS = sorted(REPOSITORY.glob("requirements*.lock"))
MEBIBYTE = 1024 * 1024


def output(*command: str) -> str:
    """What a program prints, or nothing where it is missing or fails."""
    try:
        return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=60).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


@cache
def committed() -> tuple[Path, ...]:
    names = output("git", "ls-files", "-z").split("\0")
    files = tuple(REPOSITORY / name for name in names if name and (REPOSITORY / name).is_file())
    if not files:
        pytest.skip("not a git checkout, so nothing says which files are committed")
    return files


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """``file:line: text`` of every committed line in which the pattern is found. Binary files hold no lines."""
    found = []
    for path in committed():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if pattern.search(text):
            found += [
                f"{path.relative_to(REPOSITORY)}:{number}: {line.strip()[:120]}"
                for number, line in enumerate(text.splitlines(), start=1)
                if pattern.search(line)
            ]
    return found


def any_of(words: set[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?<![\\w.-]){re.escape(word)}(?![\\w-])" for word in sorted(words)))


def machine_paths() -> set[str]:
    """Folders that exist on this machine only: the checkout, the interpreter's environment, the user's home."""
    inside_any_system = {"/", "/usr", "/usr/local", "/root", "/tmp", "/home", "/opt"}  # noqa: S108 - names only
    folders = {REPOSITORY, REPOSITORY.parent / "shared", Path(sys.prefix), Path(sys.base_prefix), Path.home()}
    if os.environ.get("COTERMINOUS_SHARED_DATA"):
        folders.add(Path(os.environ["COTERMINOUS_SHARED_DATA"]))
    return {folder.as_posix() for folder in folders} - inside_any_system


def registry_hosts() -> set[str]:
    """Hosts that pip, npm and apt are configured to ask on this machine, and those they ask by default."""
    said = [
        "https://" + ".".join(("pypi", "org")),
        "https://" + ".".join(("files", "pythonhosted", "org")),
        "https://" + ".".join(("registry", "npmjs", "org")),
        output(sys.executable, "-m", "pip", "config", "list"),
        output("npm", "config", "get", "registry") if shutil.which("npm") else "",
        *(value for name, value in os.environ.items() if re.search(r"INDEX|REGISTRY|FIND_LINKS", name.upper())),
    ]
    apt = Path("/etc/apt")
    if apt.is_dir():
        said += [path.read_text(encoding="utf-8") for path in apt.glob("sources.list*/*.*") if path.is_file()]
    hosts = {urlsplit(url).hostname for url in re.findall(r"https?://[^\s'\"\]]+", "\n".join(said))}
    return {host for host in hosts if host and host != "localhost" and not re.match(r"127\.|::1", host)}


def test_no_line_names_a_path_of_this_machine() -> None:
    # Homes of people, too: they only ever come from somebody's own machine.
    homes = re.compile(r"(?<![\w.])/(?:Users|home)/(?!coterminous\b)[a-z][\w.-]*/")
    assert lines_with(any_of(machine_paths())) == []
    assert lines_with(homes) == []


def test_no_line_names_the_host_of_a_package_registry() -> None:
    assert len(registry_hosts()) >= 3
    assert lines_with(any_of(registry_hosts())) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [("--index-url https://a.example/simple", True), ("see a.example.", True), ("data.example", False)],
)
def test_a_host_is_recognised_as_a_whole(text: str, found: bool) -> None:
    assert bool(any_of({"a.example"}).search(text)) is found


def test_no_file_is_larger_than_a_mebibyte() -> None:
    sizes = {str(path.relative_to(REPOSITORY)): path.stat().st_size for path in committed()}
    assert {name: size for name, size in sizes.items() if size > MEBIBYTE} == {}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_python_locks_hold_pins_and_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(-e|--(?!hash=sha256:)|file:|\.?/)", text, flags=re.MULTILINE)
    entries = re.split(r"\n(?=\S)", text.strip())
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,-]+\])?==[\w.!+]+( ; [^\\\n]+)? \\\n", entry), entry[:80]
        assert "--hash=sha256:" in entry


def test_what_is_locked_names_the_extras_that_others_ask_for() -> None:
    """Else the pip of an older Python refuses the lock, on the day that a newer release of such a package comes out."""
    lock = (REPOSITORY / "requirements-test.lock").read_text(encoding="utf-8")
    pinned: dict[str, set[str]] = {}
    for name, extras in re.findall(r"^([a-z0-9._-]+)(?:\[([a-z,-]+)\])?==", lock, flags=re.MULTILINE):
        pinned.setdefault(name, set()).update(filter(None, extras.split(",")))
    asked: dict[str, set[str]] = {}
    for name, extras in pinned.items():
        try:
            needs = [Requirement(line) for line in metadata.requires(name) or []]
        except metadata.PackageNotFoundError:  # for another system than this one
            continue
        for need in needs:
            applies = need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in ("", *extras))
            if applies and need.extras:
                asked.setdefault(canonicalize_name(need.name), set()).update(need.extras)
    assert "woff" in asked["fonttools"]
    assert {name: extras for name, extras in asked.items() if not extras <= pinned[name]} == {}


def test_npm_locks_hold_hashes_and_no_address() -> None:
    locks = [path for path in committed() if path.name == "package-lock.json"]
    for lock in locks:
        packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
        for name, package in packages.items():
            assert "resolved" not in package, name
            assert not name or "integrity" in package, name


def pins(lock: str) -> set[str]:
    text = (REPOSITORY / lock).read_text(encoding="utf-8")
    return {line.removesuffix("\\").strip() for line in text.splitlines() if re.match(r"[a-z0-9]", line)}


def test_tests_run_on_the_versions_that_the_service_runs_on() -> None:
    assert pins("requirements.lock") <= pins("requirements-test.lock")
    assert pins("requirements.lock") <= pins("requirements-bench.lock")


def declared() -> dict[str, set[str]]:
    """Normalised names of the distributions that pyproject.toml asks for, by what they are for."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    said = {
        "service": project["project"]["dependencies"],
        "extras": [name for names in project["project"].get("optional-dependencies", {}).values() for name in names],
        **project["dependency-groups"],
    }
    return {
        group: {re.split(r"[\s\[<>=!~;]", name, maxsplit=1)[0].lower().replace("_", "-") for name in names}
        for group, names in said.items()
    }


def test_every_dependency_is_locked() -> None:
    for group, lock in (
        ("service", "requirements.lock"),
        ("build", "requirements.lock"),
        ("test", "requirements-test.lock"),
        ("check", "requirements-test.lock"),
        ("bench", "requirements-bench.lock"),
        ("node", "requirements-build.lock"),
    ):
        locked = {re.split(r"[\[=]", pin, maxsplit=1)[0] for pin in pins(lock)}
        assert declared()[group] <= locked, f"run scripts/lock: {group} has more than {lock}"


def imported(folders: tuple[str, ...]) -> dict[str, str]:
    """Top-level modules imported anywhere in the folders, each with a file that imports it."""
    modules: dict[str, str] = {}
    for folder in folders:
        for path in sorted((REPOSITORY / folder).rglob("*.py")):
            if "node_modules" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                    names = [node.module]
                for name in names:
                    modules.setdefault(name.partition(".")[0], str(path.relative_to(REPOSITORY)))
    ours = {*PACKAGES, "tests", "coterminous_client", *sys.stdlib_module_names}
    return {module: path for module, path in modules.items() if module not in ours}


def undeclared(folders: tuple[str, ...], allowed: set[str]) -> dict[str, str]:
    distributions = packages_distributions()
    return {
        module: path
        for module, path in imported(folders).items()
        if not {name.lower().replace("_", "-") for name in distributions.get(module, [module])} & allowed
    }


def test_everything_the_service_imports_is_declared() -> None:
    assert undeclared(PACKAGES, declared()["service"] | declared()["extras"]) == {}


def test_everything_the_tests_import_is_declared() -> None:
    # QGIS comes with the system alone: the one script that imports it is run by the system's Python, where asked for.
    assert undeclared((*PACKAGES, "tests"), {"qgis"}.union(*declared().values())) == {}


def test_every_script_can_be_run() -> None:
    scripts = [path for path in committed() if path.parent.name in ("scripts", ".ci")]
    assert {"run", "test", "setup"} <= {path.name for path in scripts}
    for script in scripts:
        assert script.stat().st_mode & stat.S_IXUSR, f"{script.name} is not executable"
        assert script.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n"), script.name


def test_the_readme_names_both_commands_and_every_file_it_points_to_exists() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert readme.index("./scripts/run") < readme.index("./scripts/test")
    for target in re.findall(r"\]\((?!\w+:|#)([^)#]+)", readme):
        assert (REPOSITORY / target).exists(), target
