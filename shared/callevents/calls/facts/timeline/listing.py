"""The events of a call as a reader sees them, in order."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from callevents.calls.facts.legs.leg import Leg
from callevents.calls.facts.legs.sides import side_of
from callevents.calls.facts.timeline.details import UNREADABLE, detail_of
from callevents.calls.model import Phrase, Side, TimelineEvent
from callevents.calls.records.event import Event
from callevents.calls.records.event_types import LABELS
from callevents.i18n import N_

_NEW = partial(tuple.__new__, TimelineEvent)  # made of its values without a step in Python
_TARGETS = {
    "Held": "heldChannelId",
    "Retrieved": "retrievedChannelId",
    "Muted": "mutedChannelId",
    "Unmuted": "unmutedChannelId",
}
_LEGS: Mapping[Side, tuple[Phrase, ...]] = {
    "customer": (Phrase(N_("customer's leg")),),
    "agent": (Phrase(N_("agent's leg")),),
    "supervisor": (Phrase(N_("supervisor's leg")),),
    "outside": (Phrase(N_("outside party's leg")),),
    "unknown": (),
}


class _Sides(dict[str, Side]):
    """Whose leg each channel is; of one that is no leg of the call, what its name shows."""

    def __missing__(self, channel: str) -> Side:
        side = self[channel] = side_of(channel)
        return side


def timeline_of(events: Sequence[Event], legs: Iterable[Leg]) -> tuple[TimelineEvent, ...]:
    """Return *events*, which are in order, with label, leg, agent and detail each."""
    sides = _Sides({leg.channel: leg.label for leg in legs})
    rows = [
        (
            event.at,
            event.type,
            LABELS[event.type],
            sides[event.channel] if event.channel else None,
            event.agent,
            _whose_leg(event, sides) if event.type in _TARGETS else detail_of(event),
        )
        for event in events
    ]
    return tuple(map(_NEW, rows))


def _whose_leg(event: Event, sides: Mapping[str, Side]) -> tuple[Phrase, ...]:
    """Return the detail of a hold: whose leg was held, as the channel's name would show numbers."""
    held = _TARGETS[event.type]
    if held not in event.fields:  # nearly always
        return () if event.readable else (UNREADABLE,)
    channel = event.text(held)
    return () if channel is None else _LEGS[sides[channel]]
