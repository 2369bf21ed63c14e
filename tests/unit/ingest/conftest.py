"""Tiny hand-made files for the tests of reading."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.ingest.source import Source

Make = Callable[..., Source]


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """Write a file and give it as a source: ``made("a,b\\n1,2\\n")``; text is UTF-8 unless said otherwise."""

    def make(content: str | bytes, name: str = "upload.dat", encoding: str = "utf-8") -> Source:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return Source.of(path)

    return make
