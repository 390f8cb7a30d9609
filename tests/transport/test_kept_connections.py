"""Tests for callevents.transport.client: connections that are kept, die, fall silent, or are shared."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from callevents.transport.client import StaleConnection, open_client
from tests.clocks import FakeClock
from tests.transport.replies import HANG, ask, close, raw_open, reply, reset, silence, soon

if TYPE_CHECKING:
    from tests.conftest import Answer, Exchange, ScriptedServer


def test_what_was_not_asked_for_answers_no_later_request(
    client: httpx.Client, server: "ScriptedServer"
) -> None:
    server.script = [raw_open(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" * 2), reply(b"two")]
    assert ask(client, server.url).content == b"ok"
    with pytest.raises(StaleConnection):
        ask(client, server.url)
    assert ask(client, server.url).content == b"two"
    assert server.connections == 2


def test_a_connection_that_the_server_closed_meanwhile_is_not_used(
    client: httpx.Client, server: "ScriptedServer"
) -> None:
    closed = threading.Event()

    def then_close(turn: "Exchange") -> None:
        reply(b"one")(turn)
        turn.close()
        closed.set()

    server.script = [then_close, reply(b"two")]
    ask(client, server.url)
    assert closed.wait(HANG)
    assert ask(client, server.url).content == b"two"
    assert [seen.connection for seen in server.seen] == [1, 2]


@pytest.mark.parametrize("death", [close, reset])
def test_a_kept_connection_that_dies_is_told_apart_and_the_next_is_new(
    client: httpx.Client, server: "ScriptedServer", death: "Answer"
) -> None:
    server.script = [reply(b"one"), death, reply(b"two")]
    ask(client, server.url)
    with pytest.raises(StaleConnection):
        ask(client, server.url)
    assert ask(client, server.url).content == b"two"
    assert [seen.connection for seen in server.seen] == [1, 1, 2]


def test_all_kept_connections_to_a_server_go_when_one_is_dead(
    client: httpx.Client, server: "ScriptedServer"
) -> None:
    together = threading.Barrier(2)

    def wait_for_the_other(turn: "Exchange") -> None:
        together.wait(HANG)
        reply()(turn)

    server.script = [wait_for_the_other, wait_for_the_other, reset, reply(b"new")]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: ask(client, server.url), range(2)))
    with pytest.raises(StaleConnection):
        ask(client, server.url)
    assert ask(client, server.url).content == b"new"
    assert server.seen[-1].connection == 3


@pytest.mark.parametrize("death", [close, reset])
def test_a_new_connection_that_dies_is_a_lost_one(
    client: httpx.Client, server: "ScriptedServer", death: "Answer"
) -> None:
    server.script = [death]
    with pytest.raises(httpx.ReadError) as caught:
        ask(client, server.url)
    assert type(caught.value) is httpx.ReadError


def test_a_silent_connection_that_lay_idle_leaves_time_for_a_new_one(server: "ScriptedServer") -> None:
    clock = FakeClock()
    server.script = [reply(b"one"), silence, reply(b"two")]
    with open_client(clock=clock) as client:
        ask(client, server.url)
        clock.now += 10
        deadline = soon(1.0)
        request = httpx.Request("POST", server.url, extensions={"deadline": deadline, "repeatable": True})
        with pytest.raises(StaleConnection):
            client.send(request)
        assert client.send(request).content == b"two"


@pytest.mark.parametrize(("repeatable", "idle"), [(False, 10.0), (True, 0.5)])
def test_what_must_not_be_repeated_and_a_connection_just_used_are_waited_for(
    server: "ScriptedServer", repeatable: bool, idle: float
) -> None:
    clock = FakeClock()
    server.script = [reply(b"one"), silence]
    with open_client(clock=clock) as client:
        ask(client, server.url)
        clock.now += idle
        with pytest.raises(httpx.ReadTimeout):
            ask(client, server.url, 0.3, repeatable=repeatable)


@pytest.mark.parametrize(
    ("header", "idle", "connections"),
    [
        (b"X: y", 29, [1, 1]),
        (b"X: y", 31, [1, 2]),
        (b"Keep-Alive: timeout=5, max=100", 3, [1, 1]),
        (b"Keep-Alive: timeout=5, max=100", 5, [1, 2]),
        (b"Keep-Alive: timeout=900000", 31, [1, 2]),
        (b"Connection: close", 0, [1, 2]),
    ],
)
def test_how_long_a_connection_is_kept(
    server: "ScriptedServer", header: bytes, idle: float, connections: list[int]
) -> None:
    clock = FakeClock()
    server.script = [reply(b"", header)]
    with open_client(clock=clock) as client:
        ask(client, server.url)
        clock.now += idle
        ask(client, server.url)
    assert [seen.connection for seen in server.seen] == connections


def test_many_threads_share_the_client(client: httpx.Client, server: "ScriptedServer") -> None:
    def echo(turn: "Exchange") -> None:
        reply(turn.seen.body)(turn)

    def there_and_back(number: int) -> bool:
        body = b"%d" % number
        return client.post(server.url, content=body, extensions={"deadline": soon(20)}).content == body

    server.script = [echo]
    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(there_and_back, range(200)))
    assert server.connections <= 8
