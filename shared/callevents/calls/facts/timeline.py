"""The events of a call as a reader sees them, in order."""

from collections.abc import Mapping, Sequence
from functools import partial

from callevents.calls.facts.event_details import UNREADABLE, detail_of
from callevents.calls.facts.legs import CallLeg, side_of
from callevents.calls.model import Phrase, TimelineEvent
from callevents.calls.model import Side as Leg
from callevents.calls.records.event import Event
from callevents.calls.records.event_types import label_of
from callevents.i18n import N_

_NEW = partial(tuple.__new__, TimelineEvent)  # made of its values without a step in Python
_TOLD = {
    "Held": "heldChannelId",
    "Retrieved": "retrievedChannelId",
    "Muted": "mutedChannelId",
    "Unmuted": "unmutedChannelId",
}
_LEGS: Mapping[Leg, tuple[Phrase, ...]] = {
    "customer": (Phrase(N_("customer's leg")),),
    "agent": (Phrase(N_("agent's leg")),),
    "supervisor": (Phrase(N_("supervisor's leg")),),
    "outside": (),
    "unknown": (),
}


def timeline_of(events: Sequence[Event], legs: Mapping[str, CallLeg]) -> tuple[TimelineEvent, ...]:
    """Return *events*, which are in order, with label, leg, agent and detail each."""
    sides: dict[str, Leg | None] = {
        channel: side_of(channel) for channel in {event.channel for event in events}
    }
    sides |= {channel: leg.label for channel, leg in legs.items()}
    sides[""] = None
    names = {type_: label_of(type_) for type_ in {event.type for event in events}}
    rows = [
        (event.at, event.type, names[event.type], sides[event.channel], event.agent, _detail(event, sides))
        for event in events
    ]
    return tuple(map(_NEW, rows))


def _detail(event: Event, sides: Mapping[str, Leg | None]) -> tuple[Phrase, ...]:
    """Return the detail of an event: of a hold, whose leg was held, as the channel's name would tell numbers."""
    held = _TOLD.get(event.type)
    if held is None:
        return detail_of(event)
    if held not in event.fields:  # nearly always
        return () if event.readable else (UNREADABLE,)
    channel = event.text(held)
    return () if channel is None else _LEGS[sides.get(channel) or side_of(channel)]
