"""The store with a memory: what is immutable is read once.

Datasets and footprint versions never change, so anything computed from their ids may be kept for as long as there is
room.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import RLock
from typing import TypeVar, cast

from app.domain.options.limits import Limits
from app.domain.thresholds import Thresholds
from app.store.store import Store

Value = TypeVar("Value")


class Workspace:
    """What services work with: the store, local settings, and a bounded memory safe between threads."""

    def __init__(
        self,
        store: Store,
        thresholds: Thresholds | None = None,
        remembered: int = 64,
        *,
        limits: Limits | None = None,
    ) -> None:
        self.store = store
        self.thresholds = thresholds or Thresholds()
        self.limits = limits or Limits()
        self._room = remembered
        self._memory: OrderedDict[Hashable, object] = OrderedDict()
        self._making: dict[Hashable, RLock] = {}
        self._lock = RLock()

    def remember(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value under ``key``, made on first use. Keys are built from ids of immutable things only.

        Who asks while another is making the same value waits for it instead of making it again.
        """
        with self._lock:
            if key in self._memory:
                self._memory.move_to_end(key)
                return cast("Value", self._memory[key])
            making = self._making.setdefault(key, RLock())
        with making:
            with self._lock:
                if key in self._memory:
                    return cast("Value", self._memory[key])
            value = make()
            with self._lock:
                self._memory[key] = value
                self._making.pop(key, None)
                while len(self._memory) > self._room:
                    self._memory.popitem(last=False)
        return value
