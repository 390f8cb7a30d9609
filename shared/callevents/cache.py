"""In-memory caches, bounded in time and in number: values by key, and keys that were seen."""

from collections import OrderedDict
from hashlib import sha256
from threading import Lock
from typing import Generic, TypeVar

MAX_VALUES = 1000
SEEN_SECONDS = 600.0
MAX_SEEN = 10_000

T = TypeVar("T")


class TTLCache(Generic[T]):
    """Keeps at most `limit` values, each for so many seconds; for several threads."""

    def __init__(self, seconds: float, limit: int = MAX_VALUES) -> None:
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


class SeenKeys:
    """Remembers keys for ten minutes: signed requests, shares, events, so that none is served twice.

    Instances share no memory: this softens a replay, it does not exclude one. The window is two-sided: a request
    that is stamped five minutes ahead lives ten minutes. Add only what was verified, so that forgeries cannot fill it.
    """

    def __init__(self, limit: int = MAX_SEEN) -> None:
        self._limit = limit
        self._seen: OrderedDict[bytes, float] = OrderedDict()
        self._lock = Lock()

    def add(self, key: str, now: float) -> bool:
        """Say whether *key* was not seen in the last ten minutes, and remember it."""
        digest = sha256(key.encode()).digest()
        with self._lock:
            while self._seen:
                oldest, seen_at = next(iter(self._seen.items()))
                if now - seen_at < SEEN_SECONDS and len(self._seen) < self._limit:
                    break
                del self._seen[oldest]
            if digest in self._seen:
                return False
            self._seen[digest] = now
            return True

    def forget(self, key: str) -> None:
        """Forget *key*, because what it asked for failed."""
        with self._lock:
            self._seen.pop(sha256(key.encode()).digest(), None)
