"""Which leg is the customer's, and which are outside parties'."""

from collections.abc import Callable, Mapping, Sequence

from callevents.calls.facts.legs.channels import ChannelEvents
from callevents.calls.facts.legs.leg import Leg
from callevents.calls.facts.legs.sides import CALLER_EVENTS, WITH_CUSTOMER


def find_customer(
    legs: Sequence[Leg],
    channels: Mapping[str, ChannelEvents],
    direction: str | None,
    may_be_connected: Callable[[Leg], bool],
) -> Leg | None:
    """Return the customer's leg; None where no leg is known to be it, and in calls that have no customer.

    *may_be_connected* says whether the records leave open if a leg that ended was connected.
    """
    if direction not in WITH_CUSTOMER:
        return None
    customers = [leg for leg in legs if leg.side == "customer"]
    if not customers:
        return None
    return _caller(customers, channels) if direction == "inbound" else _called(customers, may_be_connected)


def _caller(customers: Sequence[Leg], channels: Mapping[str, ChannelEvents]) -> Leg:
    if len(customers) == 1:
        return customers[0]
    routed = [
        (min(event.position for event in events), leg)
        for leg in customers
        if (
            events := [
                each for type_ in CALLER_EVENTS for each in channels[leg.channel].by_type.get(type_, ())
            ]
        )
    ]
    if routed:
        return min(routed, key=lambda found: found[0])[1]
    return next((leg for leg in customers if not leg.began), customers[0])


def _called(customers: Sequence[Leg], may_be_connected: Callable[[Leg], bool]) -> Leg:
    if len(customers) == 1:
        return customers[0]
    connected = [leg for leg in customers if leg.connected_at is not None]
    if not connected:
        return next((leg for leg in customers if leg.ended_at is None), customers[0])
    first = min(connected, key=lambda leg: leg.joined)
    # Who was called earlier may have answered, and the other may be the outside party that was called for them.
    earlier = (leg for leg in customers if _precedes(leg, first) and may_be_connected(leg))
    return next(earlier, first)


def _precedes(leg: Leg, connected: Leg) -> bool:
    return leg.connection is None and leg.first.position < connected.joined[1]
