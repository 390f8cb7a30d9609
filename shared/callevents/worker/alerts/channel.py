"""The channel that an alert goes to: one message a second, and Slack's word when it is too much.

Sources: https://docs.slack.dev/apis/web-api/rate-limits, https://docs.slack.dev/reference/methods/chat.postMessage
"""

import logging
from collections.abc import Callable, Mapping

from callevents.clock import Clocks, Deadline
from callevents.errors import SlackError, SlackRefused, SlackThrottled
from callevents.slack.api.web_api import SlackApi
from callevents.slack.blocks.block_kit import Message
from callevents.slack.requests.fields import timestamp

ATTEMPT_SECONDS = 10.0
TRIES = 3  # with Slack's own troubles
PAUSE = 1.0
PER_MESSAGE = 1.0
# What is waited for, paid by the second: one pause, and all pauses of a run. An alert that Slack lets wait for longer
# goes back into the queue, and waits there for nothing.
LONGEST_PAUSE = 15.0
PATIENCE = 3.0
MOST_SPREAD = 4

# What a message can do without, by the words with which Slack refuses it.
_WITHOUT = {
    "invalid_blocks": "blocks",
    "invalid_blocks_format": "blocks",
    "msg_blocks_too_long": "blocks",
    "msg_too_long": "blocks",
    "invalid_arguments": "blocks",
    "invalid_metadata_format": "metadata",
    "invalid_metadata_schema": "metadata",
    "metadata_must_be_sent_from_app": "metadata",
    "metadata_too_large": "metadata",
}

_log = logging.getLogger(__name__)


class Channel:
    """Posts into one channel until *deadline*; `delivered` counts what arrived.

    `patience` is what is left of the seconds that may be waited because Slack asks for it.
    """

    def __init__(
        self, api: SlackApi, channel: str, clocks: Clocks, random: Callable[[], float], deadline: Deadline
    ) -> None:
        self.api = api
        self.name = channel
        self.deadline = deadline
        self.delivered = 0
        self.patience = PATIENCE
        self._clocks = clocks
        self._random = random
        self._next_at = clocks.monotonic()

    def post(
        self,
        message: Message,
        *,
        thread: str = "",
        metadata: Mapping[str, object] | None = None,
        arrived: Callable[[], str | None] = str,
        doubtful: bool = False,
    ) -> str:
        """Post *message*, into a thread where one is named, and return its ts ("" where Slack does not tell).

        A message that Slack finds wrong goes without its blocks: its text says it all. *arrived* is asked for the ts of
        one that may be there although Slack's answer got lost, here or, if it is *doubtful*, in an earlier run: "" for
        none, None where Slack fails to say; then it is asked again before anything is posted a second time. Raises
        SlackThrottled where Slack asks for a pause for which there is no patience, or that ends after the deadline;
        SlackRefused; SlackError.
        """
        if doubtful and (ts := arrived()):
            self._noted()
            return ts
        payload: dict[str, object] = {
            "channel": self.name,
            "text": message.text,
            "blocks": message.blocks,
            "thread_ts": thread or None,
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": dict(metadata) if metadata else None,
        }
        troubles = throttled = 0
        while True:
            error = self._attempt(payload)
            if isinstance(error, str):
                return error
            if isinstance(error, SlackRefused):
                spare = _WITHOUT.get(error.reason, "")
                if payload.get(spare) is None:
                    raise error
                _log.error("Slack takes no %s of ours: %s", spare, error, extra={"code": error.code})
                payload[spare] = None
            elif isinstance(error, SlackThrottled):
                # Others may wait for the same second: the more often it was too soon, the wider we spread.
                wait = max(PER_MESSAGE, error.retry_after) + self._random() * min(throttled, MOST_SPREAD)
                if wait > self.patience:
                    raise error
                throttled += 1
                self.patience -= wait
                self.wait(wait, error)
            else:
                troubles, ts = self._looked_for(arrived, error, troubles + 1)
                if ts:
                    self._noted()
                    return ts
                if troubles >= TRIES:
                    raise error
                self.wait(PAUSE * troubles, error)

    def _looked_for(
        self, arrived: Callable[[], str | None], error: SlackError, troubles: int
    ) -> tuple[int, str]:
        """Ask until Slack says whether the message is there; return how many *troubles* there were then, and its ts."""
        while (ts := arrived()) is None and troubles < TRIES:
            self.wait(PAUSE * troubles, error)
            troubles += 1
        return troubles, ts or ""

    def pace(self) -> None:
        """Wait until a second has passed since the last message; raise SlackThrottled if there is not the time."""
        wait = self._next_at - self._clocks.monotonic()
        if wait > 0:
            self.wait(wait, SlackThrottled(retry_after=wait, reason="one message a second"))

    def change(self, ts: str, message: Message) -> None:
        """Put *message* in the place of the one at *ts*, in one attempt; raise a SlackError where that fails."""
        payload = {"channel": self.name, "ts": ts, "text": message.text, "blocks": message.blocks}
        self.api.call("chat.update", payload, self._one_attempt())
        self.delivered += 1

    def wait(self, seconds: float, error: SlackError) -> None:
        """Wait, or raise *error* where the deadline comes before."""
        if seconds >= self.deadline.remaining():
            raise error
        self._clocks.sleep(seconds)

    def _attempt(self, payload: Mapping[str, object]) -> str | SlackError:
        try:
            answer = self.api.call("chat.postMessage", payload, self._one_attempt())
        except SlackError as error:
            return error
        self._noted()
        return timestamp(answer.data, "ts")

    def _noted(self) -> None:
        self.delivered += 1
        self._next_at = self._clocks.monotonic() + PER_MESSAGE

    def _one_attempt(self) -> Deadline:
        """Return the deadline of one request: a Slack that says nothing does not use up all the time."""
        clock = self.deadline.clock
        return Deadline(min(self.deadline.expires_at, clock() + ATTEMPT_SECONDS), clock)
