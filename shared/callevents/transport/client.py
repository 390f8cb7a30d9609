"""The HTTP client that everything here shares: httpx over httpcore's pool, one TLS context, and deadlines that hold."""

import logging
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from functools import cache
from typing import Final, TypeAlias

import httpcore
import httpx

from callevents.clock import Deadline
from callevents.transport.backend import (
    CertificateError,
    DeadlineBackend,
    DeadlineStream,
    Exchange,
    StaleConnection,
)
from callevents.transport.resolver import Resolve, Resolver

__all__ = ["MAX_BODY_BYTES", "BodyTooLarge", "CertificateError", "StaleConnection", "open_client"]

MAX_BODY_BYTES: Final = 32 * 1024 * 1024
# How long a connection may lie idle and be used again, unless the server names less. The monotonic clock goes on while
# the platform freezes the process, so a long freeze empties the pool by itself.
MAX_IDLE_SECONDS: Final = 30.0
MAX_IDLE_CONNECTIONS: Final = 64  # an instance that serves many requests at once needs as many
_SECONDS_WITHOUT_DEADLINE: Final = 30.0
_Origin: TypeAlias = tuple[bytes, bytes, int | None]  # scheme, host and port
_KEEP_ALIVE: Final = rb"timeout\s*=\s*([0-9]{1,6})"


class BodyTooLarge(httpx.RemoteProtocolError):
    """The body is longer than MAX_BODY_BYTES, before or after it is unpacked."""


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
    connection that stays silent is given up while there is time left for a new one (StaleConnection).
    `extensions={"target": bytes}` is sent as the request target, byte for byte. Redirects are not followed, cookies
    not kept, and no proxy is used: credentials go where the settings say and nowhere else. Raises only httpx's own
    TransportError and DecodingError. Safe for many threads. *tls* is called once, at the first https request; the
    default one is the same for all clients, and trusts SSL_CERT_FILE or SSL_CERT_DIR where set, else certifi's list.
    """
    # httpx logs every URL at INFO, httpcore every header at DEBUG: a response_url is a secret, and so is a signature.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return DirectClient(DeadlineTransport(tls=tls, backend=DeadlineBackend(Resolver(resolve), clock)))


class DirectClient(httpx.Client):
    """Hands each request to the transport as it is: no redirect, cookie, login or hook comes in between.

    httpx's own way through these costs a fifth of a request, and keeps the cookies that it finds.
    """

    def __init__(self, transport: "DeadlineTransport") -> None:
        super().__init__(
            transport=transport,
            headers={"Accept-Encoding": "gzip", "User-Agent": "callevents"},
            timeout=httpx.Timeout(None),  # the transport has its own limit
            trust_env=False,
        )
        self._direct = transport

    def send(self, request: httpx.Request, **_: object) -> httpx.Response:
        """Send *request* and return the whole answer."""
        response = self._direct.handle_request(request)
        response.request = request
        return response


class WholeResponse(httpx.Response):
    """A response whose body is there, unpacked: httpx would pass it through its streams and decoders again."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        super().__init__(status, headers=headers, stream=httpx.ByteStream(body))
        self._body = body

    @property
    def content(self) -> bytes:
        """The body."""
        return self._body

    def read(self) -> bytes:
        """Return the body."""
        return self._body


class DeadlineTransport(httpx.BaseTransport):
    """Sends each request through httpcore's pool, within its deadline."""

    def __init__(self, *, tls: Callable[[], ssl.SSLContext], backend: DeadlineBackend) -> None:
        self._tls = cache(tls)
        self._backend = backend
        self._opening = threading.Lock()
        # One for each origin: at every request, twice, a pool looks at all of its connections.
        self._pools: dict[_Origin, httpcore.ConnectionPool] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send *request* and return the whole answer, unpacked."""
        exchange = Exchange(
            _deadline(request, self._backend.clock), bool(request.extensions.get("repeatable"))
        )
        timeout = {
            "connect": exchange,
            "read": exchange,
            "write": exchange,
            "pool": exchange.deadline.remaining(),
        }
        url, body = request.url, request.read()
        origin = url.raw_scheme, url.raw_host, url.port
        scheme, host, port = origin
        target = request.extensions.get("target") or url.raw_path
        sent = httpcore.Request(
            request.method,
            httpcore.URL(scheme=scheme, host=host, port=port, target=target),
            content=[body] if body else [],  # h11 would make an event of an empty piece, too
            extensions={"timeout": timeout},
        )
        sent.headers = (
            request.headers.raw
        )  # given above, each name and value would be asked whether it is bytes
        try:
            answer = self._pool(origin).handle_request(sent)
            try:
                return _whole(answer, _stream(answer))
            finally:
                answer.close()
        except httpcore.LocalProtocolError:
            # h11 names the header that it refuses, and the value may be a secret.
            raise httpx.LocalProtocolError("not one request") from None
        except httpcore.RemoteProtocolError as error:
            if exchange.ended:
                raise httpx.ReadError("the connection was lost") from error
            raise httpx.RemoteProtocolError("not HTTP") from error

    def close(self) -> None:
        """Close all connections."""
        for pool in self._pools.values():
            pool.close()

    def _pool(self, origin: _Origin) -> httpcore.ConnectionPool:
        scheme = origin[0]
        if scheme not in {b"http", b"https"}:
            raise httpx.UnsupportedProtocol("http and https only")
        with self._opening:
            if origin not in self._pools:  # a context costs 20 ms of CPU: none without https
                self._pools[origin] = httpcore.ConnectionPool(
                    ssl_context=self._tls() if scheme == b"https" else None,
                    max_connections=None,
                    max_keepalive_connections=MAX_IDLE_CONNECTIONS,
                    network_backend=self._backend,
                )
            return self._pools[origin]


def _deadline(request: httpx.Request, clock: Callable[[], float]) -> Deadline:
    deadline = request.extensions.get("deadline")
    seconds = request.extensions.get("timeout", {}).get("read")
    if not isinstance(deadline, Deadline):
        return Deadline.after(_SECONDS_WITHOUT_DEADLINE if seconds is None else seconds, clock)
    return deadline if seconds is None else deadline.capped(seconds)


def _stream(answer: httpcore.Response) -> DeadlineStream:
    """Return the connection that *answer* came on; raises StaleConnection where it came before it was asked for."""
    stream = answer.extensions["network_stream"]
    if not isinstance(stream, DeadlineStream):
        raise httpx.RemoteProtocolError("unexpected upgrade")
    if not stream.answered:  # the pool had read it behind the answer before, which is another request's
        raise StaleConnection("unsolicited response")
    return stream


def _whole(answer: httpcore.Response, stream: DeadlineStream) -> httpx.Response:
    """Return *answer* with its body unpacked, and leave the connection to others for as long as the server allows."""
    headers = answer.headers
    named = {name.lower(): value for name, value in headers}
    body = _body(answer, int(named.get(b"content-length", 0)))  # h11 has seen that it is a number
    coding = named.get(b"content-encoding", b"").strip().lower()
    if coding:
        body = _unpacked(body, coding)
        headers = [(name, value) for name, value in headers if name.lower() != b"content-encoding"]
    stream.keep(_idle_seconds(named.get(b"keep-alive", b"")))
    return WholeResponse(answer.status, headers, body)


def _body(answer: httpcore.Response, declared: int) -> bytes:
    parts, size = [], 0
    for part in answer.iter_stream() if declared <= MAX_BODY_BYTES else ():
        size += len(part)
        if size > MAX_BODY_BYTES:
            break
        parts.append(part)
    if max(size, declared) > MAX_BODY_BYTES:
        raise BodyTooLarge("the body is too long")
    return b"".join(parts)


def _unpacked(body: bytes, coding: bytes) -> bytes:
    if coding == b"identity" or not body:
        return body
    if coding not in {b"gzip", b"x-gzip"}:
        raise httpx.DecodingError("a coding that was not asked for")
    # httpx would unpack a megabyte of nothing to a gigabyte, and take what is cut short for whole.
    inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unpacked = inflater.decompress(body, MAX_BODY_BYTES + 1)
    except zlib.error as error:
        raise httpx.DecodingError("not gzip") from error
    if len(unpacked) > MAX_BODY_BYTES:
        raise BodyTooLarge("the body is too long when unpacked")
    if not inflater.eof:
        raise httpx.DecodingError("gzip that is cut short")
    return unpacked


def _idle_seconds(keep_alive: bytes) -> float:
    """Return a second less than the server names: the next request is under way for a while."""
    named = re.search(_KEEP_ALIVE, keep_alive) if keep_alive else None
    return min(MAX_IDLE_SECONDS, float(named[1]) - 1) if named else MAX_IDLE_SECONDS
