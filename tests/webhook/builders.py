"""Builders for the webhook's tests: requests, settings, and the handler with its queue."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

from callevents.clock import Clocks
from callevents.invocation import Invocation, Request, Response
from callevents.observability.request_log import RequestLog
from callevents.settings.model import Settings
from callevents.settings.validators import RouteSecret
from callevents.webhook.handler import WebhookHandler
from callevents_sandbox.fixtures.alerts import SAMPLE_SECRET, SAMPLE_TIME, SAMPLE_TOKEN, AlertSample
from tests.clocks import FakeClock
from tests.support.task_queue import ScriptedQueue


def make_invocation(now: float = SAMPLE_TIME, clock: FakeClock | None = None) -> Invocation:
    clock = clock or FakeClock(100.0)
    clocks = Clocks(wall=lambda: now, monotonic=clock, sleep=lambda _: None)
    return Invocation(
        request_id="1-req", arrived_at=now, started_at=clock.now, clocks=clocks, request_log=RequestLog()
    )


def make_settings(**changes: Any) -> Settings:
    settings = Settings(
        ccc_instance_id="ccc-demo",
        worker="callevents-worker",
        channel="C0ALERTS",
        channels=frozenset({"C0OTHER"}),
        webhook_secrets=(RouteSecret(SAMPLE_SECRET),),
        webhook_tokens=(RouteSecret(SAMPLE_TOKEN),),
    )
    return replace(settings, **changes)


def make_request(
    path: str = "/generic",
    body: bytes | str | Mapping[str, object] | Sequence[object] = b"",
    headers: Mapping[str, str] | None = None,
    *,
    method: str = "POST",
    token: str | None = SAMPLE_TOKEN,
) -> Request:
    """Return a request as the runtime gives it, with the right bearer token by default."""
    path, _, query = path.partition("?")
    if not isinstance(body, bytes | str):
        body = json.dumps(body)
    bearer = {"authorization": f"Bearer {token}"} if token is not None else {}
    return Request(
        method=method,
        path=path,
        query=dict(parse_qsl(query, keep_blank_values=True)),
        headers=bearer | {name.lower(): value for name, value in (headers or {}).items()},
        body=body if isinstance(body, bytes) else body.encode(),
    )


def sample_request(sample: AlertSample) -> Request:
    return make_request(sample.path, sample.body, sample.headers, method=sample.method, token=None)


@dataclass
class Webhook:
    """The function under test with its queue; `post` gives status and answer."""

    settings: Settings
    queue: ScriptedQueue
    function: WebhookHandler
    request_logs: list[RequestLog] = field(default_factory=list)

    def http(self, request: Request, now: float = SAMPLE_TIME) -> Response:
        """Answer one request at *now*."""
        invocation = make_invocation(now, self.queue.clock)
        self.request_logs.append(invocation.request_log)
        return self.function.http(request, invocation)

    def post(self, request: Request, now: float = SAMPLE_TIME) -> tuple[int, dict[str, object]]:
        """Return the status and the answer's JSON."""
        response = self.http(request, now)
        return response.status, json.loads(response.body)


def make_webhook(**changes: Any) -> Webhook:
    queue, settings = ScriptedQueue(), make_settings(**changes)
    return Webhook(settings, queue, WebhookHandler(settings, queue=lambda _: queue))
