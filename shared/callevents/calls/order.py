"""The order of events, and which of them are the same: neither depends on the order of the records."""

from collections.abc import Iterable
from operator import attrgetter

from callevents.calls.event import Event, read_event
from callevents.calls.model import NotificationRecord

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
    seen: set[tuple[str, str]] = set()
    # The same content in other words (blanks, order of keys) can only be at the same moment.
    alike: dict[tuple[str, str | None, bool], list[Event]] = {}
    events: list[Event] = []
    duplicates = False
    for record in records:
        raw = record.notification_type, record.content
        if raw in seen:
            duplicates = True
            continue
        seen.add(raw)
        event = read_event(record)
        events.append(event)
        time = event.fields.get("eventTime")
        key = event.type, time if isinstance(time, str) else None, event.readable
        if key in alike:
            alike[key].append(event)
        else:
            alike[key] = [event]
    if len(alike) == len(events):
        return events, duplicates
    kept = [event for group in alike.values() for event in (_unlike(group) if len(group) > 1 else group)]
    return kept, duplicates or len(kept) < len(events)


def _unlike(group: list[Event]) -> list[Event]:
    return list({event.canonical(): event for event in group}.values())


def ordered(events: Iterable[Event]) -> list[Event]:
    """Return *events* by time, then by the usual order of a call, channel and content; those without a time last."""
    timed: list[Event] = []
    untimed: list[Event] = []
    for event in events:
        (untimed if event.at is None else timed).append(event)
    timed.sort(key=attrgetter("at"))
    for first, end in _ties(timed):
        timed[first:end] = sorted(timed[first:end], key=_place)
    untimed.sort(key=_place)
    return timed + untimed


def _ties(timed: list[Event]) -> list[tuple[int, int]]:
    """Return where in *timed* there are several events of one moment: first position, position behind the last."""
    ties = []
    first = 0
    for position in range(1, len(timed) + 1):
        if position == len(timed) or timed[position].at != timed[first].at:
            if position - first > 1:
                ties.append((first, position))
            first = position
    return ties


def _place(event: Event) -> tuple[int, str, str, str]:
    rank = _RANKS.get(event.type, _ANY_READY if event.type.endswith(_READY) else _OTHER)
    return rank, event.channel, event.canonical(), event.type
