"""The routes of the page."""

import json
import secrets
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from callevents_sandbox.playground import bundle
from callevents_sandbox.playground.page_state import PEOPLE, page_setting, page_state
from callevents_sandbox.playground.user_actions import NotPossible, PageRequest, UserActions
from callevents_sandbox.server import capture as wire
from callevents_sandbox.stack import Stack

# The page loads nothing from anywhere else, and the browser enforces it.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_BASE = "http://127.0.0.1:8080/"  # as the page has it
_HEADERS = {"content-security-policy": _POLICY, "cache-control": "no-store"}


def routes(stack: Stack) -> list[Route]:
    """Return the routes of the page of *stack*; the page itself is `page`."""
    service = _Service(stack)
    return [
        Route("/page/setting", service.setting),
        Route("/page/seen", service.seen),
        Route("/page/action", service.act, methods=["POST"]),
        Route("/page/{file}", service.file),
    ]


def page(base: str, folder: Path = bundle.BUNDLE) -> Response:
    """Return the page that is served at *base*, with a slash at the end, made of the bundle in *folder*."""
    return HTMLResponse(bundle.index(folder).replace(_BASE, base), headers=_HEADERS)


class _Service:
    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.actions = UserActions(stack)
        self.run = secrets.token_hex(8)  # so that a page notices that the sandbox is another one now

    async def setting(self, request: Request) -> Response:  # noqa: ARG002 - a route's signature
        return JSONResponse({"run": self.run, **page_setting(self.stack)})

    async def seen(self, request: Request) -> Response:
        user = request.query_params.get("user", PEOPLE[0])
        if user not in PEOPLE:
            return JSONResponse({"error": "There is no such person here."}, 404)
        document = page_state(self.stack, user, list(self.actions.faults))
        return Response(wire.as_json(document, self.stack.secrets), media_type="application/json")

    async def act(self, request: Request) -> Response:
        # A form of another site cannot send this type, and CORS keeps its scripts from it.
        if request.headers.get("content-type", "") != "application/json":
            return JSONResponse({"error": "Send JSON."}, 415)
        try:
            given = json.loads(await request.body())
        except (ValueError, RecursionError):
            given = None
        if not isinstance(given, dict):
            return JSONResponse({"error": "Send a JSON object."}, 400)
        try:
            return JSONResponse(await run_in_threadpool(self.actions.do, PageRequest(given)))
        except NotPossible as error:
            return JSONResponse({"error": str(error)}, 409)

    async def file(self, request: Request) -> Response:
        found = bundle.read(request.path_params["file"])
        if found is None:
            return PlainTextResponse("There is no such file.\n", 404)
        text, media_type = found
        return Response(text, media_type=media_type, headers={"cache-control": "no-cache"})
