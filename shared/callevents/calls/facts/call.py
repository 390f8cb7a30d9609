"""What the facts of a call are read from: its events by type, its legs, its direction and its numbers."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from callevents.calls.facts.legs import CallLeg, Groups, legs_of
from callevents.calls.model import Instant
from callevents.calls.records.event import Event

_DIRECTIONS = frozenset({"INBOUND", "OUTBOUND", "INTERNAL", "BACK2BACK", "PREDICTIVE", "CONFERENCE"})
_PARTS_OF_CALLS = frozenset({"CONSULTANT", "MONITOR", "COACH", "BARGE", "INTERCEPT"})


class Call(NamedTuple):
    """A call read from its events in order; `groups` are the events by type, those without a time last."""

    events: Sequence[Event]
    groups: Groups
    legs: dict[str, CallLeg]
    direction: str | None
    caller: str | None
    callee: str | None
    media: str | None

    def has(self, *types: str) -> bool:
        """Say whether there is an event of one of the *types*, also at an unknown moment."""
        return any(type_ in self.groups for type_ in types)

    def at(self, *types: str) -> list[Instant]:
        """Return the known moments of the events of *types*: in order within a type."""
        return [event.at for type_ in types for event in self.groups.get(type_, ()) if event.at is not None]

    @property
    def customers(self) -> list[CallLeg]:
        """Return the legs known to be a customer's."""
        return [leg for leg in self.legs.values() if leg.side == "customer"]

    @property
    def agents(self) -> list[CallLeg]:
        """Return the agents' legs without the supervisors'."""
        return [leg for leg in self.legs.values() if leg.side == "agent" and not leg.supervisor]


def read_call(events: Sequence[Event]) -> Call:
    """Return the call that *events*, which are in order, tell about."""
    groups: dict[str, list[Event]] = {}
    for event in events:
        if event.readable:
            if event.type in groups:
                groups[event.type].append(event)
            else:
                groups[event.type] = [event]
    call_type = _call_type(events)
    direction = call_type.lower() if call_type else None
    first = {name: _first(events, name, call_type) for name in ("caller", "callee", "mediaType")}
    media = first["mediaType"]
    return Call(
        events=events,
        groups=groups,
        legs=legs_of(groups, direction),
        direction=direction,
        caller=first["caller"],
        callee=first["callee"],
        media=media.lower() if media else None,
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
