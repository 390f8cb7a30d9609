"""The server of a custom runtime, over real connections."""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from callevents.invocation import Invocation, Request, Response
from callevents.runtime.handler import FunctionHandler
from callevents.runtime.http_channel import IDLE_TIMEOUT_SECONDS
from callevents.runtime.server import port_of, server_for
from callevents_sandbox.server.free_port import free_port
from tests.runtime.conftest import RecordingApplication


@pytest.mark.parametrize(
    ("wanted", "port"),
    [(None, 9000), ("", 9000), ("8080", 8080), (" 9001 ", 9001), ("٩", 9000), ("9" * 9, 9000)],
)  # fmt: skip
def test_it_listens_where_the_platform_says(wanted: str | None, port: int) -> None:
    environ = {} if wanted is None else {"FC_CUSTOM_LISTEN_PORT": wanted}

    assert port_of(environ) == port


LIMIT = 1 << 20
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(scope="module", name="port")
def _port() -> Iterator[int]:
    """Serve a function that answers with the size of what it got, as a custom runtime does."""
    from waitress import wasyncore

    class Application(RecordingApplication):
        def http(self, request: Request, invocation: Invocation) -> Response:
            return Response(200, f"{len(request.body)} bytes")

    function = FunctionHandler(lambda settings: Application(), http_only=True, environ={})
    sockets: dict[int, Any] = {}
    server = server_for(function, 0, sockets)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.effective_port
    wasyncore.close_all(sockets)
    thread.join(5)


def answer_to(port: int, *parts: bytes, seconds: float = 15.0) -> bytes:
    """Send *parts* over one connection, which stays open, and return everything that comes until the server ends it.

    15 *seconds* are less than REQUEST_TIMEOUT_SECONDS: what ends no sooner than a whole request has to fails.
    """
    with socket.create_connection(("127.0.0.1", port), seconds) as connection:
        for part in parts:
            connection.sendall(part)
        found = b""
        while part := connection.recv(65_536):
            found += part
            if found.endswith(b" bytes"):
                break
        return found


def status_of(port: int, *parts: bytes, seconds: float = 15.0) -> int:
    return int(answer_to(port, *parts, seconds=seconds).split()[1])


def test_a_body_up_to_the_limit_is_taken(port: int) -> None:
    head = HEAD + b"Content-Length: %d\r\n\r\n" % LIMIT
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

    assert b"%d bytes" % LIMIT in answer_to(port, head, b"x" * LIMIT)
    assert b"%d bytes" % LIMIT in answer_to(port, chunked, b"%x\r\n" % LIMIT, b"x" * LIMIT, b"\r\n0\r\n\r\n")


@pytest.mark.parametrize("coding", [b"gzip", b"gzip, chunked", b"identity", b"chunked, x"])
def test_an_unknown_transfer_coding_is_a_bad_request(port: int, coding: bytes) -> None:
    assert status_of(port, HEAD, b"Transfer-Encoding: %s\r\n\r\n" % coding) == 400


def test_a_body_above_the_limit_is_refused_before_it_comes(port: int) -> None:
    head = HEAD + b"Content-Length: %d\r\n" % (LIMIT + 1)

    assert status_of(port, head, b"\r\n") == 413
    assert status_of(port, head, b"Expect: 100-continue\r\n\r\n") == 413


def test_a_refusal_arrives_while_the_body_still_comes(port: int) -> None:
    size = 16 * LIMIT

    assert status_of(port, HEAD, b"Content-Length: %d\r\n\r\n" % size, b"x" * size) == 413


@pytest.mark.parametrize("chunk", [4, 1000, LIMIT + 1])
def test_a_body_of_chunks_is_refused_once_it_is_too_large(port: int, chunk: int) -> None:
    parts = [b"%x\r\n%s\r\n" % (chunk, b"x" * chunk)] * (2 * LIMIT // (chunk + 5) + 1)

    assert status_of(port, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"".join(parts), seconds=60.0) == 413


def test_no_chunk_is_waited_for_beyond_the_limit(port: int) -> None:
    too_many = b"%x\r\n%s\r\n" % (LIMIT + 1, b"x" * (LIMIT + 1))

    assert status_of(port, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", too_many) == 413


def files_on_disk() -> set[str]:
    """Return the temporary files that this process has open."""
    found = set()
    for each in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            found.add(str(each.readlink()))
    return {each for each in found if each.startswith(tempfile.gettempdir())}


def test_nothing_of_a_body_is_written_to_the_disk(port: int) -> None:
    before = files_on_disk()
    with socket.create_connection(("127.0.0.1", port), timeout=15) as connection:
        connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % LIMIT + b"x" * (LIMIT - 1))
        for _ in range(30):
            time.sleep(0.01)
            assert files_on_disk() <= before
        connection.sendall(b"x")
        assert b" 200 " in connection.recv(65_536)


OVERDUE = [
    [b"POST / HTT"],
    [HEAD],
    [b"POST / HTTP/1.1\nHost: x\n\n"],  # no head at all to HTTP: its lines end in CR LF
    [HEAD, b"Content-Length: 10\r\n\r\n", b"12345"],
    [HEAD, b"Transfer-Encoding: chunked\r\n\r\n"],
    [HEAD, b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\n12"],
]


def test_what_does_not_come_is_given_up_in_seconds(port: int) -> None:
    with ThreadPoolExecutor(len(OVERDUE)) as threads:  # all at once: each takes as long as it is waited for
        statuses = list(threads.map(lambda parts: status_of(port, *parts), OVERDUE))

    assert statuses == [408] * len(OVERDUE)


def test_connections_that_ask_for_nothing_keep_nobody_out(port: int) -> None:
    with ExitStack() as opened:
        idle = [opened.enter_context(socket.create_connection(("127.0.0.1", port), 30)) for _ in range(300)]

        assert status_of(port, HEAD + b"Content-Length: 1\r\nConnection: close\r\n\r\nx") == 200
        assert idle[0].recv(1) == b""


def test_a_connection_that_rests_between_requests_is_kept(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        for rest in (IDLE_TIMEOUT_SECONDS + 2, 0):
            connection.sendall(HEAD + b"Content-Length: 1\r\n\r\nx")
            found = b""
            while not found.endswith(b"1 bytes"):
                found += connection.recv(65_536)
            time.sleep(rest)


@pytest.mark.parametrize("request_line", [b"\x00\r\n\r\n", b"GET\r\n\r\n", b"POST / HTTP/1.1\r\nA\r\n\r\n"])
def test_every_refusal_is_a_4xx(port: int, request_line: bytes) -> None:
    assert 400 <= status_of(port, request_line) < 500


WEBHOOK = Path(__file__).parents[2] / "functions" / "webhook"


@pytest.fixture(name="connection", scope="module")
def _connection() -> Iterator[http.client.HTTPConnection]:
    """Return one connection to the webhook function, which refuses everything here."""
    port = free_port()
    program = "from callevents.runtime.server import main; main()"
    environ = {**os.environ, "FC_CUSTOM_LISTEN_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-c", program], cwd=WEBHOOK, env=environ, stdout=subprocess.DEVNULL
    )
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    for _ in range(400):
        try:
            connection.connect()
            break
        except OSError:
            time.sleep(0.05)
    yield connection
    connection.close()
    process.terminate()
    process.wait(20)


def ask(connection: http.client.HTTPConnection, method: str) -> tuple[int, dict[str, str], bytes]:
    """Send a request over the same connection as all others; http.client reads no body after HEAD."""
    opened = connection.sock
    connection.request(method, "/grafana", headers={"User-Agent": "x"})
    response = connection.getresponse()
    status, headers, body = response.status, dict(response.getheaders()), response.read()
    assert connection.sock is opened is not None
    return status, {name: value for name, value in headers.items() if name != "Date"}, body


def test_the_answer_to_head_is_that_to_get_without_the_body(connection: http.client.HTTPConnection) -> None:
    status, headers, body = ask(connection, "GET")
    for _ in range(3):
        assert ask(connection, "HEAD") == (status, headers, b"")
    assert ask(connection, "GET") == (status, headers, body)
    assert (status, headers["Content-Length"]) == (405, str(len(body)))
    assert body


def test_after_head_nothing_more_comes(connection: http.client.HTTPConnection) -> None:
    port = connection.port
    with socket.create_connection(("127.0.0.1", port), timeout=20) as raw:
        raw.sendall(b"HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: raw.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 405 ")
    assert answer.endswith(b"\r\n\r\n")
    assert answer.count(b"\r\n\r\n") == 1
