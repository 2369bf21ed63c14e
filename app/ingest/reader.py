"""What a reader is: one module per official format in ``app/ingest/readers`` provides one object like this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from app.ingest.kinds import Kind
from app.ingest.reading import Reading
from app.ingest.source import Sample, Source

Tell = Callable[[float, str], None]
"""Progress: share done 0..1 and what is being done."""


def silent(_share: float, _what: str) -> None:
    """Progress nobody listens to."""


@dataclass(frozen=True)
class ReadOptions:
    """What the user said about a file."""

    as_of: date | None = None
    columns: dict[str, str] = field(default_factory=dict)  # the reader's field name -> the file's column
    layer: str | None = None  # which layer of a file that holds several
    crs: str | None = None  # "EPSG:27700", for a file that does not say
    keep_valid: bool = False  # rows with errors are left out and counted, where the kind allows it
    every_fault: bool = False  # list all that is wrong, not only the first


class Reader(Protocol):
    """Reads one official format into clean frames."""

    @property
    def kind(self) -> Kind: ...

    def recognises(self, sample: Sample) -> bool:
        """Whether the sample looks like this format, by its content and never by its name."""

    def read(self, source: Source, options: ReadOptions, tell: Tell = silent) -> Reading:
        """Read the whole file.

        Raises ``Problem`` (with file, row, field, remedy) where the file cannot be used; what can be used in part
        is read, with every dropped row counted by reason in the report.
        """
