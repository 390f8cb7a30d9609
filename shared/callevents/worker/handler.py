"""The worker function: delivers alerts, and answers the lookups that the slack function had no time for.

It runs at least once for each envelope, so whatever it does may happen twice, but for what the same instance has
answered, and for what everybody reads and Slack shows already. It raises only if nothing was delivered.
"""

import logging
from collections.abc import Callable
from copy import copy
from typing import TYPE_CHECKING

from callevents.alibabacloud.clients import Clients
from callevents.alibabacloud.outbound import new_random
from callevents.cache import SEEN_SECONDS, SeenKeys, TTLCache
from callevents.errors import CallEventsError, NoEnvelope, NotDelivered
from callevents.invocation import Invocation, Request, Response
from callevents.observability.request_log import RequestOutcome
from callevents.settings.model import Settings
from callevents.slack.lookups.resources import SlackResources
from callevents.tasks.envelope import (
    AlertEnvelope,
    AnyEnvelope,
    CommandEnvelope,
    FindEnvelope,
    open_envelope,
)
from callevents.worker.alerts.job import AlertDelivery
from callevents.worker.delayed_reply import DelayedReply

if TYPE_CHECKING:
    import httpx

_log = logging.getLogger(__name__)
_FORBIDDEN = Response.json(403, '{"error":"forbidden"}')


class WorkerHandler:
    """The application of the worker function. Calls may overlap."""

    def __init__(
        self,
        settings: Settings,
        *,
        client: "httpx.Client | None" = None,
        random: Callable[[], float] = new_random,
    ) -> None:
        self._resources = SlackResources(settings, Clients(client, random=random))
        self._alerts = AlertDelivery()
        self._answered = SeenKeys()
        self._failed: TTLCache[bool] = TTLCache(SEEN_SECONDS)

    def http(self, request: Request, invocation: Invocation) -> Response:  # noqa: ARG002 - as applications have it
        """Reject *request*: an envelope in it is unauthenticated."""
        invocation.request_log.set_outcome("refused", why="no_envelope")
        _log.warning("HTTP request rejected: the worker has no trigger", extra={"code": "no_envelope"})
        return _FORBIDDEN

    def event(self, payload: bytes, invocation: Invocation) -> None:
        """Do the work of an envelope once, or log that *payload* is none; raise NotDelivered."""
        request_log = invocation.request_log
        try:
            envelope = open_envelope(payload)
        except NoEnvelope as error:
            _log.warning(
                "payload of %d bytes rejected: %s", len(payload), error, extra={"code": "no_envelope"}
            )
            request_log.set_outcome("refused", why="no_envelope")
            return
        task = envelope.delivery if isinstance(envelope, AlertEnvelope) else envelope.task
        request_log.set(task=task, jobs=0 if isinstance(envelope, FindEnvelope) else len(envelope.jobs))
        if self._failed.get(task, invocation.arrived_at):
            # A custom runtime is not told so.
            invocation = invocation._replace(retries=max(1, invocation.retries or 0))
        # The platform may run a task twice. An alert has memories of its own.
        is_answer = bool(task) and not isinstance(envelope, AlertEnvelope)
        if is_answer and not self._answered.add(task, invocation.arrived_at):
            request_log.set_outcome("duplicate")
            return
        failure = self._work(envelope, invocation)
        if failure is not None:
            self._answered.forget(task)
            if task:
                self._failed.put(task, True, invocation.arrived_at)
            request_log.set_outcome(*RequestOutcome.of_error("not_delivered", failure))
            raise NotDelivered(request_id=invocation.request_id, reason=str(failure))

    def warm(self) -> None:
        """Load and open what the first envelope needs."""
        import callevents.alibabacloud.ccc.contact_center  # noqa: F401 - loaded here so that it is there

        self._resources.client()

    def with_settings(self, settings: Settings) -> "WorkerHandler":
        """Return the same with other *settings*: the cards that it posted are known."""
        other = copy(self)
        other._resources = self._resources.with_settings(settings)  # noqa: SLF001 - its own kind
        return other

    def _work(self, envelope: AnyEnvelope, invocation: Invocation) -> CallEventsError | None:
        """Return the error if nothing was delivered.

        Raised by the caller it has no context: the platform's log and failure destination get nothing of what happened.
        """
        try:
            if isinstance(envelope, CommandEnvelope):
                DelayedReply(self._resources, invocation).answer(envelope)
            elif isinstance(envelope, FindEnvelope):
                from callevents.worker.search import DelayedSearch

                DelayedSearch(self._resources, invocation).answer_search(envelope)
            else:
                self._alerts.deliver(envelope, self._resources, invocation)
        except CallEventsError as error:
            _log.error("envelope not delivered: %s", error, extra={"code": error.code})
            return error
        except Exception as error:  # noqa: BLE001 - as above
            _log.error("envelope not delivered", extra={"code": "internal"}, exc_info=error)
            return CallEventsError()
        return None
