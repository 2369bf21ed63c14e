"""A stream that stops when it has given more than it may: a small file can unpack to an endless one."""

from __future__ import annotations

import io
from typing import IO, Any


class TooMuch(Exception):  # noqa: N818 - internal signal, turned into a Problem by the source
    """More bytes came out than allowed."""


class Bounded(io.RawIOBase):
    """Reads from ``stream`` and raises ``TooMuch`` after ``limit`` bytes."""

    def __init__(self, stream: IO[bytes] | Any, limit: int) -> None:
        self._stream = stream
        self._left = limit

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        piece: bytes = self._stream.read(len(buffer))
        self._left -= len(piece)
        if self._left < 0:
            raise TooMuch
        buffer[: len(piece)] = piece
        return len(piece)
