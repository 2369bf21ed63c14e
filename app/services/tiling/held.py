"""Tiles that were made already, as many as fit into a bounded memory: what is under a key never changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock

ROOM = 64 * 1024**2
"""Bytes of tiles in memory: every tile of London's small areas up to zoom 12, twice over."""


class Held:
    """Safe between threads. The tile that was asked for longest ago goes first."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._size = 0
        self._tiles: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> bytes | None:
        with self._lock:
            found = self._tiles.get(key)
            if found is not None:
                self._tiles.move_to_end(key)
            return found

    def keep(self, key: Hashable, tile: bytes) -> None:
        with self._lock:
            self._size += len(tile) - len(self._tiles.pop(key, b""))
            self._tiles[key] = tile
            while self._size > self._room:
                _, oldest = self._tiles.popitem(last=False)
                self._size -= len(oldest)
