"""The events of a call as a reader sees them, in order."""

from collections.abc import Mapping, Sequence

from callevents.calls.catalogue import label_of
from callevents.calls.detail import UNREADABLE, detail_of
from callevents.calls.event import Event
from callevents.calls.legs import CallLeg, side_of
from callevents.calls.model import Leg, Phrase, TimelineEvent
from callevents.marking import N_

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
    "unknown": (),
}


def timeline_of(events: Sequence[Event], legs: Mapping[str, CallLeg]) -> tuple[TimelineEvent, ...]:
    """Return *events*, which are in order, with label, leg, agent and detail each."""
    labels: dict[str, Leg] = {channel: leg.label for channel, leg in legs.items()}
    names = {type_: label_of(type_) for type_ in {event.type for event in events}}
    return tuple(
        TimelineEvent(
            event.at,
            event.type,
            names[event.type],
            (labels.get(event.channel) or side_of(event.channel)) if event.channel else None,
            event.text("agentId"),
            _on_leg(event, labels) if event.type in _TOLD else detail_of(event),
        )
        for event in events
    )


def _on_leg(event: Event, labels: Mapping[str, Leg]) -> tuple[Phrase, ...]:
    """Return whose leg was held or muted: its channel's name would tell numbers."""
    if not event.readable:
        return (UNREADABLE,)
    channel = event.text(_TOLD[event.type])
    return () if channel is None else _LEGS[labels.get(channel) or side_of(channel)]
