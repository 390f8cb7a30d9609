"""One call of a function: nothing that happens inside gets out but an answer or a code."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import NamedTuple, Protocol

from callevents.clock import Clocks
from callevents.errors import CallEventsError
from callevents.invocation import Application, Invocation, Request, Response
from callevents.observability.emit import emit
from callevents.observability.request_log import RequestLog
from callevents.runtime import http_trigger as http_event
from callevents.runtime.context import invocation_of

_log = logging.getLogger(__name__)
_requests = logging.getLogger("callevents.request")
_SERVER_ERROR = 500


class InvocationFailed(Exception):
    """An asynchronous invocation failed: its message, a code, is all that Function Compute gets to see of why."""


class Running(Protocol):
    """The function that is called."""

    def application(
        self, invocation: Callable[[], Invocation] | None = None, *, starting: bool = False
    ) -> Application:
        """Return the application, built at the first call; what *invocation* gives may serve to read its secrets."""


class Call(NamedTuple):
    """One call of a function: nothing that happens inside gets out but an answer or a code."""

    function: Running
    context: object
    environ: Mapping[str, str]
    request_id: str
    clocks: Clocks
    arrived_at: float
    started_at: float
    wsgi: bool
    cold: bool
    request_log: RequestLog

    def answer(self, read: Callable[[], Request]) -> Response:
        """Return the application's answer; 400 for an unreadable body, 500 for an accident."""
        try:
            application = self._ready()
            request = read()
            self.request_log.set(bytes_in=len(request.body))
            response = _sound(application.http(request, self._invocation()))
        except http_event.Unreadable:
            self.request_log.set_outcome("refused: unreadable")
            response = refusal(400, "unreadable", self.request_id)
        except BaseException as error:  # noqa: BLE001 - even SystemExit: the text of what is raised reaches the caller
            self.request_log.set_outcome(f"failed: {self._report('the request failed', error)}")
            response = refusal(500, "internal", self.request_id)
        self.request_log.set(bytes_out=len(response.body))
        self._tell(response.status)
        return response

    def refuse(self, status: int, code: str) -> Response:
        """Return a constant refusal of what is not looked at, leaving a line in the log."""
        with suppress(Exception):  # settings that cannot be read: the line may look otherwise then
            self.function.application()
        self.request_log.set_outcome(f"refused: {code}")
        self._tell(status)
        return refusal(status, code, self.request_id)

    def work(self, payload: bytes) -> None:
        """Have the application take an event; raise InvocationFailed where it failed."""
        self.request_log.set(bytes_in=len(payload))
        try:
            self._ready().event(payload, self._invocation())
        except BaseException as error:  # noqa: BLE001 - as above; a code goes out in its place
            code = self._report("the invocation failed", error)
            self.request_log.set_outcome(f"not_delivered: {getattr(error, 'reason', '') or code}")
            self._tell(_SERVER_ERROR)
        else:
            self._tell()
            return
        # Raised out here it has no context: nothing of what happened inside hangs on it.
        raise InvocationFailed(code)

    def warm(self) -> None:
        """Warm the application."""
        try:
            self.function.application(self._invocation, starting=True).warm()
        except BaseException as error:  # noqa: BLE001 - the first request will meet the same and say so
            self._report("warming failed", error)

    def _ready(self) -> Application:
        """Return the application; building it is a cold start's own stage."""
        if not self.cold:
            return self.function.application(self._invocation)
        with self.request_log.timer("start", self.clocks.monotonic):
            return self.function.application(self._invocation)

    def _invocation(self) -> Invocation:
        return invocation_of(
            self.context,
            self.environ,
            clocks=self.clocks,
            request_id=self.request_id,
            arrived_at=self.arrived_at,
            started_at=self.started_at,
            wsgi=self.wsgi,
            cold=self.cold,
            request_log=self.request_log,
        )

    def _tell(self, status: int = 0) -> None:
        """Write the request's one line, at any log level; without a *status* where nobody waits for one."""
        with suppress(Exception):  # a log that cannot be written costs nobody an answer
            self.request_log.add_duration("total", self.clocks.monotonic() - self.started_at)
            fields = {"code": "request", "outcome": "done", **self.request_log.fields()}
            if status:
                fields["status"] = status
            level = logging.ERROR if status >= _SERVER_ERROR else logging.INFO
            emit(_requests, str(fields["outcome"]), fields, level)

    def _report(self, what: str, error: BaseException) -> str:
        code = error.code if isinstance(error, CallEventsError) else "internal"
        with suppress(Exception):  # as above
            _log.error(what, extra={"code": code}, exc_info=error)
        return code


def _sound(response: object) -> Response:
    """Return *response* as it can be sent; raises for what is none."""
    if isinstance(response, Response) and isinstance(response.body, str) and 100 <= response.status <= 599:  # noqa: PLR2004 - what HTTP has
        return Response(response.status, response.body, http_event.plain_headers(response.headers))
    msg = "no response"
    raise TypeError(msg)


def refusal(status: int, code: str, request_id: str = "") -> Response:
    """Return a constant answer with the request id."""
    # The request id has no character that JSON escapes.
    return Response.json(status, f'{{"error":"{code}","request_id":"{request_id}"}}')
