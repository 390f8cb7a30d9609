"""Function Compute's contract around an application: what comes in, what may go out.

Source: https://www.alibabacloud.com/help/en/functioncompute/fc/python/
"""

import os
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple, TypeGuard, cast

from callevents.clock import Clocks
from callevents.invocation import Application, Invocation, Request, Response
from callevents.observability.json_formatter import request_id as logged_request_id
from callevents.observability.request_log import RequestLog
from callevents.runtime import http_trigger as http_event
from callevents.runtime.application import ApplicationHolder
from callevents.runtime.context import request_id_of
from callevents.runtime.gc_tuning import gc_paused
from callevents.runtime.invocation_cycle import Call, InvocationFailed
from callevents.settings.model import Settings

__all__ = ["FunctionHandler", "InvocationFailed"]


class _Circumstances(NamedTuple):
    """What one call came with, and when: wall time and monotonic time."""

    context: object
    environ: Mapping[str, str]
    arrived_at: float
    started_at: float


class FunctionHandler:
    """One function: built on its first call, and the same for all calls of an instance; calls may overlap."""

    def __init__(
        self,
        build: Callable[[Settings], Application],
        *,
        name: str = "",
        http_only: bool = False,
        environ: Mapping[str, str] | None = None,
        clocks: Clocks | None = None,
    ) -> None:
        """Remember how to build the application; nothing is read or opened before the first call.

        *name* is the function's in the log. With *http_only* the function is there for its HTTP trigger:
        whatever else comes in is answered with 400.
        """
        self._living = ApplicationHolder(build, lambda: self.environ)
        self._name = name
        self.http_only = http_only
        self._environ = environ
        self._clocks = clocks or Clocks(wall=time.time, monotonic=time.monotonic, sleep=time.sleep)
        self._cold = True
        self._warming = 0.0

    def handler(self, event: object, context: object = None) -> object:
        """Answer a call: FC 3.0's HTTP event with a dict, FC 2.0's WSGI call as WSGI does, any other event with None.

        With `http_only` any other event is answered with a dict too, status 400. An HTTP call never raises. Of another
        event an accident, or what the application raises to have the event tried again, goes out as InvocationFailed
        with its code alone.
        """
        return self.handle(event, context, self.environ)

    def handle(self, event: object, context: object, environ: Mapping[str, str]) -> object:
        """Answer as `handler` does, in circumstances that *environ* tells."""
        told = self._told(context, environ)
        try:
            with self._starting():
                return self._handled(event, told)
        finally:
            self._cold = False

    def answer(self, read: Callable[[], Request], context: object, environ: Mapping[str, str]) -> Response:
        """Answer the HTTP request that *read* returns, in circumstances that *environ* tells. Never raises."""
        told = self._told(context, environ)
        try:
            with self._starting():
                return self._call(told).answer(read)
        finally:
            self._cold = False

    def _handled(self, event: object, told: _Circumstances) -> object:
        if _is_wsgi(event, told.context):
            return self._handled_wsgi(event, told)
        try:
            http = http_event.http_event(event)
        except http_event.TooLarge:
            return http_event.response_event(self._call(told).refuse(413, "too_large"))
        if http is not None:
            call = self._call(told, http_event.request_id_of(http))
            return http_event.response_event(call.answer(lambda: http_event.request_of(http)))
        if self.http_only:
            return http_event.response_event(self._call(told).refuse(400, "unreadable"))
        self._call(told).work(http_event.payload_of(event))
        return None

    def _handled_wsgi(self, environ: Mapping[str, object], told: _Circumstances) -> list[bytes]:
        from callevents.runtime import wsgi

        start_response = cast("wsgi.StartResponse", told.context)
        call = self._call(told._replace(context=environ.get("fc.context")), wsgi=True)
        return wsgi.answer(call.answer(lambda: wsgi.request_of(environ)), start_response)

    def initialize(self, context: object = None) -> None:
        """Warm the instance. Never raises: Function Compute would fail the first request for it."""
        told = self._told(context, self.environ)
        with self._starting():
            self._call(told).warm()
        self._warming = self._clocks.monotonic() - told.started_at

    def _told(self, context: object, environ: Mapping[str, str]) -> _Circumstances:
        return _Circumstances(context, environ, self._clocks.wall(), self._clocks.monotonic())

    def _starting(self) -> AbstractContextManager[None]:
        """Return what the cold start runs in; a process with an environment of its own looks after its own memory."""
        return nullcontext() if self._living.is_built or self._environ is not None else gc_paused()

    def _call(self, told: _Circumstances, request_id: str = "", *, wsgi: bool = False) -> Call:
        request_id = request_id_of(told.context, request_id)
        logged_request_id.set(request_id)
        request_log = RequestLog()
        request_log.set(function=self._name, cold=self._cold)
        if self._cold and self._warming:
            request_log.add_duration("start", self._warming)
        return Call(
            function=self,
            context=told.context,
            environ=told.environ,
            request_id=request_id,
            clocks=self._clocks,
            arrived_at=told.arrived_at,
            started_at=told.started_at,
            wsgi=wsgi,
            cold=self._cold,
            request_log=request_log,
        )

    def application(
        self, invocation: Callable[[], Invocation] | None = None, *, starting: bool = False
    ) -> Application:
        """Return the application, as `ApplicationHolder` does."""
        return self._living.application(invocation, starting=starting)

    @property
    def environ(self) -> Mapping[str, str]:
        """The environment, as it is now."""
        return os.environ if self._environ is None else self._environ


def _is_wsgi(event: object, second: object) -> TypeGuard[Mapping[str, object]]:
    """Say whether the two arguments of a handler are a WSGI call's: only `start_response` can be called."""
    return isinstance(event, Mapping) and callable(second) and "requestContext" not in event
