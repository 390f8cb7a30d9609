"""One record read: its type, its moment, its leg's channel, and the other fields as clean text where asked for."""

import json
from collections.abc import Mapping

from callevents.calls.instant import parse_instant
from callevents.calls.model import Instant, NotificationRecord
from callevents.calls.text import clean

# A raw line break inside a string is no reason to lose a record: it becomes a blank like any control character.
_DECODER = json.JSONDecoder(strict=False)
# Python refuses integers of thousands of digits; such a one is no reason to lose a record either.
_LONGEST_INTEGER = 99
_PATIENT_DECODER = json.JSONDecoder(
    strict=False, parse_int=lambda digits: None if len(digits) > _LONGEST_INTEGER else int(digits)
)
_ENCODER = json.JSONEncoder(sort_keys=True)
_LONGEST_NUMBER = 10**30
_NOTHING: Mapping[str, object] = {}


class Event:
    """A record read. `at` is None where content or time cannot be read, `fields` is empty where the content cannot.

    `position` is its place in the order of its call. A plain class, as thousands are made for one call, and a
    dataclass costs a cold start its making.
    """

    __slots__ = ("at", "channel", "content", "fields", "position", "readable", "type")

    def __init__(
        self, type_: str, at: Instant | None, channel: str, content: str, fields: Mapping[str, object] | None
    ) -> None:
        self.type = type_
        self.at = at
        self.channel = channel
        self.content = content
        self.position = 0
        self.readable = fields is not None
        self.fields = _NOTHING if fields is None else fields

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
            return _ENCODER.encode(self.fields)
        except (RecursionError, ValueError):
            return self.content


def read_event(record: NotificationRecord) -> Event:
    """Return *record* as an event; never raises, whatever it holds."""
    _, _, type_, content = record
    type_ = clean(type_).strip()
    try:
        # json.loads spends as long on looking for blanks around a short document as on the document.
        value, end = _DECODER.raw_decode(content)
        if end != len(content):
            value = _parse(content)
    except (ValueError, RecursionError):
        value = _parse(content)
    if not isinstance(value, dict):
        return Event(type_, None, "", content, None)
    time = value.get("eventTime")
    event = Event(
        type_ or text_of(value.get("eventType")) or "",
        parse_instant(time) if isinstance(time, str) else None,
        "",
        content,
        value,
    )
    event.channel = event.text("channelId") or ""
    return event


def text_of(value: object) -> str | None:
    """Return a JSON value as one clean line: text as it is, a number in digits; None for all else and for nothing."""
    if isinstance(value, str):
        return clean(value).strip() or None
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < _LONGEST_NUMBER:
        value = int(value)
    if isinstance(value, int) and abs(value) < _LONGEST_NUMBER:
        return str(value)
    return None


def _parse(content: str) -> object:
    """Return what *content* holds, None where it is no JSON."""
    try:
        return _PATIENT_DECODER.decode(content)
    except (ValueError, RecursionError):
        return None
