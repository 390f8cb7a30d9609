"""Finds the messages of an alert in its channel's history or in a thread, by the metadata that they were posted with.

Any app may post a message with such metadata, so only those of this app's own bot count.
Needs the optional scope channels:history (groups:history in a private channel).
Sources: https://docs.slack.dev/reference/methods/conversations.history, …/conversations.replies,
https://docs.slack.dev/messaging/message-metadata, https://docs.slack.dev/reference/methods/auth.test
"""

import logging

from callevents.clock import Deadline
from callevents.errors import SlackError, SlackRefused
from callevents.slack.api.web_api import SlackApi
from callevents.slack.blocks.block_kit import Message
from callevents.slack.requests.fields import Json, nested, objects, slack_id, text, timestamp
from callevents.tasks.envelope import AlertEnvelope
from callevents.worker.alerts.state import DeliveryState, PostedCard

EVENT_TYPE = "callevents_alert"
CONFIRM_TIMEOUT_SECONDS = 3.0
SEARCH_TIMEOUT_SECONDS = 5.0
CLOCK_SKEW_SECONDS = 60.0  # by which Slack's clock and ours may differ
MAX_PAGES = 3
PAGE_SIZE = 200

_log = logging.getLogger(__name__)


def metadata(alert: AlertEnvelope, work: str) -> dict[str, object]:
    """Return the metadata of a message: its alert, the work that posts it (both are hashes), and the alert's state."""
    return {
        "event_type": EVENT_TYPE,
        "event_payload": {"thread_key": alert.thread_key, "work": work, "state": alert.state},
    }


class ChannelHistory:
    """The history of an alert's channel, searched no longer than until *deadline*."""

    def __init__(self, api: SlackApi, alert: AlertEnvelope, state: DeliveryState, deadline: Deadline) -> None:
        self._api = api
        self._alert = alert
        self._state = state
        self._deadline = deadline

    def find_posted(self, work: str, since: float, thread: str = "") -> str | None:
        """Return the ts of the message that *work* posted since then (Unix seconds), in the channel or in *thread*.

        "" if there is none or the history may not be read, None if Slack fails to say.
        """
        deadline = self._deadline.capped(CONFIRM_TIMEOUT_SECONDS)
        try:
            found = self._search(since, deadline, thread=thread, work=work)
        except SlackRefused:
            return ""
        except SlackError:
            return None
        return found.ts if found is not None else ""

    def find_card(self, since: float, *, state: str = "") -> PostedCard | None:
        """Return the alert's latest message since then (Unix seconds), posted in *state* if that is not "".

        None if it is not there, or if the history cannot be read.
        """
        channel, now = self._alert.channel, self._deadline.clock()
        if self._state.unreadable_histories.get(channel, now):
            return None
        deadline = self._deadline.capped(SEARCH_TIMEOUT_SECONDS)
        try:
            return self._search(since, deadline, thread_key=self._alert.thread_key, state=state)
        except SlackRefused as error:
            self._state.unreadable_histories.put(channel, True, now)
            _log.info("channel history not readable: %s", error, extra={"code": error.code})
        except SlackError as error:
            _log.warning("channel history not read: %s", error, extra={"code": error.code})
        return None

    def _search(
        self, since: float, deadline: Deadline, *, thread: str = "", **wanted: str
    ) -> PostedCard | None:
        """Return the latest message whose metadata has what is *wanted*; None if it is not in the first pages.

        Raises SlackRefused if the token may not read it, SlackThrottled, SlackError.
        """
        own_bot = self._own_bot(deadline)
        method = "conversations.replies" if thread else "conversations.history"
        cursor = ""
        for _ in range(MAX_PAGES):
            payload = {
                "channel": self._alert.channel,
                "ts": thread or None,
                "oldest": f"{max(0.0, since - CLOCK_SKEW_SECONDS):.6f}",
                "limit": str(PAGE_SIZE),
                "include_all_metadata": True,
                "cursor": cursor or None,
            }
            data = self._api.call(method, payload, deadline).data
            messages = objects(data, "messages", PAGE_SIZE)
            found = [message for message in messages if _matches(message, wanted, own_bot)]
            if found:
                latest = max(found, key=lambda message: float(timestamp(message, "ts")))
                return PostedCard(timestamp(latest, "ts"), _content(latest))
            cursor = text(nested(data, "response_metadata"), "next_cursor")
            if not cursor:
                break
        return None

    def _own_bot(self, deadline: Deadline) -> str:
        """Return the id of the bot that the token belongs to, asked once; raise a SlackError."""
        known = self._state.own_bots.get("", deadline.clock())
        if known is None:
            known = slack_id(self._api.call("auth.test", {}, deadline).data, "bot_id")
            if not known:
                raise SlackError(reason="no bot id")
            self._state.own_bots.put("", known, deadline.clock())
        return known


def _matches(message: Json, wanted: dict[str, str], own_bot: str) -> bool:
    given = nested(message, "metadata")
    payload = nested(given, "event_payload")
    if slack_id(message, "bot_id") != own_bot or not timestamp(message, "ts"):
        return False
    return text(given, "event_type") == EVENT_TYPE and all(
        text(payload, name) == value for name, value in wanted.items() if value
    )


def _content(message: Json) -> Message | None:
    blocks = [dict(block) for block in objects(message, "blocks", 50)]
    return Message(text(message, "text", 40_000), blocks) if blocks else None
