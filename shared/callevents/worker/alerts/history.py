"""Finds the messages of an alert in its channel's history or in a thread, by the metadata they were posted with."""

import logging
from collections.abc import Collection
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from callevents.clock import Deadline
from callevents.errors import SlackError, SlackRefused
from callevents.slack.alert_cards.updates import shows_end
from callevents.slack.api.own_messages import EarlierPosts, OwnMessages, Place, moment, payload
from callevents.slack.blocks.block_kit import Message
from callevents.slack.requests.fields import Json, objects, text, timestamp
from callevents.tasks.encoding import ENDED
from callevents.tasks.envelope import AlertEnvelope
from callevents.worker.alerts.state import DeliveryState, PostedCard

EVENT_TYPE = "callevents_alert"
SEARCH_TIMEOUT_SECONDS = 5.0

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


def _metadata(members: AbstractSet[str], **about: str) -> dict[str, object]:
    if members:
        about["members"] = " ".join(sorted(members))
    return {"event_type": EVENT_TYPE, "event_payload": about}


def members_of(alert: AlertEnvelope) -> frozenset[str]:
    """Return the thread keys of the members of *alert* that fire, if it is a group."""
    if alert.state not in {"firing", "mixed"}:
        return frozenset()
    return frozenset(key for key in alert.further_threads if not key.startswith(ENDED))


class ChannelHistory:
    """The history of an alert's channel, searched no longer than until *deadline*."""

    def __init__(
        self, messages: OwnMessages, alert: AlertEnvelope, state: DeliveryState, deadline: Deadline
    ) -> None:
        self._messages = messages
        self._channel = alert.channel
        self._state = state
        self._deadline = deadline
        self._earlier: dict[str, EarlierPosts] = {}

    def find_posted(self, search: Search) -> str | None:
        """Return the ts of the message if it is posted; "" if it is not there, None if Slack fails to say."""
        return self._messages.find(search.work, self._place(search.since, search.thread), self._deadline)

    def find_earlier(self, search: Search) -> str:
        """Return the ts of the message if an earlier run posted it, "" if it is to be posted."""
        thread = search.thread
        if thread not in self._earlier:
            place = self._place(search.since, thread)
            self._earlier[thread] = EarlierPosts(self._messages, place, self._deadline)
        return self._earlier[thread].find(search.work)

    def find_cards(
        self, since: float, thread_keys: AbstractSet[str], *, state: str = "", is_needed: bool = False
    ) -> dict[str, PostedCard]:
        """Return the latest message of each thread key since then (Unix seconds), posted in *state* if that is not "".

        Also the messages of groups with such members, by their own thread keys. One that is not there, or if the
        history cannot be read, is missing. Raises a SlackError if Slack fails to say and *is_needed*.
        """
        channel, now = self._channel, self._deadline.clock()
        if self._state.unreadable_histories.get(channel, now):
            return {}
        found: dict[str, PostedCard] = {}
        try:
            for page in self._messages.pages(
                self._place(since), self._deadline.capped(SEARCH_TIMEOUT_SECONDS)
            ):
                posted = [message for message in page if state in {"", payload(message, "state")}]
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

    def find_thread(self, since: float, jobs: Collection[str]) -> str:
        """Return the ts of the latest card since then (Unix seconds) that names all *jobs* and shows no end.

        "" if there is none, or if the history cannot be read.
        """
        deadline = self._deadline.capped(SEARCH_TIMEOUT_SECONDS)
        try:
            for page in self._messages.pages(self._place(since), deadline):
                for card in map(_card, sorted(page, key=moment, reverse=True)):
                    shown = "" if card.message is None or card.is_over else str(card.message)
                    if all(job in shown for job in jobs):
                        return card.ts
        except SlackError as error:
            _log.warning("channel history not read: %s", error, extra={"code": error.code})
        return ""

    def _place(self, since: float, thread: str = "") -> Place:
        return Place(self._channel, since, thread)


def _cards_of(messages: list[Json], thread_keys: AbstractSet[str]) -> dict[str, PostedCard]:
    """Return the latest message of each thread key, and of each group with such a member, by its own thread key."""
    by_time = sorted(messages, key=moment)
    return {
        key: _card(message)
        for message in by_time
        if (key := payload(message, "thread_key")) in thread_keys or thread_keys & _members(message)
    }


def _card(message: Json) -> PostedCard:
    blocks = [dict(block) for block in objects(message, "blocks", 50)]
    content = Message(text(message, "text", 40_000), blocks) if blocks else None
    is_over = payload(message, "state") == "resolved" or (content is not None and shows_end(content))
    return PostedCard(timestamp(message, "ts"), content, is_over=is_over, members=_members(message))


def _members(message: Json) -> frozenset[str]:
    return frozenset(payload(message, "members").split())
