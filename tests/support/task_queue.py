"""Function Compute's queue of asynchronous tasks, scripted: on a socket, and where no socket is needed, called."""

import asyncio
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from callevents.clock import Deadline
from callevents.errors import HandOverFailed
from callevents.tasks.envelope import AlertEnvelope, open_envelope
from tests.clocks import FakeClock


@dataclass
class ScriptedQueue:
    """Records the tasks and answers with `status`, on the socket after `pause` seconds.

    Called, it takes each task id once; the next `silences` tasks are queued and not answered.
    """

    clock: FakeClock = field(default_factory=lambda: FakeClock(100.0))
    status: int = 202
    pause: float = 0.0
    silences: int = 0
    payloads: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    task_ids: list[str] = field(default_factory=list)
    attempts: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def application(self) -> Starlette:
        return Starlette(routes=[Route("/{path:path}", self._invoke, methods=["POST"])])

    async def _invoke(self, request: Request) -> Response:
        await asyncio.sleep(self.pause)
        self.payloads.append(await request.body())
        self.headers.append(dict(request.headers))
        return Response("", self.status, {"x-fc-request-id": "1-queued"})

    def hand_over(self, payload: bytes, task_id: str, deadline: Deadline, *, delay: int = 0) -> bool:
        assert not delay
        self.attempts.append(task_id)
        self.waits.append(deadline.remaining())
        if self.status != 202:
            raise HandOverFailed(reason=f"HTTP {self.status}")
        is_new = task_id not in self.task_ids
        if is_new:
            self.task_ids.append(task_id)
            self.payloads.append(payload)
        if self.silences:
            self.silences -= 1
            self.clock.now += deadline.remaining()
            raise HandOverFailed(reason="no answer")
        return is_new

    @property
    def envelopes(self) -> list[AlertEnvelope]:
        """What the worker would get, read as the worker reads it."""
        envelopes = map(open_envelope, self.payloads)
        return [envelope for envelope in envelopes if isinstance(envelope, AlertEnvelope)]
