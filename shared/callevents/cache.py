"""Keeps what was asked for a while: bounded in time and in number."""

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

MOST_KEPT = 1000

T = TypeVar("T")


class TTLCache(Generic[T]):
    """Keeps at most `limit` values, each for so many seconds; for several threads."""

    def __init__(self, seconds: float, limit: int = MOST_KEPT) -> None:
        self._seconds = seconds
        self._limit = limit
        self._kept: OrderedDict[str, tuple[float, T]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str, now: float) -> T | None:
        """Return what is kept under *key* and still fresh."""
        with self._lock:
            kept = self._kept.get(key)
        return kept[1] if kept is not None and now < kept[0] else None

    def put(self, key: str, value: T, now: float) -> None:
        """Keep *value*; the oldest makes room."""
        with self._lock:
            self._kept[key] = (now + self._seconds, value)
            self._kept.move_to_end(key)
            while len(self._kept) > self._limit:
                self._kept.popitem(last=False)

    def drop(self, key: str) -> None:
        """Forget what is kept under *key*."""
        with self._lock:
            self._kept.pop(key, None)
