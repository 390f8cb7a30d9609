"""An answer's head, read at once or by the standard library: the same comes out."""

import http.client
import io
from contextlib import suppress
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from callevents.transport.http11 import Answer

NAMES = st.sampled_from(
    [
        "Content-Length",
        "content-length",
        "Transfer-Encoding",
        "Connection",
        "Keep-Alive",
        "X-A",
        "Server",
        "X A",
        "",
    ]
)
VALUES = st.sampled_from(
    [
        "0",
        "5",
        "05",
        "-1",
        "99999999999",
        "5 ",
        " 5",
        "chunked",
        "close",
        "keep-alive",
        "timeout=5",
        "a: b",
        "",
        "é",
        "x",
    ]
)
LINES = st.builds("{}{}{}".format, NAMES, st.sampled_from([": ", ":", " : ", ""]), VALUES) | st.just(
    " folded"
)
STARTS = st.sampled_from(
    ["HTTP/1.1 200 OK", "HTTP/1.1 200", "HTTP/1.1 200 ", "HTTP/1.0 200 OK", "HTTP/1.1 204 None", "HTTP/1.1 304 Same",
     "HTTP/1.1 503 Busy", "HTTP/1.1 999 X", "HTTP/1.1 20 X", "HTTP/2 200 OK", "HTTP/1.1 100 Continue", "<html>", ""]
)  # fmt: skip


class Wire:
    """As much of a socket as an answer reads from."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def makefile(self, _: str) -> io.BufferedReader:
        return io.BufferedReader(io.BytesIO(self.data))


def read(kind: type[http.client.HTTPResponse], data: bytes) -> Any:
    answer = kind(Wire(data), method="POST")  # type: ignore[arg-type]  # as above
    try:
        answer.begin()
    except http.client.HTTPException as error:
        return type(error)
    body = b""
    with suppress(http.client.HTTPException):
        body = answer.read1(16)
    told = answer.status, answer.version, answer.getheaders(), answer.will_close, answer.chunked
    return *told, answer.length, body


@settings(max_examples=300)
@example("HTTP/1.1 200 OK", ["Server: x", "Content-Length: 5"], "\r\n", b"hello")
@example("HTTP/1.1 200 OK", ["Content-Length: 5", "Content-Length: 5"], "\r\n", b"hello")
@example("HTTP/1.1 200 OK", ["Content-Length: 5", "Transfer-Encoding: chunked"], "\r\n", b"0\r\n\r\n")
@given(
    start=STARTS,
    lines=st.lists(LINES, max_size=4),
    end=st.sampled_from(["\r\n", "\n"]),
    body=st.binary(max_size=8),
)
def test_it_does_not_matter_who_reads_the_head(start: str, lines: list[str], end: str, body: bytes) -> None:
    data = end.join([start, *lines, "", ""]).encode("latin-1") + body
    assert read(Answer, data) == read(http.client.HTTPResponse, data)


def test_a_plain_head_is_not_left_to_the_parser_of_mail() -> None:
    class Watched(Answer):
        mailed = False

        def _read_status(self) -> Any:
            Watched.mailed = True
            return super()._read_status()  # type: ignore[misc]  # the standard library's own

    assert read(Watched, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")[-1] == b"ok"
    assert not Watched.mailed
