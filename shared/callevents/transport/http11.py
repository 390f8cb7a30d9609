"""One HTTP/1.1 exchange on a connected socket: a request out, the whole answer in, unpacked."""

import http.client
import re
import zlib
from operator import methodcaller

import httpx

from callevents.transport.sockets import TimedSocket

LARGEST_ANSWER = 32 * 1024 * 1024
_PART = 64 * 1024
# The body is decoded here: httpx must not do it again.
_DONE = frozenset({"content-encoding", "transfer-encoding"})
_FRAMING = frozenset({b"content-length", b"transfer-encoding"})
# Answers with a body of a known length on a connection that stays, in HTTP's plainest spelling.
_PLAIN_HEAD = re.compile(
    rb"HTTP/1\.1 ([2-5][0-9]{2})(?<!204)(?<!304) ?[ -~]*(?:\r\n[!-9;-~]{1,60}: [!-~][ -~]{0,4000}){1,40}"
)
_halves = methodcaller("partition", b": ")
_LENGTH = re.compile(rb"[0-9]{1,9}")
_HEAVY = frozenset({b"transfer-encoding", b"connection"})
_OF_A_NAME = b"!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_OF_A_TARGET = bytes(range(0x21, 0x7F))


class AnswerTooLarge(httpx.RemoteProtocolError):
    """The body is longer than LARGEST_ANSWER, before or after it is unpacked."""


def message(request: httpx.Request) -> bytes:
    """Return *request* as it is sent; raises httpx.LocalProtocolError for what would not be one request."""
    body = request.read()
    target = request.extensions.get("target") or request.url.raw_path
    if not isinstance(target, bytes) or not target or target.translate(None, _OF_A_TARGET):
        raise httpx.LocalProtocolError("not a request target")
    lines = [b"%b %b HTTP/1.1" % (request.method.encode("ascii"), target)]
    for name, value in request.headers.raw:
        if not name or name.translate(None, _OF_A_NAME) or b"\r" in value or b"\n" in value or b"\0" in value:
            raise httpx.LocalProtocolError("not a header")  # and not named: the value may be a secret
        if name.lower() not in _FRAMING:
            lines.append(b"%b: %b" % (name, value))
    if body or request.method not in {"GET", "HEAD"}:
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join([*lines, b"", body])


class Answer(http.client.HTTPResponse):
    """Reads the head of an answer at once where it is a plain one that has come whole; every other as ever.

    The standard library has a parser of electronic mail read it: a twentieth of all the CPU of a lookup.
    """

    def begin(self) -> None:
        """Read the head."""
        head, end, _ = self.fp.peek(1).partition(b"\r\n\r\n")
        found = _PLAIN_HEAD.fullmatch(head) if end else None
        if found is None:
            super().begin()
            return
        pairs = [(name, value) for name, _, value in map(_halves, head.split(b"\r\n")[1:])]
        names = [name.lower() for name, _ in pairs]
        length = pairs[names.index(b"content-length")][1] if names.count(b"content-length") == 1 else b""
        if not _LENGTH.fullmatch(length) or not _HEAVY.isdisjoint(names):
            super().begin()
            return
        self.fp.read(len(head) + len(end))
        self.version, self.status, self.reason = 11, int(found[1]), ""
        self.code = self.status
        self.headers = self.msg = http.client.HTTPMessage()
        for name, value in pairs:
            self.headers.set_raw(name.decode("ascii"), value.decode("ascii").strip())
        self.length: int | None = int(length)
        self.chunked, self.will_close = False, False


class Whole(httpx.Response):
    """An answer that has come whole and is unpacked; httpx reads its own through streams, for as long as all else."""

    def __init__(
        self, status: int, headers: list[tuple[bytes, bytes]], body: bytes, request: httpx.Request
    ) -> None:
        super().__init__(status, headers=headers, stream=httpx.ByteStream(body), request=request)
        self._body = body

    @property
    def content(self) -> bytes:
        """The body."""
        return self._body

    def read(self) -> bytes:
        """Return the body."""
        return self._body


def exchange(
    sock: TimedSocket, request: httpx.Request, message: bytes
) -> tuple[httpx.Response, http.client.HTTPResponse]:
    """Send *message* and return the answer, twice: for the caller, and closed for what it says of the connection.

    Raises OSError (TimeoutError: too late), http.client.HTTPException, ValueError, and httpx's DecodingError or
    AnswerTooLarge.
    """
    try:
        sock.send_in_time(message)
    except TimeoutError:
        raise
    except OSError:
        pass  # a server may refuse early, say why and close: read what it says
    kind = http.client.HTTPResponse if request.method == "HEAD" else Answer
    answer = kind(sock, method=request.method)
    try:
        answer.begin()
        body = _unpacked(_body(answer), answer.headers.get("content-encoding", "").strip().lower())
    finally:
        answer.close()
    headers = [
        (name.encode("latin-1"), value.encode("latin-1", "replace"))
        for name, value in answer.headers.raw_items()
        if name.lower() not in _DONE
    ]
    return Whole(answer.status, headers, body, request), answer


def _body(answer: http.client.HTTPResponse) -> bytes:
    length = answer.length  # None: in chunks, or up to the end of the connection
    if length is not None and length > LARGEST_ANSWER:
        raise AnswerTooLarge("the body is too long")
    parts, size = [], 0
    while length is None or size < length:
        part = answer.read1(_PART if length is None else min(_PART, length - size))
        if not part:
            break
        parts.append(part)
        size += len(part)
        if size > LARGEST_ANSWER:
            raise AnswerTooLarge("the body is too long")
    if length is not None and size < length:
        raise ConnectionResetError("the connection ended within the body")
    return b"".join(parts)


def _unpacked(body: bytes, coding: str) -> bytes:
    if coding in {"", "identity"} or not body:
        return body
    if coding not in {"gzip", "x-gzip"}:
        raise httpx.DecodingError("a coding that was not asked for")
    inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unpacked = inflater.decompress(body, LARGEST_ANSWER + 1)
    except zlib.error as error:
        raise httpx.DecodingError("not gzip") from error
    if len(unpacked) > LARGEST_ANSWER:
        raise AnswerTooLarge("the body is too long when unpacked")
    if not inflater.eof:
        raise httpx.DecodingError("gzip that is cut short")
    return unpacked
