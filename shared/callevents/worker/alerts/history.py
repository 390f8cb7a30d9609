"""Finds the messages of an alert in its channel's history or in a thread, by the metadata that they were posted with.

Any app may post a message with such metadata, so only those of this app's own bot count.
Needs the optional scope channels:history (groups:history in a private channel).
Sources: https://docs.slack.dev/reference/methods/conversations.history, …/conversations.replies,
https://docs.slack.dev/messaging/message-metadata, https://docs.slack.dev/reference/methods/auth.test
"""

import logging
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from callevents.clock import Deadline
from callevents.errors import SlackError, SlackRefused
from callevents.slack.alert_cards.updates import shows_end
from callevents.slack.api.web_api import SlackApi
from callevents.slack.blocks.block_kit import Message
from callevents.slack.requests.fields import Json, nested, objects, slack_id, text, timestamp
from callevents.tasks.encoding import ENDED
from callevents.tasks.envelope import AlertEnvelope
from callevents.worker.alerts.state import DeliveryState, PostedCard

EVENT_TYPE = "callevents_alert"
CONFIRM_TIMEOUT_SECONDS = 3.0
SEARCH_TIMEOUT_SECONDS = 5.0
CLOCK_SKEW_SECONDS = 60.0  # by which Slack's clock and this one may differ
MAX_PAGES = 3
PAGE_SIZE = 200

_log = logging.getLogger(__name__)


class Search(NamedTuple):
    """The message to search for: the work that posts it, since when (Unix seconds), and its thread if it is in one."""

    work: str
    since: float
    thread: str = ""


def metadata(alert: AlertEnvelope, work: str) -> dict[str, object]:
    """Return the metadata of a message: its alert and the work that posts it, the alert's state, and its members.

    All but the state are hashes.
    """
    return _metadata(members_of(alert), thread_key=alert.thread_key, work=work, state=alert.state)


def group_metadata(thread_key: str, members: AbstractSet[str]) -> dict[str, object]:
    """Return the metadata of the card of a group of which only *members* fire on."""
    return _metadata(members, thread_key=thread_key, state="firing")


def _metadata(members: AbstractSet[str], **payload: str) -> dict[str, object]:
    if members:
        payload["members"] = " ".join(sorted(members))
    return {"event_type": EVENT_TYPE, "event_payload": payload}


def members_of(alert: AlertEnvelope) -> frozenset[str]:
    """Return the thread keys of the members of *alert* that fire, if it is a group."""
    if alert.state not in {"firing", "mixed"}:
        return frozenset()
    return frozenset(key for key in alert.further_threads if not key.startswith(ENDED))


class ChannelHistory:
    """The history of an alert's channel, searched no longer than until *deadline*."""

    def __init__(self, api: SlackApi, alert: AlertEnvelope, state: DeliveryState, deadline: Deadline) -> None:
        self._api = api
        self._alert = alert
        self._state = state
        self._deadline = deadline

    def find_posted(self, search: Search) -> str | None:
        """Return the ts of the message if it is posted.

        "" if it is not or the history may not be read, None if Slack fails to say.
        """
        deadline = self._deadline.capped(CONFIRM_TIMEOUT_SECONDS)
        try:
            for page in self._pages(search.since, deadline, search.thread):
                if found := [message for message in page if _payload(message, "work") == search.work]:
                    return timestamp(_latest(found), "ts")
        except SlackRefused:
            return ""
        except SlackError:
            return None
        return ""

    def find_cards(
        self, since: float, thread_keys: AbstractSet[str], *, state: str = "", is_needed: bool = False
    ) -> dict[str, PostedCard]:
        """Return the latest message of each thread key since then (Unix seconds), posted in *state* if that is not "".

        Also the messages of groups with such members, by their own thread keys. One that is not there, or if the
        history cannot be read, is missing. Raises a SlackError if Slack fails to say and *is_needed*.
        """
        channel, now = self._alert.channel, self._deadline.clock()
        if self._state.unreadable_histories.get(channel, now):
            return {}
        found: dict[str, PostedCard] = {}
        try:
            for page in self._pages(since, self._deadline.capped(SEARCH_TIMEOUT_SECONDS)):
                posted = [message for message in page if state in {"", _payload(message, "state")}]
                found = _cards_of(posted, thread_keys) | found
                if thread_keys <= found.keys():
                    break
        except SlackRefused as error:
            self._state.unreadable_histories.put(channel, True, now)
            _log.info("channel history not readable: %s", error, extra={"code": error.code})
        except SlackError as error:
            if is_needed:
                raise
            _log.warning("channel history not read: %s", error, extra={"code": error.code})
        return found

    def _pages(self, since: float, deadline: Deadline, thread: str = "") -> Iterator[list[Json]]:
        """Yield our own messages of the first pages, the latest page first.

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
            yield [message for message in objects(data, "messages", PAGE_SIZE) if _is_ours(message, own_bot)]
            cursor = text(nested(data, "response_metadata"), "next_cursor")
            if not cursor:
                break

    def _own_bot(self, deadline: Deadline) -> str:
        """Return the id of the bot that the token belongs to, asked once; raise a SlackError."""
        known = self._state.own_bots.get("", deadline.clock())
        if known is None:
            known = slack_id(self._api.call("auth.test", {}, deadline).data, "bot_id")
            if not known:
                raise SlackError(reason="no bot id")
            self._state.own_bots.put("", known, deadline.clock())
        return known


def _is_ours(message: Json, own_bot: str) -> bool:
    if slack_id(message, "bot_id") != own_bot or not timestamp(message, "ts"):
        return False
    return text(nested(message, "metadata"), "event_type") == EVENT_TYPE


def _payload(message: Json, name: str) -> str:
    return text(nested(nested(message, "metadata"), "event_payload"), name)


def _latest(messages: list[Json]) -> Json:
    return max(messages, key=lambda message: float(timestamp(message, "ts")))


def _cards_of(messages: list[Json], thread_keys: AbstractSet[str]) -> dict[str, PostedCard]:
    """Return the latest message of each thread key, and of each group with such a member, by its own thread key."""
    by_time = sorted(messages, key=lambda message: float(timestamp(message, "ts")))
    return {
        key: _card(message)
        for message in by_time
        if (key := _payload(message, "thread_key")) in thread_keys or thread_keys & _members(message)
    }


def _card(message: Json) -> PostedCard:
    blocks = [dict(block) for block in objects(message, "blocks", 50)]
    content = Message(text(message, "text", 40_000), blocks) if blocks else None
    is_over = _payload(message, "state") == "resolved" or (content is not None and shows_end(content))
    return PostedCard(timestamp(message, "ts"), content, is_over=is_over, members=_members(message))


def _members(message: Json) -> frozenset[str]:
    return frozenset(text(nested(nested(message, "metadata"), "event_payload"), "members", 2000).split())
