"""How large a workbook would become, told before a reader lays its cells out.

A sheet is kept as a full rectangle, so two cells at its far corners, a few hundred bytes of file, would take hundreds
of gigabytes. Packed XML of blanks unpacks to much more than it weighs, too.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import IO

MOST_UNPACKED = 1024**3  # bytes of all parts together
MOST_CELLS = 60_000_000  # of one sheet's rectangle; England's LSOAs by single year of age are 7 million
PIECE = 1 << 20
_PLACE = re.compile(rb"""[\s]r\s*=\s*["']([A-Za-z]{0,3})(\d{1,7})["']""")
_LONGEST_PLACE = 64


class WorkbookTooLarge(ValueError):  # noqa: N818 - says what the workbook is
    """The workbook would take more memory than a file may."""


def check_size(stream: IO[bytes]) -> None:
    """Raise ``WorkbookTooLarge`` for a workbook beyond the bounds; one that is no whole zip is left to its reader."""
    try:
        with zipfile.ZipFile(io.BytesIO(stream.read())) as archive:
            stated = sum(part.file_size for part in archive.infolist())
            if stated > MOST_UNPACKED:
                raise WorkbookTooLarge(f"it would unpack to {stated:,} bytes")
            left = MOST_UNPACKED
            for part in archive.infolist():
                with archive.open(part) as content:
                    left -= _check_part(content, left)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        return


def _check_part(content: IO[bytes], left: int) -> int:
    """Bytes of one part. Which of them are sheets is told by the workbook's own word, so all are looked at."""
    read, rows, columns, tail = 0, 0, 0, b""
    while piece := content.read(PIECE):
        read += len(piece)
        if read > left:
            raise WorkbookTooLarge(f"it unpacks to more than {MOST_UNPACKED:,} bytes")
        for letters, number in _PLACE.findall(tail + piece):
            rows, columns = max(rows, int(number)), max(columns, _column(letters))
        if rows * columns > MOST_CELLS:
            raise WorkbookTooLarge(f"a sheet reaches to row {rows:,} and column {columns:,}")
        tail = piece[-_LONGEST_PLACE:]
    return read


def _column(letters: bytes) -> int:
    at = 0
    for letter in letters.upper():
        at = at * 26 + letter - 64
    return at
