"""One call of a function: what Function Compute passes in, as types of this package."""

from collections.abc import Collection, Mapping
from typing import NamedTuple, Protocol

from callevents.clock import Clocks
from callevents.observability.request_log import RequestLog

# How long after it was queued a task usually runs, at the most: what runs later may have run before, or been overtaken.
LATE_SECONDS = 10.0
_NO_HEADERS: Mapping[str, str] = {}


class Credentials(NamedTuple):
    """An Alibaba Cloud access key; never printed."""

    access_key_id: str
    access_key_secret: str
    security_token: str | None = None

    def __repr__(self) -> str:
        """Leave out secrets."""
        return f"Credentials(access_key_id={self.access_key_id!r})"


class Invocation(NamedTuple):
    """The circumstances of one call.

    `arrived_at` is the wall time in Unix seconds and `started_at` the monotonic time at which the call arrived;
    `credentials` are those of this invocation, None if there are none. `wsgi` marks an HTTP call of FC 2.0.
    `retries` is how often the platform says it has run the same asynchronous call before, None where it does not say;
    the instance runs since `instance_since` (wall time). `overdue_settings` are those
    whose secrets in KMS were to be read anew by now, and could not be: what is known of them may be out of date.
    `request_log` collects the fields of the invocation's line in the log.
    """

    request_id: str
    arrived_at: float
    started_at: float
    clocks: Clocks
    request_log: RequestLog
    credentials: Credentials | None = None
    account_id: str = ""
    region: str = ""
    service: str = ""
    function: str = ""
    qualifier: str = ""
    wsgi: bool = False
    cold: bool = False
    retries: int | None = None
    instance_since: float = 0.0
    overdue_settings: Collection[str] = ()

    def is_late(self, queued_at: float) -> bool:
        """Say whether so much time has passed since *queued_at* (Unix seconds) that another run may have come first."""
        return self.arrived_at - queued_at >= LATE_SECONDS

    def may_have_run(self, queued_at: float) -> bool:
        """Say whether something suggests that a task that was queued at *queued_at* (Unix seconds) has run before.

        Where the platform does not say how often, that is also an instance younger than the task: an earlier one may
        have died with it.
        """
        is_retry = self.instance_since > queued_at if self.retries is None else self.retries > 0
        return is_retry or self.is_late(queued_at)


class Request(NamedTuple):
    """An HTTP request: header names in lower case, the body as the raw bytes that were sent."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        """Leave out what may be secret."""
        return f"Request(method={self.method!r}, path={self.path!r})"


class Response(NamedTuple):
    """An HTTP response."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = _NO_HEADERS

    @classmethod
    def json(cls, status: int, body: str) -> "Response":
        """Return a response whose *body* is JSON text."""
        return cls(status, body, {"Content-Type": "application/json; charset=utf-8"})


class Application(Protocol):
    """What a function does: answer HTTP requests, process events, and warm up."""

    def http(self, request: Request, invocation: Invocation) -> Response:
        """Answer *request*. Never raises on purpose; the runtime answers an unexpected error with 500."""

    def event(self, payload: bytes, invocation: Invocation) -> None:
        """Process an asynchronous invocation; raise only to have it retried."""

    def warm(self) -> None:
        """Load and connect what the first request needs."""
