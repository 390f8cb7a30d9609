"""A socket every step of which ends at a deadline: naming, connecting, TLS, each write, each read.

A timeout per step, as sockets have it, is not enough: a server that sends one byte a second meets every one of them.
"""

import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

from callevents.clock import Deadline

Addresses: TypeAlias = "list[tuple[Any, Any, int, str, Any]]"
Resolve: TypeAlias = Callable[..., Addresses]

# How long the other side may leave our bytes unacknowledged before the kernel gives the connection up: a path that
# vanished (a NAT forgot us while the instance was frozen) is noticed long before the deadline.
_UNACKNOWLEDGED_MS = 1500


class TimedSocket(socket.socket):
    """A connected TCP socket that raises TimeoutError rather than wait beyond `until`.

    `first_byte_by` ends the wait for the first byte of an answer earlier; `heard` tells whether one has come.
    """

    until: Deadline
    first_byte_by: Deadline | None = None
    heard: bool = False

    def begin(self, until: Deadline, first_byte_by: Deadline | None = None) -> None:
        """Start an exchange that ends at *until*."""
        self.until, self.first_byte_by, self.heard = until, first_byte_by, False

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:  # noqa: ANN401 - as sockets do
        """Read as `socket.recv_into` does, in time; what `makefile` returns reads through this."""
        self.settimeout(_left(self.until if self.heard else self.first_byte_by or self.until))
        count = super().recv_into(buffer, nbytes or 0, flags)
        self.heard = self.heard or count > 0
        return count

    def send_in_time(self, data: bytes) -> None:
        """Send all of *data*; `sendall` over TLS would start the time anew for every record."""
        view = memoryview(data)
        while view:
            self.settimeout(_left(self.until))
            view = view[self.send(view) :]

    def is_quiet(self) -> bool:
        """Return whether nothing has come since the last answer, no byte and no end: only then it can be used again."""
        self.settimeout(0)
        try:
            self.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        except OSError:
            return False
        return False


class TimedTlsSocket(TimedSocket, ssl.SSLSocket):
    """The same over TLS."""


def connect(host: str, port: int, until: Deadline, *, resolve: Resolve = socket.getaddrinfo) -> TimedSocket:
    """Return a socket connected to *host* before *until*; raises TimeoutError or another OSError."""
    addresses = _addresses(host, port, until, resolve)
    failure: OSError = OSError("no address")
    for following, (family, kind, protocol, _, address) in zip(
        range(len(addresses) - 1, -1, -1), addresses, strict=True
    ):
        sock = TimedSocket(family, kind, protocol)
        try:
            # An address that does not answer must leave time for the next one.
            sock.settimeout(_left(until) / (2 if following else 1))
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux only
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED_MS)
        except OSError as error:
            sock.close()
            failure = error
        else:
            sock.begin(until)
            return sock
    raise failure


def secure(sock: TimedSocket, host: str, context: ssl.SSLContext, until: Deadline) -> TimedSocket:
    """Return *sock* with TLS on it before *until*; it is closed if that fails (TimeoutError or another OSError).

    The `sslsocket_class` of *context* must be TimedTlsSocket.
    """
    secured = context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
    if not isinstance(secured, TimedTlsSocket):
        raise TypeError("the context makes sockets of another class")
    secured.begin(until)
    try:
        # One call, one timeout: it holds for the whole handshake, however slowly its bytes come.
        secured.settimeout(_left(until))
        secured.do_handshake()
    except BaseException:
        secured.close()
        raise
    return secured


def _left(deadline: Deadline) -> float:
    left = deadline.remaining()
    if left <= 0:
        raise TimeoutError("the deadline has passed")
    return left


def _addresses(host: str, port: int, until: Deadline, resolve: Resolve) -> Addresses:
    try:
        return resolve(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        pass  # a name
    import queue

    # getaddrinfo takes no timeout, and a name server that does not answer holds it for many seconds.
    found: queue.SimpleQueue[Addresses | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found.put(resolve(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.put(error if isinstance(error, OSError) else OSError("not a host name"))

    threading.Thread(target=ask, name="callevents-resolve", daemon=True).start()
    try:
        answer = found.get(timeout=_left(until))
    except queue.Empty:
        raise TimeoutError("no address came in time") from None
    if isinstance(answer, OSError):
        raise answer
    return answer
