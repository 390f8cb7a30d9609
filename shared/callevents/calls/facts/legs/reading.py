"""From the events of a call to its legs."""

from collections.abc import Sequence
from typing import NamedTuple

from callevents.calls.facts.ending.release_reason import denies_connection, is_success
from callevents.calls.facts.legs.channels import ChannelEvents, Groups, read_channels
from callevents.calls.facts.legs.customer import find_customer
from callevents.calls.facts.legs.intervals import has_connection, has_untimed_connection, read_leg
from callevents.calls.facts.legs.leg import Leg
from callevents.calls.facts.legs.sides import find_roles
from callevents.calls.facts.spans import Span
from callevents.calls.model import Instant
from callevents.calls.records.event import Event


class Legs(NamedTuple):
    """The legs of a call in the order of events, and which of them is the customer's."""

    all: tuple[Leg, ...]
    customer: Leg | None


class _Connections(NamedTuple):
    """What the records of a call say about connections as a whole."""

    established: bool  # Established is among the records
    talked: bool  # AgentTalk is
    lost: bool  # one of them cannot be read
    abandoned: int | None  # the position of the first Abandoned


def read_legs(
    events: Sequence[Event],
    groups: Groups,
    direction: str | None,
    started_at: Instant | None,
    *,
    all_connections: bool = False,
) -> Legs:
    """Return the legs of the call that *events*, which are in order, describe; *groups* are the readable ones by type.

    With *all_connections* it is known that no connection is missing from the events.
    """
    channels = read_channels(events)
    roles = find_roles(channels, direction)
    legs = [read_leg(name, role, channels[name]) for name, role in roles.items()]
    customer = find_customer(legs, channels, direction)
    connections = _read_connections(events, groups)
    if all_connections:
        connections = connections._replace(established=True)
    name = customer.channel if customer else None
    settled: dict[str, Leg] = {}
    for leg in legs:
        placed = _place(leg, name, direction, started_at)
        unknown = _is_connection_unknown(placed, channels[leg.channel], connections)
        settled[leg.channel] = placed._replace(connection_unknown=True) if unknown else placed
    return Legs(tuple(settled.values()), None if name is None else settled[name])


def _place(leg: Leg, customer: str | None, direction: str | None, started_at: Instant | None) -> Leg:
    """Return *leg* as the customer's, who as a caller is there from the start, or as an outside party's."""
    if leg.side != "customer":
        return leg
    if customer is not None and leg.channel != customer:
        return leg._replace(agent=None, side="outside")
    if customer is None or direction != "inbound" or started_at is None:
        return leg._replace(agent=None)
    return leg._replace(
        agent=None,
        began_at=started_at,
        connected_at=started_at,
        connected=Span(started_at, leg.end),
        begin=None,
        connection=None,
    )


def _read_connections(events: Sequence[Event], groups: Groups) -> _Connections:
    abandoned = next(iter(groups.get("Abandoned", ())), None)
    return _Connections(
        established="Established" in groups,
        talked="AgentTalk" in groups,
        lost=bool(events) and events[-1].at is None and any(map(_is_lost, events)),
        abandoned=None if abandoned is None or abandoned.at is None else abandoned.position,
    )


def _is_lost(event: Event) -> bool:
    return not event.readable and event.type in {"Established", "AgentTalk"}


def _is_connection_unknown(leg: Leg, events: ChannelEvents, connections: _Connections) -> bool:
    """Return whether *leg* ended and the records do not say whether it was connected."""
    if leg.release is None or leg.connected_at is not None or has_connection(leg, events):
        return False
    if _is_denied(leg, connections):
        return False
    if has_untimed_connection(leg, events) or connections.lost:
        return True
    if not (connections.established or (leg.side == "agent" and connections.talked)):
        return True
    return leg.side in {"customer", "unknown"} and any(map(is_success, leg.releases))


def _is_denied(leg: Leg, connections: _Connections) -> bool:
    """Return whether the records say that *leg* was not connected."""
    customer = leg.side == "customer"
    if leg.ringing_timeouts or any(denies_connection(each, customer=customer) for each in leg.releases):
        return True
    abandoned = connections.abandoned
    return (
        not customer
        and abandoned is not None
        and leg.release is not None
        and abandoned < leg.release.position
    )
