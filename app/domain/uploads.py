"""A file that came over HTTP and waits to be loaded: where it lies, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class UploadState(StrEnum):
    STAGED = "staged"
    COMMITTING = "committing"
    COMMITTED = "committed"


@dataclass(frozen=True)
class UploadRecord:
    """``folder`` holds the file's bytes; ``inspection`` says what was seen in it, as plain JSON.

    ``committed_as`` are the options it was loaded with and ``result`` what became of it, both None until then.
    """

    id: str
    state: UploadState
    by: str
    name: str
    folder: str
    size: int  # bytes
    sha256: str
    created_at: datetime
    expires_at: datetime
    revision: int
    inspection: dict[str, Any]
    committed_as: dict[str, Any] | None
    result: dict[str, Any] | None


@dataclass(frozen=True)
class Answer:
    """What a request was answered, kept to be given again."""

    status: int
    location: str | None
    body: bytes
