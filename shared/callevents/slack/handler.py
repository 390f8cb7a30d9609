"""The slack function: one URL for everything that Slack sends, and `/mcp` for its assistant.

A request that Slack did not sign gets a constant 401, or 503 while the secret that would tell cannot be read from KMS.
A signed one gets 200, and a person a sentence; 503 where neither a message nor the worker could reach them, so that
Slack shows it. The assistant gets an answer or an error of its protocol.
"""

import json
import logging
from collections.abc import Callable
from copy import copy
from typing import TYPE_CHECKING

from callevents.alibabacloud.clients import Clients
from callevents.cache import SeenKeys
from callevents.errors import Replayed, UnreadableRequest
from callevents.invocation import Invocation, Request, Response
from callevents.observability.request_log import milliseconds
from callevents.settings import variables
from callevents.settings.model import Settings
from callevents.slack.context import RequestContext
from callevents.slack.lookups.ack_budget import MAX_AGE_SECONDS, budget
from callevents.slack.lookups.resources import SlackResources
from callevents.slack.requests.interactions import Interaction
from callevents.slack.requests.parser import (
    MAX_BYTES,
    Command,
    Incoming,
    Malformed,
    Parsed,
    SlackEvent,
    SslCheck,
    Unknown,
    UrlVerification,
    parse,
)
from callevents.slack.requests.signature import signature_failure
from callevents.slack.respond import ack_response, error_response
from callevents.tasks.queue import WorkerQueue

if TYPE_CHECKING:
    import httpx

_log = logging.getLogger(__name__)
# Slack's assistant asks here, and everything else of Slack comes in at any other path.
MCP_PATH = "/mcp"
_TIMESTAMP, _SIGNATURE = "x-slack-request-timestamp", "x-slack-signature"
_RETRY_NUMBER = "x-slack-retry-num"
_UNAUTHORIZED = Response.json(401, '{"error":"unauthorized"}')
_UNAVAILABLE = Response.json(503, '{"error":"unavailable"}')
_TOO_LARGE = Response.json(413, '{"error":"too_large"}')
_METHOD_NOT_ALLOWED = Response(
    405,
    '{"error":"method_not_allowed"}',
    {"Content-Type": "application/json; charset=utf-8", "Allow": "POST"},
)


class SlackHandler:
    """Answers Slack. Thread-safe."""

    def __init__(
        self,
        settings: Settings,
        *,
        client: "httpx.Client | None" = None,
        queue: Callable[[Invocation], WorkerQueue] | None = None,
    ) -> None:
        self._settings = settings
        self._resources = SlackResources(settings, Clients(client), queue=queue)
        self._replays = SeenKeys()

    def http(self, request: Request, invocation: Invocation) -> Response:
        """Answer a request: with an error if it may not be Slack's, else with 200 or in the assistant's protocol."""
        rejection = self._rejection(request, invocation)
        if rejection is not None:
            return rejection
        timestamp, signature = int(request.headers[_TIMESTAMP]), request.headers[_SIGNATURE]
        key = f"{timestamp}:{signature}"
        if request.path.rstrip("/") == MCP_PATH:
            from callevents.slack.mcp.door import answer

            return answer(request, self._resources, invocation, timestamp=timestamp, idempotency_key=key)
        try:
            parsed = parse(request.headers.get("content-type", ""), request.body)
        except Malformed as malformed:
            context = self._context(Unknown(""), invocation, timestamp, key)
            return ack_response(error_response(context, UnreadableRequest(reason=str(malformed))))
        incoming = parsed.incoming
        if isinstance(incoming, SslCheck | UrlVerification):
            return _checked(incoming, invocation)
        # Slack repeats an event on purpose: its listener recognises it by its event id.
        if isinstance(incoming, Command | Interaction) and not self._replays.add(
            signature, invocation.arrived_at
        ):
            return _replayed(self._context(incoming, invocation, timestamp, key))
        return self.handle_verified(
            parsed,
            invocation,
            timestamp=timestamp,
            idempotency_key=key,
            is_repeated=_RETRY_NUMBER in request.headers
            or invocation.arrived_at - timestamp > MAX_AGE_SECONDS,
        )

    def handle_verified(
        self,
        parsed: Parsed,
        invocation: Invocation,
        *,
        timestamp: int,
        idempotency_key: str,
        is_repeated: bool = False,
    ) -> Response:
        """Answer a request that is known to come from Slack, sent at *timestamp* (Unix seconds).

        Only for a request that Slack signed, or sent over a connection that this product opened. *idempotency_key*
        identifies a request that Slack gives no id; *is_repeated* says that Slack sent an event before, or
        will have waited for this answer in vain and send it again.
        """
        from callevents.slack.app import dispatch

        request_log, clock = invocation.request_log, invocation.clocks.monotonic
        request_log.set_outcome("told")  # a lookup sets another
        request_log.set(entry=_source(parsed.incoming))
        request_log.add_duration("verify", clock() - invocation.started_at)
        context = self._context(
            parsed.incoming, invocation, timestamp, idempotency_key, is_repeated=is_repeated
        )
        response = dispatch(parsed, context)
        # Below zero Slack may have hung up before the response.
        request_log.set(budget_left_ms=milliseconds(context.budget.answer.expires_at - clock()))
        return response

    def event(self, payload: bytes, invocation: Invocation) -> None:  # noqa: ARG002 - the signature of applications
        """Refuse an event: this function answers HTTP requests only."""
        _log.warning("event refused: %d bytes", len(payload), extra={"code": "no_request"})

    def warm(self) -> None:
        """Load the HTTP client and everything else that the answer to a command needs.

        The first button or event loads bolt: most instances live for one command, which must not wait for that.
        """
        import callevents.alibabacloud.ccc.contact_center
        import callevents.slack.app
        import callevents.transport.client  # noqa: F401

        self._resources.client()

    def with_settings(self, settings: Settings) -> "SlackHandler":
        """Return the same handler with other *settings*; it still knows the requests it has answered."""
        other = copy(self)
        other._settings, other._resources = settings, self._resources.with_settings(settings)  # noqa: SLF001 - its own class
        return other

    def _rejection(self, request: Request, invocation: Invocation) -> Response | None:
        """Return the response to a request that is not Slack's, None for one that Slack signed."""
        if request.method != "POST":
            invocation.request_log.set_outcome("refused", why="method")
            return _METHOD_NOT_ALLOWED
        if len(request.body) > MAX_BYTES:
            invocation.request_log.set_outcome("refused", why="too_large")
            return _TOO_LARGE
        failure = signature_failure(
            secret=self._settings.slack_signing_secret,
            timestamp=request.headers.get(_TIMESTAMP),
            signature=request.headers.get(_SIGNATURE),
            body=request.body,
            now=invocation.arrived_at,
        )
        if failure is None:
            return None
        if failure in {"mismatch", "unusable_secret"} and self._awaits_secret(invocation):
            # It may be Slack's.
            invocation.request_log.set_outcome("unavailable", why="secret_unread")
            return _UNAVAILABLE
        invocation.request_log.set_outcome("unauthorized", why=failure)
        _log.warning(
            "Slack signature rejected: %s", failure, extra={"code": "unauthorized", "reason": failure}
        )
        return _UNAUTHORIZED

    def _awaits_secret(self, invocation: Invocation) -> bool:
        """Say whether the signing secret is yet to be read from KMS, or may have changed since it was read."""
        name = variables.SLACK_SIGNING_SECRET.name
        return name in self._settings.references or name in invocation.overdue_settings

    def _context(
        self,
        incoming: Incoming,
        invocation: Invocation,
        timestamp: int,
        idempotency_key: str,
        *,
        is_repeated: bool = False,
    ) -> RequestContext:
        hands_off = bool(self._settings.worker)
        return RequestContext(
            incoming=incoming,
            resources=self._resources,
            invocation=invocation,
            budget=budget(timestamp=timestamp, invocation=invocation, hands_off=hands_off),
            idempotency_key=(_slack_id(incoming) or idempotency_key,),
            is_repeated=is_repeated,
        )


def _checked(incoming: SslCheck | UrlVerification, invocation: Invocation) -> Response:
    invocation.request_log.set_outcome("checked")
    if isinstance(incoming, SslCheck):
        return Response(200)
    return Response.json(200, json.dumps({"challenge": incoming.challenge}))


def _replayed(context: RequestContext) -> Response:
    if isinstance(context.incoming, Command):
        return ack_response(error_response(context, Replayed()))
    # The click was handled; its response_url must not serve a replay.
    context.invocation.request_log.set_outcome("refused", why=Replayed.code)
    _log.warning("interaction replayed", extra={"code": Replayed.code})
    return Response(200)


def _source(incoming: Incoming) -> str:
    """Return how the request came in, for the log."""
    if isinstance(incoming, Command):
        return "command"
    if isinstance(incoming, Interaction):
        return incoming.kind
    return incoming.type if isinstance(incoming, SlackEvent) else ""


def _slack_id(incoming: Incoming) -> str:
    """Return the id that Slack gave the request and repeats with it, "" where it has none."""
    if isinstance(incoming, Command | Interaction):
        return incoming.trigger_id
    return incoming.event_id if isinstance(incoming, SlackEvent) else ""
