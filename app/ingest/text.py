"""Text that can be kept: without the NUL character, which no database column of text holds."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from app.domain.problem import Fault, Finding, Problem
from app.ingest.source import Source

NUL = "\0"


def refuse_nul(source: Source, table: pa.Table, named: dict[str, str] | None = None) -> None:
    """Raise ``Problem`` if any text of a table holds a NUL; ``named`` gives columns the names the user knows."""
    for name, kind in zip(table.schema.names, table.schema.types, strict=True):
        words = kind.value_type if pa.types.is_dictionary(kind) else kind
        if not (pa.types.is_string(words) or pa.types.is_large_string(words)):
            continue
        column = table.column(name)
        pieces = (chunk.dictionary if pa.types.is_dictionary(kind) else chunk for chunk in column.chunks)
        if any(pc.any(pc.match_substring(piece, NUL)).as_py() for piece in pieces):
            raise nul_found(source, (named or {}).get(name, name))


def nul_found(source: Source, column: str) -> Problem:
    said = f"The column “{column}” holds the NUL character, which is no text."
    return Problem(
        Fault.UNREADABLE_FILE,
        "The file holds characters that are no text",
        said,
        remedy="Export the file again, as CSV UTF-8 or GeoPackage.",
        file=source.name,
        findings=[Finding("nul", said, field=column)],
    )
