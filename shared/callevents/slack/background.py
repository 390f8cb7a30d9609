"""Answers a handed-over lookup: patient with the contact center, and sure that somebody is told something."""

import logging
from collections.abc import Sequence

from callevents.audit import Actor, audit
from callevents.calls.model import CallSummary
from callevents.deadline import Deadline
from callevents.envelope import CommandEnvelope
from callevents.errors import CallEventsError, CccError, CccThrottled, SlackError, SlackThrottled
from callevents.invocation import Invocation
from callevents.lookup import look_up
from callevents.slack import reply
from callevents.slack.failure import failure
from callevents.slack.handover import worth_handing_over
from callevents.slack.message import Buttons, Message, answer
from callevents.slack.reader import Reader
from callevents.slack.service import Service

LOOKUP_SECONDS = 40.0
ATTEMPT_SECONDS = 15.0
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 8.0
# The worker's own timeout is 60 s: what is not posted by then is lost.
POST_SECONDS = 15.0
# https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
URL_SECONDS = 1800.0

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
            return answer(self._patiently(envelope), reader, buttons=Buttons()), "answered"
        except CallEventsError as error:
            return failure(error, reader, self._invocation.request_id, jobs=envelope.jobs), f"failed: {error}"
        except Exception as error:  # noqa: BLE001 - whatever it is, a person waits for a sentence
            _log.error("no answer", extra={"code": "internal"}, exc_info=error)
            return failure(CallEventsError(), reader, self._invocation.request_id), "failed: internal"

    def _patiently(self, envelope: CommandEnvelope) -> Sequence[CallSummary]:
        """Return the summaries; try again what may pass, as long as there is time."""
        deadline = Deadline.after(LOOKUP_SECONDS, self._clocks.monotonic)
        pause = FIRST_PAUSE
        while True:
            try:
                return self._once(envelope, deadline)
            except CccError as error:
                wait = _wait(error, pause)
                if not worth_handing_over(error) or wait >= deadline.remaining():
                    raise
            self._clocks.sleep(wait)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _once(self, envelope: CommandEnvelope, deadline: Deadline) -> Sequence[CallSummary]:
        attempt = Deadline(min(deadline.expires_at, deadline.clock() + ATTEMPT_SECONDS), deadline.clock)
        return look_up(
            envelope.jobs,
            instance_id=envelope.instance,
            source=self._service.records(self._invocation),
            deadline=attempt,
        )

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


def _wait(error: CccError, pause: float) -> float:
    asked = error.retry_after if isinstance(error, CccThrottled) else None
    return max(pause, asked or 0.0)
