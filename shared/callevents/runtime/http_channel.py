"""waitress's connection, closed to strangers: what is too large, too slow or unknown is refused with a 4xx at once.

Nothing of a refused body is kept, in memory or on the disk: the connection is read for a moment longer, so that the
refusal arrives (a socket that is closed with unread bytes takes it back), and what comes is dropped.
Source: https://docs.pylonsproject.org/projects/waitress/en/stable/ (parser, channel; 3.0)
"""

import socket
import time
from contextlib import suppress
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.utilities import BadRequest, Error, RequestEntityTooLarge, ServerNotImplemented

from callevents.runtime.http_trigger import MAX_BODY_BYTES

# From the first byte of a request: for its head, and for all of it. The platform sends a request in one go.
HEAD_TIMEOUT_SECONDS = 5.0
REQUEST_TIMEOUT_SECONDS = 20.0
# How long a chunk may not come.
IDLE_TIMEOUT_SECONDS = 5.0
LINGER_SECONDS = 2.0
# Above so many connections those without a request are closed. The platform needs one for each request under way, 50 at
# most, and keeps them while an instance is frozen: so below it they stay.
MAX_KEPT_CONNECTIONS = 100


class RequestTimeout(Error):  # type: ignore[misc]  # waitress has no types
    """The rest of a request does not come."""

    code = 408
    reason = "Request Timeout"


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """Reads a request of at most MAX_BODY_BYTES bytes, however it is framed."""

    error: Error | None

    def __init__(self, adj: object) -> None:
        super().__init__(adj)
        self.started_at = time.monotonic()

    def received(self, data: bytes) -> int:
        """Take *data* and return how much of it belongs to this request."""
        consumed: int = super().received(data)
        if isinstance(self.error, ServerNotImplemented):
            self.error = BadRequest(self.error.body)
        size = len(self.body_rcv) if self.body_rcv is not None else 0
        if self.error is None and max(size, self.content_length) > MAX_BODY_BYTES:
            self.error = RequestEntityTooLarge(f"exceeds {MAX_BODY_BYTES} bytes")
        if self.error is not None:
            self.completed, self.expect_continue = True, False
        return consumed


class Channel(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """One connection; the server's main thread alone calls it, but for `service`."""

    parser_class = Parser
    request: Any
    requests: list[Any]
    connected: bool
    will_close: bool
    total_outbufs_len: int
    refused = False
    lingers_until = 0.0

    def __init__(self, *args: object, **keywords: object) -> None:
        super().__init__(*args, **keywords)
        self.unused_since = time.monotonic()

    def readable(self) -> bool:
        """Say whether to read on, asked about once a second; give up what is overdue."""
        if self.lingers_until:
            if time.monotonic() > self.lingers_until:
                super().handle_close()
            return bool(self.connected)
        if self._is_in_the_way():
            super().handle_close()
            return False
        if self._is_overdue():
            self._give_up()
        return bool(super().readable())

    def handle_read(self) -> None:
        """Read what has come; drop it after a refusal."""
        if not self.lingers_until:
            super().handle_read()
            return
        with suppress(OSError):
            self.recv(self.adj.recv_bytes)

    def service(self) -> None:
        """Answer the next request, in a thread of its own."""
        self.refused = self.refused or self.requests[0].error is not None
        super().service()
        self.unused_since = time.monotonic()

    def handle_close(self) -> None:
        """Close the connection, after a refusal the writing half first."""
        if self.refused and not self.lingers_until and self.connected:
            self.lingers_until = time.monotonic() + LINGER_SECONDS
            self.will_close = False
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            else:
                return
        super().handle_close()

    def _is_in_the_way(self) -> bool:
        """Say whether the connection is one of too many and asks for nothing; blank lines are no request."""
        if self.request is not None or self.requests or self.total_outbufs_len:
            return False
        is_unused = time.monotonic() - self.unused_since > IDLE_TIMEOUT_SECONDS
        return is_unused and len(self.server._map) > MAX_KEPT_CONNECTIONS  # noqa: SLF001 - waitress's own name for it

    def _is_overdue(self) -> bool:
        request, now = self.request, time.monotonic()
        if request is None or self.requests or self.will_close or self.close_when_flushed:
            return False
        age = now - request.started_at
        if not request.headers_finished:
            return bool(age > HEAD_TIMEOUT_SECONDS)
        return bool(age > REQUEST_TIMEOUT_SECONDS or time.time() - self.last_activity > IDLE_TIMEOUT_SECONDS)

    def _give_up(self) -> None:
        """Refuse the request that does not come, and close the connection."""
        with self.requests_lock:
            request, self.request = self.request, None
            request.error = RequestTimeout("the rest of the request did not come")
            request.completed = True
            self.requests.append(request)
            self.server.add_task(self)
