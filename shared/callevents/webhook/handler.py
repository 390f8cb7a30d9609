"""The webhook function: an alert comes in, is authenticated, read, and handed over to the worker."""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING

from callevents.clock import Deadline
from callevents.errors import CallEventsError
from callevents.invocation import Invocation, Request, Response
from callevents.settings.model import Settings
from callevents.tasks.queue import WorkerQueue
from callevents.webhook import responses as answer
from callevents.webhook.alert import Alert, AuthenticatedRequest
from callevents.webhook.authentication import (
    DECISIVE,
    NO_CREDENTIAL,
    AuthenticationError,
    RouteCredentials,
    authenticate,
    keys_of,
)
from callevents.webhook.body import BODY_LIMIT, Document, Refused, read_document
from callevents.webhook.enqueue import hand_over, task_of
from callevents.webhook.job_ids import job_ids
from callevents.webhook.responses import Answer
from callevents.webhook.sender import Sender
from callevents.webhook.senders import sender_of

if TYPE_CHECKING:
    import httpx

METHODS = ("POST", "PUT")
HAND_OVER_SECONDS = 3.0
# No number of this many digits is a length that we take; int() refuses thousands of them.
_LONGEST_LENGTH = 12

_log = logging.getLogger(__name__)


class WebhookHandler:
    """Application of the webhook function (design sections 7 and 8). Calls may overlap."""

    def __init__(
        self,
        settings: Settings,
        *,
        client: "httpx.Client | None" = None,
        nonce: Callable[[], str] = lambda: os.urandom(16).hex(),
        queue: Callable[[Invocation], WorkerQueue] | None = None,
    ) -> None:
        """Open nothing; *queue* returns the worker's queue for one invocation."""
        self._settings = settings
        self._client = client
        self._nonce = nonce
        self._queue = queue or self._worker_queue
        self._instances = frozenset({settings.ccc_instance_id, *settings.ccc_instances.values()} - {""})
        self._channels = settings.channels | ({settings.channel} - {""})
        self._keys: dict[str, RouteCredentials] = {}
        self._opening = Lock()

    def http(self, request: Request, invocation: Invocation) -> Response:
        """Answer one request; its line in the log has not a word of what is in it."""
        sender = sender_of(request.path)
        given = self._answer(request, sender, invocation)
        jobs, left_out, task = (given.body.get(name) for name in ("jobs", "left_out", "task"))
        invocation.request_log.set(
            entry=sender.route,
            outcome=given.outcome,
            why=given.why,
            jobs=len(jobs) if isinstance(jobs, list) else 0,
            left_out=left_out if isinstance(left_out, int) else 0,
            task=str(task or ""),
        )
        return given.response()

    def event(self, payload: bytes, invocation: Invocation) -> None:  # noqa: ARG002 - the protocol's
        """Refuse: nothing is sent to this function but HTTP. Raising would only have it sent again."""
        _log.warning("an event of %d bytes without HTTP", len(payload), extra={"code": "no_request"})

    def warm(self) -> None:
        """Load what the first alert would, and open the client."""
        from callevents.alibabacloud import fc_async as fc
        from callevents.calls import masking
        from callevents.calls import sanitize as text

        _ = fc, masking, text
        self._http_client()

    def _answer(self, request: Request, sender: Sender, invocation: Invocation) -> Answer:
        """Return the answer; nothing is parsed, logged or sent on for a stranger."""
        try:
            _check_method_and_size(request)
            authenticate(request, sender, self._keys_of(sender), invocation.arrived_at)
            clock = invocation.clocks.monotonic
            invocation.request_log.add_duration("verify", clock() - invocation.started_at)
            channel = self._channel(request.query)
            document = read_document(request.body, request.headers)
        except AuthenticationError as error:
            # Whoever shows something may be right: it must not be told never to come back while we cannot know.
            if str(error) != NO_CREDENTIAL and not DECISIVE.isdisjoint(self._settings.references):
                return answer.unavailable("a sender's secret is yet to be read from KMS")
            return answer.not_authentic(str(error))
        except Refused as error:
            return answer.refused(error)
        received = AuthenticatedRequest(document, request.headers, self._instances, self._settings.ccc_events)
        alerts = sender.read(received)
        wanted = [alert for alert in alerts if alert.state != "test" and (alert.firing or alert.resolved)]
        if not wanted:
            return answer.ignored(_why_ignored(document, alerts))
        return self._handed_over(wanted, sender.route, channel, invocation)

    def _channel(self, query: Mapping[str, str]) -> str:
        """Return the channel to post to. No signature covers the query, hence the list of allowed ones."""
        channel = query.get("channel", self._settings.channel)
        if "channel" in query and channel not in self._channels:
            raise Refused(400, "no such channel here")
        return channel

    def _keys_of(self, sender: Sender) -> RouteCredentials:
        if sender.route not in self._keys:
            self._keys[sender.route] = keys_of(self._settings, sender)
        return self._keys[sender.route]

    def _handed_over(
        self, alerts: Sequence[Alert], route: str, channel: str, invocation: Invocation
    ) -> Answer:
        missing = self._missing(channel)
        if missing:
            return answer.unavailable(f"not set: {missing}")
        tasks = [
            task_of(
                alert,
                route=route,
                channel=channel,
                instance=alert.instance or self._settings.ccc_instance_id,
                received_at=invocation.arrived_at,
            )
            for alert in alerts
        ]
        deadline = Deadline.after(HAND_OVER_SECONDS, invocation.clocks.monotonic)
        try:
            queue = self._queue(invocation)
            queued = [hand_over(task, queue, deadline) for task in tasks]
        except CallEventsError as error:
            return answer.unavailable(str(error))
        return answer.accepted(tasks, queued=any(queued))

    def _missing(self, channel: str) -> str:
        settings = self._settings
        needed = {"CALLEVENTS_WORKER": settings.worker, "CALLEVENTS_CHANNEL": channel}
        return ", ".join(name for name, value in needed.items() if not value)

    def _worker_queue(self, invocation: Invocation) -> WorkerQueue:
        from callevents.alibabacloud.fc_async import worker_queue

        return worker_queue(
            client=self._http_client(),
            worker=self._settings.worker,
            endpoint=self._settings.fc_endpoint,
            invocation=invocation,
            nonce=self._nonce,
        )

    def _http_client(self) -> "httpx.Client":
        if self._client is None:
            with self._opening:
                if self._client is None:
                    from callevents.transport.client import open_client

                    self._client = open_client()
        return self._client


def _check_method_and_size(request: Request) -> None:
    if request.method.upper() not in METHODS:
        raise Refused(405, "POST or PUT", {"Allow": ", ".join(METHODS)})
    if len(request.body) > BODY_LIMIT or _declared_length(request) > BODY_LIMIT:
        raise Refused(413, "over 1 MiB: send less at once (in Alertmanager: max_alerts)")


def _declared_length(request: Request) -> int:
    length = request.headers.get("content-length", "").strip()
    if not (length.isascii() and length.isdigit()):
        return 0
    return int(length) if len(length) <= _LONGEST_LENGTH else BODY_LIMIT + 1


def _why_ignored(document: Document, alerts: Sequence[Alert]) -> str:
    if not job_ids(document.content):
        return "no job id"
    return "a test" if alerts else "not an event of ours that is asked for"
