"""Answers a handed-over lookup: patient with the contact center, and sure that somebody is told something."""

import logging
from math import isfinite
from typing import NamedTuple

from callevents.actor import Actor
from callevents.clock import Deadline
from callevents.errors import CallEventsError, SlackError, SlackRefused, SlackThrottled
from callevents.invocation import Invocation
from callevents.lookup import log_lookup_error, look_up_with_retries
from callevents.observability.audit_log import audit
from callevents.observability.request_log import milliseconds
from callevents.report.viewer import Viewer
from callevents.slack.api import response_url as reply
from callevents.slack.blocks.block_kit import Block, Message
from callevents.slack.lookups.operation import Operation, render_message, render_view
from callevents.slack.lookups.resources import SlackResources
from callevents.slack.messages.errors import error_message
from callevents.slack.views.modals import notice_view
from callevents.tasks.envelope import CommandEnvelope

LOOKUP_SECONDS = 40.0
ATTEMPT_SECONDS = 15.0
# The worker's own timeout is 60 s: what is not posted by then is lost.
POST_SECONDS = 15.0
# Of these, what is kept for the bot token where the response_url hangs.
INSTEAD_SECONDS = 5.0
# https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
URL_SECONDS = 1800.0
# The acknowledgement that says "still looking" is on its way meanwhile. An answer that overtook it would be shown
# first, with the promise of one below it.
OVERTAKING_SECONDS = 0.5

_log = logging.getLogger(__name__)


class _Found(NamedTuple):
    """What is to be told, and how: in a window, in place of the message, to everybody."""

    message: Message
    outcome: str
    view: Block | None
    replace: bool
    in_channel: bool = False


class DelayedReply:
    """Works off envelopes during one invocation."""

    def __init__(self, service: SlackResources, invocation: Invocation) -> None:
        self._service = service
        self._invocation = invocation
        self._clocks = invocation.clocks

    def answer(self, envelope: CommandEnvelope) -> None:
        """Look up and post the answer, or what went wrong; raise a SlackError if nothing was delivered."""
        asker, request_log = envelope.asker, self._invocation.request_log
        request_log.set(entry=envelope.deed, queued_ms=self._age(envelope.queued_at))
        viewer = Viewer(asker.language, self._service.settings.timezone, asker.timezone)
        found = self._found(envelope, viewer)
        outcome = found.outcome
        request_log.set_outcome(outcome)
        self._wait_for_ack(envelope)
        try:
            self._deliver(envelope, found)
        except SlackError as error:
            outcome = f"{outcome}, not delivered: {error}"
            raise
        finally:
            audit(
                {"share": "share", "reveal": "reveal"}.get(envelope.deed, "lookup"),
                actor=Actor(asker.user, asker.team, asker.enterprise, asker.channel),
                entry="worker",
                outcome=outcome,
                jobs=envelope.jobs,
                instance=envelope.instance,
                task=envelope.task,
            )

    def _age(self, queued_at: float | None) -> float:
        """Return for how long the envelope waited, in milliseconds."""
        if queued_at is None or not isfinite(queued_at):
            return 0.0
        return milliseconds(self._invocation.arrived_at - queued_at)

    def _found(self, envelope: CommandEnvelope, viewer: Viewer) -> _Found:
        deed = _deed(envelope)
        try:
            self._service.settings.require_sound()
            summaries = look_up_with_retries(
                envelope.jobs,
                instance_id=envelope.instance,
                source=self._service.records(self._invocation),
                deadline=Deadline.after(LOOKUP_SECONDS, self._clocks.monotonic),
                attempt_seconds=ATTEMPT_SECONDS,
                invocation=self._invocation,
            )
            with self._invocation.request_log.timer("render", self._clocks.monotonic):
                message = render_message(
                    deed, summaries, viewer, user=envelope.asker.user, now=self._clocks.wall()
                )
                view = render_view(deed, summaries, viewer) if deed.view else None
            return _Found(message, "answered", view, deed.replace, deed.kind == "share")
        except CallEventsError as error:
            log_lookup_error("no answer", error)
            told = error_message(error, viewer, self._invocation.request_id, jobs=envelope.jobs)
            outcome = f"failed: {error}"
        except Exception as error:  # noqa: BLE001 - whatever it is, a person waits for a sentence
            _log.error("no answer", extra={"code": "internal"}, exc_info=error)
            told = error_message(CallEventsError(), viewer, self._invocation.request_id)
            outcome = "failed: internal"
        # What went wrong takes the place of a promise, never that of an answer.
        replace = deed.replace and deed.kind == "answer"
        return _Found(told, outcome, notice_view(told, viewer) if deed.view else None, replace)

    def _wait_for_ack(self, envelope: CommandEnvelope) -> None:
        """Give the acknowledgement time to arrive before the answer does."""
        if envelope.queued_at is not None:
            wait = envelope.queued_at + OVERTAKING_SECONDS - self._clocks.wall()
            if 0 < wait <= OVERTAKING_SECONDS:
                self._clocks.sleep(wait)

    def _deliver(self, envelope: CommandEnvelope, found: _Found) -> None:
        """Show it in the window, or post it to the response_url, else to the person; return once it is there."""
        deadline = Deadline.after(POST_SECONDS, self._clocks.monotonic)
        if found.view is not None:
            return self._show(envelope, found.view, deadline)
        if envelope.response_url is None:
            return self._post(envelope, found, deadline)
        age = self._clocks.wall() - envelope.asked_at
        if age > URL_SECONDS:
            _log.warning(
                "the envelope is %d s old: its response_url is spent", age, extra={"code": "expired"}
            )
        instead = bool(
            self._service.settings.slack_bot_token and envelope.asker.channel and not found.in_channel
        )
        try:
            reply.post(
                self._service.client(),
                envelope.response_url,
                found.message,
                self._service.settings.response_url_hosts,
                deadline.earlier_by(INSTEAD_SECONDS) if instead else deadline,
                sleep=self._clocks.sleep,
                replace=found.replace,
                in_channel=found.in_channel,
                thread=envelope.thread or "",
                request_log=self._invocation.request_log,
            )
        except SlackError as error:
            if not instead:
                raise
            _log.warning("the response_url did not take the answer: %s", error, extra={"code": error.code})
            self._post(envelope, found, deadline)
        return None

    def _show(self, envelope: CommandEnvelope, view: Block, deadline: Deadline) -> None:
        """Put *view* into the window; nobody waits for it any more where the window is closed."""
        try:
            self._call("views.update", {"view_id": envelope.view, "view": view}, deadline)
        except SlackRefused as error:
            if error.reason != "not_found":
                raise
            _log.info("the window was closed meanwhile", extra={"code": error.code})

    def _post(self, envelope: CommandEnvelope, found: _Found, deadline: Deadline) -> None:
        """Post where only the asker sees it: where they asked, in a thread too."""
        payload: dict[str, object] = {
            "channel": envelope.channel or envelope.asker.channel,
            "user": envelope.asker.user,
            "thread_ts": envelope.thread,
            "text": found.message.text,
            "blocks": found.message.blocks,
        }
        self._call("chat.postEphemeral", payload, deadline)

    def _call(self, method: str, payload: dict[str, object], deadline: Deadline) -> None:
        try:
            self._service.slack(self._invocation.request_log).call(method, payload, deadline)
        except SlackThrottled as error:
            if error.retry_after >= deadline.remaining():
                raise
            self._clocks.sleep(error.retry_after)
            self._service.slack(self._invocation.request_log).call(method, payload, deadline)


def _deed(envelope: CommandEnvelope) -> Operation:
    return Operation(
        kind=envelope.deed,
        replace=envelope.replace,
        offers_reveal=envelope.offers_reveal,
        public=envelope.public,
        shared_by=envelope.shared_by,
        alert_blocks=envelope.kept,
        page=envelope.page,
        view=envelope.view,
    )
