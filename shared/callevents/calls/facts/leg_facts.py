"""The legs of a call as facts."""

from callevents.calls.facts.call import Call
from callevents.calls.facts.durations.ring import leg_ring_seconds
from callevents.calls.facts.durations.talk import leg_talk_seconds
from callevents.calls.facts.legs.leg import Leg
from callevents.calls.facts.lifecycle import Lifecycle
from callevents.calls.facts.spans import OPEN
from callevents.calls.model import CallLeg, Instant


def leg_facts(call: Call, lifecycle: Lifecycle, talk: float | None) -> tuple[CallLeg, ...]:
    """Return the legs in order of beginning; *talk* is the length of the whole conversation."""
    return tuple(
        CallLeg(
            side=leg.label,
            agent=leg.agent,
            began_at=leg.began_at,
            connected_at=leg.connected_at,
            ended_at=leg.ended_at,
            ring_seconds=leg_ring_seconds(leg),
            talk_seconds=leg_talk_seconds(leg, call, lifecycle, talk),
        )
        for leg in _in_order_of_beginning(call)
    )


def _in_order_of_beginning(call: Call) -> list[Leg]:
    """Return the legs in order of their beginning, of their first event where that is not known."""

    def place(leg: Leg) -> tuple[Instant, bool, int]:
        event = leg.begin or leg.first
        at = event.at if leg.began_at is None else leg.began_at
        return (OPEN if at is None else at), leg is not call.customer, event.position

    return sorted(call.legs, key=place)
