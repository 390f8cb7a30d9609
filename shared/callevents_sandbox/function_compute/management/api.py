"""The management's requests and answers as HTTP; everything else is passed to the platform's own application."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from callevents_sandbox.alibabacloud.acs3_verifier import Refusal, SentRequest
from callevents_sandbox.alibabacloud.raw_request import sent_request
from callevents_sandbox.function_compute.api import application as platform_application
from callevents_sandbox.function_compute.api_messages import in_function_compute_words
from callevents_sandbox.function_compute.management.state import Document, Management
from callevents_sandbox.function_compute.platform import new_request_id
from callevents_sandbox.server.faults import fault_route
from callevents_sandbox.server.tcp import Connection, gone

_FUNCTIONS = "/2023-03-30/functions"
_ERRORS = {
    "refuse": (403, "AccessDenied", "the caller is not authorized to perform this action"),
    "throttle": (429, "ResourceExhausted", "the request rate is too high"),
    "unavailable": (503, "ServiceUnavailable", "the service is temporarily unavailable"),
    "lost": (503, "ServiceUnavailable", "the service is temporarily unavailable"),
}


@dataclass(frozen=True, slots=True)
class _Request:
    """A request: whom it is about, what it brings, and where the server is."""

    function: str
    trigger: str
    body: Document
    base: str


Act = Callable[[Management, _Request], Document | None]


def application(management: Management) -> Starlette:
    """Return the ASGI application that serves *management* and, below it, its platform."""
    one, triggers = f"{_FUNCTIONS}/{{function}}", f"{_FUNCTIONS}/{{function}}/triggers"
    table: Mapping[str, Mapping[str, tuple[str, Act]]] = {
        _FUNCTIONS: {"POST": ("CreateFunction", _create_function)},
        one: {
            "GET": ("GetFunction", lambda held, asked: held.shown(asked.function)),
            "PUT": ("UpdateFunction", lambda held, asked: held.put_function(asked.function, asked.body)),
            "DELETE": ("DeleteFunction", lambda held, asked: held.delete_function(asked.function)),
        },
        triggers: {"GET": ("ListTriggers", _list_triggers), "POST": ("CreateTrigger", _create_trigger)},
        f"{triggers}/{{trigger}}": {
            "GET": ("GetTrigger", _get_trigger),
            "PUT": (
                "UpdateTrigger",
                lambda held, asked: held.put_trigger(asked.function, asked.trigger, asked.body),
            ),
            "DELETE": (
                "DeleteTrigger",
                lambda held, asked: held.delete_trigger(asked.function, asked.trigger),
            ),
        },
        f"{one}/concurrency": _setting("concurrency", "ConcurrencyConfig"),
        f"{one}/async-invoke-config": _setting("async_config", "AsyncInvokeConfig"),
    }
    routes = [Route(path, _Endpoint(management, actions)) for path, actions in table.items()]
    return Starlette(
        routes=[
            fault_route(management.faults, "/_sandbox/management-faults"),
            *routes,
            Mount("/", platform_application(management.platform)),
        ]
    )


def _setting(name: str, called: str) -> Mapping[str, tuple[str, Act]]:
    """Return the operations on what hangs on a function once."""

    def read(held: Management, asked: _Request) -> Document:
        found: Document = getattr(held.function(asked.function), name)
        if not found:
            raise Refusal(404, f"{called}NotExists", f"{called} does not exist")
        return found

    def put(held: Management, asked: _Request) -> Document:
        setattr(held.function(asked.function), name, asked.body)
        return asked.body

    def delete(held: Management, asked: _Request) -> None:
        read(held, asked)
        setattr(held.function(asked.function), name, {})

    return {
        "GET": (f"Get{called}", read),
        "PUT": (f"Put{called}", put),
        "DELETE": (f"Delete{called}", delete),
    }


def _create_function(held: Management, asked: _Request) -> Document:
    if asked.function in held.functions:
        raise Refusal(409, "FunctionAlreadyExists", f"function '{asked.function}' already exists")
    return held.put_function(asked.function, asked.body)


def _create_trigger(held: Management, asked: _Request) -> Document:
    trigger = str(asked.body.get("triggerName"))
    if trigger in held.function(asked.function).triggers:
        raise Refusal(409, "TriggerAlreadyExists", f"trigger '{trigger}' already exists")
    held.put_trigger(asked.function, trigger, asked.body)
    return _get_trigger(held, _Request(asked.function, trigger, {}, asked.base))


def _get_trigger(held: Management, asked: _Request) -> Document:
    triggers = held.function(asked.function).triggers
    if asked.trigger not in triggers:
        raise Refusal(404, "TriggerNotFound", f"trigger '{asked.trigger}' does not exist")
    address = f"{asked.base}/http/{asked.function}"
    http = {"urlInternet": address, "urlIntranet": address.replace("127.0.0.1", "localhost")}
    return {**triggers[asked.trigger], "httpTrigger": http, "qualifier": "LATEST"}


def _list_triggers(held: Management, asked: _Request) -> Document:
    names = held.function(asked.function).triggers
    return {
        "triggers": [_get_trigger(held, _Request(asked.function, each, {}, asked.base)) for each in names]
    }


@dataclass(frozen=True, slots=True)
class _Endpoint:
    management: Management
    actions: Mapping[str, tuple[str, Act]]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._answered(request, scope, receive)
        if response is not None:
            response.headers["x-fc-request-id"] = new_request_id()
            await response(scope, receive, send)

    async def _answered(self, request: Request, scope: Scope, receive: Receive) -> Response | None:
        """Return the response, None where there is to be none."""
        sent = await sent_request(request)
        action, act = self.actions.get(sent.method, ("", _unsupported))
        body = _document(sent.body)
        name = request.path_params.get("function") or str(body.get("functionName", ""))
        fault = self.management.faults.take(f"{action} {name}")
        kind = fault.kind if fault else ""
        silent: dict[str, Callable[[], Awaitable[object]]] = {
            "hang": lambda: gone(receive),
            "reset": lambda: Connection.of(scope).reset(receive),
        }
        if kind in silent:
            await silent[kind]()
            return None
        try:
            self._admit(sent, action)
            _fail(kind, unless="lost")
            base, trigger = str(request.base_url).rstrip("/"), request.path_params.get("trigger", "")
            if sent.method != "GET":
                self.management.changes.append(f"{action} {name}")
            document = act(self.management, _Request(name, trigger, body, base))
            _fail(kind)
        except Refusal as refusal:
            error = {"RequestId": new_request_id(), "Code": refusal.code, "Message": refusal.message}
            return JSONResponse(error, refusal.status)
        if kind == "not_json":
            return Response("It works, but not for you.")
        return Response(status_code=204) if document is None else JSONResponse(document)

    def _admit(self, sent: SentRequest, action: str) -> None:
        if sent.header("x-acs-action") not in {"", action}:
            raise Refusal(400, "PathNotSupported", f"'{sent.method}' against '{sent.path}' is not supported")
        try:
            self.management.platform.gate.admit(sent)
        except Refusal as refusal:
            raise in_function_compute_words(refusal) from None
        if f"fc:{action}" in self.management.forbidden:
            raise Refusal(*_ERRORS["refuse"])


def _document(body: bytes) -> Document:
    """Return the JSON object that *body* is, empty if it is none."""
    try:
        parsed = json.loads(body)
    except ValueError:
        parsed = None
    return parsed if isinstance(parsed, dict) else {}


def _fail(kind: str, *, unless: str = "") -> None:
    """Raise the Refusal that the fault *kind* is, if it is one and not *unless*."""
    if kind in _ERRORS and kind != unless:
        raise Refusal(*_ERRORS[kind])


def _unsupported(_held: Management, _asked: _Request) -> Document:
    raise Refusal(400, "PathNotSupported", "the method is not supported")
