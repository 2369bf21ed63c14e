"""Tables as they come (CSV, TSV, Excel, Parquet) read into named columns of text, with the row numbers an editor shows.

Only the columns a reader asks for are read, in batches, so a file of a gigabyte needs the memory of its wanted columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from app.domain.problem import Fault, Problem
from app.ingest import workbook
from app.ingest.columns import Column, complete, header_row
from app.ingest.delimited import FALLBACK, read_delimited, row_numbers, trimmed
from app.ingest.faults import several
from app.ingest.privacy import refuse_personal_data
from app.ingest.reader import ReadOptions, Tell, silent
from app.ingest.reading import ImportReport
from app.ingest.source import Sample, Source
from app.ingest.spatial.isolate import read_columns
from app.ingest.spatial.limits import SpatialLimits
from app.ingest.text import refuse_nul
from app.ingest.width import refuse_too_wide


@dataclass(frozen=True)
class Table:
    """The wanted columns of a file as text without spaces around it ("" where blank), indexed by row number."""

    source: Source
    frame: pd.DataFrame
    header: tuple[str, ...]  # every column of the file as published; positions where it has no header
    published: dict[str, str]  # field -> the header it was found under
    encoding: str | None
    blank_rows: int
    sheet: str | None = None

    @property
    def rows_read(self) -> int:
        return len(self.frame) + self.blank_rows

    def has(self, *fields: str) -> bool:
        return all(field in self.published for field in fields)

    def __getitem__(self, field: str) -> pd.Series[str]:
        """The field's values; blanks where the file has no such column."""
        if field in self.frame:
            return self.frame[field]
        blanks = pd.Categorical.from_codes(np.zeros(len(self.frame), dtype=np.int8), pd.Index([""]))
        return pd.Series(blanks, index=self.frame.index)

    def with_frame(self, frame: pd.DataFrame) -> Table:
        """The same table with other values in its rows."""
        return replace(self, frame=frame)

    def begin(self, report: ImportReport) -> None:
        """Enter what is known of the file before any row is judged."""
        report.rows_read += self.rows_read
        report.drop("blank row", self.blank_rows)
        report.encoding = self.encoding
        if self.encoding == FALLBACK:
            report.note(
                "encoding", "The file is not UTF-8; it was read as Windows-1252. Check names with accents or dashes."
            )


def read_table(
    source: Source,
    columns: Sequence[Column],
    options: ReadOptions | None = None,
    tell: Tell = silent,
    *,
    positions: Sequence[str] | None = None,
) -> Table:
    """Read the wanted columns of a file.

    ``positions`` names the columns of a file without a header, "" for those not wanted. Raises ``Problem`` for a
    missing column (naming what was looked for and what the file has), rows of a different length, text in no known
    encoding, an empty or damaged file, and personal data.
    """
    chosen = dict(options.columns) if options else {}
    sample = source.sample
    if not sample.head and not sample.is_workbook:
        raise _empty(source)
    if sample.is_workbook:
        return _from_workbook(source, columns, chosen, options.layer if options else None)
    if sample.is_parquet:
        return _from_parquet(source, columns, chosen)
    refuse_too_wide(source)
    if sample.binary:
        raise source.unreadable("it is neither text, an Excel workbook nor a Parquet file")
    if not sample.rows:
        raise _empty(source)
    if positions is not None:
        found = {name: at for at, name in enumerate(positions) if name}
        refuse_personal_data(source.name, [], sample.rows)
        header, skip = tuple(str(i + 1) for i in range(len(positions))), 0
    else:
        at, found = header_row(source, sample.rows, columns, chosen)
        header, skip = tuple(sample.rows[at]), at + 1
    text = read_delimited(source, columns, found, header, skip, tell)
    return _table(source, text.frame, header, found, text.encoding, text.blank_rows)


def wanted_parts(source: Source, recognises: Callable[[Sample], bool]) -> list[Source]:
    """The parts of a source that are of the wanted format; a zip may bring a specification along."""
    return [part for part in source.parts() if recognises(part.sample)] or [source]


def only_part(source: Source, recognises: Callable[[Sample], bool]) -> Source:
    """The one part of a source that is of the wanted format. Raises ``Problem`` where there are several."""
    parts = wanted_parts(source, recognises)
    if len(parts) > 1:
        raise Problem(
            Fault.BAD_INPUT,
            "The zip holds several files of this kind",
            several(part.member or part.name for part in parts) + ".",
            remedy="Unpack the zip and load the one you mean.",
            file=source.name,
        )
    return parts[0]


def _from_parquet(source: Source, columns: Sequence[Column], chosen: dict[str, str]) -> Table:
    header = source.sample.parquet_columns
    _, found = header_row(source, [list(header)], columns, chosen)
    table = read_columns(source, [header[at] for at in sorted(set(found.values()))], SpatialLimits())
    refuse_nul(source, table)
    frame = pd.DataFrame({name: trimmed(pc.fill_null(table[header[at]], "")) for name, at in found.items()})
    frame.index = row_numbers(len(frame), 0, set())
    return _table(source, frame, header, found, None, 0)


def _from_workbook(source: Source, columns: Sequence[Column], chosen: dict[str, str], layer: str | None) -> Table:
    heads = source.sample.sheet_heads
    if not heads:
        raise source.unreadable("it is not a workbook that can be read (damaged, or protected by a password?)")
    if layer is not None and layer not in heads:
        raise _no_such_sheet(source, layer)
    fitting = [
        name
        for name, rows in heads.items()
        if name == layer or (layer is None and any(complete(row, columns, chosen) for row in rows))
    ]
    if not fitting and len(heads) > 1:
        raise _no_fitting_sheet(source, columns)
    return read_sheet(source, fitting[0] if fitting else next(iter(heads)), columns, chosen)


def read_sheet(source: Source, name: str, columns: Sequence[Column], chosen: dict[str, str] | None = None) -> Table:
    """Read the wanted columns of one sheet of a workbook. Raises ``Problem`` like ``read_table``."""
    at, found = header_row(source, source.sample.sheet_heads[name], columns, chosen or {})
    with source.open_bytes() as stream:
        book = workbook.open_workbook(stream)
    values: dict[str, list[str]] = {field: [] for field in found}
    numbers: list[int] = []
    blank = 0
    header: list[str] = []
    for number, row in enumerate(workbook.sheet_rows(book, name), 1):
        if number <= at + 1:
            header = row
        elif not any(row):
            blank += 1
        else:
            numbers.append(number)
            for field, position in found.items():
                values[field].append(row[position])
    frame = pd.DataFrame({field: pd.Series(cells, dtype="str") for field, cells in values.items()})
    frame.index = pd.Index(numbers, dtype="int64")
    return _table(source, frame, tuple(header), found, None, blank, name)


def _table(
    source: Source,
    frame: pd.DataFrame,
    header: tuple[str, ...],
    found: dict[str, int],
    encoding: str | None,
    blank_rows: int,
    sheet: str | None = None,
) -> Table:
    empty = (frame == "").all(axis=1) if len(found) else pd.Series(False, index=frame.index)
    if len(frame) and empty.all():
        raise _empty(source)
    published = {name: re.sub(r"\s+", " ", header[at]).strip() for name, at in found.items()}
    if empty.any():
        frame, blank_rows = frame[~empty], blank_rows + int(empty.sum())
    if frame.empty:
        raise _empty(source)
    return Table(source, frame, header, published, encoding, blank_rows, sheet)


def _empty(source: Source) -> Problem:
    return Problem(
        Fault.UNREADABLE_FILE,
        "The file is empty",
        "It holds no row of data.",
        remedy="Check the export or download, and send the file again.",
        file=source.name,
    )


def _no_such_sheet(source: Source, layer: str) -> Problem:
    return Problem(
        Fault.BAD_INPUT,
        "The workbook has no such sheet",
        f"Asked for “{layer}”; the workbook has {several(source.sample.sheet_names)}.",
        remedy="Name one of these sheets.",
        file=source.name,
    )


def _no_fitting_sheet(source: Source, columns: Sequence[Column]) -> Problem:
    needed = several(column.name for column in columns if column.required)
    return Problem(
        Fault.MISSING_COLUMN,
        "No sheet of the workbook has the columns this format needs",
        f"Looked for {needed} in the sheets {several(source.sample.sheet_names)}.",
        remedy="Check that this is the right workbook, and that its headings stand in the first rows of the sheet.",
        file=source.name,
    )
