"""Excel workbooks as rows of text, one cell like another whether it was typed as text, number, date or TRUE/FALSE."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import IO

from python_calamine import CalamineError, CalamineWorkbook, ZipError

from app.ingest.workbook_size import WorkbookTooLarge, check_size


class NotAWorkbook(ValueError):  # noqa: N818 - says what the file is
    """The bytes are not a workbook that can be read."""


def open_workbook(stream: IO[bytes]) -> CalamineWorkbook:
    """Open a workbook held in memory; raises ``NotAWorkbook``, also for one that would take too much of it."""
    content = stream.read()
    try:
        check_size(io.BytesIO(content))
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except WorkbookTooLarge as error:
        raise NotAWorkbook(f"it is larger than may be read: {error}") from error
    except (CalamineError, ZipError, OSError) as error:
        raise NotAWorkbook(str(error)) from error


def sheet_names(stream: IO[bytes]) -> tuple[str, ...]:
    return tuple(open_workbook(stream).sheet_names)


def heads(stream: IO[bytes], rows: int) -> dict[str, list[list[str]]]:
    """The first ``rows`` rows of each sheet, as text."""
    book = open_workbook(stream)
    return {
        name: [row for row, _ in zip(sheet_rows(book, name), range(rows), strict=False)] for name in book.sheet_names
    }


def sheet_rows(book: CalamineWorkbook, name: str) -> Iterator[list[str]]:
    """All rows of a sheet from its first row on, blank ones included, so that row numbers are those Excel shows."""
    try:
        sheet = book.get_sheet_by_name(name)
    except (CalamineError, ZipError) as error:
        raise NotAWorkbook(str(error)) from error
    for cells in sheet.iter_rows():
        yield [text(cell) for cell in cells]


def text(cell: object) -> str:
    """One cell as it would stand in a CSV: 45 for 45.0, ISO for dates, TRUE or FALSE."""
    if cell is None or isinstance(cell, str):
        return (cell or "").strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat() if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell.total_seconds())
    return str(cell).strip()
