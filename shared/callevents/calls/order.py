"""The order of events, and which of them are the same: neither depends on the order of the records."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, groupby
from operator import attrgetter
from typing import Any

from callevents.calls.event import Event, read_event
from callevents.calls.model import Instant, NotificationRecord

# Of events at the same moment, the order in which they happen on a usual call.
_USUAL = (
    "Route2IVR", "Enqueue", "AssignAgent", "AgentDialing", "Dialing", "Ringing", "AgentRinging", "AgentTalk",
    "Established", "Held", "Retrieved",
)  # fmt: skip
_OTHER = len(_USUAL)
_READY = "Ready"
_RANKS = {
    **{name: rank for rank, name in enumerate(_USUAL)},
    "Released": _OTHER + 1,
    "AgentRelease": _OTHER + 2,
    "AgentReady": _OTHER + 3,
}
_ANY_READY = _OTHER + 4


def distinct(records: Iterable[NotificationRecord]) -> tuple[list[Event], bool]:
    """Return the events of *records* without those that are the same, and whether there were such."""
    seen: dict[str, str] = {}
    # The same content in other words (blanks, order of keys) can only be at the same moment.
    first: dict[Instant | None, Event] = {}
    alike: dict[Instant | None, list[Event]] = {}
    count = 0
    for record in records:
        count += 1
        if seen.get(record.content) == record.notification_type:
            continue
        seen[record.content] = record.notification_type
        event = read_event(record)
        other = first.setdefault(event.at, event)
        if other is not event:
            alike.setdefault(event.at, [other]).append(event)
    for at in alike:
        del first[at]
    events = [*first.values(), *(event for group in alike.values() for event in _unlike(group))]
    return events, len(events) < count


def _unlike(group: Iterable[Event]) -> list[Event]:
    """Return the events of *group* of which no other has the same type and content."""
    by_type: dict[tuple[str, bool], list[Event]] = {}
    for event in group:
        by_type.setdefault((event.type, event.readable), []).append(event)
    found: list[Event] = []
    for events in by_type.values():
        found += {event.canonical(): event for event in events}.values() if len(events) > 1 else events
    return found


def ordered(events: Iterable[Event]) -> list[Event]:
    """Return *events* by time, then by the usual order of a call, channel and content; those without a time last."""
    timed: list[Event] = []
    untimed: list[Event] = []
    for event in events:
        (untimed if event.at is None else timed).append(event)
    _sort(timed, (attrgetter("at"), _place, _content))
    _sort(untimed, (_place, _content))
    for position, event in enumerate(chain(timed, untimed)):
        event.position = position
    return timed + untimed


def _sort(events: list[Event], keys: Sequence[Callable[[Event], Any]]) -> None:
    """Sort *events* in place by the first key, equal ones by the next: a later key is dear and seldom asked."""
    key, *others = keys
    events.sort(key=key)
    if not others:
        return
    first = 0
    for _, group in groupby(list(events), key):
        run = list(group)
        if len(run) > 1:
            _sort(run, others)
            events[first : first + len(run)] = run
        first += len(run)


def _place(event: Event) -> tuple[int, str]:
    return _RANKS.get(event.type, _ANY_READY if event.type.endswith(_READY) else _OTHER), event.channel


def _content(event: Event) -> tuple[str, str]:
    return event.canonical(), event.type
