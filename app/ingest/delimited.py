"""Delimited text read in batches with pyarrow: only the wanted columns, row numbers kept, encodings told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from app.domain.problem import Fault, Problem
from app.ingest.columns import Column
from app.ingest.faults import Faults
from app.ingest.reader import Tell
from app.ingest.source import Source
from app.ingest.text import refuse_nul

BLOCK = 1 << 22
FALLBACK = "cp1252"  # what Excel on Windows writes
UNDEFINED_IN_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


@dataclass(frozen=True)
class Delimited:
    """The wanted columns as text, indexed by row number; how many rows were blank; the encoding that fitted."""

    frame: pd.DataFrame
    blank_rows: int
    encoding: str


def read_delimited(
    source: Source, columns: Sequence[Column], found: dict[str, int], header: tuple[str, ...], skip: int, tell: Tell
) -> Delimited:
    first = source.sample.encoding
    for encoding in (first, FALLBACK):
        try:
            return _decoded(source, columns, found, header, skip, encoding, tell)
        except UnicodeDecodeError as error:
            if encoding == FALLBACK or first == "utf-16":
                raise _undecodable(source, encoding) from error
        except pa.ArrowInvalid as error:
            if "UTF8" not in str(error):
                raise source.unreadable(f"it is not a table of delimited text ({error})") from error
    raise AssertionError("unreachable")  # pragma: no cover


def _decoded(
    source: Source,
    columns: Sequence[Column],
    found: dict[str, int],
    header: tuple[str, ...],
    skip: int,
    encoding: str,
    tell: Tell,
) -> Delimited:
    """Read with pyarrow; raises ``UnicodeDecodeError`` or ``ArrowInvalid`` naming UTF8 for the wrong encoding."""
    ragged: list[tuple[int, int]] = []
    blank: set[int] = set()

    def wrong_length(row: pacsv.InvalidRow) -> str:
        if row.text.strip().strip("".join((source.sample.delimiter, '"', " "))):
            ragged.append((row.number, row.actual_columns))
        else:
            blank.add(row.number)
        return "skip"

    coded = {column.name for column in columns if column.coded}
    types = {
        f"c{at}": pa.dictionary(pa.int32(), pa.string()) if name in coded else pa.string() for name, at in found.items()
    }
    batches: list[pa.RecordBatch] = []
    with source.open_bytes() as stream:
        reader = pacsv.open_csv(
            stream,
            pacsv.ReadOptions(
                use_threads=False,
                block_size=BLOCK,
                column_names=[f"c{at}" for at in range(len(header))],
                skip_rows_after_names=skip,
                encoding="utf8" if encoding == "utf-8-sig" else encoding,
            ),
            pacsv.ParseOptions(
                delimiter=source.sample.delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=wrong_length,
            ),
            pacsv.ConvertOptions(
                column_types=types, include_columns=sorted(types), strings_can_be_null=False, null_values=[]
            ),
        )
        read = 0
        for batch in reader:
            batches.append(batch)
            read += batch.nbytes
            tell(min(0.9, read / max(source.size, 1) / 4), f"reading {source.name}")
        schema = reader.schema
    if ragged:
        faults = Faults(source.name)
        for number, length in ragged:
            faults.add("row-length", f"has {length} fields where {len(header)} were expected", row=number)
        faults.raise_any(
            "Some rows do not have as many fields as the file has columns",
            "Look at these rows: a comma inside a name needs quotes; a short last row means the file was cut off.",
        )
    table = pa.Table.from_batches(batches, schema)
    refuse_nul(source, table, {f"c{at}": header[at] for at in found.values()})
    frame = pd.DataFrame({name: trimmed(table[f"c{at}"]) for name, at in found.items()})
    frame.index = row_numbers(len(frame), skip, blank)
    return Delimited(frame, len(blank), encoding.removesuffix("-sig"))


def row_numbers(rows: int, skip: int, gaps: set[int]) -> pd.Index[int]:
    """Row numbers from 1, header rows and skipped rows counted."""
    if not gaps:
        return pd.RangeIndex(skip + 1, skip + 1 + rows)
    return pd.Index([n for n in range(skip + 1, skip + 1 + rows + len(gaps)) if n not in gaps])


def trimmed(column: pa.ChunkedArray) -> pd.Series[str]:
    """The values without spaces around them; a dictionary column stays one, as a categorical."""
    if not pa.types.is_dictionary(column.type):
        return pd.Series(pc.utf8_trim_whitespace(column).to_pandas(), dtype="str")
    whole = pa.chunked_array(column.unify_dictionaries().chunks, column.type).combine_chunks()
    words = [word.strip() for word in whole.dictionary.to_pylist()]
    codes, distinct = pd.factorize(np.asarray(words, dtype=object))
    return pd.Series(pd.Categorical.from_codes(codes[whole.indices.to_numpy()], pd.Index(distinct)))


def _undecodable(source: Source, encoding: str) -> Problem:
    """Say which row holds the byte that no encoding explains."""
    faults = Faults(source.name)
    with source.open_bytes() as stream:
        for number, line in enumerate(stream, 1):
            wrong = UNDEFINED_IN_CP1252.search(line)
            if wrong:
                faults.add(
                    "encoding", f"holds the byte {wrong.group()[0]:#04x}, neither UTF-8 nor Windows-1252", row=number
                )
    if not faults.total:
        faults.add("encoding", f"the file is not text in {encoding}")
    try:
        faults.raise_any(
            "The file is not text in a known encoding", "Save it again as CSV UTF-8.", fault=Fault.UNREADABLE_FILE
        )
    except Problem as problem:
        return problem
    raise AssertionError("unreachable")  # pragma: no cover
