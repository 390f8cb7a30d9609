"""A server that does exactly what a test says, byte by byte, on a real socket."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, settings

from callevents_build import browser, judges
from tests.examples import FEW, THOROUGH
from tests.markers import Guard, mark

# Whether this machine makes up examples quickly is no property of the product.
settings.register_profile(
    "callevents",
    max_examples=100 if THOROUGH else FEW,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("callevents")


@dataclass(frozen=True)
class Seen:
    """A request as it came in; `connection` counts from 1."""

    connection: int
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return ",".join(value for each, value in self.headers if each.lower() == name)


@dataclass
class Exchange:
    """What an answer has at hand: the request and the connection it came on."""

    seen: Seen
    socket: socket.socket
    over: threading.Event

    def send(self, data: bytes) -> None:
        with suppress(OSError):  # the client may have gone, and often must
            self.socket.sendall(data)

    def drip(self, data: bytes, seconds: float = 0.02) -> None:
        """Send a byte at a time until the client or the test has enough."""
        for index in range(len(data)):
            if self.over.wait(seconds):
                return
            try:
                self.socket.sendall(data[index : index + 1])
            except OSError:
                return

    def repeat(self, data: bytes) -> None:
        """Send *data* again and again until the client or the test has enough."""
        with suppress(OSError):
            while not self.over.wait(0.001):
                self.socket.sendall(data)

    def say_nothing(self) -> None:
        """Hold the connection open, silently, until the test is over."""
        self.over.wait(30)

    def close(self) -> None:
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def reset(self) -> None:
        """End the connection with a TCP reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.close(self.socket.detach())  # the file that reads from it would keep it open


Answer: TypeAlias = Callable[[Exchange], None]


@dataclass
class ScriptedServer:
    """Gives one answer of `script` to each request, in order; the last one for all that follow."""

    script: list[Answer] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    tls: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.over = threading.Event()
        self.connections = 0
        self.lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.over.set()
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self.listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with self.lock:
                self.connections += 1
                number = self.connections
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        with suppress(OSError):
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as stream:
                while (seen := _read(stream.readline, stream.read, number)) is not None:
                    with self.lock:
                        self.seen.append(seen)
                        answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
                    answer(Exchange(seen, connection, self.over))
                    if connection.fileno() < 0:
                        return


def _read(readline: Callable[[], bytes], read: Callable[[int], bytes], number: int) -> Seen | None:
    first = readline().decode("latin-1").split(" ")
    if len(first) != 3:
        return None
    headers = []
    while (line := readline().decode("latin-1").rstrip("\r\n")) != "":
        name, _, value = line.partition(": ")
        headers.append((name, value))
    length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
    return Seen(number, first[0], first[1], headers, read(length) if length else b"")


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    scripted = ScriptedServer()
    yield scripted
    scripted.stop()


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Guard())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mark(items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if browser.chromium() is None:
        terminalreporter.write_line(browser.MISSING)
    if not all(map(judges.there, judges.FOLDERS)):
        terminalreporter.write_line(judges.MISSING)
