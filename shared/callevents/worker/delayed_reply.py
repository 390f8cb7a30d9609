"""Answers a lookup that was handed over: posts the answer, or why there is none, where the person sees it."""

import logging
from collections.abc import Callable
from functools import partial
from math import isfinite
from typing import NamedTuple

from callevents.clock import Deadline
from callevents.errors import SlackError, SlackRefused, SlackThrottled
from callevents.invocation import Invocation
from callevents.observability.request_log import RequestOutcome, milliseconds
from callevents.report.viewer import Viewer
from callevents.retry import retry
from callevents.slack.blocks.block_kit import Block, Message
from callevents.slack.lookups.publication import EVENT_TYPE, Inside, Shared, publish, readers_of
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.lookups.resources import SlackResources
from callevents.slack.lookups.result import Answered, LookupResult, audit_lookup, render, render_window
from callevents.slack.messages.denials import NotInside, publication_denied
from callevents.tasks.envelope import CommandEnvelope
from callevents.worker.lookup import failed, look_up_request, request_of

# The worker's own timeout is 60 s: what is not posted by then is lost.
POST_TIMEOUT_SECONDS = 15.0
# How much of that is kept for the bot token if the response_url hangs.
FALLBACK_SECONDS = 5.0
# https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
RESPONSE_URL_SECONDS = 1800.0
# How long the acknowledgement with the "still looking" message may take to arrive.
ACK_SECONDS = 0.5
MAX_POST_ATTEMPTS = 2
# How often Slack is asked who reads a channel.
MAX_CHECK_ATTEMPTS = 3
CHECK_PAUSE_SECONDS = 1.0

Post = Callable[..., None]  # ResponseUrls.post, or publish in its place

_log = logging.getLogger(__name__)


class Reply(NamedTuple):
    """A message for the person, or for everybody `inside` a channel; `view` is the same for the window that waits.

    `request` is what was looked up: the calls of a mention in a thread are only known then.
    """

    request: LookupRequest
    message: Message
    view: Block | None
    replace: bool
    outcome: RequestOutcome
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
        request, requester = request_of(envelope), envelope.requester
        request_log = self._invocation.request_log
        request_log.set(entry=envelope.operation, queued_ms=self._age(envelope.queued_at))
        viewer = Viewer(requester.language, self._settings.timezone, requester.timezone)
        reply = self._reply(request, viewer)
        request_log.set_outcome(*reply.outcome)
        audited = str(reply.outcome)
        self._wait_for_ack(envelope.queued_at)
        urls = self._resources.response_urls(self._invocation)
        post: Post = urls.post
        if reply.inside is not None:
            post = partial(publish, reply.inside, urls, shared=self._shared(envelope))
        try:
            self._deliver(request, reply, post)
        except SlackError as error:
            audited = f"{audited}, not delivered: {error}"
            raise
        finally:
            audit_lookup(reply.request, audited, task=envelope.task)

    def _age(self, queued_at: float | None) -> float:
        """Return for how long the envelope was queued, in milliseconds."""
        if queued_at is None or not isfinite(queued_at):
            return 0.0
        return milliseconds(self._invocation.arrived_at - queued_at)

    def _reply(self, request: LookupRequest, viewer: Viewer) -> Reply:
        """Look the calls up and return the answer, or the message that says what went wrong."""
        inside = None
        if request.operation.for_all:
            readers = self._readers(request)
            if not isinstance(readers, Inside):
                return _not_published(readers, request, viewer)
            inside = readers
        result = look_up_request(request, viewer, self._resources, self._invocation)
        operation = result.request.operation
        if isinstance(result, Answered):
            try:
                with self._invocation.request_log.timer("render", self._clocks.monotonic):
                    message, view = self._render(result)
                return Reply(result.request, message, view, operation.replace, result.outcome, inside)
            except Exception as error:  # noqa: BLE001 - whatever it is, a person waits for an answer
                result = failed(result.request, result.viewer, error, self._invocation)
        message, view = self._render(result)
        # It replaces the "still looking" message, but never an earlier answer.
        replace = operation.replace and operation.kind == "answer"
        return Reply(result.request, message, view, replace, result.outcome)

    def _render(self, result: LookupResult) -> tuple[Message, Block | None]:
        """Return *result* as a message, and as a window if one waits for it."""
        now = self._clocks.wall()
        window = render_window(result, now=now) if result.request.operation.view else None
        return render(result, now=now), window

    def _readers(self, request: LookupRequest) -> Inside | NotInside:
        """Return who reads the channel now; Slack is asked again for a while if it does not say."""
        api = self._resources.slack(self._invocation.request_log) if self._settings.slack_bot_token else None
        deadline = Deadline.after(POST_TIMEOUT_SECONDS, self._clocks.monotonic)
        for attempt in range(MAX_CHECK_ATTEMPTS):
            if attempt:
                self._clocks.sleep(CHECK_PAUSE_SECONDS)
            readers = readers_of(_channel(request), api, deadline)
            if readers != "failed":
                break
        return readers

    def _wait_for_ack(self, queued_at: float | None) -> None:
        """Wait, so that the answer never appears above the "still looking" message."""
        if queued_at is not None:
            wait = queued_at + ACK_SECONDS - self._clocks.wall()
            if 0 < wait <= ACK_SECONDS:
                self._clocks.sleep(wait)

    def _shared(self, envelope: CommandEnvelope) -> Shared:
        """Return what a share of *envelope* is known by, and whether it may be there already."""
        invocation, queued_at = self._invocation, envelope.queued_at
        has_run = queued_at is not None and invocation.may_have_run(queued_at)
        return Shared(
            self._resources.own_messages(EVENT_TYPE, invocation.request_log),
            envelope.task,
            envelope.asked_at,
            maybe_posted=envelope.maybe_posted or has_run,
        )

    def _deliver(self, request: LookupRequest, reply: Reply, post: Post) -> None:
        """Update the window, or *post* to the response_url, else to the person; raise a SlackError."""
        deadline = Deadline.after(POST_TIMEOUT_SECONDS, self._clocks.monotonic)
        if reply.view is not None:
            self._update_view(request.operation.view, reply.view, deadline)
            return
        if not request.response_url and reply.inside is not None:
            raise SlackRefused(reason="no_response_url")  # the bot token never posts for all
        if not request.response_url:
            self._post_ephemeral(request, reply.message, deadline)
            return
        age = self._clocks.wall() - request.asked_at
        if age > RESPONSE_URL_SECONDS:
            _log.warning("response_url expired: asked %d s ago", age, extra={"code": "expired"})
        has_fallback = bool(self._settings.slack_bot_token and request.actor.channel and reply.inside is None)
        try:
            post(
                request.response_url,
                reply.message,
                deadline.earlier_by(FALLBACK_SECONDS) if has_fallback else deadline,
                replace=reply.replace,
                thread=request.thread,
            )
        except SlackError as error:
            if not has_fallback:
                raise
            _log.warning("response_url failed: %s", error, extra={"code": error.code})
            self._post_ephemeral(request, reply.message, deadline)

    def _update_view(self, view_id: str, view: Block, deadline: Deadline) -> None:
        """Show *view* in the window *view_id*; if that was closed, nobody waits for it any more."""
        try:
            self._call("views.update", {"view_id": view_id, "view": view}, deadline)
        except SlackRefused as error:
            if error.reason != "not_found":
                raise
            _log.info("window closed before its answer", extra={"code": error.code})

    def _post_ephemeral(self, request: LookupRequest, message: Message, deadline: Deadline) -> None:
        """Post *message* for the person alone, where they asked, in a thread too."""
        payload: dict[str, object] = {
            "channel": _channel(request),
            "user": request.actor.user,
            "thread_ts": request.thread or None,
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


def _not_published(readers: NotInside, request: LookupRequest, viewer: Viewer) -> Reply:
    """Return why the channel gets nothing, for the person alone."""
    direct = _channel(request).startswith("D")
    message = publication_denied(readers, request.operation.kind, viewer, direct=direct)
    why = "externally shared" if readers == "outside" else f"readers {readers}"
    return Reply(request, message, None, replace=False, outcome=RequestOutcome("refused", why))


def _channel(request: LookupRequest) -> str:
    return request.channel or request.actor.channel
