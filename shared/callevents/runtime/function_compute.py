"""Function Compute's contract around an application: what comes in, what may go out.

Source: https://www.alibabacloud.com/help/en/functioncompute/fc/python/
"""

import logging
import os
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from threading import Lock
from typing import NamedTuple, TypeGuard, cast

from callevents.errors import CallEventsError
from callevents.invocation import Application, Clocks, Invocation, Request, Response
from callevents.runtime import http_event
from callevents.runtime.collector import at_rest
from callevents.runtime.context import invocation_of, request_id_of
from callevents.runtime.logging import request_id as logged_request_id
from callevents.runtime.logging import set_up as set_up_logging
from callevents.settings import Settings

_log = logging.getLogger(__name__)


class InvocationFailed(Exception):
    """An asynchronous invocation failed: its message, a code, is all that Function Compute gets to see of why."""


class Function:
    """One function: built on its first call, and the same for all calls of an instance; calls may overlap."""

    def __init__(
        self,
        build: Callable[[Settings], Application],
        *,
        environ: Mapping[str, str] | None = None,
        clocks: Clocks | None = None,
    ) -> None:
        """Remember how to build the application; nothing is read or opened before the first call."""
        self._build = build
        self._environ = environ
        self._clocks = clocks or Clocks(wall=time.time, monotonic=time.monotonic, sleep=time.sleep)
        self._application: Application | None = None
        self._building = Lock()
        self._cold = True

    def handler(self, event: object, context: object = None) -> object:
        """Answer a call: FC 3.0's HTTP event with a dict, FC 2.0's WSGI call as WSGI does, any other event with None.

        An HTTP call never raises. Of another event an accident, or what the application raises to have the event
        tried again, goes out as InvocationFailed with its code alone.
        """
        arrival = self._clocks.wall(), self._clocks.monotonic()
        try:
            with self._starting():
                return self._handled(event, context, arrival)
        finally:
            self._cold = False

    def _handled(self, event: object, context: object, arrival: tuple[float, float]) -> object:
        if _is_wsgi(event, context):
            return self._handled_wsgi(event, context, arrival)
        try:
            http = http_event.http_event(event)
        except http_event.TooLarge:
            return http_event.response_event(_refusal(413, "too_large"))
        if http is None:
            self._call(context, arrival).work(http_event.payload_of(event))
            return None
        call = self._call(context, arrival, http_event.request_id_of(http))
        return http_event.response_event(call.answer(lambda: http_event.request_of(http)))

    def _handled_wsgi(
        self, environ: Mapping[str, object], start_response: object, arrival: tuple[float, float]
    ) -> list[bytes]:
        from callevents.runtime import wsgi

        call = self._call(environ.get("fc.context"), arrival, wsgi=True)
        response = call.answer(lambda: wsgi.request_of(environ))
        return wsgi.answer(response, cast("wsgi.StartResponse", start_response))

    def initialize(self, context: object = None) -> None:
        """Warm the instance. Never raises: Function Compute would fail the first request for it."""
        with self._starting():
            self._call(context, (self._clocks.wall(), self._clocks.monotonic())).warm()

    def _starting(self) -> AbstractContextManager[None]:
        """Return what the cold start runs in; a process with an environment of its own looks after its own memory."""
        return at_rest() if self._application is None and self._environ is None else nullcontext()

    def _call(
        self, context: object, arrival: tuple[float, float], request_id: str = "", *, wsgi: bool = False
    ) -> "_Call":
        request_id = request_id_of(context, request_id)
        logged_request_id.set(request_id)
        return _Call(
            function=self,
            context=context,
            request_id=request_id,
            clocks=self._clocks,
            arrived_at=arrival[0],
            started_at=arrival[1],
            wsgi=wsgi,
            cold=self._cold,
        )

    def application(self) -> Application:
        """Return the application, built from the settings at the first call."""
        if self._application is None:
            with self._building:
                if self._application is None:
                    self._application = self._built()
        return self._application

    def _built(self) -> Application:
        settings = Settings.from_environ(self.environ)
        set_up_logging(settings.log_level)
        if settings.wrong:
            names = ", ".join(settings.wrong)
            _log.error("settings that cannot be used: %s", names, extra={"code": "settings"})
        return self._build(settings)

    @property
    def environ(self) -> Mapping[str, str]:
        """The environment, as it is now."""
        return os.environ if self._environ is None else self._environ


class _Call(NamedTuple):
    """One call of a function: nothing that happens inside gets out but an answer or a code."""

    function: Function
    context: object
    request_id: str
    clocks: Clocks
    arrived_at: float
    started_at: float
    wsgi: bool
    cold: bool

    def answer(self, read: Callable[[], Request]) -> Response:
        """Return the application's answer; 400 for an unreadable body, 500 for an accident."""
        try:
            application = self.function.application()
            response = _sound(application.http(read(), self._invocation()))
        except http_event.Unreadable:
            response = _refusal(400, "unreadable", self.request_id)
        except BaseException as error:  # noqa: BLE001 - even SystemExit: the text of what is raised reaches the caller
            self._report("the request failed", error)
            response = _refusal(500, "internal", self.request_id)
        self._tell("answered", status=response.status)
        return response

    def work(self, payload: bytes) -> None:
        """Have the application take an event; raise InvocationFailed where it failed."""
        try:
            self.function.application().event(payload, self._invocation())
        except BaseException as error:  # noqa: BLE001 - as above; a code goes out in its place
            code = self._report("the invocation failed", error)
        else:
            self._tell("done")
            return
        # Raised out here it has no context: nothing of what happened inside hangs on it.
        raise InvocationFailed(code)

    def warm(self) -> None:
        """Warm the application."""
        try:
            self.function.application().warm()
        except BaseException as error:  # noqa: BLE001 - the first request will meet the same and say so
            self._report("warming failed", error)

    def _invocation(self) -> Invocation:
        return invocation_of(
            self.context,
            self.function.environ,
            clocks=self.clocks,
            request_id=self.request_id,
            arrived_at=self.arrived_at,
            started_at=self.started_at,
            wsgi=self.wsgi,
            cold=self.cold,
        )

    def _tell(self, code: str, **fields: int) -> None:
        passed = round((self.clocks.monotonic() - self.started_at) * 1000)
        with suppress(Exception):  # a log that cannot be written costs nobody an answer
            _log.info(code, extra={"code": code, "milliseconds": passed, "cold": self.cold, **fields})

    def _report(self, what: str, error: BaseException) -> str:
        code = error.code if isinstance(error, CallEventsError) else "internal"
        with suppress(Exception):  # as above
            _log.error(what, extra={"code": code}, exc_info=error)
        return code


def _is_wsgi(event: object, second: object) -> TypeGuard[Mapping[str, object]]:
    """Say whether the two arguments of a handler are a WSGI call's: only `start_response` can be called."""
    return isinstance(event, Mapping) and callable(second) and "requestContext" not in event


def _sound(response: object) -> Response:
    """Return *response* as it can be sent; raises for what is none."""
    if isinstance(response, Response) and isinstance(response.body, str) and 100 <= response.status <= 599:  # noqa: PLR2004 - what HTTP has
        return Response(response.status, response.body, http_event.plain_headers(response.headers))
    msg = "no response"
    raise TypeError(msg)


def _refusal(status: int, code: str, request_id: str = "") -> Response:
    # The request id has no character that JSON escapes.
    return Response.json(status, f'{{"error":"{code}","request_id":"{request_id}"}}')
