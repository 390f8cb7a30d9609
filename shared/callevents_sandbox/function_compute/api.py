"""Function Compute over HTTP: triggers for strangers, the API for signed callers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from callevents_sandbox.alibabacloud.acs3_verifier import Refusal
from callevents_sandbox.alibabacloud.raw_request import sent_request
from callevents_sandbox.function_compute import fc2_verifier as fc2
from callevents_sandbox.function_compute.api_messages import (
    Call,
    description,
    error,
    fault_refusal,
    function_error,
    in_function_compute_words,
)
from callevents_sandbox.function_compute.deployment import Deployment
from callevents_sandbox.function_compute.event import Arrival, http_event
from callevents_sandbox.function_compute.instances import NoInstanceFree
from callevents_sandbox.function_compute.platform import FunctionCompute, UnknownFunction, new_request_id
from callevents_sandbox.function_compute.queue import DuplicateTask
from callevents_sandbox.server.faults import Fault, fault_route
from callevents_sandbox.server.tcp import Connection, gone, stay

MAX_ASYNC_BYTES = 128 * 1024
MAX_SYNC_BYTES = 32 * 1024 * 1024
MAX_DELAY_SECONDS = 3600
_NO_FAULT = Fault("none")
T = TypeVar("T")


def application(platform: FunctionCompute) -> Starlette:
    """Return the ASGI application that serves *platform*.

    `/http/<function>/<path>` is the function's HTTP trigger (in the cloud each has a host of its own).
    """
    service = _Service(platform)
    name = "{function}"
    return Starlette(
        routes=[
            fault_route(platform.faults),
            Route(f"/http/{name}", _Endpoint(service, "trigger")),
            Route(f"/http/{name}/{{path:path}}", _Endpoint(service, "trigger")),
            Route(f"/2016-08-15/proxy/{{service}}/{name}/{{path:path}}", _Endpoint(service, "proxy")),
            Route(f"/2023-03-30/functions/{name}/invocations", _Endpoint(service, "invocations")),
            Route(f"/2023-03-30/functions/{name}", _Endpoint(service, "description")),
            Route(
                f"/2016-08-15/services/{{service}}/functions/{name}/invocations",
                _Endpoint(service, "invocations_fc2"),
            ),
        ]
    )


@dataclass(frozen=True, slots=True)
class _Endpoint:
    service: "_Service"
    kind: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        sent = await sent_request(request)
        name = request.path_params["function"].partition("$")[0]
        fault = (
            self.service.platform.faults.take(f"{name} {sent.body.decode('utf-8', 'replace')}") or _NO_FAULT
        )
        client = request.client.host if request.client else ""
        call = Call(self.kind, name, sent, new_request_id(), fault, client)
        if fault is not _NO_FAULT:
            self.service.platform.journal.write("fc", "fault", function=name, kind=fault.kind)
        if fault.kind == "reset":
            await Connection.of(scope).reset(receive)
            return
        if fault.kind == "hang":
            await gone(receive)
            return
        if fault.kind == "delay" and not call.asynchronous:
            await stay(receive, fault.seconds)
        response = await self.service.answered(call)
        if fault.kind == "late" and not await stay(receive, fault.seconds):
            return
        response.headers["x-fc-request-id"] = call.request_id
        await response(scope, receive, send)


@dataclass(frozen=True, slots=True)
class _Service:
    platform: FunctionCompute

    async def answered(self, call: Call) -> Response:
        """Return the response to *call*; a refusal is one too."""
        try:
            return await self._dispatched(call)
        except Refusal as refusal:
            return error(refusal, call)
        except UnknownFunction:
            return error(Refusal(404, "FunctionNotFound", f"function '{call.function}' does not exist"), call)
        except NoInstanceFree:
            message = "Your account has reached the limit of concurrent instances"
            return error(Refusal(429, "ResourceExhausted", message), call)
        except DuplicateTask:
            message = "the stateful async invocation already exists"
            return error(Refusal(409, "StatefulAsyncInvocationAlreadyExists", message), call)

    async def _dispatched(self, call: Call) -> Response:
        if call.kind in {"invocations", "description"}:
            self._admit(call)
        elif call.kind == "invocations_fc2":
            fc2.admit(self.platform.gate, call.sent)
        if call.fault.kind == "bad_gateway":
            return Response(
                "<html><h1>502 Bad Gateway</h1></html>", call.fault.status or 502, media_type="text/html"
            )
        if refusal := fault_refusal(call.fault):
            raise refusal
        deployment = self.platform.function(call.function)
        if call.kind == "description":
            return description(deployment)
        limit = MAX_ASYNC_BYTES if call.asynchronous else MAX_SYNC_BYTES
        if len(call.sent.body) > limit:
            message = f"payload size exceeds maximum allowed size ({limit} bytes)"
            raise Refusal(400, "EntityTooLarge", message)
        if call.kind in {"trigger", "proxy"}:
            return await self._triggered(call, deployment)
        return await self._invoked(call, deployment)

    def _admit(self, call: Call) -> None:
        actions = {"invocations": ("POST", "InvokeFunction"), "description": ("GET", "GetFunction")}
        method, action = actions[call.kind]
        if call.sent.method != method or call.sent.header("x-acs-action") not in {"", action}:
            message = f"'{call.sent.method}' against '{call.sent.path}' is not supported"
            raise Refusal(400, "PathNotSupported", message)
        try:
            self.platform.gate.admit(call.sent)
        except Refusal as refusal:
            raise in_function_compute_words(refusal) from None

    async def _triggered(self, call: Call, deployment: Deployment) -> Response:
        if not deployment.trigger:
            raise Refusal(404, "TriggerNotFound", f"function '{call.function}' has no HTTP trigger")
        if call.sent.method not in deployment.methods:
            raise Refusal(403, "AccessDenied", f"the trigger does not take the method {call.sent.method}")
        arrival = self._arrival(call)
        if call.asynchronous:
            return self._queued(call, http_event(deployment, arrival))
        outcome, answer = await self._in_thread(
            lambda: self.platform.http(call.function, arrival, kill_after=call.kill_after)
        )
        if not outcome.good:
            return function_error(outcome, 502)
        response = Response(answer.body, answer.status)
        for name, value in answer.headers:
            response.headers.append(name, value)
        return response

    async def _invoked(self, call: Call, deployment: Deployment) -> Response:
        payload = call.sent.body
        if deployment.trigger and not deployment.fc2:
            payload = http_event(deployment, self._arrival(call))
        if call.asynchronous:
            return self._queued(call, payload)
        outcome = await self._in_thread(
            lambda: self.platform.invoke(call.function, payload, call.request_id, kill_after=call.kill_after)
        )
        if not outcome.good:
            return function_error(outcome, 200)
        return Response(outcome.payload, media_type="application/octet-stream")

    def _queued(self, call: Call, payload: bytes) -> Response:
        header = call.sent.header
        task_id = header("x-fc-async-task-id") or header("x-fc-stateful-async-invocation-id")
        delay = header("x-fc-async-delay") or "0"
        if not delay.isdecimal() or int(delay) > MAX_DELAY_SECONDS:
            message = f"the delay must be between 0 and {MAX_DELAY_SECONDS} seconds"
            raise Refusal(400, "InvalidArgument", message)
        self.platform.queue(call.function, payload, task_id, call.fault, delay=float(delay))
        return Response(status_code=202)

    def _arrival(self, call: Call) -> Arrival:
        return Arrival(call.sent, call.path, call.source_ip, self.platform.clock(), call.request_id)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.platform.threads, work)
