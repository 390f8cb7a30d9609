"""The front door of `make run`: ask by URL, list the samples, switch faults, follow the journal."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from queue import Empty

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from callevents_sandbox import playground
from callevents_sandbox.control.terminal import as_text
from callevents_sandbox.fixtures.alerts import samples
from callevents_sandbox.server import capture
from callevents_sandbox.server.faults import fault_route
from callevents_sandbox.server.same_origin import SameOriginGuard
from callevents_sandbox.slack import Posted, Shown
from callevents_sandbox.stack import Stack

HELP = """\
This is the sandbox of callevents: a contact center, Function Compute and Slack, on this machine only.

GET  /_sandbox/jobs                           the sample calls
GET  /_sandbox/command?text=JOB               what Slack shows for /callevents JOB (user=, channel=, as=json)
GET  /_sandbox/alerts                         the sample alerts
GET  /_sandbox/alert?name=NAME                what the webhook answers to one, and what the channel shows (query=)
GET  /_sandbox/journal?after=NUMBER           what went over the wire; /_sandbox/journal/stream follows it
GET  /_sandbox/faults/{ccc,fc,slack,kms}      the faults and modes there are; POST queues one, DELETE clears them
"""

_MAX_RETRIES = 2


def application(stack: Stack) -> Starlette:
    """Return the ASGI application in front of *stack*."""
    handlers = _Handlers(stack)
    faults = {"ccc": stack.center.faults, "fc": stack.platform.faults, "slack": stack.workspace.faults,
              "kms": stack.vault.faults}  # fmt: skip
    return Starlette(
        routes=[
            Route("/", handlers.front),
            *playground.routes(stack),
            Route("/_sandbox/jobs", handlers.jobs),
            Route("/_sandbox/command", handlers.command, methods=["GET", "POST"]),
            Route("/_sandbox/alerts", handlers.alerts),
            Route("/_sandbox/alert", handlers.alert, methods=["GET", "POST"]),
            Route("/_sandbox/journal", handlers.journal),
            Route("/_sandbox/journal/stream", handlers.stream),
            *(fault_route(each, f"/_sandbox/faults/{name}") for name, each in faults.items()),
        ],
        middleware=[Middleware(SameOriginGuard)],
    )


def ask_with_retries(ask: Callable[[], Shown], wait: Callable[[], object]) -> Shown:
    """Return what Slack shows after up to two retries of a late answer, with *wait* before each.

    A function that starts for the first time on a busy machine may need more than Slack's three seconds.
    """
    shown = ask()
    for _ in range(_MAX_RETRIES):
        if shown.error != "operation_timeout":
            break
        wait()
        shown = ask()
    return shown


def final_message(stack: Stack, shown: Shown) -> Posted | None:
    """Return the final message, after the worker has finished; None if there is none."""
    stack.settle()
    url = shown.response_url
    return url.original if url and url.original and not url.original.deleted else shown.message


def send_alert(stack: Stack, name: str, query: str = "") -> tuple[str, list[Posted]]:
    """Send a sample alert; return the webhook's answer and the messages posted or changed. Raises KeyError."""
    before = {message.ts: message.versions for message in stack.workspace.messages}
    answer = stack.alert(name, query=query)
    stack.settle()
    new = [each for each in stack.workspace.messages if before.get(each.ts) != each.versions]
    return f"{answer.status_code} {answer.text}", new


@dataclass(frozen=True, slots=True)
class _Handlers:
    stack: Stack

    async def front(self, request: Request) -> Response:
        """Return the page to a browser, and help to anything else."""
        if "text/html" in request.headers.get("accept", ""):
            return playground.page(str(request.base_url))
        return PlainTextResponse(HELP)

    async def jobs(self, request: Request) -> Response:  # noqa: ARG002 - a route's signature
        listed = [
            {"job": each.job_id, "name": each.name, "description": each.description}
            for each in self.stack.samples
        ]
        return JSONResponse(listed)

    async def command(self, request: Request) -> Response:
        parameters = request.query_params
        user, channel = parameters.get("user", "U0MEI"), parameters.get("channel", "C0SUPPORT")
        if user not in self.stack.workspace.people or channel not in self.stack.workspace.channels:
            return PlainTextResponse("There is no such user or channel in the sandbox.\n", 404)
        shown = await run_in_threadpool(
            self.stack.command, parameters.get("text", ""), user=user, channel=channel
        )
        message = await run_in_threadpool(final_message, self.stack, shown)
        if parameters.get("as") == "json":
            return JSONResponse(
                {
                    "seconds": round(shown.seconds, 3),
                    "error": shown.error,
                    "text": message.text if message else None,
                    "blocks": message.blocks if message else None,
                }
            )
        text = (
            as_text(message.text, message.blocks) if message else f"Slack shows: {shown.error or 'nothing'}"
        )
        return PlainTextResponse(f"{text}\n")

    async def alerts(self, request: Request) -> Response:  # noqa: ARG002 - a route's signature
        return JSONResponse([{"name": each.name, "sender": each.sender} for each in samples()])

    async def alert(self, request: Request) -> Response:
        parameters = request.query_params
        try:
            answer, posted = await run_in_threadpool(
                send_alert, self.stack, parameters.get("name", ""), parameters.get("query", "")
            )
        except KeyError:
            return PlainTextResponse("There is no such alert: /_sandbox/alerts lists them.\n", 404)
        shown = [as_text(message.text, message.blocks) for message in posted]
        return PlainTextResponse("\n\n".join([answer, *shown]) + "\n")

    async def journal(self, request: Request) -> Response:
        after = request.query_params.get("after", "0")
        number = int(after[:15]) if after.isdecimal() else 0  # int() refuses thousands of digits
        entries = self.stack.journal.entries(after=number)
        listed = [entry.document() for entry in entries]
        return Response(capture.as_json(listed, self.stack.secrets), media_type="application/json")

    async def stream(self, request: Request) -> Response:  # noqa: ARG002 - a route's signature
        return StreamingResponse(self._events(), media_type="text/event-stream")

    async def _events(self) -> AsyncIterator[str]:
        with self.stack.journal.following() as entries:
            yield ": following\n\n"
            while True:
                try:
                    entry = entries.get_nowait()
                except Empty:
                    await asyncio.sleep(0.1)
                    continue
                yield f"id: {entry.number}\ndata: {capture.as_json(entry.document(), self.stack.secrets)}\n\n"
