"""Answers a lookup that was handed over: retries it for long, and posts the answer or why there is none."""

import logging
from functools import partial
from math import isfinite
from typing import NamedTuple

from callevents.actor import Actor
from callevents.clock import Deadline
from callevents.errors import CallEventsError, SlackError, SlackRefused, SlackThrottled
from callevents.invocation import Invocation
from callevents.lookup import log_lookup_error, look_up_with_retries
from callevents.observability.audit_log import audit
from callevents.observability.request_log import Outcome, milliseconds
from callevents.report.viewer import Viewer
from callevents.retry import retry
from callevents.slack.api import response_url
from callevents.slack.blocks.block_kit import Block, Message
from callevents.slack.lookups.operation import Operation, render_message, render_view
from callevents.slack.lookups.publication import Inside, publish, readers_of
from callevents.slack.lookups.resources import SlackResources
from callevents.slack.lookups.result import denial_code, log_unchecked
from callevents.slack.messages.denials import Denial, NotInside, denial_message, publication_denied
from callevents.slack.messages.errors import error_message
from callevents.slack.users.access import anybody_may_reveal, everybody
from callevents.slack.views.modals import notice_view
from callevents.tasks.envelope import CommandEnvelope, Requester
from callevents.worker.permission import Permission, check_permission

LOOKUP_TIMEOUT_SECONDS = 40.0
ATTEMPT_TIMEOUT_SECONDS = 15.0
# The worker's own timeout is 60 s: what is not posted by then is lost.
POST_TIMEOUT_SECONDS = 15.0
# How much of that is kept for the bot token if the response_url hangs.
FALLBACK_SECONDS = 5.0
# https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
RESPONSE_URL_SECONDS = 1800.0
# How long the acknowledgement with the "still looking" message may take to arrive.
ACK_SECONDS = 0.5
MAX_POST_ATTEMPTS = 2
# How much of the lookup's time Slack may take to say whether the person may ask.
PERMISSION_TIMEOUT_SECONDS = 25.0
# How often Slack is asked who reads a channel.
MAX_CHECK_ATTEMPTS = 3
CHECK_PAUSE_SECONDS = 1.0

_log = logging.getLogger(__name__)


class _Reply(NamedTuple):
    """A message for the person, or for everybody `inside` a channel; `view` is the same for the window that waits."""

    message: Message
    view: Block | None
    replace: bool
    outcome: Outcome
    inside: Inside | None = None


class DelayedReply:
    """Answers envelopes during one invocation."""

    def __init__(self, resources: SlackResources, invocation: Invocation) -> None:
        self._resources = resources
        self._settings = resources.settings
        self._invocation = invocation
        self._clocks = invocation.clocks

    def answer(self, envelope: CommandEnvelope) -> None:
        """Look the calls up and post the answer, or what went wrong; raise a SlackError if nothing was delivered."""
        requester, request_log = envelope.requester, self._invocation.request_log
        request_log.set(entry=envelope.operation, queued_ms=self._age(envelope.queued_at))
        reply = self._look_up(envelope)
        request_log.set_outcome(*reply.outcome)
        audited = str(reply.outcome)
        self._wait_for_ack(envelope.queued_at)
        try:
            self._deliver(envelope, reply)
        except SlackError as error:
            audited = f"{audited}, not delivered: {error}"
            raise
        finally:
            audit(
                envelope.operation if envelope.operation in {"share", "reveal"} else "lookup",
                actor=_actor(requester),
                entry="worker",
                outcome=audited,
                jobs=envelope.jobs,
                instance=envelope.instance,
                task=envelope.task,
            )

    def _age(self, queued_at: float | None) -> float:
        """Return for how long the envelope was queued, in milliseconds."""
        if queued_at is None or not isfinite(queued_at):
            return 0.0
        return milliseconds(self._invocation.arrived_at - queued_at)

    def _look_up(self, envelope: CommandEnvelope) -> _Reply:
        """Return the answer, or the message that says what went wrong."""
        operation = _operation(envelope)
        requester = envelope.requester
        viewer = Viewer(requester.language, self._settings.timezone, requester.timezone)
        audience, inside = viewer, None
        if operation.for_all:
            readers = self._readers(envelope)
            if not isinstance(readers, Inside):
                return _not_published(readers, operation, viewer, envelope)
            audience, inside = everybody(self._settings), readers
        try:
            self._settings.require_sound()
            self._settings.require_allowed(envelope.instance)
            deadline = Deadline.after(LOOKUP_TIMEOUT_SECONDS, self._clocks.monotonic)
            if envelope.unchecked:
                permission = self._permission(envelope, deadline.capped(PERMISSION_TIMEOUT_SECONDS))
                viewer = permission.viewer
                if permission.denial is not None:
                    return self._denied(operation, permission.denial, viewer)
                for_all = operation.for_all
                audience = audience if for_all else viewer
                may_reveal = anybody_may_reveal(self._settings) if for_all else permission.may_reveal
                operation = operation._replace(offers_reveal=may_reveal)
            summaries = look_up_with_retries(
                envelope.jobs,
                instance_id=envelope.instance,
                source=self._resources.records(self._invocation),
                deadline=deadline,
                attempt_seconds=ATTEMPT_TIMEOUT_SECONDS,
                invocation=self._invocation,
            )
            with self._invocation.request_log.timer("render", self._clocks.monotonic):
                message = render_message(
                    operation, summaries, audience, user=requester.user, now=self._clocks.wall()
                )
                view = render_view(operation, summaries, audience) if operation.view else None
            return _Reply(message, view, operation.replace, Outcome("answered"), inside)
        except CallEventsError as raised:
            log_lookup_error("lookup failed", raised)
            error = raised
        except Exception as raised:  # noqa: BLE001 - whatever it is, a person waits for an answer
            _log.error("lookup failed", extra={"code": "internal"}, exc_info=raised)
            error = CallEventsError()
        message = error_message(error, viewer, self._invocation.request_id, jobs=envelope.jobs)
        return _failure(operation, message, viewer, Outcome.of_error("failed", error))

    def _permission(self, envelope: CommandEnvelope, deadline: Deadline) -> Permission:
        """Ask Slack whether the requester may have the answer; raise PermissionUnchecked if it does not say."""
        with self._invocation.request_log.timer("people", self._clocks.monotonic):
            return check_permission(
                _actor(envelope.requester), envelope.operation, self._resources, self._invocation, deadline
            )

    def _denied(self, operation: Operation, denial: Denial, viewer: Viewer) -> _Reply:
        settings = self._settings
        may = settings.full_numbers_usergroups if denial == "reveal" else settings.usergroups
        log_unchecked(denial)
        message = denial_message(denial, viewer, may)
        return _failure(operation, message, viewer, Outcome("refused", denial_code(denial)))

    def _readers(self, envelope: CommandEnvelope) -> Inside | NotInside:
        """Return who reads the channel now; Slack is asked again for a while if it does not say."""
        api = self._resources.slack(self._invocation.request_log) if self._settings.slack_bot_token else None
        channel = envelope.channel or envelope.requester.channel
        deadline = Deadline.after(POST_TIMEOUT_SECONDS, self._clocks.monotonic)
        for attempt in range(MAX_CHECK_ATTEMPTS):
            if attempt:
                self._clocks.sleep(CHECK_PAUSE_SECONDS)
            readers = readers_of(channel, api, deadline)
            if readers != "failed":
                break
        return readers

    def _wait_for_ack(self, queued_at: float | None) -> None:
        """Wait, so that the answer never appears above the "still looking" message."""
        if queued_at is not None:
            wait = queued_at + ACK_SECONDS - self._clocks.wall()
            if 0 < wait <= ACK_SECONDS:
                self._clocks.sleep(wait)

    def _deliver(self, envelope: CommandEnvelope, reply: _Reply) -> None:
        """Update the window, or post to the response_url, else to the person; raise a SlackError."""
        deadline = Deadline.after(POST_TIMEOUT_SECONDS, self._clocks.monotonic)
        if reply.view is not None:
            self._update_view(envelope, reply.view, deadline)
            return
        if envelope.response_url is None and reply.inside is not None:
            raise SlackRefused(reason="no_response_url")  # the bot token never posts for all
        if envelope.response_url is None:
            self._post_ephemeral(envelope, reply.message, deadline)
            return
        age = self._clocks.wall() - envelope.asked_at
        if age > RESPONSE_URL_SECONDS:
            _log.warning("response_url expired: asked %d s ago", age, extra={"code": "expired"})
        has_fallback = bool(
            self._settings.slack_bot_token and envelope.requester.channel and reply.inside is None
        )
        post = response_url.post if reply.inside is None else partial(publish, reply.inside)
        try:
            post(
                self._resources.client(),
                envelope.response_url,
                reply.message,
                hosts=self._settings.response_url_hosts,
                deadline=deadline.earlier_by(FALLBACK_SECONDS) if has_fallback else deadline,
                sleep=self._clocks.sleep,
                replace=reply.replace,
                thread=envelope.thread or "",
                request_log=self._invocation.request_log,
            )
        except SlackError as error:
            if not has_fallback:
                raise
            _log.warning("response_url failed: %s", error, extra={"code": error.code})
            self._post_ephemeral(envelope, reply.message, deadline)

    def _update_view(self, envelope: CommandEnvelope, view: Block, deadline: Deadline) -> None:
        """Show *view* in the window; if that was closed, nobody waits for it any more."""
        try:
            self._call("views.update", {"view_id": envelope.view, "view": view}, deadline)
        except SlackRefused as error:
            if error.reason != "not_found":
                raise
            _log.info("window closed before its answer", extra={"code": error.code})

    def _post_ephemeral(self, envelope: CommandEnvelope, message: Message, deadline: Deadline) -> None:
        """Post *message* for the person alone, where they asked, in a thread too."""
        payload: dict[str, object] = {
            "channel": envelope.channel or envelope.requester.channel,
            "user": envelope.requester.user,
            "thread_ts": envelope.thread,
            "text": message.text,
            "blocks": message.blocks,
        }
        self._call("chat.postEphemeral", payload, deadline)

    def _call(self, method: str, payload: dict[str, object], deadline: Deadline) -> None:
        """Call *method*, once more if Slack throttles it; raise a SlackError."""
        api = self._resources.slack(self._invocation.request_log)
        retry(
            lambda: api.call(method, payload, deadline),
            wait=lambda error, _: error.retry_after if isinstance(error, SlackThrottled) else None,
            deadline=deadline,
            sleep=self._clocks.sleep,
            attempts=MAX_POST_ATTEMPTS,
        )


def _failure(operation: Operation, message: Message, viewer: Viewer, outcome: Outcome) -> _Reply:
    """Return *message* as a reply: it replaces the "still looking" message, but never an earlier answer."""
    replace = operation.replace and operation.kind == "answer"
    view = notice_view(message, viewer) if operation.view else None
    return _Reply(message, view, replace, outcome=outcome)


def _actor(requester: Requester) -> Actor:
    return Actor(requester.user, requester.team, requester.enterprise, requester.channel, requester.belonging)


def _not_published(
    readers: NotInside, operation: Operation, viewer: Viewer, envelope: CommandEnvelope
) -> _Reply:
    """Return why the channel gets nothing, for the person alone."""
    channel = envelope.channel or envelope.requester.channel
    message = publication_denied(readers, operation.kind, viewer, direct=channel.startswith("D"))
    why = "externally shared" if readers == "outside" else f"readers {readers}"
    return _Reply(message, None, replace=False, outcome=Outcome("refused", why))


def _operation(envelope: CommandEnvelope) -> Operation:
    return Operation(
        kind=envelope.operation,
        replace=envelope.replace,
        offers_reveal=envelope.offers_reveal,
        public=envelope.public,
        shared_by=envelope.shared_by,
        alert_blocks=envelope.alert_blocks,
        page=envelope.page,
        view=envelope.view,
    )
