"""Name resolution that ends in time: one per host under way, however many wait for it."""

import queue
import socket
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

from callevents.clock import Deadline

Addresses: TypeAlias = list[tuple[Any, Any, int, str, Any]]
Resolve: TypeAlias = Callable[..., Addresses]


class Resolver:
    """Resolves host names in threads of its own: getaddrinfo takes no timeout. Safe for many threads.

    A name server that does not answer holds such a thread for many seconds; requests that come meanwhile wait for the
    same one, or an instance under load would fill with them.
    """

    def __init__(self, resolve: Resolve = socket.getaddrinfo) -> None:
        self._resolve = resolve
        self._lock = threading.Lock()
        self._under_way: dict[tuple[str, int], list[queue.SimpleQueue[Addresses | OSError]]] = {}

    def addresses(self, host: str, port: int, deadline: Deadline) -> Addresses:
        """Return the addresses of *host* in the order to try them; raises TimeoutError or another OSError."""
        try:
            return self._resolve(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        except (OSError, UnicodeError):
            pass  # a name
        mine: queue.SimpleQueue[Addresses | OSError] = queue.SimpleQueue()
        with self._lock:
            waiting = self._under_way.setdefault((host, port), [])
            waiting.append(mine)
            if len(waiting) == 1:
                self._start(host, port)
        try:
            found = mine.get(timeout=deadline.remaining())
        except queue.Empty:
            raise TimeoutError("no address came in time") from None
        if isinstance(found, OSError):
            raise found
        return found

    def _start(self, host: str, port: int) -> None:
        thread = threading.Thread(
            target=self._look_up, args=(host, port), name="callevents-resolve", daemon=True
        )
        try:
            thread.start()
        except RuntimeError as error:  # no thread is left: later requests must not wait for this one
            del self._under_way[host, port]
            raise OSError("no thread to resolve a name in") from error

    def _look_up(self, host: str, port: int) -> None:
        found: Addresses | OSError
        try:
            found = self._resolve(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            found = error
        except Exception as error:  # noqa: BLE001 - UnicodeError mostly; whatever it is, nobody must wait for ever
            found = OSError(f"not a host name: {type(error).__name__}")
        with self._lock:
            waiting = self._under_way.pop((host, port))
        for one in waiting:
            one.put(found)
