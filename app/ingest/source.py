"""A file as it came: its bytes, its name, and how to look inside without trusting either."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from app.domain.problem import Fault, Problem
from app.ingest import workbook
from app.ingest.bounded import Bounded, TooMuch

GZIP, ZIP, PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"
EMPTY_ZIP = b"PK\x05\x06"
HEAD_BYTES = 65_536
HEAD_ROWS = 12
MAX_EXPANSION = 200  # a zip member that grows more than this is taken for a bomb
MAX_EXPANDED_BYTES = 4 * 1024**3
MAX_MEMBERS = 500  # Code-Point Open has about 130
WORKBOOK = "xl/workbook.xml"  # the part that makes a zip an Excel workbook
DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Sample:
    """The beginning of a file, unpacked: enough to recognise a format, never the whole."""

    container: str  # "zip" | "gzip" | "plain" as it lies on disk
    magic: bytes  # the first 16 bytes on disk
    head: bytes  # up to 64 KiB of content (of the only member of a zip or gzip; empty for a zip of several)
    members: tuple[str, ...]  # names inside a zip
    path: Path | None = None  # where the bytes lie, for formats whose columns are not named at the beginning
    member: str | None = None  # which member of a zip of several this is a sample of

    @cached_property
    def text(self) -> str:
        """The head as text, however badly encoded; only for recognising."""
        return self.head.decode(self.encoding, errors="replace")

    @cached_property
    def encoding(self) -> str:
        """What the first bytes promise: UTF-16 where they say so, else UTF-8 with or without its mark."""
        return "utf-16" if self.head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"

    @cached_property
    def first_line(self) -> str:
        return next(iter(self.text.splitlines()), "") if self.text.strip() else ""

    @cached_property
    def binary(self) -> bool:
        """Whether the content is no text at all (a workbook, a Parquet file, an image)."""
        return b"\0" in self.head and self.encoding != "utf-16"

    @cached_property
    def delimiter(self) -> str:
        """The separator that stands most often in the first line that holds any; a comma where none does."""
        for line in self.text.splitlines()[:10]:
            counts = {mark: line.count(mark) for mark in DELIMITERS}
            if any(counts.values()):
                return max(DELIMITERS, key=lambda mark: counts[mark])
        return ","

    @cached_property
    def rows(self) -> list[list[str]]:
        """The whole rows of the head, read as delimited text, cells stripped; empty for a binary file."""
        if self.binary or not self.text.strip():
            return []
        text = self.text
        if len(self.head) >= HEAD_BYTES:
            text = text[: max(text.rfind("\n"), 0)]
        try:
            return [
                [cell.strip() for cell in row]
                for row in csv.reader(io.StringIO(text, newline=""), delimiter=self.delimiter)
            ]
        except csv.Error:
            return []

    @cached_property
    def is_workbook(self) -> bool:
        """Whether the content is an Excel workbook (itself a zip, perhaps inside another)."""
        return (self.member is None and WORKBOOK in self.members) or (self.head.startswith(ZIP) and b"xl/" in self.head)

    @cached_property
    def sheet_names(self) -> tuple[str, ...]:
        """The sheets of a workbook in their order; empty for any other file, or one that Excel cannot read."""
        if not self.is_workbook or self.path is None:
            return ()
        try:
            with Source(self.path, self.path.name, self.member).open_bytes() as stream:
                return workbook.sheet_names(stream)
        except (workbook.NotAWorkbook, Problem):
            return ()

    @cached_property
    def sheet_heads(self) -> dict[str, list[list[str]]]:
        """The first rows of each sheet of a workbook. Loads each sheet: look at ``sheet_names`` first."""
        if not self.sheet_names or self.path is None:
            return {}
        with Source(self.path, self.path.name, self.member).open_bytes() as stream:
            return workbook.heads(stream, HEAD_ROWS)

    @cached_property
    def is_parquet(self) -> bool:
        return self.head.startswith(PARQUET)

    @cached_property
    def parquet_columns(self) -> tuple[str, ...]:
        """The column names of a Parquet file, which stand at its end; empty for any other file."""
        if not self.is_parquet or self.path is None:
            return ()
        try:
            with Source(self.path, self.path.name, self.member).open_bytes() as stream:
                whole = stream if self.container == "plain" else io.BytesIO(stream.read())
                return tuple(pq.read_schema(whole).names)
        except (pa.ArrowException, Problem):
            return ()

    @cached_property
    def tables(self) -> list[list[list[str]]]:
        """The first rows of every table in the file: one for text or Parquet, one per sheet for a workbook."""
        if self.is_parquet:
            return [[list(self.parquet_columns)]]
        return list(self.sheet_heads.values()) if self.is_workbook else [self.rows]


@dataclass(frozen=True)
class Source:
    """A file to read. ``name`` is what the user calls it; ``path`` is where its bytes lie now.

    ``member`` names one file of a zip that holds several; ``parts`` lists them.
    """

    path: Path
    name: str
    member: str | None = None

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
    def unpacked_size(self) -> int:
        """Bytes of content as a zip states them; the size on disk for anything else."""
        if self.sample.container != "zip" or self.sample.is_workbook:
            return self.size
        with self._zip() as archive:
            return sum(info.file_size for info in _files(archive) if self.member in (None, info.filename))

    @cached_property
    def sample(self) -> Sample:
        with self.path.open("rb") as stream:
            magic = stream.read(16)
        members: tuple[str, ...] = ()
        container = "gzip" if magic.startswith(GZIP) else "zip" if magic.startswith((ZIP, EMPTY_ZIP)) else "plain"
        if container == "zip":
            with self._zip() as archive:
                members = tuple(info.filename for info in _files(archive))
            if len(members) != 1 and self.member is None:
                return Sample(container, magic, b"", members, self.path)
        with self.open_bytes() as stream:
            head = _read_up_to(stream, HEAD_BYTES)
        return Sample(container, magic, head, members, self.path, self.member)

    def parts(self) -> tuple[Source, ...]:
        """The files of a zip that holds several, each as a source of its own; any other file is its own only part."""
        if self.member is not None or len(self.sample.members) < 2 or self.sample.is_workbook:
            return (self,)
        if len(self.sample.members) > MAX_MEMBERS:
            raise self.unreadable(f"the zip holds {len(self.sample.members):,} files; at most {MAX_MEMBERS} are read")
        return tuple(Source(self.path, f"{self.name}/{member}", member) for member in sorted(self.sample.members))

    @contextmanager
    def open_bytes(self) -> Iterator[IO[bytes]]:
        """The content, unpacked from gzip or zip (one member); a workbook is its own content.

        Raises ``Problem`` where the file ends too early, is damaged, protected by a password, or unpacks to
        more than ``MAX_EXPANDED_BYTES``, also when that shows only while reading.
        """
        try:
            with self.path.open("rb") as raw:
                magic = raw.read(4)
                raw.seek(0)
                if magic.startswith(GZIP):
                    with gzip.open(raw) as stream:
                        yield io.BufferedReader(Bounded(stream, MAX_EXPANDED_BYTES), 1 << 20)
                elif magic.startswith((ZIP, EMPTY_ZIP)) and not self._is_workbook_on_disk():
                    with self._zip() as archive, archive.open(self._wanted_member(archive)) as stream:
                        yield stream
                else:
                    yield raw
        except TooMuch as error:
            raise self._too_large(f"It unpacks to more than {MAX_EXPANDED_BYTES:,} bytes.") from error
        except (EOFError, zipfile.BadZipFile, gzip.BadGzipFile, zlib.error) as error:
            raise self.unreadable("it ends too early or is damaged (cut off while copying?)") from error

    @contextmanager
    def open_text(self, encoding: str = "utf-8-sig") -> Iterator[TextIO]:
        """The content as text with the line ends as they are.

        Raises ``Problem`` where the bytes are not text in this encoding.
        """
        with self.open_bytes() as stream:
            try:
                yield io.TextIOWrapper(stream, encoding=encoding, newline="")
            except UnicodeDecodeError as error:
                raise self.unreadable(
                    f"it is not text in {encoding} (byte {error.object[error.start]:#04x})"
                ) from error

    def unreadable(self, why: str) -> Problem:
        return Problem(
            Fault.UNREADABLE_FILE,
            "The file cannot be read",
            f"{self.name}: {why}.",
            remedy="Download or export the file again and check that it opens.",
            file=self.name,
        )

    def _is_workbook_on_disk(self) -> bool:
        if self.member is not None:
            return False
        with self._zip() as archive:
            return WORKBOOK in archive.namelist()

    def _zip(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self.path)
        except zipfile.BadZipFile as error:
            raise self.unreadable("it is not a whole zip file (cut off while copying?)") from error

    def _wanted_member(self, archive: zipfile.ZipFile) -> zipfile.ZipInfo:
        members = [info for info in _files(archive) if self.member in (None, info.filename)]
        if len(members) != 1:
            raise self.unreadable(f"the zip holds {len(members)} files where one was expected")
        member = members[0]
        if member.flag_bits & 0x1:
            raise self.unreadable(f"{member.filename} is protected by a password")
        if member.file_size > MAX_EXPANDED_BYTES or member.file_size > MAX_EXPANSION * max(member.compress_size, 1):
            raise self._too_large(f"{member.filename} would unpack to {member.file_size:,} bytes.")
        return member

    def _too_large(self, detail: str) -> Problem:
        return Problem(
            Fault.TOO_LARGE,
            "The file unpacks to far more than it holds",
            detail,
            remedy="Send the file unpacked.",
            file=self.name,
        )


def _files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The files of a zip without folders and without what macOS adds on its own."""
    return [
        info
        for info in archive.infolist()
        if not info.is_dir()
        and not info.filename.startswith("__MACOSX/")
        and not info.filename.rsplit("/", 1)[-1].startswith("._")
        and not info.filename.endswith(".DS_Store")
    ]


def _read_up_to(stream: IO[bytes], wanted: int) -> bytes:
    """A stream may give less than asked for before its end."""
    pieces = bytearray()
    while len(pieces) < wanted:
        piece = stream.read(wanted - len(pieces))
        if not piece:
            break
        pieces += piece
    return bytes(pieces)
