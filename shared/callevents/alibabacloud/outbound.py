"""The dependencies of every call to Alibaba Cloud: HTTP client, clocks, nonces, randomness, and the request log."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from callevents.clock import Clocks
from callevents.observability.request_log import RequestLog

if TYPE_CHECKING:
    import httpx


def new_nonce() -> str:
    """Return 32 hexadecimal digits that were never signed before."""
    return os.urandom(16).hex()


def new_random() -> float:
    """Return a number from 0 up to 1, to spread retries."""
    import random

    return random.random()  # noqa: S311 - nothing secret hangs on it


class Outbound:
    """The means of the calls that one request makes; `log` is that request's line in the log."""

    __slots__ = ("client", "clocks", "log", "nonce", "random")

    def __init__(
        self,
        client: "httpx.Client",
        clocks: Clocks,
        nonce: Callable[[], str] = new_nonce,
        random: Callable[[], float] = new_random,
        log: RequestLog | None = None,
    ) -> None:
        self.client = client
        self.clocks = clocks
        self.nonce = nonce
        self.random = random
        self.log = log or RequestLog()
