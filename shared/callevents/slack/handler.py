"""The slack function: one URL for everything that Slack sends.

Who is not Slack gets a constant refusal; Slack's own requests always get 200, and a person a sentence.
"""

import json
import logging
from collections.abc import Callable
from copy import copy
from threading import Lock
from typing import TYPE_CHECKING

from callevents.cache import SeenKeys
from callevents.errors import CallEventsError, Replayed, UnreadableRequest
from callevents.invocation import Invocation, Request, Response
from callevents.observability.request_log import milliseconds
from callevents.settings.model import Settings
from callevents.slack.api.response_url import body_of
from callevents.slack.context import RequestContext
from callevents.slack.error_response import error_response
from callevents.slack.lookups.ack_budget import budget
from callevents.slack.lookups.resources import SlackResources, new_nonce, new_random
from callevents.slack.messages.errors import error_message
from callevents.slack.requests.interactions import Interaction
from callevents.slack.requests.parser import (
    MOST_BYTES,
    Command,
    Event,
    Incoming,
    Malformed,
    Parsed,
    SslCheck,
    UrlVerification,
    parse,
)
from callevents.slack.requests.signature import signature_failure
from callevents.slack.users.access import Facts, viewer_of
from callevents.tasks.queue import WorkerQueue

if TYPE_CHECKING:
    import httpx
    from slack_bolt import App

_log = logging.getLogger(__name__)
_STAMP, _SIGNATURE = "x-slack-request-timestamp", "x-slack-signature"
_REFUSED = Response.json(401, '{"error":"unauthorized"}')
_TOO_LONG = Response.json(413, '{"error":"too_large"}')
_NOT_POST = Response(
    405,
    '{"error":"method_not_allowed"}',
    {"Content-Type": "application/json; charset=utf-8", "Allow": "POST"},
)


class SlackHandler:
    """Answers Slack. Calls may overlap."""

    def __init__(
        self,
        settings: Settings,
        *,
        client: "httpx.Client | None" = None,
        nonce: Callable[[], str] = new_nonce,
        random: Callable[[], float] = new_random,
        queue: Callable[[Invocation], WorkerQueue] | None = None,
    ) -> None:
        self._settings = settings
        self._service = SlackResources(settings, client=client, nonce=nonce, random=random, queue=queue)
        self._replays = SeenKeys()
        self._app: App | None = None
        self._building = Lock()

    def http(self, request: Request, invocation: Invocation) -> Response:
        """Answer a request: 405, 413 or 401 to a stranger, 200 to Slack."""
        request_log = invocation.request_log
        if request.method != "POST":
            request_log.set_outcome("refused: method")
            return _NOT_POST
        if len(request.body) > MOST_BYTES:
            request_log.set_outcome("refused: too_large")
            return _TOO_LONG
        stamp, signature = request.headers.get(_STAMP), request.headers.get(_SIGNATURE)
        wrong = signature_failure(
            secret=self._settings.slack_signing_secret,
            stamp=stamp,
            signature=signature,
            body=request.body,
            now=invocation.arrived_at,
        )
        if wrong is not None or stamp is None or signature is None:
            request_log.set_outcome(f"unauthorized: {wrong}")
            _log.warning("not from Slack: %s", wrong, extra={"code": "unauthorized", "reason": wrong})
            return _REFUSED
        try:
            return self._answer(request, invocation, int(stamp), signature)
        except CallEventsError as error:
            request_log.set_outcome(f"failed: {error}")
            _log.warning("not answered: %s", error, extra={"code": error.code})
            return self._said(error, invocation)
        except Exception as error:  # noqa: BLE001 - whatever it is, a person waits for a sentence
            request_log.set_outcome("failed: internal")
            _log.error("not answered", extra={"code": "internal"}, exc_info=error)
            return self._said(CallEventsError(), invocation)

    def handle_verified(self, parsed: Parsed, invocation: Invocation, *, stamp: int, unique: str) -> Response:
        """Answer what is known to come from Slack, sent at *stamp* (Unix seconds) and *unique* where it has no name.

        Only for what Slack handed over on a connection of its own, or signed.
        """
        from callevents.slack.app import dispatch

        incoming, request_log, clock = parsed.incoming, invocation.request_log, invocation.clocks.monotonic
        request_log.set_outcome("told")  # of help, of a form: a lookup says more
        request_log.set(entry=_entry_of(incoming))
        request_log.add_duration("verify", clock() - invocation.started_at)
        turn = RequestContext(
            incoming=incoming,
            service=self._service,
            invocation=invocation,
            budget=budget(stamp=stamp, invocation=invocation, hands_over=bool(self._settings.worker)),
            unique=(_name_of(incoming) or unique,),
        )
        try:
            return dispatch(self._bolt(), parsed, turn)
        except CallEventsError as error:
            request_log.set_outcome(f"failed: {error}")
            _log.warning("not answered: %s", error, extra={"code": error.code})
            return error_response(turn, error)
        except Exception as error:  # noqa: BLE001 - whatever it is, a person waits for a sentence
            request_log.set_outcome("failed: internal")
            _log.error("not answered", extra={"code": "internal"}, exc_info=error)
            return error_response(turn, CallEventsError())
        finally:
            # Below nothing: Slack may have hung up meanwhile.
            request_log.set(budget_left_ms=milliseconds(turn.budget.answer.expires_at - clock()))

    def event(self, payload: bytes, invocation: Invocation) -> None:  # noqa: ARG002 - as applications have it
        """Refuse: this function answers HTTP requests only."""
        _log.warning(
            "an event of %d bytes for the slack function, which takes none",
            len(payload),
            extra={"code": "no_request"},
        )

    def warm(self) -> None:
        """Load bolt, the client, and all else that the first answer needs."""
        import callevents.alibabacloud.ccc
        import callevents.transport.client  # noqa: F401

        self._service.client()
        self._bolt()

    def with_settings(self, settings: Settings) -> "SlackHandler":
        """Return the same with other *settings*: what was sent before is not answered a second time."""
        other = copy(self)
        other._settings, other._service = settings, self._service.with_settings(settings)  # noqa: SLF001 - its own kind
        other._app, other._building = None, Lock()  # noqa: SLF001
        return other

    def _answer(self, request: Request, invocation: Invocation, stamp: int, signature: str) -> Response:
        try:
            parsed = parse(request.headers.get("content-type", ""), request.body)
        except Malformed as malformed:
            raise UnreadableRequest(reason=str(malformed)) from None
        incoming = parsed.incoming
        if isinstance(incoming, SslCheck):
            invocation.request_log.set_outcome("checked")
            return Response(200)
        if isinstance(incoming, UrlVerification):
            invocation.request_log.set_outcome("checked")
            return Response.json(200, json.dumps({"challenge": incoming.challenge}))
        # Slack sends an event again on purpose; whoever takes events knows them by their event_id.
        once = isinstance(incoming, Command | Interaction)
        if once and not self._replays.add(signature, invocation.arrived_at):
            if isinstance(incoming, Interaction):
                # What it did is done. Its response_url is not for whoever sends a click twice.
                invocation.request_log.set_outcome(f"refused: {Replayed.code}")
                _log.warning("a click or form came twice", extra={"code": Replayed.code})
                return Response(200)
            raise Replayed
        return self.handle_verified(parsed, invocation, stamp=stamp, unique=f"{stamp}:{signature}")

    def _bolt(self) -> "App":
        if self._app is None:
            with self._building:
                if self._app is None:
                    from callevents.slack.app import build_app
                    from callevents.slack.listeners import LISTENERS

                    self._app = build_app(self._settings, LISTENERS)
        return self._app

    def _said(self, error: CallEventsError, invocation: Invocation) -> Response:
        viewer = viewer_of(self._settings, Facts())
        return Response.json(200, json.dumps(body_of(error_message(error, viewer, invocation.request_id))))


def _entry_of(incoming: Incoming) -> str:
    """Return the way in, as the log has it where it is no lookup."""
    if isinstance(incoming, Command):
        return "command"
    if isinstance(incoming, Interaction):
        return incoming.kind
    return incoming.type if isinstance(incoming, Event) else ""


def _name_of(incoming: Incoming) -> str:
    """Return what Slack calls the request, the same when it sends it again; "" where it has no name."""
    if isinstance(incoming, Command | Interaction):
        return incoming.trigger_id
    return incoming.event_id if isinstance(incoming, Event) else ""
