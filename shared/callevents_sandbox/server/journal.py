"""What went over the wire, in order, with times: for tests, for people, and for a page that shows it live."""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: at `at` (Unix seconds) `server` saw `what`, with `facts` that JSON can hold."""

    number: int
    at: float
    server: str
    what: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def document(self) -> dict[str, object]:
        """Return it as a JSON object."""
        return asdict(self)


class Journal:
    """All entries since the start, the oldest first; forgets those beyond `limit`. Safe between threads."""

    def __init__(self, *, clock: Callable[[], float] = time.time, limit: int = 10_000) -> None:
        self._clock = clock
        self.limit = limit
        self._entries: list[Entry] = []
        self._readers: list[queue.SimpleQueue[Entry]] = []
        self._count = 0
        self._lock = threading.Lock()

    def now(self) -> float:
        """Return the time that the next entry would have."""
        return self._clock()

    def write(self, server: str, what: str, **facts: object) -> Entry:
        """Record that *what* happened at *server*; *facts* must be JSON."""
        with self._lock:
            self._count += 1
            entry = Entry(self._count, self._clock(), server, what, facts)
            self._entries.append(entry)
            del self._entries[: -self.limit]
            for viewer in self._readers:
                viewer.put(entry)
        return entry

    def entries(self, server: str | None = None, what: str | None = None, after: int = 0) -> list[Entry]:
        """Return the entries of *server* about *what* whose number is above *after*."""
        with self._lock:
            return [
                entry
                for entry in self._entries
                if entry.number > after and server in {None, entry.server} and what in {None, entry.what}
            ]

    @contextmanager
    def following(self) -> Iterator["queue.SimpleQueue[Entry]"]:
        """Yield a queue that receives every entry written from now on."""
        viewer: queue.SimpleQueue[Entry] = queue.SimpleQueue()
        with self._lock:
            self._readers.append(viewer)
        try:
            yield viewer
        finally:
            with self._lock:
                self._readers.remove(viewer)
