"""Answers a handed-over lookup: patient with the contact center, and sure that somebody is told something."""

import logging

from callevents.audit import Actor, audit
from callevents.deadline import Deadline
from callevents.envelope import CommandEnvelope
from callevents.errors import CallEventsError, SlackError, SlackThrottled
from callevents.invocation import Invocation
from callevents.slack import reply
from callevents.slack.failure import failure
from callevents.slack.message import Buttons, Message, answer
from callevents.slack.patience import look_up_patiently
from callevents.slack.reader import Reader
from callevents.slack.service import Service

LOOKUP_SECONDS = 40.0
ATTEMPT_SECONDS = 15.0
# The worker's own timeout is 60 s: what is not posted by then is lost.
POST_SECONDS = 15.0
# https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
URL_SECONDS = 1800.0
# The acknowledgement that says "still looking" is on its way meanwhile. An answer that overtook it would be shown
# first, with the promise of one below it.
OVERTAKING_SECONDS = 0.5

_log = logging.getLogger(__name__)


class Background:
    """Works off envelopes during one invocation."""

    def __init__(self, service: Service, invocation: Invocation) -> None:
        self._service = service
        self._invocation = invocation
        self._clocks = invocation.clocks

    def answer(self, envelope: CommandEnvelope) -> None:
        """Look up and post the answer, or what went wrong; raise a SlackError if nothing was delivered."""
        asker = envelope.asker
        reader = Reader(asker.language, self._service.settings.timezone, asker.timezone)
        message, outcome = self._message(envelope, reader)
        self._let_pass(envelope)
        try:
            self._deliver(envelope, message)
        except SlackError as error:
            outcome = f"{outcome}, not delivered: {error}"
            raise
        finally:
            audit(
                "lookup",
                actor=Actor(asker.user, asker.team, asker.enterprise, asker.channel),
                entry="worker",
                outcome=outcome,
                jobs=envelope.jobs,
                instance=envelope.instance,
            )

    def _message(self, envelope: CommandEnvelope, reader: Reader) -> tuple[Message, str]:
        try:
            self._service.settings.require_sound()
            summaries = look_up_patiently(
                envelope.jobs,
                envelope.instance,
                self._service,
                self._invocation,
                Deadline.after(LOOKUP_SECONDS, self._clocks.monotonic),
                attempt=ATTEMPT_SECONDS,
            )
            return answer(summaries, reader, buttons=Buttons()), "answered"
        except CallEventsError as error:
            return failure(error, reader, self._invocation.request_id, jobs=envelope.jobs), f"failed: {error}"
        except Exception as error:  # noqa: BLE001 - whatever it is, a person waits for a sentence
            _log.error("no answer", extra={"code": "internal"}, exc_info=error)
            return failure(CallEventsError(), reader, self._invocation.request_id), "failed: internal"

    def _let_pass(self, envelope: CommandEnvelope) -> None:
        """Give the acknowledgement time to arrive before the answer does."""
        if envelope.queued_at is not None:
            wait = envelope.queued_at + OVERTAKING_SECONDS - self._clocks.wall()
            if 0 < wait <= OVERTAKING_SECONDS:
                self._clocks.sleep(wait)

    def _deliver(self, envelope: CommandEnvelope, message: Message) -> None:
        """Post to the response_url, else to the person; return once it is there."""
        deadline = Deadline.after(POST_SECONDS, self._clocks.monotonic)
        if envelope.response_url is None:
            return self._post(envelope, message, deadline)
        age = self._clocks.wall() - envelope.asked_at
        if age > URL_SECONDS:
            _log.warning(
                "the envelope is %d s old: its response_url is spent", age, extra={"code": "expired"}
            )
        try:
            reply.post(
                self._service.client(),
                envelope.response_url,
                message,
                self._service.settings.response_url_hosts,
                deadline,
                sleep=self._clocks.sleep,
            )
        except SlackError as error:
            if not self._service.settings.slack_bot_token or not envelope.asker.channel:
                raise
            _log.warning("the response_url did not take the answer: %s", error, extra={"code": error.code})
            self._post(envelope, message, deadline)
        return None

    def _post(self, envelope: CommandEnvelope, message: Message, deadline: Deadline) -> None:
        """Post to the channel: into the thread that was asked in, or where only the asker sees it."""
        payload: dict[str, object] = {
            "text": message.text,
            "blocks": message.blocks,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        in_thread = envelope.response_url is None and envelope.channel
        if in_thread:
            method = "chat.postMessage"
            payload |= {"channel": envelope.channel, "thread_ts": envelope.thread}
        else:
            method = "chat.postEphemeral"
            payload |= {
                "channel": envelope.asker.channel,
                "user": envelope.asker.user,
                "thread_ts": envelope.thread,
            }
        try:
            self._service.slack().call(method, payload, deadline)
        except SlackThrottled as error:
            if error.retry_after >= deadline.remaining():
                raise
            self._clocks.sleep(error.retry_after)
            self._service.slack().call(method, payload, deadline)
