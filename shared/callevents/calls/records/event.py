"""One record read: its type, its moment, its leg's channel, and the other fields as clean text where asked for."""

import json
from collections.abc import Collection, Mapping

from callevents.calls.model import Instant, NotificationRecord
from callevents.calls.records.event_types import EVENT_TYPES
from callevents.calls.records.json_records import parse_contents
from callevents.calls.records.timestamps import parse_instant
from callevents.calls.sanitize import clean

_ENCODER = json.JSONEncoder(sort_keys=True)
_MAX_NUMBER = 10**30
_NOTHING: Mapping[str, object] = {}


class _Lines(dict[str, str | None]):
    """Clean lines by the texts that they are made of: the events of a call name the same few again and again."""

    def __missing__(self, text: str) -> str | None:
        line = self[text] = (text if text.isprintable() else clean(text)).strip() or None
        return line


class Event:
    """A record read. `at` is None where content or time cannot be read, `fields` is empty where the content cannot.

    `position` is its place in the order of its call, `readable` whether the content can be read. Events that differ in
    nothing but the time share their `fields`, so the time must not be read from them. A plain class, not a dataclass:
    making one costs a cold start.
    """

    __slots__ = ("agent", "at", "channel", "content", "fields", "position", "readable", "type")

    def __init__(  # noqa: PLR0917 - by position: keywords take longer, and thousands are made
        self,
        type_: str,
        content: str,
        fields: Mapping[str, object] = _NOTHING,
        at: Instant | None = None,
        channel: str = "",
        agent: str | None = None,
    ) -> None:
        self.type = type_
        self.content = content
        self.fields = fields
        self.at = at
        self.channel = channel
        self.agent = agent
        self.position = 0
        self.readable = fields is not _NOTHING

    def text(self, name: str) -> str | None:
        """Return a field as one clean line, None where it is missing, empty, or no text."""
        value = self.fields.get(name)
        if value is None:
            return None
        if isinstance(value, str) and value.isprintable():  # nearly always
            return value.strip() or None
        return text_of(value)

    def names(self, name: str) -> list[str]:
        """Return the names in a field that holds several: with commas between them, or as a list."""
        value = self.fields.get(name)
        if isinstance(value, list):
            return [text for each in value if (text := text_of(each))]
        return [text for each in (text_of(value) or "").split(",") if (text := each.strip())]

    def canonical(self) -> str:
        """Return the content in a form that is the same for equal contents: parsed, with the keys in order."""
        if not self.readable:
            return self.content
        try:
            return _ENCODER.encode(*parse_contents([self.content]))
        except (RecursionError, ValueError):
            return self.content


def read_events(records: Collection[NotificationRecord]) -> list[Event]:
    """Return *records* as events, in their order; never raises, whatever they hold.

    Of a long call nearly all events repeat another of their type but for the time: what they say is read and kept once.
    """
    lines = _Lines()
    # By type, what stands in a content before and after its time, with its event; None after the first of a type, for
    # in a short call there is no other. A time that can be read has no marks of JSON in it: where another stands in
    # its place, all else is the same.
    known: dict[str, tuple[str, str, Event] | None] = {}
    events: list[Event] = []
    contents = [record.content for record in records]
    for record, content, value in zip(records, contents, parse_contents(contents), strict=True):
        type_ = record.notification_type
        name = type_ if type_ in EVENT_TYPES else lines[type_]
        if not isinstance(value, dict):
            events.append(Event(name or "", content))
            continue
        time = value.get("eventTime")
        if not isinstance(time, str):
            time = ""
        at = parse_instant(time)
        found = known.get(type_)
        if found is not None and at is not None:
            before, after, like = found
            if content == f"{before}{time}{after}":
                events.append(Event(like.type, content, like.fields, at, like.channel, like.agent))
                continue
        channel, agent = value.get("channelId"), value.get("agentId")
        event = Event(
            name or text_of(value.get("eventType")) or "",
            content,
            value,
            at,
            (lines[channel] if isinstance(channel, str) else text_of(channel)) or "",
            agent if agent is None else lines[agent] if isinstance(agent, str) else text_of(agent),
        )
        events.append(event)
        if at is not None:
            if type_ in known:
                before, _, after = content.partition(time)
                known[type_] = before, after, event
            else:
                known[type_] = None
    return events


def text_of(value: object) -> str | None:
    """Return a JSON value as one clean line: text as it is, a number in digits; None for all else and for nothing."""
    if isinstance(value, str):
        return clean(value).strip() or None
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < _MAX_NUMBER:
        value = int(value)
    if isinstance(value, int) and abs(value) < _MAX_NUMBER:
        return str(value)
    return None
