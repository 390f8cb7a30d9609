"""Brings an answer to the client, or fails to, as networks and proxies do."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from callevents_sandbox.server.faults import Fault
from callevents_sandbox.server.tcp import Connection, gone


@dataclass(frozen=True, slots=True)
class Delivery:
    """Brings an answer to the client, or fails to, as the fault says."""

    scope: Scope
    receive: Receive
    send: Send

    async def deliver(self, response: Response, fault: Fault) -> None:
        """Send *response*, in the way that *fault* leaves."""
        body = bytes(response.body)
        if fault.kind == "hang":
            await gone(self.receive)
            return
        if fault.kind == "reset":
            await Connection.of(self.scope).reset(self.receive)
            return
        if fault.kind == "cut_off":
            await Connection.of(self.scope).cut_off(self.receive, body, len(body) // 2)
            return
        await self._altered(response, body, fault)(self.scope, self.receive, self.send)

    def _altered(self, response: Response, body: bytes, fault: Fault) -> Response:
        if fault.kind == "truncated":
            return Response(body[: len(body) // 2], media_type="application/json")
        if fault.kind == "gzip":
            return Response(
                gzip.compress(body, mtime=0),
                headers={"content-encoding": "gzip"},
                media_type="application/json",
            )
        if fault.kind == "drip":
            return StreamingResponse(_drip(body, fault), media_type="application/json")
        if fault.kind == "endless":
            return StreamingResponse(_endless(), media_type="application/json")
        return response


async def _drip(body: bytes, fault: Fault) -> AsyncIterator[bytes]:
    pieces = fault.count or 20
    size = max(1, len(body) // pieces)
    for start in range(0, len(body), size):
        yield body[start : start + size]
        await asyncio.sleep(fault.seconds / pieces)


async def _endless() -> AsyncIterator[bytes]:
    yield b'{"Code":"OK","Data":['
    while True:
        yield b" "
        await asyncio.sleep(0.05)
