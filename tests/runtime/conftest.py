import base64
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from callevents.clock import Clocks
from callevents.invocation import Invocation, Request, Response
from callevents.runtime.handler import FunctionHandler

BODY = b"command=%2Fcallevents&text=job-1"


@dataclass
class RecordingApplication:
    """An application that records its calls, and answers or raises `outcome`."""

    outcome: Response | BaseException | None = None
    requests: list[Request] = field(default_factory=list)
    invocations: list[Invocation] = field(default_factory=list)
    payloads: list[bytes] = field(default_factory=list)
    warmed: int = 0

    def http(self, request: Request, invocation: Invocation) -> Response:
        self.requests.append(request)
        self.invocations.append(invocation)
        self._raise()
        return self.outcome if isinstance(self.outcome, Response) else Response.json(200, '{"text": "fine"}')

    def event(self, payload: bytes, invocation: Invocation) -> None:
        self.payloads.append(payload)
        self.invocations.append(invocation)
        self._raise()

    def warm(self) -> None:
        self.warmed += 1
        self._raise()

    def _raise(self) -> None:
        if isinstance(self.outcome, BaseException):
            raise self.outcome


@dataclass
class TickingClock:
    """Clocks that move by a second whenever they are looked at."""

    wall: float = 1_795_334_591.0
    monotonic: float = 100.0

    def clocks(self) -> Clocks:
        return Clocks(wall=self._wall, monotonic=self._monotonic, sleep=lambda seconds: None)

    def _wall(self) -> float:
        self.wall += 1
        return self.wall

    def _monotonic(self) -> float:
        self.monotonic += 1
        return self.monotonic


@pytest.fixture(name="application")
def _application() -> RecordingApplication:
    return RecordingApplication()


@pytest.fixture(name="function")
def _function(application: RecordingApplication) -> FunctionHandler:
    return FunctionHandler(lambda settings: application, environ={}, clocks=TickingClock().clocks())


@pytest.fixture(name="context")
def _context() -> SimpleNamespace:
    return SimpleNamespace(
        request_id="1-65a-req",
        account_id="1234567890123456",
        region="cn-hongkong",
        credentials=SimpleNamespace(access_key_id="STS.a", access_key_secret="b", security_token="c"),
        function=SimpleNamespace(name="callevents-slack", handler="index.handler", memory=512, timeout=5),
        service=SimpleNamespace(name="", qualifier="LATEST"),
        logger=None,
    )


def http_event(body: str | None = BODY.decode(), **changes: object) -> dict[str, object]:
    event: dict[str, object] = {
        "version": "v1",
        "rawPath": "/slack/events",
        "isBase64Encoded": False,
        "body": body,
        "headers": {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": "1795334591",
        },
        "queryParameters": {},
        "requestContext": {
            "accountId": "1234567890123456",
            "http": {"method": "POST", "path": "/slack/events", "protocol": "HTTP/1.1"},
            "requestId": "1-from-the-event",
        },
    }
    return {name: value for name, value in {**event, **changes}.items() if value is not ...}


@pytest.fixture(name="event")
def _event() -> Callable[..., dict[str, object]]:
    """Build an HTTP event; a part set to ... is left out."""
    return http_event


@pytest.fixture(name="base64_event")
def _base64_event() -> dict[str, object]:
    return http_event(base64.b64encode(BODY).decode(), isBase64Encoded=True)


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """Undo what a Function does to the process's logging."""
    root = logging.getLogger()
    level, raising = root.level, logging.raiseExceptions
    before = {handler: (handler.formatter, list(handler.filters)) for handler in root.handlers}
    yield
    for handler in list(root.handlers):
        if handler not in before:
            root.removeHandler(handler)
            continue
        handler.formatter, handler.filters[:] = before[handler]
    root.setLevel(level)
    logging.raiseExceptions = raising
