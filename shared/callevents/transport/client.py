"""The HTTP client that everything here shares: kept connections, one TLS context, and deadlines that hold.

It is httpx with a transport of our own. The usual one knows timeouts per read only, logs headers at DEBUG, costs more
CPU per request and at the start; this one speaks HTTP/1.1 through the standard library, over `timed_socket`.
"""

import http.client
import logging
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import httpx

from callevents.clock import Deadline
from callevents.transport.http11 import exchange, message
from callevents.transport.sockets import Resolve, TimedSocket, TimedTlsSocket, connect, secure

# The longest that a connection lies idle before it is not used again, in seconds, unless the server names less. The
# monotonic clock goes on while the platform freezes the process, so a long freeze empties the pool by itself.
KEPT_SECONDS = 30.0
KEPT_CONNECTIONS = 64  # to each server; an instance that serves many requests at once needs as many
# After this many idle seconds a connection is not trusted to be alive: see `_patience`.
_DOUBTFUL_SECONDS = 2.0
_SECONDS_WITHOUT_DEADLINE = 30.0
_KEEP_ALIVE = r"timeout\s*=\s*([0-9]{1,6})"


class StaleConnection(httpx.ReadError):
    """A kept connection turned out to be dead before one byte of an answer came; the next one will be new.

    Whether the server has seen the request is not known. What is signed must be signed anew before it is repeated.
    """


class CertificateError(httpx.ConnectError):
    """The server's certificate is not valid for it; to try again is of no use."""


class Origin(NamedTuple):
    """Where a connection leads."""

    scheme: str
    host: str
    port: int


class Kept(NamedTuple):
    """A connection nobody uses; the times are monotonic."""

    sock: TimedSocket
    idle_since: float
    expires_at: float


@cache
def _shared_context() -> ssl.SSLContext:
    """Return the process's one TLS context: it costs 20 ms of CPU, and an instance may need more than one client."""
    return httpx.create_ssl_context()


def open_client(
    *,
    tls: Callable[[], ssl.SSLContext] = _shared_context,
    resolve: Resolve = socket.getaddrinfo,
    clock: Callable[[], float] = time.monotonic,
) -> httpx.Client:
    """Return a client that ends each request at `extensions={"deadline": Deadline}`, total, and retries nothing.

    Without a deadline the request's `timeout` is the total, else 30 s. With `extensions={"repeatable": True}` a kept
    connection that says nothing is given up while there is time left for a new one (StaleConnection).
    `extensions={"target": bytes}` is sent as the request target, byte for byte. Redirects are not followed, cookies
    not kept, and no proxy is used: credentials go where the settings say and nowhere else. Raises only httpx's own
    TransportError and DecodingError. Safe for many threads. *tls* is called once, at the first https request; the
    default one is the same for all clients, and trusts SSL_CERT_FILE or SSL_CERT_DIR where set, else certifi's list.
    """
    # httpx logs every URL at INFO, and a response_url is a secret.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    transport = TimedTransport(tls=tls, resolve=resolve, clock=clock)
    return _Client(
        transport,
        headers={"Accept-Encoding": "gzip", "User-Agent": "callevents"},
        timeout=None,  # the transport has its own limit
        follow_redirects=False,
        trust_env=False,
    )


class _NoCookies(httpx.Cookies):
    """No cookie outlives its answer; and to look for them costs a sixth of a request."""

    def extract_cookies(self, response: httpx.Response) -> None:
        """Extract none."""


class _Client(httpx.Client):
    """Sends a request straight through the transport: what httpx does around it is a tenth of a request's CPU.

    That is for redirects, logins and event hooks, of which there are none here, and for streams.
    """

    def __init__(self, transport: "TimedTransport", **options: Any) -> None:  # noqa: ANN401 - httpx's own
        super().__init__(transport=transport, **options)
        self._timed = transport

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        if self.is_closed or options.get("stream") or options.get("follow_redirects") is True:
            return super().send(request, **options)
        return self._timed.handle_request(request)

    @property
    def cookies(self) -> httpx.Cookies:
        return _NoCookies()

    @cookies.setter
    def cookies(self, _: object) -> None:
        raise AttributeError("this client keeps no cookies")


class TimedTransport(httpx.BaseTransport):
    """HTTP/1.1 over kept connections, each exchange within its deadline."""

    def __init__(
        self, *, tls: Callable[[], ssl.SSLContext], resolve: Resolve, clock: Callable[[], float]
    ) -> None:
        self._make_context = tls
        self._context: ssl.SSLContext | None = None
        self._resolve = resolve
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[Origin, list[Kept]] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send *request* and return the whole answer, unpacked."""
        until = self._until(request)
        sent = message(request)
        url = request.url
        origin = Origin(
            url.scheme, url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80)
        )
        kept = self._take(origin)
        if kept is None:
            sock = self._connect(origin, until)
        else:
            sock = kept.sock
            sock.begin(until, self._patience(request, kept, until))
        try:
            response, answer = exchange(sock, request, sent)
        except (OSError, http.client.HTTPException, ValueError) as error:
            sock.close()
            if kept is not None and not sock.heard and until.remaining() > 0:
                self._drop(origin)
                raise StaleConnection("the kept connection was dead") from error
            raise _transport_error(error, until) from error
        except BaseException:
            sock.close()
            raise
        if answer.will_close or response.is_informational:
            sock.close()
        else:
            self._keep(origin, sock, answer)
        return response

    def close(self) -> None:
        """Close the kept connections."""
        with self._lock:
            origins = list(self._kept)
        for origin in origins:
            self._drop(origin)

    def _until(self, request: httpx.Request) -> Deadline:
        deadline = request.extensions.get("deadline")
        seconds = request.extensions.get("timeout", {}).get("read")
        if not isinstance(deadline, Deadline):
            return Deadline.after(_SECONDS_WITHOUT_DEADLINE if seconds is None else seconds, self._clock)
        if seconds is None:
            return deadline
        return Deadline(min(deadline.expires_at, deadline.clock() + seconds), deadline.clock)

    def _patience(self, request: httpx.Request, kept: Kept, until: Deadline) -> Deadline | None:
        """Return when to give up a silent connection that lay idle, such that a new one has time to answer."""
        if not request.extensions.get("repeatable") or self._clock() - kept.idle_since < _DOUBTFUL_SECONDS:
            return None
        left = until.remaining()
        return Deadline.after(min(3.0, max(left / 2, left - 1.0)), until.clock)

    def _connect(self, origin: Origin, until: Deadline) -> TimedSocket:
        if origin.scheme not in {"http", "https"}:
            raise httpx.UnsupportedProtocol("http and https only")
        try:
            sock = connect(origin.host, origin.port, until, resolve=self._resolve)
            return secure(sock, origin.host, self._tls(), until) if origin.scheme == "https" else sock
        except ssl.SSLCertVerificationError as error:
            raise CertificateError("the certificate is not valid") from error
        except (OSError, ValueError) as error:  # ValueError: a name that TLS cannot have
            if isinstance(error, TimeoutError) and until.remaining() <= 0:
                raise httpx.ConnectTimeout("no connection in time") from error
            raise httpx.ConnectError("no connection") from error

    def _tls(self) -> ssl.SSLContext:
        with self._lock:
            if self._context is None:  # it costs 20 ms of CPU: one for all, and none without https
                self._context = self._make_context()
                self._context.sslsocket_class = TimedTlsSocket
                self._context.set_alpn_protocols(["http/1.1"])
            return self._context

    def _take(self, origin: Origin) -> Kept | None:
        while True:
            with self._lock:
                connections = self._kept.get(origin)
                if not connections:
                    return None
                kept = connections.pop()
            if self._clock() < kept.expires_at and kept.sock.is_quiet():
                return kept
            kept.sock.close()

    def _keep(self, origin: Origin, sock: TimedSocket, answer: http.client.HTTPResponse) -> None:
        header = answer.headers.get("keep-alive")
        named = re.search(_KEEP_ALIVE, header) if header else None
        # A second less than the server says: the request is under way for a while.
        seconds = min(KEPT_SECONDS, float(named[1]) - 1) if named else KEPT_SECONDS
        now = self._clock()
        with self._lock:
            connections = self._kept.setdefault(origin, [])
            connections.append(Kept(sock, now, now + seconds))
            surplus = connections.pop(0) if len(connections) > KEPT_CONNECTIONS else None
        if surplus is not None:
            surplus.sock.close()

    def _drop(self, origin: Origin) -> None:
        with self._lock:
            connections = self._kept.pop(origin, [])
        for kept in connections:
            kept.sock.close()


def _transport_error(error: Exception, until: Deadline) -> httpx.TransportError:
    if isinstance(error, TimeoutError) and until.remaining() <= 0:
        return httpx.ReadTimeout("no answer in time")
    if isinstance(error, OSError | http.client.IncompleteRead):
        return httpx.ReadError("the connection was lost")
    return httpx.RemoteProtocolError("not HTTP")
