"""Posts into the channel of an alert, one message a second.

Source: https://docs.slack.dev/reference/methods/chat.postMessage
"""

import logging
from collections.abc import Callable, Mapping
from functools import partial

from callevents.errors import SlackError, SlackRefused, SlackThrottled
from callevents.retry import retry
from callevents.slack.api.own_messages import PostOnce
from callevents.slack.api.web_api import SlackApi
from callevents.slack.blocks.block_kit import Message
from callevents.slack.requests.fields import timestamp
from callevents.worker.alerts.history import ChannelHistory, Search
from callevents.worker.alerts.schedule import SECONDS_PER_MESSAGE, DeliverySchedule

# Limit each attempt, so that a silent Slack leaves time to retry.
ATTEMPT_TIMEOUT_SECONDS = 10.0
MAX_ATTEMPTS = 3  # that fail on Slack's side
RETRY_DELAY_SECONDS = 1.0

# The part of a message that Slack rejects with each error, and without which it is still worth posting.
_REJECTED_PARTS = {
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
    """One channel during one run; `delivered` counts the messages that arrived."""

    def __init__(self, api: SlackApi, name: str, schedule: DeliverySchedule, history: ChannelHistory) -> None:
        self.delivered = 0
        self._api = api
        self._name = name
        self._schedule = schedule
        self._history = history
        self._next_at = schedule.deadline.clock()

    def post(
        self, message: Message, search: Search, *, metadata: Mapping[str, object], maybe_posted: bool
    ) -> str:
        """Post *message*, into the thread of *search* if it has one, and return its ts ("" if Slack's answer has none).

        *search* finds it if the answer was lost in this run or, if *maybe_posted*, an earlier one posted it. After an
        attempt of this run nothing is posted while Slack fails to say whether it is there. Raises SlackThrottled if
        Slack asks for a longer wait than this run allows; SlackRefused; SlackError.
        """
        ts = self._history.find_earlier(search) if maybe_posted else ""
        if not ts:
            payload: dict[str, object] = {
                "channel": self._name,
                "text": message.text,
                "blocks": message.blocks,
                "thread_ts": search.thread or None,
                "unfurl_links": False,
                "unfurl_media": False,
                "metadata": dict(metadata),
            }
            ts = _Posting(
                self._api, payload, self._schedule, partial(self._history.find_posted, search)
            ).post()
            self._next_at = self._schedule.deadline.clock() + SECONDS_PER_MESSAGE
        self.delivered += 1
        return ts

    def pace(self) -> None:
        """Wait until a second has passed since the last message; raise SlackThrottled if there is not the time."""
        wait = self._next_at - self._schedule.deadline.clock()
        if wait > 0:
            self._schedule.wait(wait, SlackThrottled(retry_after=wait, reason="one message a second"))

    def update(self, ts: str, message: Message, metadata: Mapping[str, object] | None = None) -> None:
        """Replace the message at *ts*, in one attempt; raise a SlackError. Without *metadata* that stays."""
        payload: dict[str, object] = {
            "channel": self._name,
            "ts": ts,
            "text": message.text,
            "blocks": message.blocks,
        }
        if metadata is not None:
            payload["metadata"] = dict(metadata)
        self._api.call("chat.update", payload, self._schedule.deadline.capped(ATTEMPT_TIMEOUT_SECONDS))
        self.delivered += 1


class _Posting:
    """The attempts to post one message."""

    def __init__(
        self,
        api: SlackApi,
        payload: dict[str, object],
        schedule: DeliverySchedule,
        find: Callable[[], str | None],
    ) -> None:
        self._api = api
        self._payload = payload
        self._schedule = schedule
        self._find = find
        self._failed = self._throttled = 0

    def post(self) -> str:
        """Return the message's ts."""
        return retry(
            PostOnce(self._send, self._find),
            wait=self._wait,
            deadline=self._schedule.deadline,
            sleep=self._schedule.sleep,
        )

    def _send(self) -> str:
        deadline = self._schedule.deadline.capped(ATTEMPT_TIMEOUT_SECONDS)
        return timestamp(self._api.call("chat.postMessage", self._payload, deadline).data, "ts")

    def _wait(self, error: Exception, _failed: int) -> float | None:
        """Return how long to wait after *error*, None if no retry helps."""
        if isinstance(error, SlackRefused):
            return self._drop_rejected_part(error)
        if isinstance(error, SlackThrottled):
            self._throttled += 1
            return self._schedule.throttle_wait(error, self._throttled - 1)
        self._failed += 1
        if not isinstance(error, SlackError) or self._failed >= MAX_ATTEMPTS:
            return None
        return RETRY_DELAY_SECONDS * self._failed

    def _drop_rejected_part(self, error: SlackRefused) -> float | None:
        part = _REJECTED_PARTS.get(error.reason, "")
        if self._payload.get(part) is None:
            return None
        _log.error(
            "Slack rejected the message's %s; posting without: %s", part, error, extra={"code": error.code}
        )
        self._payload[part] = None
        return 0.0
