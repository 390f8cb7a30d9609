"""The order of events, and which of them are the same: neither depends on the order of the records."""

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from callevents.calls.model import Instant, NotificationRecord
from callevents.calls.records.event import Event, read_events

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
    **dict.fromkeys(
        ("BlindTransfer", "AttendedTransfer"), _OTHER + 3
    ),  # the agent leaves, and then it is done
    "AgentReady": _OTHER + 4,
}
_ANY_READY = _OTHER + 5
_MILLISECOND = 1_000_000


def distinct(records: Collection[NotificationRecord]) -> tuple[list[Event], bool]:
    """Return the events of *records* in order, each once, and whether any was there more than once.

    By time, then by the usual order of a call, channel and content; those without a time come last. Once they are in
    order, what is finer than a millisecond is cut off, as it is where times are shown: else facts would differ by what
    nobody sees.
    """
    given = read_events(records)
    timed = [event for event in given if event.at is not None]
    timed.sort(key=attrgetter("at"))
    events = _deduplicate(timed)
    if len(timed) < len(given):
        events += _deduplicate([event for event in given if event.at is None])
    _number(events)
    return events, len(events) < len(given)


def put_in_order(events: Iterable[Event]) -> list[Event]:
    """Return *events* that come from no records in the same order, those without a time last, cut to milliseconds.

    Of one place, their types and fields are the content that decides.
    """
    ordered: list[Event] = []
    for _, group in groupby(sorted(events, key=_moment), _moment):
        together = [*group]
        if len(together) > 1:  # writing fields out is expensive, and rarely needed
            together.sort(key=lambda event: (_place(event), event.type, repr(event.fields)))
        ordered += together
    _number(ordered)
    return ordered


def _number(events: Iterable[Event]) -> None:
    """Give *events*, which are in order, their positions, and cut their moments to milliseconds."""
    for position, event in enumerate(events):
        event.position = position
        at = event.at
        if at is not None and at % _MILLISECOND:
            event.at = at - at % _MILLISECOND


def _deduplicate(events: list[Event]) -> list[Event]:
    """Return *events*, which are in order of time, with those of one moment in order and each once."""
    moments = [event.at for event in events]
    if len({*moments}) == len(moments):
        return events
    found: list[Event] = []
    done = 0
    for first in [here for here, at in enumerate(moments[1:]) if at == moments[here]]:
        if first >= done:
            end = first + 1
            while end < len(moments) and moments[end] == moments[first]:
                end += 1
            found += events[done:first]
            found += _of_one_moment(events[first:end])
            done = end
    return found + events[done:]


def _of_one_moment(events: Iterable[Event]) -> Iterator[Event]:
    """Yield *events* in order, each once: contents that differ only in blanks and the order of names are the same."""
    for _, group in groupby(sorted(events, key=_place), _place):
        copies = {(each.type, each.content): each for each in group}
        if len(copies) == 1:
            yield from copies.values()
            continue
        # Parsing contents to compare them is expensive and rarely needed.
        unlike = {(each.canonical(), each.type, each.readable): each for each in copies.values()}
        yield from (unlike[key] for key in sorted(unlike))


def _moment(event: Event) -> tuple[bool, Instant]:
    return event.at is None, event.at or 0


def _place(event: Event) -> tuple[int, str]:
    return _RANKS.get(event.type, _ANY_READY if event.type.endswith(_READY) else _OTHER), event.channel
