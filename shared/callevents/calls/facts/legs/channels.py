"""The events of each channel of a call."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from callevents.calls.records.event import Event
from callevents.calls.records.event_types import EVENT_TYPES

Groups: TypeAlias = Mapping[str, Sequence[Event]]  # by type


_LEG_CLASSES = frozenset({"agent", "channel", "scenario", "ivr", "supervisor"})
LEG_TYPES = frozenset(known.name for known in EVENT_TYPES.values() if known.class_ in _LEG_CLASSES)
# The agentId of others may be another's: StartMonitor stands on the supervisor's leg and names who is listened to.
_NAMES_AGENT = frozenset(known.name for known in EVENT_TYPES.values() if known.class_ in {"agent", "channel"})


def events_of(groups: Groups, types: Iterable[str]) -> list[Event]:
    """Return the events of *types*, type by type."""
    return [event for type_ in types if type_ in groups for event in groups[type_]]


class ChannelEvents:
    """The events of one channel by type, each in order; `marks` are the values of `scenario` and `callType`.

    `untimed` is whether one of the call may have happened at an unknown moment.
    """

    __slots__ = ("agent", "by_type", "call_type", "first", "marks", "untimed")

    def __init__(self, first: Event, *, untimed: bool) -> None:
        self.first = first
        self.untimed = untimed
        self.by_type: defaultdict[str, list[Event]] = defaultdict(list)
        self.marks: set[str] = set()
        self.call_type: object = None  # of the last event: nearly all have the same
        self.agent: str | None = None

    def timed(self, type_: str) -> Sequence[Event]:
        """Return the events of a type at known moments."""
        events = self.by_type.get(type_, ())
        return [event for event in events if event.at is not None] if self.untimed else events


def read_channels(events: Sequence[Event]) -> dict[str, ChannelEvents]:
    """Return the events of each channel that is a leg, in order of its first event; *events* are in order."""
    channels: dict[str, ChannelEvents] = {}
    untimed = bool(events) and events[-1].at is None
    for event in events:
        name, type_ = event.channel, event.type
        if not name or type_ not in LEG_TYPES:
            continue
        channel = channels.get(name)
        if channel is None:
            channel = channels[name] = ChannelEvents(event, untimed=untimed)
        channel.by_type[type_].append(event)
        fields = event.fields
        call_type = fields.get("callType")
        if call_type != channel.call_type or "scenario" in fields:
            channel.call_type = call_type
            for mark in (call_type, fields.get("scenario")):
                if isinstance(mark, str):
                    channel.marks.add(mark)
        if channel.agent is None and event.agent and type_ in _NAMES_AGENT:
            channel.agent = event.agent
    return channels
