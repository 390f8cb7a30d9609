"""Slack as a test scripts it, and a client that waits for it on a busy machine."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from callevents.clock import Deadline
from callevents.transport.backend import DeadlineBackend
from callevents.transport.client import DeadlineTransport, DirectClient
from callevents.transport.resolver import Resolver


@dataclass
class ScriptedSlack:
    """Slack's Web API and its response_urls, scripted: records the requests, and answers as a test wants it.

    `answers` holds the next answers of a method or of `response_url`, the last one for good; a number is a status, a
    pair a status with a Retry-After, and `pause` delays every answer by so many seconds, `pauses` those of one method.
    What people see and press is played with the sandbox's Workspace instead, which has Slack's own rules.
    """

    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, list[Any]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    moments: list[float] = field(default_factory=list)
    pause: float = 0.0
    pauses: dict[str, float] = field(default_factory=dict)

    def application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/api/{method}", self._api, methods=["POST"]),
                Route("/commands/{rest:path}", self._response_url, methods=["POST"]),
            ]
        )

    def called(self, method: str) -> list[dict[str, Any]]:
        return [payload for name, payload in self.calls if name == method]

    async def _api(self, request: HttpRequest) -> Response:
        method = request.path_params["method"]
        body = await request.body()
        is_json = "json" in request.headers["content-type"]
        self.calls.append((method, json.loads(body) if is_json else dict(parse_qsl(body.decode()))))
        self.moments.append(time.time())
        self.tokens.add(request.headers["authorization"])
        return await self._answer(method, {"ok": True})

    async def _response_url(self, request: HttpRequest) -> Response:
        self.posts.append(json.loads(await request.body()))
        return await self._answer("response_url", {"ok": True})

    async def _answer(self, name: str, default: Any) -> Response:
        await asyncio.sleep(self.pauses.get(name, self.pause))
        waiting = self.answers.get(name) or [default]
        answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(answer, int):
            return Response("used_url" if answer == 404 else "", answer, {"location": "/commands/elsewhere"})
        if isinstance(answer, tuple):
            return Response("", answer[0], {"retry-after": str(answer[1])})
        return Response(answer) if isinstance(answer, str) else JSONResponse(answer)


class PatientClient(DirectClient):
    """Waits for an answer as long as a busy machine takes, while time `stands_still` for who asks."""

    def __init__(self, stands_still: Callable[[], bool]) -> None:
        backend = DeadlineBackend(Resolver(), time.monotonic)
        super().__init__(DeadlineTransport(tls=httpx.create_ssl_context, backend=backend))
        self._stands_still = stands_still

    def send(self, request: httpx.Request, **_: object) -> httpx.Response:
        deadline = request.extensions.get("deadline")
        if isinstance(deadline, Deadline) and deadline.remaining() > 0 and self._stands_still():
            request.extensions = request.extensions | {"deadline": Deadline.after(60.0, time.monotonic)}
        return super().send(request)
