"""The worker: takes what the front functions had no time for, looks up with patience, and posts the answer.

It runs at least once for each envelope, so whatever it does may happen twice. It raises only if nothing was delivered.
"""

import logging
from collections.abc import Callable
from copy import copy
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from callevents.alibabacloud.outbound import new_nonce, new_random
from callevents.errors import CallEventsError, NoEnvelope, NotDelivered
from callevents.invocation import Invocation, Request, Response
from callevents.settings.model import Settings
from callevents.slack.lookups.resources import SlackResources
from callevents.tasks.envelope import AlertEnvelope, CommandEnvelope, open_envelope
from callevents.worker.delayed_reply import DelayedReply

if TYPE_CHECKING:
    import httpx

_log = logging.getLogger(__name__)
_REFUSED = Response.json(403, '{"error":"forbidden"}')


class AlertDeliverer(Protocol):
    """Posts the card of an alert; an implementation is `callevents.worker.alerts.job`."""

    def __call__(self, alert: AlertEnvelope, service: SlackResources, invocation: Invocation) -> None:
        """Look up the calls of *alert* and post its card; raise a CallEventsError if nothing was delivered."""


class WorkerHandler:
    """Takes envelopes and nothing else. Calls may overlap."""

    def __init__(
        self,
        settings: Settings,
        *,
        client: "httpx.Client | None" = None,
        nonce: Callable[[], str] = new_nonce,
        random: Callable[[], float] = new_random,
        post_alert: AlertDeliverer | None = None,
    ) -> None:
        self._service = SlackResources(settings, client=client, nonce=nonce, random=random)
        self._post_alert = post_alert
        self._making = Lock()

    def http(self, request: Request, invocation: Invocation) -> Response:  # noqa: ARG002 - as applications have it
        """Refuse: an envelope in an HTTP request may be anybody's."""
        invocation.request_log.set_outcome("refused: no_envelope")
        _log.warning("an HTTP request for the worker, which takes none", extra={"code": "no_envelope"})
        return _REFUSED

    def event(self, payload: bytes, invocation: Invocation) -> None:
        """Do the work of an envelope; what is none ends in one log line. Raises NotDelivered."""
        try:
            envelope = open_envelope(payload)
        except NoEnvelope as error:
            _log.warning(
                "refused %d bytes that are no envelope: %s",
                len(payload),
                error,
                extra={"code": "no_envelope"},
            )
            invocation.request_log.set_outcome("refused: no_envelope")
            return
        task = envelope.task if isinstance(envelope, CommandEnvelope) else envelope.delivery
        invocation.request_log.set(task=task, jobs=len(envelope.jobs))
        try:
            if isinstance(envelope, CommandEnvelope):
                DelayedReply(self._service, invocation).answer(envelope)
            else:
                self._alert(envelope, invocation)
        except CallEventsError as error:
            _log.error("not delivered: %s", error, extra={"code": error.code})
            reason = str(error)
        except Exception as error:  # noqa: BLE001 - its text would reach the platform's log and failure destination
            _log.error("not delivered", extra={"code": "internal"}, exc_info=error)
            reason = "internal"
        else:
            return
        # Raised out here, nothing of what happened inside hangs on it.
        raise NotDelivered(request_id=invocation.request_id, reason=reason)

    def warm(self) -> None:
        """Load and open what the first envelope needs."""
        import callevents.alibabacloud.ccc  # noqa: F401 - loaded here so that it is there

        self._service.client()

    def with_settings(self, settings: Settings) -> "WorkerHandler":
        """Return the same with other *settings*: the cards that it posted are known."""
        other = copy(self)
        other._service, other._making = self._service.with_settings(settings), Lock()  # noqa: SLF001 - its own kind
        return other

    def _alert(self, alert: AlertEnvelope, invocation: Invocation) -> None:
        if self._post_alert is None:
            with self._making:  # one for all: it remembers what was posted
                if self._post_alert is None:
                    from callevents.worker.alerts.job import AlertDelivery

                    self._post_alert = AlertDelivery()
        self._post_alert(alert, self._service, invocation)
