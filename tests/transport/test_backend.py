"""The steps of a connection, without httpcore above them: each ends at the deadline of the exchange it is taken for."""

import socket
import time
from collections.abc import Iterator

import httpcore
import httpx
import pytest

from callevents.clock import Deadline
from callevents.transport.backend import DeadlineBackend, DeadlineStream, Exchange, StaleConnection
from callevents.transport.resolver import Resolver


def exchange(seconds: float = 5, *, repeatable: bool = False) -> Exchange:
    return Exchange(Deadline.after(seconds, time.monotonic), repeatable)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as opened:
        yield opened


@pytest.fixture
def backend() -> DeadlineBackend:
    return DeadlineBackend(Resolver(), time.monotonic)


@pytest.fixture
def stream(backend: DeadlineBackend, listener: socket.socket) -> Iterator[DeadlineStream]:
    opened = backend.connect_tcp("127.0.0.1", listener.getsockname()[1], exchange())
    yield opened
    opened.close()


def test_the_kernel_gives_up_what_nobody_acknowledges_and_sends_at_once(stream: DeadlineStream) -> None:
    assert stream._sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 1500
    assert stream._sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_each_step_ends_at_the_deadline(stream: DeadlineStream) -> None:
    late = exchange(0.05)
    with pytest.raises(httpx.WriteTimeout):
        stream.write(bytes(100_000_000), late)  # more than the buffers of both sides hold
    with pytest.raises(httpx.ReadTimeout):
        stream.read(1, late)


def test_a_timeout_that_is_a_number_is_refused(backend: DeadlineBackend, stream: DeadlineStream) -> None:
    for step in (lambda: backend.connect_tcp("127.0.0.1", 1, 5.0), lambda: stream.read(1, None)):
        with pytest.raises(TypeError):
            step()


def test_a_write_that_fails_leaves_the_answer_to_be_read(
    stream: DeadlineStream, listener: socket.socket
) -> None:
    peer, _ = listener.accept()
    peer.sendall(b"no")
    peer.close()
    one = exchange()
    with pytest.raises(httpcore.WriteError):
        stream.write(bytes(100_000_000), one)
    assert stream.read(10, one) == b"no"


def test_an_idle_connection_is_spent_when_another_one_to_the_same_server_is_dead(
    backend: DeadlineBackend, listener: socket.socket
) -> None:
    port = listener.getsockname()[1]
    first, second, other = (backend.connect_tcp("127.0.0.1", port, exchange()) for _ in range(3))
    peers = [listener.accept()[0] for _ in range(3)]
    for stream, peer in zip((first, second), peers, strict=False):
        one = exchange()
        stream.write(b"?", one)
        assert peer.recv(1) == b"?"
        peer.sendall(b"!")
        assert stream.read(1, one) == b"!"
        stream.keep(30)
    assert not second.get_extra_info("is_readable")

    peers[0].close()
    assert first.get_extra_info("is_readable")
    again = exchange()
    first.write(b"?", again)
    with pytest.raises(StaleConnection):
        first.read(1, again)

    assert second.get_extra_info("is_readable")
    assert not other.get_extra_info("is_readable"), "it has not lain idle"
    for peer in peers:
        peer.close()
    for stream in (first, second, other):
        stream.close()
    assert first.get_extra_info("is_readable")
