"""From the events of a call to its legs."""

from collections.abc import Sequence
from typing import NamedTuple

from callevents.calls.facts.legs.channels import Groups, read_channels
from callevents.calls.facts.legs.connections import Connections, is_connection_unknown
from callevents.calls.facts.legs.customer import find_customer
from callevents.calls.facts.legs.intervals import read_leg
from callevents.calls.facts.legs.leg import Leg
from callevents.calls.facts.legs.missing_ends import cut_missing_ends
from callevents.calls.facts.legs.sides import find_roles
from callevents.calls.facts.spans import OPEN, Span
from callevents.calls.model import Instant
from callevents.calls.records.event import Event


class Legs(NamedTuple):
    """The legs of a call in the order of events, which of them is the customer's, and since when an end is missing."""

    all: Sequence[Leg]
    customer: Leg | None
    doubtful_since: Instant | None


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
    connections = Connections(events, groups, direction, legs, complete=all_connections)
    customer = find_customer(
        legs, channels, direction, lambda leg: is_connection_unknown(leg, channels[leg.channel], connections)
    )
    name = customer.channel if customer else None
    left_at = customer.end if customer else max((leg.end for leg in legs if leg.release), default=OPEN)
    settled: dict[str, Leg] = {}
    for leg in legs:
        placed = _place(leg, name, direction, started_at)
        unknown = is_connection_unknown(placed, channels[leg.channel], connections, left_at=left_at)
        settled[leg.channel] = placed._replace(connection_unknown=True) if unknown else placed
    customer = None if name is None else settled[name]
    placed_legs, doubtful_since = cut_missing_ends(tuple(settled.values()), customer, groups)
    return Legs(placed_legs, customer, doubtful_since)


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
