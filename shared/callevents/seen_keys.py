"""Remembers the signed requests of the last minutes, so that a captured one is not answered twice.

Instances share no memory: this softens a replay, it does not exclude one. The window is two-sided: a request that is
stamped five minutes ahead lives ten minutes. Only what was verified is remembered, so forgeries cannot fill it.
"""

from collections import OrderedDict
from hashlib import sha256
from threading import Lock

SECONDS = 600.0
MOST = 10_000


class SeenKeys:
    """The signatures seen in this instance."""

    def __init__(self, limit: int = MOST) -> None:
        self._limit = limit
        self._seen: OrderedDict[bytes, float] = OrderedDict()
        self._lock = Lock()

    def add(self, signature: str, now: float) -> bool:
        """Say whether *signature* was not seen in the last ten minutes, and remember it."""
        digest = sha256(signature.encode()).digest()
        with self._lock:
            while self._seen:
                oldest, seen_at = next(iter(self._seen.items()))
                if now - seen_at < SECONDS and len(self._seen) < self._limit:
                    break
                del self._seen[oldest]
            if digest in self._seen:
                return False
            self._seen[digest] = now
            return True

    def forget(self, signature: str) -> None:
        """Take *signature* as not seen: what it asked for was not done."""
        with self._lock:
            self._seen.pop(sha256(signature.encode()).digest(), None)
