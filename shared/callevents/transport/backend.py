"""The network under httpcore's pool: nothing that a request waits for outlasts the request's deadline.

A timeout per step, as sockets have it, is not enough: a server that sends one byte a second meets every one of them.
httpcore hands the values of `extensions["timeout"]` to its backend untouched, so here they are the `Exchange` itself.
https://www.encode.io/httpcore/network-backends/
"""

import select
import socket
import ssl
from collections.abc import Callable
from math import inf
from typing import Final

import httpcore
import httpx

from callevents.clock import Deadline
from callevents.transport.resolver import Resolver

# How long the other side may leave our bytes unacknowledged before the kernel gives the connection up: a path that
# vanished (a NAT forgot us while the instance was frozen) is noticed long before the deadline.
_MAX_UNACKNOWLEDGED_MILLISECONDS: Final = 1500
# After so many idle seconds a kept connection may be dead without a sign of it: see `Exchange.answer_by`.
_DOUBTFUL_SECONDS: Final = 2.0


class StaleConnection(httpx.ReadError):
    """A kept connection turned out to be dead before one byte of an answer came; the next one will be new.

    Whether the server has seen the request is not known. What is signed must be signed anew before it is repeated.
    """


class CertificateError(httpx.ConnectError):
    """The server's certificate is not valid for it; a retry does not help."""


class Exchange:
    """One request and its answer: when they end, and whether the request may be repeated.

    `ended` becomes true when the server has closed the connection.
    """

    __slots__ = ("deadline", "ended", "repeatable")

    def __init__(self, deadline: Deadline, repeatable: bool = False) -> None:
        self.deadline = deadline
        self.repeatable = repeatable
        self.ended = False

    def answer_by(self, idle_seconds: float) -> Deadline:
        """Return when to give up a connection that was idle and stays silent, so that a new one has time to answer."""
        if not self.repeatable or idle_seconds < _DOUBTFUL_SECONDS:
            return self.deadline
        left = self.deadline.remaining()
        return self.deadline.capped(min(3.0, max(left / 2, left - 1.0)))


class DeadlineBackend(httpcore.NetworkBackend):
    """Opens connections. `died_at` is when a kept one to a host and port was last found dead."""

    def __init__(self, resolver: Resolver, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.died_at: dict[tuple[str, int], float] = {}
        self._resolver = resolver

    def connect_tcp(
        self, host: str, port: int, timeout: object = None, *_: object, **__: object
    ) -> "DeadlineStream":
        """Connect to the first address that answers; raises httpx.ConnectTimeout or ConnectError."""
        deadline = _exchange(timeout).deadline
        try:
            return DeadlineStream(self._connect(host, port, deadline), (host, port), self)
        except OSError as error:
            raise _connect_error(error, deadline) from error

    def _connect(self, host: str, port: int, deadline: Deadline) -> socket.socket:
        addresses = self._resolver.addresses(host, port, deadline)
        failure: OSError = OSError("no address")
        for index, (family, kind, protocol, _, address) in enumerate(addresses, 1):
            sock = socket.socket(family, kind, protocol)
            try:
                # An address that does not answer must leave time for the next one.
                sock.settimeout(_seconds_left(deadline) / (1 if index == len(addresses) else 2))
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux only
                    sock.setsockopt(
                        socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _MAX_UNACKNOWLEDGED_MILLISECONDS
                    )
            except OSError as error:
                sock.close()
                failure = error
            else:
                return sock
        raise failure


class DeadlineStream(httpcore.NetworkStream):
    """A connection, used by one exchange after the other; each step takes the Exchange in place of a timeout.

    `answered` is whether a byte has come since the present exchange began.
    """

    def __init__(self, sock: socket.socket, peer: tuple[str, int], backend: DeadlineBackend) -> None:
        self._sock = sock
        self._peer = peer
        self._backend = backend
        self.answered = False
        self._exchange: Exchange | None = None
        self._reused = False
        self._answer_by = Deadline(inf, backend.clock)
        self._idle_since = inf
        self._expires_at = inf

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: object = None
    ) -> "DeadlineStream":
        """Return the connection with TLS on it; raises CertificateError, httpx.ConnectTimeout or ConnectError."""
        deadline = _exchange(timeout).deadline
        try:
            # One call of do_handshake has one timeout, however slowly its bytes come.
            self._sock.settimeout(_seconds_left(deadline))
            secured = ssl_context.wrap_socket(self._sock, server_hostname=server_hostname)
        except (OSError, ValueError) as error:  # ValueError: a name that TLS cannot have
            self.close()
            raise _connect_error(error, deadline) from error
        return DeadlineStream(secured, self._peer, self._backend)

    def write(self, buffer: bytes, timeout: object = None) -> None:
        """Send *buffer*; raises httpx.WriteTimeout, or httpcore.WriteError, after which the answer is read."""
        exchange = _exchange(timeout)
        if exchange is not self._exchange:
            self._begin(exchange)
        view = memoryview(buffer)
        try:
            while view:  # sendall over TLS would start the time anew for every record
                self._sock.settimeout(_seconds_left(exchange.deadline))
                view = view[self._sock.send(view) :]
        except OSError as error:
            if _is_late(error, exchange.deadline):
                raise httpx.WriteTimeout("the request was not sent in time") from error
            raise httpcore.WriteError from error

    def read(self, max_bytes: int, timeout: object = None) -> bytes:
        """Return what comes next, b"" at the end; raises httpx.ReadTimeout, ReadError or StaleConnection."""
        exchange = _exchange(timeout)
        try:
            self._sock.settimeout(_seconds_left(exchange.deadline if self.answered else self._answer_by))
            data = self._sock.recv(max_bytes)
        except OSError as error:
            raise self._read_error(exchange, error) from error
        exchange.ended = not data
        if not data and not self.answered:
            raise self._read_error(exchange, None)
        self.answered = True
        return data

    def keep(self, seconds: float) -> None:
        """Let other exchanges use the connection for *seconds*."""
        self._idle_since = self._backend.clock()
        self._expires_at = self._idle_since + seconds

    def close(self) -> None:
        """Close the connection."""
        self._sock.close()

    def get_extra_info(self, info: str) -> object:
        """Answer the pool, which closes an idle connection that `is_readable`: one that no exchange may use again."""
        return self._is_spent() if info == "is_readable" else None

    def _begin(self, exchange: Exchange) -> None:
        self._reused, self.answered = self._exchange is not None, False
        self._exchange = exchange
        self._answer_by = exchange.answer_by(self._backend.clock() - self._idle_since)

    def _is_spent(self) -> bool:
        """Return whether the connection has expired or died with another one, or the server has sent or ended it."""
        died_at = self._backend.died_at.get(self._peer, -inf)
        if self._backend.clock() >= self._expires_at or self._idle_since <= died_at:
            return True
        poll = select.poll()
        try:
            poll.register(self._sock, select.POLLIN)
        except ValueError:  # another thread has closed it meanwhile
            return True
        return bool(poll.poll(0))

    def _read_error(self, exchange: Exchange, error: OSError | None) -> httpx.TransportError:
        if error is not None and _is_late(error, exchange.deadline):
            return httpx.ReadTimeout("no answer in time")
        if not self._reused or self.answered:
            return httpx.ReadError("the connection was lost")
        # The others have lain there as long, on the same path: they are not tried one after the other.
        self._backend.died_at[self._peer] = self._backend.clock()
        return StaleConnection("the kept connection was dead")


def _exchange(timeout: object) -> Exchange:
    if not isinstance(timeout, Exchange):
        raise TypeError("the timeouts of a request must be its Exchange")
    return timeout


def _seconds_left(deadline: Deadline) -> float:
    left = deadline.remaining()
    if left <= 0:
        raise TimeoutError("the deadline has passed")
    return left


def _is_late(error: Exception, deadline: Deadline) -> bool:
    """Return whether *error* is the deadline's, not the kernel's (TCP_USER_TIMEOUT), which is a lost connection."""
    return isinstance(error, TimeoutError) and deadline.remaining() <= 0


def _connect_error(error: Exception, deadline: Deadline) -> httpx.TransportError:
    if isinstance(error, ssl.SSLCertVerificationError):
        return CertificateError("the certificate is not valid")
    if _is_late(error, deadline):
        return httpx.ConnectTimeout("no connection in time")
    return httpx.ConnectError("no connection")
