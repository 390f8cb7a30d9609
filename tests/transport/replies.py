"""What a scripted server may do with a request, and how a test asks it."""

import time
from typing import TYPE_CHECKING

import httpx

from callevents.clock import Deadline

if TYPE_CHECKING:
    from tests.conftest import Answer, Exchange


HANG = 8.0  # a guard against hanging for ever, not a promise about speed


def reply(body: bytes = b"fine", *extra: bytes, status: bytes = b"200 OK") -> "Answer":
    head = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *extra, b"", body]
    return lambda turn: turn.send(b"\r\n".join(head))


def raw(data: bytes) -> "Answer":
    """Send *data* and close."""

    def answer(turn: "Exchange") -> None:
        turn.send(data)
        turn.close()

    return answer


def raw_open(data: bytes) -> "Answer":
    """Send *data* and leave the connection open."""
    return lambda turn: turn.send(data)


def silence(turn: "Exchange") -> None:
    turn.say_nothing()


def close(turn: "Exchange") -> None:
    turn.close()


def reset(turn: "Exchange") -> None:
    turn.reset()


def soon(seconds: float = 0.3) -> Deadline:
    return Deadline.after(seconds, time.monotonic)


def ask(client: httpx.Client, url: str, seconds: float = 5, *, repeatable: bool = False) -> httpx.Response:
    extensions = {"deadline": soon(seconds), "repeatable": repeatable}
    return client.send(httpx.Request("POST", url + "/path?x=1", content=b"body", extensions=extensions))


def drip_headers(turn: "Exchange") -> None:
    turn.drip(b"HTTP/1.1 200 OK\r\n" + b"X-Slow: yes\r\n" * 1000)


def drip_body(turn: "Exchange") -> None:
    turn.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + b"x" * 5000)


def drip_chunks(turn: "Exchange") -> None:
    turn.drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 5000)


def continue_for_ever(turn: "Exchange") -> None:
    turn.repeat(b"HTTP/1.1 100 Continue\r\n\r\n")
