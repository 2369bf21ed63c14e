"""Where files wait: a bounded folder, each upload in a folder of its own, under names of ours."""

from __future__ import annotations

import hashlib
import secrets
import shutil
import tempfile
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from app.domain.problem import Fault, Problem
from app.ingest.source import Source
from app.store.store import Store

CONTENT = "content"
PIECE = 1 << 20
ORPHANED = 3600.0  # seconds after which a folder that no upload names was left by a process that died
SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
PASSED_OVER = (".sbn", ".sbx", ".qix", ".qmd", ".qpj", ".xml", ".lyr")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a zip knows: the same files make the same bytes


@dataclass(frozen=True)
class Sent:
    """One file as it came: the user's name for it, and its bytes."""

    name: str
    content: IO[bytes]


@dataclass(frozen=True)
class Staging:
    """The folder; at most ``most`` bytes lie in it, and nothing longer than ``hours``."""

    folder: Path
    most: int
    hours: float

    @classmethod
    def beside(cls, store: Store, folder: str, most: int, hours: float) -> Staging:
        """The folder that was set, else one beside the SQLite file, else one for temporary files."""
        if folder:
            return cls(Path(folder).resolve(), most, hours)
        if store.url.get_backend_name() == "sqlite" and store.url.database:
            file = Path(store.url.database).resolve()
            return cls(file.with_name(f"{file.name}-uploads"), most, hours)
        return cls(Path(tempfile.gettempdir()) / f"coterminous-uploads-{store.url.database}", most, hours)

    def fresh(self) -> Path:
        """A new empty folder of its own, which only this account may look into."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = self.folder / secrets.token_hex(16)
        made.mkdir(mode=0o700)
        return made

    def sweep(self, named: set[str]) -> None:
        """Remove folders that no upload names, once they are old enough not to be one that is coming in."""
        for made in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            if str(made) not in named and made.is_dir() and time.time() - made.stat().st_mtime > ORPHANED:
                discard(str(made))


def discard(folder: str) -> None:
    """Remove an upload's folder; one that is gone is gone."""
    shutil.rmtree(folder, ignore_errors=True)


def source_of(folder: str, name: str) -> Source:
    """The file of an upload. Raises ``Problem`` (not found) where somebody took it away."""
    path = Path(folder) / CONTENT
    if not path.is_file():
        raise Problem(
            Fault.NOT_FOUND,
            "The file is not there any more",
            f"{name} was removed from the folder where uploads wait.",
            remedy="Send the file again.",
            file=name,
        )
    return Source(path, name)


def shown(name: str | None) -> str:
    """A file's name as it may be shown: the last part of whatever path was sent, on one line."""
    last = PurePosixPath((name or "").replace("\\", "/")).name
    return "".join(letter for letter in last if letter.isprintable())[:200] or "upload"


def fingerprint(sent: Sequence[Sent]) -> str:
    """SHA-256 (hex) over names and bytes, in the order sent."""
    whole = hashlib.sha256()
    for file in sent:
        name = file.name.encode()
        size = 0
        inner = hashlib.sha256()
        while piece := file.content.read(PIECE):
            inner.update(piece)
            size += len(piece)
        file.content.seek(0)
        whole.update(f"{len(name)}:{size}:".encode() + name + inner.digest())
    return whole.hexdigest()


def lay_down(sent: Sequence[Sent], folder: Path) -> Source:
    """Write the files as one: a single file as it is, the parts of a shapefile as the zip they would have come in.

    Raises ``Problem`` for several files that are not the parts of one shapefile.
    """
    path = folder / CONTENT
    if len(sent) == 1:
        with path.open("xb") as target:
            shutil.copyfileobj(sent[0].content, target, PIECE)
        return Source(path, shown(sent[0].name))
    parts = _shapefile(sent)
    with zipfile.ZipFile(path, "x", zipfile.ZIP_STORED) as archive:
        for name, file in sorted(parts.items()):
            with archive.open(zipfile.ZipInfo(name, _EPOCH), "w", force_zip64=True) as target:
                shutil.copyfileobj(file.content, target, PIECE)
    return Source(path, next(name for name in parts if name.lower().endswith(".shp")))


def _shapefile(sent: Sequence[Sent]) -> dict[str, Sent]:
    parts: dict[str, Sent] = {}
    for file in sent:
        name = shown(file.name)
        if name.lower().endswith(PASSED_OVER):
            continue
        if name in parts or not name.lower().endswith(SHAPEFILE_PARTS):
            raise _one_at_a_time(f"{name} is not part of a shapefile, or came twice.")
        parts[name] = file
    stems = {PurePosixPath(name).stem for name in parts}
    if len(stems) != 1 or not any(name.lower().endswith(".shp") for name in parts):
        raise _one_at_a_time("They do not make up one shapefile.")
    return parts


def _one_at_a_time(why: str) -> Problem:
    return Problem(
        Fault.BAD_INPUT,
        "One upload is one file, or the parts of one shapefile",
        why,
        remedy="Send .shp, .shx, .dbf and .prj of one name together, and any other file on its own.",
    )
