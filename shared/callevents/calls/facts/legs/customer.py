"""Which leg is the customer's, and which are outside parties'."""

from collections.abc import Mapping, Sequence

from callevents.calls.facts.legs.channels import ChannelEvents
from callevents.calls.facts.legs.leg import Leg
from callevents.calls.facts.legs.sides import CALLER_EVENTS, WITH_CUSTOMER


def find_customer(
    legs: Sequence[Leg], channels: Mapping[str, ChannelEvents], direction: str | None
) -> Leg | None:
    """Return the customer's leg; None where no leg is known to be it, and in calls that have no customer."""
    if direction not in WITH_CUSTOMER:
        return None
    customers = [leg for leg in legs if leg.side == "customer"]
    if not customers:
        return None
    return _caller(customers, channels) if direction == "inbound" else _called(customers)


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


def _called(customers: Sequence[Leg]) -> Leg:
    if len(customers) == 1:
        return customers[0]
    connected = [leg for leg in customers if leg.connected_at is not None]
    if connected:
        return min(connected, key=lambda leg: leg.joined)
    return next((leg for leg in customers if leg.ended_at is None), customers[0])
