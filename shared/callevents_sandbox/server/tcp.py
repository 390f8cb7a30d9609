"""The TCP connection below a request, for the faults that no HTTP response can express."""

import asyncio
import socket
import struct
from dataclasses import dataclass

from starlette.types import Receive, Scope

EXTENSION = "callevents_sandbox.server.tcp"


@dataclass(frozen=True, slots=True)
class Connection:
    """One client's connection."""

    transport: asyncio.Transport

    @classmethod
    def of(cls, scope: Scope) -> "Connection":
        """Return the connection that the request of *scope* came by; needs `serving.serve`."""
        connection: Connection = scope["extensions"][EXTENSION]
        return connection

    async def reset(self, receive: Receive) -> None:
        """Answer nothing and reset the connection (RST)."""
        sock = self.transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()
        await gone(receive)

    async def cut_off(self, receive: Receive, promised: bytes, sent: int) -> None:
        """Answer 200, promise the whole of *promised*, send its first *sent* bytes, and close."""
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(promised)}\r\n\r\n"
        self.transport.write(head.encode() + promised[:sent])
        self.transport.close()
        await gone(receive)


async def gone(receive: Receive) -> None:
    """Return when the client is gone, or another has taken over its connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def stay(receive: Receive, seconds: float) -> bool:
    """Wait *seconds*, but no longer than the client does; say whether it is still there.

    Call it only once the body of the request was read.
    """
    try:
        await asyncio.wait_for(gone(receive), seconds)
    except asyncio.TimeoutError:
        return True
    return False
