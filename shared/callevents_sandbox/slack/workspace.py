"""A Slack workspace: its people and channels, what they see, and what the app may still do."""

import itertools
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from callevents_sandbox.server.faults import Faults
from callevents_sandbox.server.journal import Journal
from callevents_sandbox.slack.faults import KINDS, MODES
from callevents_sandbox.slack.people import CHANNELS, GROUPS, PEOPLE, App
from callevents_sandbox.slack.posted import Block, Document, Posted, Way

USES = 5
URL_LIFETIME_SECONDS = 30 * 60.0
ACK_TIMEOUT_SECONDS = 3.0  # how long Slack waits for the app, and a trigger_id lives


@dataclass(slots=True)
class ResponseUrl:
    """Where the app may answer one interaction: five times within 30 minutes. `original` is what it can replace.

    `shown` are the messages that it posted or changed there, and in the acknowledgement.
    """

    token: str
    user: str
    channel: str
    expires_at: float
    original: Posted | None = None
    uses: int = 0
    thread_ts: str | None = None
    shown: list[Posted] = field(default_factory=list)


@dataclass(slots=True)
class Trigger:
    """What allows the app to open one form, once and for three seconds."""

    user: str
    expires_at: float
    used: bool = False


@dataclass(slots=True)
class View:
    """A form (or a Home tab) that a person sees."""

    id: str
    user: str
    view: Document
    hash: str
    root: str


@dataclass(slots=True)
class StoredFile:
    """A file that was uploaded; shared once `channel` is known."""

    id: str
    name: str
    data: bytes = field(default=b"", repr=False)
    channel: str | None = None


class Workspace:
    """State and switches of the stand-in; `application(workspace)` serves it.

    `rate_limited` enforces one chat.postMessage per second and channel. *clock* gives Unix seconds.
    *ack_timeout* is how many seconds it waits for the app: tests that are not about time set more than Slack's.
    `lock` guards what is changed in several steps.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        ack_timeout: float = ACK_TIMEOUT_SECONDS,
        journal: Journal | None = None,
    ) -> None:
        self.app = App()
        self.people = {person.id: person for person in PEOPLE}
        self.channels = {channel.id: channel for channel in CHANNELS}
        self.groups = dict(GROUPS)
        self.clock = clock
        self.ack_timeout = ack_timeout
        self.journal = journal or Journal()
        self.faults = Faults(KINDS, MODES)
        self.rate_limited = False
        self.messages: list[Posted] = []
        self.views: dict[str, View] = {}
        self.homes: dict[str, Document] = {}
        self.files: dict[str, StoredFile] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.triggers: dict[str, Trigger] = {}
        self.calls: list[tuple[str, Mapping[str, object]]] = []
        self.lock = threading.RLock()
        self._numbers = itertools.count(1)

    @property
    def refused_blocks(self) -> frozenset[str]:
        """The types of blocks that the workspace does not have yet."""
        missing = any(each.kind == "no_data_tables" for each in self.faults.waiting())
        return frozenset({"data_table"} if missing else ())

    def visible(self, user: str, channel: str | None = None) -> list[Posted]:
        """Return what *user* sees now, in one channel or in all, in order."""
        with self.lock:
            return [
                message
                for message in self.messages
                if message.visible_to(user) and channel in {None, message.channel}
            ]

    def answers(self, user: str, channel: str | None = None) -> list[Posted]:
        """Return the app's own messages among what *user* sees."""
        return [each for each in self.visible(user, channel) if each.author == self.app.bot_user]

    def find(self, channel: str, ts: str) -> Posted | None:
        """Return the message of *channel* at *ts*."""
        with self.lock:
            return next((each for each in self.messages if (each.channel, each.ts) == (channel, ts)), None)

    def post(
        self,
        channel: str,
        author: str,
        text: str,
        blocks: Iterable[Block] = (),
        *,
        way: Way = "person",
        ephemeral_to: str | None = None,
        thread_ts: str | None = None,
    ) -> Posted:
        """Put a message into *channel*."""
        with self.lock:
            message = Posted(channel, self._ts(), author, text, list(blocks), thread_ts, ephemeral_to, way)
            self.messages.append(message)
        self.journal.write(
            "slack",
            "shown",
            channel=channel,
            way=way,
            text=text[:200],
            ephemeral_to=ephemeral_to,
            ts=message.ts,
        )
        return message

    def change(self, message: Posted, text: str, blocks: Iterable[Block], way: Way) -> None:
        """Give *message* other content."""
        with self.lock:
            message.set(text, list(blocks))
            message.way = way
        self.journal.write(
            "slack", "changed", channel=message.channel, way=way, text=text[:200], ts=message.ts
        )

    def new_response_url(
        self, user: str, channel: str, original: Posted | None = None, thread_ts: str | None = None
    ) -> ResponseUrl:
        """Allow the app to answer *user* in *channel*."""
        token = secrets.token_hex(12)
        made = ResponseUrl(
            token, user, channel, self.clock() + URL_LIFETIME_SECONDS, original, thread_ts=thread_ts
        )
        self.response_urls[token] = made
        return made

    def new_trigger(self, user: str) -> str:
        """Allow the app to open one form for *user*; return the trigger_id."""
        trigger_id = f"{next(self._numbers)}.{int(self.clock())}.{secrets.token_hex(8)}"
        self.triggers[trigger_id] = Trigger(user, self.clock() + self.ack_timeout)
        return trigger_id

    def new_id(self, letter: str) -> str:
        """Return a new id that begins with *letter*."""
        return f"{letter}{next(self._numbers):06d}"

    def _ts(self) -> str:
        return f"{int(self.clock())}.{next(self._numbers):06d}"
