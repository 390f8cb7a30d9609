"""A name is resolved once however many wait for it, and nobody waits beyond a deadline."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from callevents.clock import Deadline
from callevents.transport.resolver import Addresses, Resolver

HANG = 8.0  # a guard against hanging for ever, not a promise about speed


class NameServer:
    """Answers when it is let; counts what it is asked at all and at once."""

    def __init__(self, answer: Addresses | Exception) -> None:
        self.answer = answer
        self.let = threading.Event()
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, *, flags: int = 0, **_: object) -> Addresses:
        if flags & socket.AI_NUMERICHOST:
            raise socket.gaierror
        self.asked.append(host)
        assert self.let.wait(HANG)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


FOUND: Addresses = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 443))]


def within(seconds: float) -> Deadline:
    return Deadline.after(seconds, time.monotonic)


def test_an_address_is_no_name() -> None:
    assert Resolver().addresses("127.0.0.1", 80, within(0))[0][4] == ("127.0.0.1", 80)


def test_however_many_wait_there_is_one_resolution_of_a_host_under_way() -> None:
    server = NameServer(FOUND)
    resolver = Resolver(server)

    def give_up(host: str) -> bool:
        with pytest.raises(TimeoutError):
            resolver.addresses(host, 443, within(0.05))
        return True

    with ThreadPoolExecutor(20) as threads:
        assert all(threads.map(give_up, ["ccc.example", "slack.example"] * 20))
        assert sorted(server.asked) == ["ccc.example", "slack.example"]
        waiting = threads.submit(resolver.addresses, "ccc.example", 443, within(HANG))
        server.let.set()
        assert waiting.result() == FOUND


@pytest.mark.parametrize(
    "error", [socket.gaierror(-2, "unknown"), UnicodeError("label too long"), ValueError()]
)
def test_a_name_that_does_not_exist_is_an_error_and_is_asked_for_again(error: Exception) -> None:
    server = NameServer(error)
    server.let.set()
    resolver = Resolver(server)
    for _ in range(2):
        with pytest.raises(OSError, match=r"unknown|not a host name"):
            resolver.addresses("ccc.example", 443, within(HANG))
    assert len(server.asked) == 2
