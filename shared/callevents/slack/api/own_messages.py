"""This app's own messages as a channel or a thread has them; posts what may be there already only where it is not.

A message is known by the metadata that it was posted with: the hash of the work that posts it. Any app may post a
message with such metadata, so only those of this app's own bot count. Ephemeral messages stand in no history.
Needs the optional scope channels:history (groups:history in a private channel).
Sources: https://docs.slack.dev/reference/methods/conversations.history, …/conversations.replies,
https://docs.slack.dev/messaging/message-metadata, https://docs.slack.dev/reference/methods/auth.test
"""

import logging
from collections.abc import Callable, Iterator
from typing import NamedTuple

from callevents.cache import TTLCache
from callevents.clock import Deadline
from callevents.errors import SlackError, SlackRefused, SlackThrottled, SlackUrlSpent
from callevents.slack.api.web_api import SlackApi
from callevents.slack.requests.fields import Json, nested, objects, slack_id, text, timestamp

# How long Slack may take to say whether a message is there.
CONFIRM_TIMEOUT_SECONDS = 3.0
CLOCK_SKEW_SECONDS = 60.0  # by which Slack's clock and this one may differ
MAX_PAGES = 3
PAGE_SIZE = 200
# How often Slack is asked what earlier runs posted.
MAX_LOOKS = 2

_log = logging.getLogger(__name__)


class Place(NamedTuple):
    """Where a message may be: its channel, since when (Unix seconds), and its thread if it is in one."""

    channel: str
    since: float
    thread: str = ""


class OwnMessages:
    """This app's messages with metadata of one event type; `own_bots` keeps the id of the token's bot under ""."""

    def __init__(self, api: SlackApi, event_type: str, own_bots: TTLCache[str]) -> None:
        self._api = api
        self._event_type = event_type
        self._own_bots = own_bots

    def find(self, work: str, place: Place, deadline: Deadline) -> str | None:
        """Return the ts of the message that *work* posted; "" if it is not there, None if Slack fails to say."""
        found = self.works(place, deadline, until=work)
        return None if found is None else found.get(work, "")

    def works(self, place: Place, deadline: Deadline, *, until: str = "") -> dict[str, str] | None:
        """Return the ts of each message at *place* by the work that posted it, at least as far as the work *until*.

        Empty if the history may not be read, None if Slack fails to say.
        """
        found: dict[str, str] = {}
        try:
            for page in self.pages(place, deadline.capped(CONFIRM_TIMEOUT_SECONDS)):
                posted = {payload(each, "work"): timestamp(each, "ts") for each in sorted(page, key=moment)}
                found = {work: ts for work, ts in posted.items() if work} | found
                if until in found:
                    break
        except SlackRefused as error:
            _log.info("channel history not readable: %s", error, extra={"code": error.code})
        except SlackError as error:
            _log.warning("channel history not read: %s", error, extra={"code": error.code})
            return None
        return found

    def pages(self, place: Place, deadline: Deadline) -> Iterator[list[Json]]:
        """Yield this app's messages at *place*, those of its first few pages: in a channel the latest page comes first.

        Raises SlackRefused if the token may not read it, SlackThrottled, SlackError.
        """
        own_bot = self._own_bot(deadline)
        method = "conversations.replies" if place.thread else "conversations.history"
        cursor = ""
        for _ in range(MAX_PAGES):
            arguments = {
                "channel": place.channel,
                "ts": place.thread or None,
                "oldest": f"{max(0.0, place.since - CLOCK_SKEW_SECONDS):.6f}",
                "limit": str(PAGE_SIZE),
                "include_all_metadata": True,
                "cursor": cursor or None,
            }
            data = self._api.call(method, arguments, deadline).data
            yield [each for each in objects(data, "messages", PAGE_SIZE) if self._is_own(each, own_bot)]
            cursor = text(nested(data, "response_metadata"), "next_cursor")
            if not cursor:
                break

    def _is_own(self, message: Json, own_bot: str) -> bool:
        if slack_id(message, "bot_id") != own_bot or not timestamp(message, "ts"):
            return False
        return text(nested(message, "metadata"), "event_type") == self._event_type

    def _own_bot(self, deadline: Deadline) -> str:
        """Return the id of the bot that the token belongs to, asked once; raise a SlackError."""
        known = self._own_bots.get("", deadline.clock())
        if known is None:
            known = slack_id(self._api.call("auth.test", {}, deadline).data, "bot_id")
            if not known:
                raise SlackError(reason="no bot id")
            self._own_bots.put("", known, deadline.clock())
        return known


class PostOnce:
    """The attempts to post one message, to be called for each; *find* looks for it, as OwnMessages.find does."""

    def __init__(self, send: Callable[[], str], find: Callable[[], str | None]) -> None:
        self._send = send
        self._find = find
        self._unconfirmed: SlackError | None = None

    def __call__(self) -> str:
        """Post, but only if the message of a failed attempt is certainly not there; return its ts."""
        if self._unconfirmed is None:
            try:
                return self._send()
            except (SlackRefused, SlackThrottled, SlackUrlSpent):
                raise
            except SlackError as error:
                self._unconfirmed = error
        failure, ts = self._unconfirmed, self._find()
        if ts:
            return ts
        if ts is not None:
            self._unconfirmed = None
        raise failure


class EarlierPosts:
    """What earlier runs posted at one place, read once: the details of many calls go into one thread.

    Where the history cannot be read, or Slack fails to say, nothing counts as posted: twice is better than never.
    """

    def __init__(self, messages: OwnMessages, place: Place, deadline: Deadline) -> None:
        looks = (messages.works(place, deadline) for _ in range(MAX_LOOKS))
        self._works = next((found for found in looks if found is not None), {})

    def find(self, work: str) -> str:
        """Return the ts of the message that *work* posted, "" if it is to be posted."""
        return self._works.get(work, "")


def payload(message: Json, name: str) -> str:
    """Return what stands under *name* in the metadata of *message*, "" if nothing does."""
    return text(nested(nested(message, "metadata"), "event_payload"), name, 3000)


def moment(message: Json) -> float:
    """Return when *message* was posted, in Unix seconds."""
    return float(timestamp(message, "ts"))
