"""The input of every fact about a call: its events by type, its legs, its direction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from callevents.calls.facts.direction import Direction, read_direction
from callevents.calls.facts.legs.channels import Groups, events_of
from callevents.calls.facts.legs.leg import Leg
from callevents.calls.facts.legs.reading import read_legs
from callevents.calls.facts.spans import OPEN, Span
from callevents.calls.model import Instant
from callevents.calls.records.event import Event
from callevents.calls.records.event_types import EVENT_TYPES

OFF_CALL = frozenset({"AgentCheckIn", "AgentReady", "AgentBreak", "AgentCheckOut"})
_AFTER_CALLS = frozenset({"record", "survey", "campaign"})
_OF_CALL = frozenset(
    known.name
    for known in EVENT_TYPES.values()
    if known.class_ not in _AFTER_CALLS and known.name not in OFF_CALL
)


class Call(NamedTuple):
    """A call read from its events in order; `groups` are the readable ones by type, those without a time last.

    `parties` are the legs that do not only listen. `counterparts` are those but the customer's. `customer_span` is when
    the customer was connected; a caller whose leg is not known, from the start on. From `doubtful_since` on, the end of
    a leg is missing, so that nothing shows whether the customer talked on.
    """

    events: Sequence[Event]
    groups: Groups
    direction: Direction
    started_at: Instant | None
    legs: Sequence[Leg]
    customer: Leg | None
    customer_span: Span | None
    parties: Sequence[Leg]
    counterparts: Sequence[Leg]
    doubtful_since: Instant | None

    def has(self, *types: str) -> bool:
        """Return whether there is an event of one of the *types*, also at an unknown moment."""
        return not self.groups.keys().isdisjoint(types)

    def timed(self, *types: str) -> list[Event]:
        """Return the events of *types* at known moments: in order within a type."""
        groups = self.groups
        return [
            event for type_ in types if type_ in groups for event in groups[type_] if event.at is not None
        ]

    @property
    def agents(self) -> list[Leg]:
        """Return the agents' legs, the supervisors' among them."""
        return [leg for leg in self.legs if leg.side == "agent"]

    @property
    def has_queue_events(self) -> bool:
        """Return whether an event shows waiting for an agent."""
        return self.has("Enqueue", "AssignAgent") or any(
            type_.startswith("Queueing") for type_ in self.groups
        )


class Hints(NamedTuple):
    """The known facts of a call beside its events: its start, whether no connection is missing, what is not listed."""

    started_at: Instant | None = None
    all_connections: bool = False
    hidden: frozenset[Event] = frozenset()


NO_HINTS = Hints()


def read_call(events: Sequence[Event], hints: Hints = NO_HINTS) -> Call:
    """Return the call that *events*, which are in order, describe."""
    direction = read_direction(events)
    started_at = next((event.at for event in events if event.type in _OF_CALL), None)
    if started_at is not None and hints.started_at is not None:
        started_at = min(started_at, hints.started_at)
    groups = _by_type(events)
    legs = read_legs(events, groups, direction.name, started_at, all_connections=hints.all_connections)
    parties = [leg for leg in legs.all if not leg.listens]
    return Call(
        events=events,
        groups=groups,
        direction=direction,
        started_at=started_at,
        legs=legs.all,
        customer=legs.customer,
        customer_span=_customer_span(legs.customer, direction, started_at),
        parties=parties,
        counterparts=[leg for leg in parties if leg is not legs.customer],
        doubtful_since=legs.doubtful_since,
    )


def _customer_span(customer: Leg | None, direction: Direction, started_at: Instant | None) -> Span | None:
    if customer is not None:
        return customer.connected
    if direction.name == "inbound" and started_at is not None:
        return Span(started_at, OPEN)
    return None


def in_order(groups: Groups, types: Iterable[str]) -> list[Event]:
    """Return the events of *types* in order."""
    events = events_of(groups, types)
    if len(events) > 1:
        events.sort(key=attrgetter("position"))
    return events


def _by_type(events: Iterable[Event]) -> Groups:
    groups: defaultdict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event.readable:
            groups[event.type].append(event)
    return groups
