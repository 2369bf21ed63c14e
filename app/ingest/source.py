"""A file as it came: its bytes, its name, and how to look inside without trusting either."""

from __future__ import annotations

import gzip
import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, TextIO

from app.domain.problem import Fault, Problem

GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
HEAD_BYTES = 65_536
MAX_EXPANSION = 200  # a zip member that grows more than this is taken for a bomb
MAX_EXPANDED_BYTES = 4 * 1024**3


@dataclass(frozen=True)
class Sample:
    """The beginning of a file, unpacked: enough to recognise a format, never the whole."""

    container: str  # "zip" | "gzip" | "plain" as it lies on disk
    magic: bytes  # the first 16 bytes on disk
    head: bytes  # up to 64 KiB of content (of the only member of a zip or gzip; empty for a zip of several)
    members: tuple[str, ...]  # names inside a zip
    path: Path | None = None  # where the bytes lie, for formats whose columns are not named at the beginning

    @cached_property
    def text(self) -> str:
        """The head as text, however badly encoded; only for recognising."""
        return self.head.decode("utf-8-sig", errors="replace")

    @cached_property
    def first_line(self) -> str:
        return self.text.splitlines()[0] if self.text.strip() else ""


@dataclass(frozen=True)
class Source:
    """A file to read. ``name`` is what the user calls it; ``path`` is where its bytes lie now."""

    path: Path
    name: str

    @classmethod
    def of(cls, path: Path) -> Source:
        if not path.is_file():
            raise Problem(
                Fault.NOT_FOUND, "No such file", f"{path} is not a file.", remedy="Check the path.", file=path.name
            )
        return cls(path, path.name)

    @cached_property
    def sha256(self) -> str:
        with self.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    @cached_property
    def size(self) -> int:
        return self.path.stat().st_size

    @cached_property
    def sample(self) -> Sample:
        with self.path.open("rb") as stream:
            magic = stream.read(16)
        members: tuple[str, ...] = ()
        container = "gzip" if magic.startswith(GZIP) else "zip" if magic.startswith(ZIP) else "plain"
        if container == "zip":
            with self._zip() as archive:
                members = tuple(i.filename for i in archive.infolist() if not i.is_dir())
            if len(members) != 1:
                return Sample(container, magic, b"", members, self.path)
        with self.open_bytes() as stream:
            try:
                head = stream.read(HEAD_BYTES)
            except (EOFError, zipfile.BadZipFile, gzip.BadGzipFile, OSError) as error:
                raise self.unreadable("it ends too early or is damaged") from error
        return Sample(container, magic, head, members, self.path)

    @contextmanager
    def open_bytes(self) -> Iterator[IO[bytes]]:
        """The content, unpacked from gzip or from a zip with one member."""
        with self.path.open("rb") as raw:
            magic = raw.read(4)
            raw.seek(0)
            if magic.startswith(GZIP):
                with gzip.open(raw) as stream:
                    yield stream  # type: ignore[misc]  # GzipFile is an IO[bytes] in all but name
            elif magic.startswith(ZIP):
                with self._zip() as archive:
                    member = self._only_member(archive)
                    with archive.open(member) as stream:
                        yield stream
            else:
                yield raw

    @contextmanager
    def open_text(self, encoding: str = "utf-8-sig") -> Iterator[TextIO]:
        """The content as text with universal line ends; a wrong byte raises ``Problem`` at the reader's hand."""
        with self.open_bytes() as stream:
            yield io.TextIOWrapper(stream, encoding=encoding, newline="")

    def unreadable(self, why: str) -> Problem:
        return Problem(
            Fault.UNREADABLE_FILE,
            "The file cannot be read",
            f"{self.name}: {why}.",
            remedy="Download or export the file again and check that it opens.",
            file=self.name,
        )

    def _zip(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self.path)
        except zipfile.BadZipFile as error:
            raise self.unreadable("it is not a whole zip file (cut off while copying?)") from error

    def _only_member(self, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
        members = [i for i in archive.infolist() if not i.is_dir()]
        if len(members) != 1:
            raise self.unreadable(f"the zip holds {len(members)} files where one was expected")
        member = members[0]
        if member.file_size > MAX_EXPANDED_BYTES or member.file_size > MAX_EXPANSION * max(member.compress_size, 1):
            raise Problem(
                Fault.TOO_LARGE,
                "The zip unpacks to far more than it holds",
                f"{member.filename} would unpack to {member.file_size:,} bytes.",
                remedy="Send the file unpacked.",
                file=self.name,
            )
        return member
