"""Tables wider than any of ours are refused before their cells are looked at: each column costs memory and matching."""

from __future__ import annotations

from app.domain.problem import Fault, Problem
from app.ingest.source import HEAD_BYTES, Sample, Source

MAX_COLUMNS = 2_000  # the widest official table, population by single year of age, has about 190


def refuse_too_wide(source: Source) -> None:
    """Raise ``Problem`` for delimited text with more columns than any table has, or a first line without an end."""
    why = _too_wide(source.sample)
    if why is not None:
        raise Problem(
            Fault.TOO_LARGE,
            "The table is too wide",
            f"{source.name}: {why}.",
            remedy="Send the columns that are needed, one row a line.",
            file=source.name,
        )


def _too_wide(sample: Sample) -> str | None:
    if sample.binary or sample.text.lstrip()[:1] in ("{", "[", "<"):
        return None
    if len(sample.head) >= HEAD_BYTES and "\n" not in sample.text and "\r" not in sample.text:
        return f"its first line is longer than {HEAD_BYTES:,} bytes"
    widest = max(map(len, sample.rows), default=0)
    return f"it has {widest:,} columns, more than {MAX_COLUMNS:,}" if widest > MAX_COLUMNS else None
