"""Serves an ASGI application on a real socket of this machine, in a thread of its own."""

import asyncio
import itertools
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from callevents_sandbox.server.tcp import EXTENSION, Connection


@dataclass(frozen=True, slots=True)
class Certificate:
    """The files of a TLS server: its certificate chain and its private key."""

    chain: str
    key: str


class PortUnusable(OSError):
    """The port is taken, or this user may not use it."""


_HOST = "127.0.0.1"
_TICKS_PER_SECOND = 10  # uvicorn's
KEEP_ALIVE_SECONDS = 60


@contextmanager
def serve(
    app: ASGIApp,
    port: int = 0,
    *,
    certificate: Certificate | None = None,
    keep_alive: int = KEEP_ALIVE_SECONDS,
) -> Iterator[str]:
    """Serve *app* until the block ends; give its base URL, without a slash at the end.

    Port 0 means any free one. Connections that lie idle for *keep_alive* seconds are closed. Raises PortUnusable.
    """
    listener = socket.socket(
        socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )  # else asyncio sets no TCP_NODELAY
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((_HOST, port))
        except OSError as error:
            raise PortUnusable(error.errno, error.strerror) from None
        server = _Server(
            Config(
                app,
                http=_Protocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=1,
                timeout_keep_alive=keep_alive,
                ssl_certfile=certificate.chain if certificate else None,
                ssl_keyfile=certificate.key if certificate else None,
            )
        )
        thread = threading.Thread(target=server.run, args=([listener],), name="sandbox server", daemon=True)
        thread.start()
        server.ready.wait()
        try:
            yield f"{'https' if certificate else 'http'}://{_HOST}:{listener.getsockname()[1]}"
        finally:
            server.stop()
            thread.join()
    finally:
        listener.close()


class _Server(Server):
    """Signals when it accepts connections, and ends as soon as nobody is being answered.

    uvicorn alone looks every tenth of a second whether to end, and waits another one: hundreds of tests start two.
    """

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._stopping = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        logging.getLogger("uvicorn.error").addFilter(_is_worth_logging)

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            super().run(sockets)
        finally:
            self.ready.set()  # nobody waits for a server that could not start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self.ready.set()

    def stop(self) -> None:
        """End the server, from another thread."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._stopping.set)

    async def main_loop(self) -> None:
        for ticks in itertools.count(step=_TICKS_PER_SECOND):
            if await self.on_tick(ticks):
                return
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), 1.0)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for each in (*self.servers, *(sockets or ())):
            each.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await asyncio.sleep(0)  # lets what lies idle go
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)


class _Protocol(H11Protocol):
    """Gives an application its connection, to break it as networks do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's own signature
        super().__init__(*args, **kwargs)
        inner: ASGIApp = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[EXTENSION] = Connection(self.transport)
            # A client that is killed in the middle of its request gets no answer, and is no error of the server's.
            with suppress(ClientDisconnect):
                await inner(scope, receive, send)

        self.app = app


def _is_worth_logging(record: logging.LogRecord) -> bool:
    """Drop the message that requests were cut short because the server ends."""
    cancelled = record.exc_info is not None and isinstance(record.exc_info[1], asyncio.CancelledError)
    return record.levelno >= logging.WARNING and not (cancelled or record.getMessage().startswith("Cancel "))
