"""The webhook function: authenticates a request, reads its alerts, and queues them for the worker."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from callevents.alibabacloud.clients import Clients
from callevents.clock import Deadline
from callevents.errors import CallEventsError
from callevents.invocation import Invocation, Request, Response
from callevents.settings.model import Settings
from callevents.tasks.queue import WorkerQueue
from callevents.webhook import responses
from callevents.webhook.alert import Alert
from callevents.webhook.authentication import (
    CREDENTIAL_SETTINGS,
    NO_CREDENTIAL,
    AuthenticationError,
    RouteCredentials,
    authenticate,
    route_credentials,
)
from callevents.webhook.body import Document, RequestRejected, check_size, read_document
from callevents.webhook.enqueue import alert_task, enqueue_within
from callevents.webhook.job_ids import job_ids
from callevents.webhook.responses import WebhookResponse
from callevents.webhook.senders import sender_of
from callevents.webhook.senders.base import AuthenticatedRequest, Sender

if TYPE_CHECKING:
    import httpx

METHODS = ("POST", "PUT")
ENQUEUE_TIMEOUT_SECONDS = 3.0

_log = logging.getLogger(__name__)


class WebhookHandler:
    """The application of the webhook function: takes alerts, and queues each for the worker once. Calls may overlap."""

    def __init__(
        self,
        settings: Settings,
        *,
        client: "httpx.Client | None" = None,
        queue: Callable[[Invocation], WorkerQueue] | None = None,
    ) -> None:
        """Open nothing; *queue* returns the worker's queue for one invocation."""
        self._settings = settings
        self._clients = Clients(client)
        self._queue = queue or self._worker_queue
        self._instances = frozenset({settings.ccc_instance_id, *settings.ccc_instances.values()} - {""})
        self._channels = settings.channels | ({settings.channel} - {""})
        self._credentials: dict[str, RouteCredentials] = {}

    def http(self, request: Request, invocation: Invocation) -> Response:
        """Answer one request; its line in the log holds nothing of its content."""
        sender = sender_of(request.path)
        response = self._respond(request, sender, invocation)
        request_log = invocation.request_log
        request_log.set(
            entry=sender.route, jobs=response.jobs, left_out=response.left_out, task=response.task
        )
        request_log.set_outcome(*response.outcome)
        return response.http()

    def event(self, payload: bytes, invocation: Invocation) -> None:  # noqa: ARG002 - the protocol's
        """Drop it: only HTTP requests are sent to this function. Raising would have it sent again."""
        _log.warning("event without HTTP dropped, %d bytes", len(payload), extra={"code": "no_request"})

    def warm(self) -> None:
        """Load what the first alert needs, and open the client."""
        from callevents.alibabacloud.fc import fc_async
        from callevents.calls import masking, sanitize

        _ = fc_async, masking, sanitize
        self._clients.http()

    def _respond(self, request: Request, sender: Sender, invocation: Invocation) -> WebhookResponse:
        """Return the response; nothing of a request is parsed, logged or sent on before it is authentic."""
        try:
            _check_method(request)
            check_size(request)
            self._authenticate(request, sender, invocation)
            channel = self._channel(request.query)
            document = read_document(request.body, request.headers)
        except AuthenticationError as error:
            # The credential may be right: a sender must not be rejected for good while its secret is not known, or
            # may have changed since it was read.
            unread = {*self._settings.references, *invocation.overdue_settings}
            if str(error) != NO_CREDENTIAL and not CREDENTIAL_SETTINGS.isdisjoint(unread):
                return responses.unavailable("a sender's secret is yet to be read from KMS")
            return responses.unauthorized(str(error))
        except RequestRejected as error:
            return responses.rejected(error)
        alerts = sender.read(
            AuthenticatedRequest(
                document,
                request.headers,
                self._instances,
                self._settings.ccc_events,
                invocation.arrived_at,
            )
        )
        posted = [alert for alert in alerts if alert.is_posted]
        if not posted:
            return responses.ignored(_why_ignored(document, alerts))
        return self._enqueue(posted, sender.route, channel, invocation)

    def _authenticate(self, request: Request, sender: Sender, invocation: Invocation) -> None:
        credentials = self._credentials.get(sender.route)
        if credentials is None:
            credentials = self._credentials[sender.route] = route_credentials(self._settings, sender)
        authenticate(request, sender, credentials, invocation.arrived_at)
        seconds = invocation.clocks.monotonic() - invocation.started_at
        invocation.request_log.add_duration("verify", seconds)

    def _channel(self, query: Mapping[str, str]) -> str:
        """Return the channel to post to. No signature covers the query, so only allowed channels are accepted."""
        channel = query.get("channel", self._settings.channel)
        if "channel" in query and channel not in self._channels:
            raise RequestRejected(400, "no such channel here")
        return channel

    def _enqueue(
        self, alerts: Sequence[Alert], route: str, channel: str, invocation: Invocation
    ) -> WebhookResponse:
        needed = {"CALLEVENTS_WORKER": self._settings.worker, "CALLEVENTS_CHANNEL": channel}
        if missing := [name for name, value in needed.items() if not value]:
            return responses.unavailable(f"not set: {', '.join(missing)}")
        tasks = [
            alert_task(
                alert,
                route=route,
                channel=channel,
                instance=alert.instance or self._settings.ccc_instance_id,
                received_at=invocation.arrived_at,
            )
            for alert in alerts
        ]
        deadline = Deadline.after(ENQUEUE_TIMEOUT_SECONDS, invocation.clocks.monotonic)
        try:
            queue = self._queue(invocation)
            queued = [enqueue_within(task, queue, deadline) for task in tasks]
        except CallEventsError as error:
            return responses.unavailable(str(error))
        return responses.accepted(tasks, queued=any(queued))

    def _worker_queue(self, invocation: Invocation) -> WorkerQueue:
        return self._clients.worker_queue(self._settings.worker, self._settings.fc_endpoint, invocation)


def _check_method(request: Request) -> None:
    if request.method.upper() not in METHODS:
        raise RequestRejected(405, "POST or PUT", {"Allow": ", ".join(METHODS)})


def _why_ignored(document: Document, alerts: Sequence[Alert]) -> str:
    if not job_ids(document.content):
        return "no job id"
    return "a test" if alerts else "not an event of this contact center that is posted"
