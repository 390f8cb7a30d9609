"""The server of a custom runtime: waitress, one process, a thread for each request under way.

Sources: https://www.alibabacloud.com/help/en/functioncompute/fc/principles-1 (port, start within 120 s),
https://docs.pylonsproject.org/projects/waitress/en/stable/arguments.html
"""

import logging
import os
import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from callevents.runtime.custom_runtime import CustomRuntime
from callevents.runtime.handler import FunctionHandler
from callevents.runtime.http_trigger import MAX_BODY_BYTES

if TYPE_CHECKING:
    from waitress.server import BaseWSGIServer

PORT = 9000
# As many as an instance may serve at once; `callevents_build.deploy.limits` has the same number.
THREADS = 50
# The platform keeps its connections to a frozen instance for more than 15 minutes. A connection closed as the instance
# thaws would lose a request: they are kept as long as any instance may live.
CHANNEL_TIMEOUT_SECONDS = 7 * 86_400
# A body of chunks, with what frames them; the body itself is limited by http_channel, and lies in memory.
MAX_FRAMED_BYTES = 2 * MAX_BODY_BYTES
_MAX_CONNECTIONS = 250


def main() -> None:
    """Serve the function in the `index` module of the working folder until SIGTERM."""
    function = import_module("index").function
    signal.signal(signal.SIGTERM, _end)
    serve(function, port_of(os.environ))


def serve(function: FunctionHandler, port: int) -> None:
    """Warm *function* up, then listen: the platform sends the first request as soon as the port is open."""
    from waitress import wasyncore

    function.initialize()
    # Its warnings that requests wait for a thread are noise: the platform sends no more than there are threads.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    sockets: dict[int, Any] = {}
    server_for(function, port, sockets).run()
    # Requests under way have been answered; the answers have yet to be sent.
    wasyncore.loop(timeout=0.05, use_poll=True, map=sockets, count=4)


def server_for(function: FunctionHandler, port: int, sockets: dict[int, Any]) -> "BaseWSGIServer":
    """Return waitress's server of *function*, which listens on *port* and keeps its sockets in *sockets*."""
    from waitress import create_server

    from callevents.runtime.http_channel import Channel

    server = create_server(
        CustomRuntime(function),
        map=sockets,
        host="0.0.0.0",  # noqa: S104 - the platform comes from outside
        port=port,
        threads=THREADS,
        channel_timeout=CHANNEL_TIMEOUT_SECONDS,
        connection_limit=_MAX_CONNECTIONS,
        max_request_body_size=MAX_FRAMED_BYTES,
        inbuf_overflow=MAX_FRAMED_BYTES,
        asyncore_use_poll=True,
        ident=None,
    )
    server.channel_class = Channel
    return server


def port_of(environ: Mapping[str, str]) -> int:
    """Return the port to listen on, as the platform sets it."""
    text = environ.get("FC_CUSTOM_LISTEN_PORT", "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len("65535") else PORT


def _end(*_: object) -> None:
    sys.exit(0)
