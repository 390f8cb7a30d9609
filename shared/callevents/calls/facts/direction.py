"""Which way a call went, between which numbers and over which medium."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from callevents.calls.records.event import Event

_DIRECTIONS = frozenset({"INBOUND", "OUTBOUND", "INTERNAL", "BACK2BACK", "PREDICTIVE", "CONFERENCE"})
_PARTS_OF_CALLS = frozenset({"CONSULTANT", "MONITOR", "COACH", "BARGE", "INTERCEPT"})


class Direction(NamedTuple):
    """The direction and the medium in lower case, and the numbers as they are written."""

    name: str | None
    caller: str | None
    callee: str | None
    media: str | None


def read_direction(events: Sequence[Event]) -> Direction:
    """Return what *events*, which are in order, say of the call as a whole."""
    call_type = _call_type(events)
    media = _first(events, "mediaType", call_type)
    return Direction(
        call_type and call_type.lower(),
        _first(events, "caller", call_type),
        _first(events, "callee", call_type),
        media and media.lower(),
    )


def _call_type(events: Sequence[Event]) -> str | None:
    """Return the first callType that is a direction, else the first that nobody knows; in upper case."""
    other = None
    for call_type in _values(events, "callType"):
        value = call_type.upper()
        if value in _DIRECTIONS:
            return value
        if other is None and value not in _PARTS_OF_CALLS:
            other = value
    return other


def _values(events: Sequence[Event], name: str) -> Iterator[str]:
    """Yield the different values of a field in order."""
    seen: set[str] = set()
    for event in events:
        value = event.fields.get(name)
        if isinstance(value, str) and value in seen:
            continue
        text = event.text(name)
        if text:
            seen.add(text)
            yield text


def _first(events: Sequence[Event], name: str, call_type: str | None) -> str | None:
    """Return the first value of a field on an event of *call_type*, else on any."""
    other = None
    for event in events:
        if name in event.fields:
            value = event.text(name)
            if value and (call_type is None or (event.text("callType") or "").upper() == call_type):
                return value
            other = other or value
    return other
