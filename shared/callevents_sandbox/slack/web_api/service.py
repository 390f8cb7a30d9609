"""Slack over HTTP: the Web API, response_urls, uploads."""

import hmac
import json
import math
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from callevents_sandbox.server import capture as wire
from callevents_sandbox.server.faults import Fault, fault_route
from callevents_sandbox.server.tcp import Connection, gone, stay
from callevents_sandbox.slack.web_api import response_urls
from callevents_sandbox.slack.web_api.arguments import ApiError, Arguments, read_arguments
from callevents_sandbox.slack.web_api.methods import METHODS
from callevents_sandbox.slack.workspace import Workspace

_NO_FAULT = Fault("none")
_SECONDS_PER_MESSAGE = 1.0


def application(workspace: Workspace) -> Starlette:
    """Return the ASGI application that serves *workspace*: `/api/<method>`, `/commands/<team>/<id>/<token>`."""
    return Starlette(
        routes=[
            fault_route(workspace.faults),
            Route("/api/{method}", _Endpoint(_WebApi(workspace))),
            Route("/commands/{team}/{id}/{token}", _Endpoint(_ResponseUrls(workspace))),
            Route("/upload/v1/{file}", _Endpoint(_Uploads(workspace))),
        ]
    )


class _Part:
    """One of the things that Slack serves."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def subject(self, request: Request, body: bytes) -> str:
        """Return the subjects that faults are matched with."""
        return f"{request.url.path} {body.decode('utf-8', 'replace')}"

    def answer(self, request: Request, body: bytes) -> Response:
        """Carry out the method and return its response."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class _Endpoint:
    part: _Part

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        fault = self.part.workspace.faults.take(self.part.subject(request, body)) or _NO_FAULT
        if fault.kind == "reset":
            await Connection.of(scope).reset(receive)
            return
        if fault.kind == "hang":
            await gone(receive)
            return
        response = _failure(fault) or self.part.answer(request, body)
        if fault.seconds and not await stay(receive, fault.seconds):
            return
        if fault.kind == "cut":
            await Connection.of(scope).reset(receive)
            return
        await response(scope, receive, send)


def _failure(fault: Fault) -> Response | None:
    if fault.kind == "ratelimited":
        return _ratelimited(1 if fault.retry_after is None else fault.retry_after)
    if fault.kind == "error":
        return JSONResponse({"ok": False, "error": fault.code or "fatal_error"})
    texts = {
        "server_error": (fault.status or 500, "internal_error"),
        "bad_gateway": (502, "<html><h1>502 Bad Gateway</h1></html>"),
        "not_json": (200, "<html>Slack is having a moment</html>"),
        "used_url": (404, "used_url"),
        "expired_url": (410, "expired_url"),
    }
    if fault.kind in texts:
        status, text = texts[fault.kind]
        return PlainTextResponse(text, status)
    return None


def _ratelimited(seconds: float) -> Response:
    return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"retry-after": f"{math.ceil(seconds)}"})


class _WebApi(_Part):
    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._last: dict[str, float] = {}

    def answer(self, request: Request, body: bytes) -> Response:
        workspace, name = self.workspace, request.path_params["method"]
        scopes = {"x-oauth-scopes": ",".join(sorted(workspace.app.scopes))}
        try:
            given = read_arguments(request.headers.get("content-type", ""), request.url.query, body)
            self._check(name, _token(request, given))
            given.pop("token", None)
            workspace.calls.append((name, given))
            if name == "chat.postMessage" and self._too_soon(str(given.get("channel", ""))):
                return _ratelimited(_SECONDS_PER_MESSAGE)
            arguments = Arguments(given, str(request.base_url).rstrip("/"), workspace.refused_blocks)
            with workspace.lock:
                document = {"ok": True, **METHODS[name].work(workspace, arguments)}
        except ApiError as error:
            document = {"ok": False, "error": error.code, **error.more}
        workspace.journal.write(
            "slack",
            name,
            ok=document["ok"],
            error=document.get("error"),
            request=wire.request("POST", request.url.path, request.headers.items(), body),
            response=wire.response(200, json.dumps(document, ensure_ascii=False)),
        )
        return JSONResponse(document, headers=scopes)

    def _check(self, name: str, token: str) -> None:
        app = self.workspace.app
        if name not in METHODS:
            raise ApiError("unknown_method", req_method=name)
        if not token:
            raise ApiError("not_authed")
        if not hmac.compare_digest(token.encode(), app.bot_token.encode()):
            raise ApiError("invalid_auth")
        needed = METHODS[name].scopes
        if needed and not needed & app.scopes:
            raise ApiError("missing_scope", needed=min(needed), provided=",".join(sorted(app.scopes)))

    def _too_soon(self, channel: str) -> bool:
        now = self.workspace.clock()
        if self.workspace.rate_limited and now - self._last.get(channel, -math.inf) < _SECONDS_PER_MESSAGE:
            return True
        self._last[channel] = now
        return False


class _ResponseUrls(_Part):
    def subject(self, request: Request, body: bytes) -> str:
        url = self.workspace.response_urls.get(request.path_params["token"])
        return f"response_url {url.channel if url else ''} {body.decode('utf-8', 'replace')}"

    def answer(self, request: Request, body: bytes) -> Response:
        verdict = response_urls.take(self.workspace, request.path_params["token"], body)
        url = self.workspace.response_urls.get(request.path_params["token"])
        self.workspace.journal.write(
            "slack",
            "response_url",
            channel=url.channel if url else None,
            status=verdict.status,
            answer=verdict.text,
            request=wire.request("POST", request.url.path, request.headers.items(), body),
            response=wire.response(verdict.status, verdict.text),
        )
        return PlainTextResponse(verdict.text, verdict.status)


class _Uploads(_Part):
    def answer(self, request: Request, body: bytes) -> Response:
        stored = self.workspace.files.get(request.path_params["file"])
        if stored is None:
            return PlainTextResponse("not found", 404)
        stored.data = body
        return PlainTextResponse(f"OK - {len(body)}")


def _token(request: Request, given: dict[str, object]) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else str(given.get("token", ""))
