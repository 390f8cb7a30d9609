"""The server of a custom runtime, over a real connection."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

WEBHOOK = Path(__file__).parents[2] / "functions" / "webhook"


@pytest.fixture(name="connection", scope="module")
def _connection() -> Iterator[http.client.HTTPConnection]:
    """Return one connection to the webhook function, which refuses everything here."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
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
