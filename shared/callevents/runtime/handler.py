"""Function Compute's handler: an event in, the application's answer or a code out, one line in the log.

Source: https://www.alibabacloud.com/help/en/functioncompute/fc/python/
"""

import logging
import os
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import TYPE_CHECKING, NamedTuple, TypeGuard, cast

from callevents.clock import Clocks
from callevents.errors import CallEventsError, NotDelivered
from callevents.invocation import Application, Invocation, Request, Response
from callevents.observability.emit import emit
from callevents.observability.json_formatter import request_id as logged_request_id
from callevents.observability.request_log import RequestLog
from callevents.runtime import http_trigger
from callevents.runtime.application import ApplicationHolder
from callevents.runtime.context import invocation_of, request_id_of
from callevents.runtime.gc_tuning import gc_paused
from callevents.settings.model import Settings

if TYPE_CHECKING:
    from callevents.runtime.secret_cache import ReadTimeouts

_log = logging.getLogger(__name__)
_requests = logging.getLogger("callevents.request")
_SERVER_ERROR = 500


class InvocationFailed(Exception):
    """An asynchronous invocation failed; the message, a code, is all that Function Compute learns of the cause."""


class FunctionHandler:
    """Handles the calls of one function; its application is built at the first. Calls may overlap."""

    def __init__(
        self,
        build: Callable[[Settings], Application],
        *,
        name: str = "",
        http_only: bool = False,
        environ: Mapping[str, str] | None = None,
        clocks: Clocks | None = None,
        secret_timeouts: "ReadTimeouts | None" = None,
    ) -> None:
        """Remember how to build the application; nothing is read or opened before the first call.

        *name* is the function's in the log. With *http_only* the function has an HTTP trigger and nothing else: any
        other event is answered with 400.
        """
        self.http_only = http_only
        self.environ = os.environ if environ is None else environ
        self._holder = ApplicationHolder(build, self.environ, secret_timeouts)
        self._name = name
        # A process with an environment of its own manages its own memory.
        self._tunes_gc = environ is None
        self._clocks = clocks or Clocks(wall=time.time, monotonic=time.monotonic, sleep=time.sleep)
        self._since = self._clocks.wall()
        self._cold = True
        self._warm_up_seconds = 0.0

    def handler(self, event: object, context: object = None) -> object:
        """Answer a call: FC 3.0's HTTP event with a dict, FC 2.0's WSGI call as WSGI does, any other event with None.

        With `http_only` any other event is answered with a dict too, status 400. An HTTP call never raises. If any
        other event fails, or the application raises to have it retried, InvocationFailed is raised with the code alone.
        """
        return self.handle(event, context, self.environ)

    def handle(self, event: object, context: object, environ: Mapping[str, str]) -> object:
        """Answer as `handler` does, with the credentials and names in *environ*."""
        arrival = self._arrival(context, environ)
        try:
            with self._cold_start():
                return self._dispatch(event, arrival)
        finally:
            self._cold = False

    def answer(self, read: Callable[[], Request], context: object, environ: Mapping[str, str]) -> Response:
        """Answer the HTTP request that *read* returns, with the credentials and names in *environ*. Never raises."""
        arrival = self._arrival(context, environ)
        try:
            with self._cold_start():
                return self._call(arrival).answer(read)
        finally:
            self._cold = False

    def initialize(self, context: object = None) -> None:
        """Warm the instance up. Never raises: Function Compute would fail the first request for it."""
        arrival = self._arrival(context, self.environ)
        with self._cold_start():
            self._call(arrival).warm()
        self._warm_up_seconds = self._clocks.monotonic() - arrival.started_at

    def _dispatch(self, event: object, arrival: "_Arrival") -> object:
        if _is_wsgi(event, arrival.context):
            return self._answer_wsgi(event, arrival)
        try:
            http = http_trigger.http_event(event)
        except http_trigger.TooLarge:
            return http_trigger.response_event(self._call(arrival).reject(413, "too_large"))
        if http is not None:
            call = self._call(arrival, request_id=http_trigger.request_id_of(http))
            return http_trigger.response_event(call.answer(lambda: http_trigger.request_of(http)))
        if self.http_only:
            return http_trigger.response_event(self._call(arrival).reject(400, "unreadable"))
        self._call(arrival).process(http_trigger.payload_of(event))
        return None

    def _answer_wsgi(self, environ: Mapping[str, object], arrival: "_Arrival") -> list[bytes]:
        from callevents.runtime import wsgi

        start_response = cast("wsgi.StartResponse", arrival.context)
        call = self._call(arrival._replace(context=environ.get("fc.context")), wsgi=True)
        return wsgi.answer(call.answer(lambda: wsgi.request_of(environ)), start_response)

    def _arrival(self, context: object, environ: Mapping[str, str]) -> "_Arrival":
        return _Arrival(context, environ, self._clocks.wall(), self._clocks.monotonic())

    def _cold_start(self) -> AbstractContextManager[None]:
        return gc_paused() if self._tunes_gc and not self._holder.is_built else nullcontext()

    def _call(self, arrival: "_Arrival", *, request_id: str = "", wsgi: bool = False) -> "_Call":
        request_id = request_id_of(arrival.context, request_id)
        logged_request_id.set(request_id)
        request_log = RequestLog()
        request_log.set(function=self._name, cold=self._cold)
        if self._cold and self._warm_up_seconds:
            request_log.add_duration("start", self._warm_up_seconds)
        invocation = invocation_of(
            arrival.context,
            arrival.environ,
            clocks=self._clocks,
            request_id=request_id,
            arrived_at=arrival.arrived_at,
            started_at=arrival.started_at,
            instance_since=self._since,
            wsgi=wsgi,
            cold=self._cold,
            request_log=request_log,
        )
        return _Call(self._holder, invocation)


class _Arrival(NamedTuple):
    """What one call came with, and when: wall time and monotonic time."""

    context: object
    environ: Mapping[str, str]
    arrived_at: float
    started_at: float


class _Call(NamedTuple):
    """One call: nothing that happens inside it gets out but an answer or a code."""

    holder: ApplicationHolder
    invocation: Invocation

    def answer(self, read: Callable[[], Request]) -> Response:
        """Return the application's answer; 400 if the body cannot be decoded, 500 on an unexpected error."""
        request_log = self.invocation.request_log
        try:
            application = self._application()
            request = read()
            request_log.set(bytes_in=len(request.body))
            invocation = self.invocation
            if overdue := self.holder.overdue_settings(invocation):
                invocation = invocation._replace(overdue_settings=overdue)
            response = http_trigger.sendable(application.http(request, invocation))
        except http_trigger.Unreadable:
            request_log.set_outcome("refused", why="unreadable")
            response = self._error_response(400, "unreadable")
        except BaseException as error:  # noqa: BLE001 - even SystemExit: the text of what is raised reaches the caller
            request_log.set_outcome("failed", why=_log_error("request failed", error))
            response = self._error_response(500, "internal")
        request_log.set(bytes_out=len(response.body))
        self._log_request(response.status)
        return response

    def reject(self, status: int, code: str) -> Response:
        """Answer an event that is not looked at with an error."""
        with suppress(Exception):  # logging is set up on the way; where that fails the line looks different
            self.holder.application()
        self.invocation.request_log.set_outcome("refused", why=code)
        self._log_request(status)
        return self._error_response(status, code)

    def process(self, payload: bytes) -> None:
        """Have the application process an event; raise InvocationFailed if that fails."""
        self.invocation.request_log.set(bytes_in=len(payload))
        try:
            self._application().event(payload, self.invocation)
        except BaseException as error:  # noqa: BLE001 - as above; a code goes out in its place
            code = _log_error("invocation failed", error)
            if not isinstance(error, NotDelivered):  # the application has set why
                why = getattr(error, "reason", "") or code
                self.invocation.request_log.set_outcome("not_delivered", why=why)
            self._log_request(_SERVER_ERROR)
        else:
            self._log_request()
            return
        # Raised outside the handler it has no context: nothing of what happened inside hangs on it.
        raise InvocationFailed(code)

    def warm(self) -> None:
        """Warm the application up."""
        try:
            self.holder.application(self.invocation, starting=True).warm()
        except BaseException as error:  # noqa: BLE001 - the first request will meet the same error and answer it
            _log_error("warm-up failed", error)

    def _application(self) -> Application:
        """Return the application; building it counts as the request's duration `start`."""
        if not self.invocation.cold:
            return self.holder.application(self.invocation)
        with self.invocation.request_log.timer("start", self.invocation.clocks.monotonic):
            return self.holder.application(self.invocation)

    def _error_response(self, status: int, code: str) -> Response:
        # The request id has no character that JSON escapes.
        return Response.json(status, f'{{"error":"{code}","request_id":"{self.invocation.request_id}"}}')

    def _log_request(self, status: int = 0) -> None:
        """Write the request's one line, at any log level; without *status* for an asynchronous invocation."""
        invocation = self.invocation
        with suppress(Exception):  # a log that cannot be written costs nobody an answer
            invocation.request_log.add_duration(
                "total", invocation.clocks.monotonic() - invocation.started_at
            )
            fields = {"code": "request", "outcome": "done", **invocation.request_log.fields()}
            if status:
                fields["status"] = status
            level = logging.ERROR if status >= _SERVER_ERROR else logging.INFO
            emit(_requests, str(fields["outcome"]), fields, level)


def _log_error(event: str, error: BaseException) -> str:
    """Log *error* and return its code."""
    code = error.code if isinstance(error, CallEventsError) else "internal"
    with suppress(Exception):  # a log that cannot be written costs nobody an answer
        _log.error(event, extra={"code": code}, exc_info=error)
    return code


def _is_wsgi(event: object, second: object) -> TypeGuard[Mapping[str, object]]:
    """Say whether the two arguments of a handler are a WSGI call's: only `start_response` can be called."""
    return isinstance(event, Mapping) and callable(second) and "requestContext" not in event
