"""How long the phone rang that decides: the customer's on calls out, else the first counterpart's."""

from callevents.calls.facts.call import Call
from callevents.calls.facts.conversation import PASSING_ON
from callevents.calls.facts.legs.leg import Leg
from callevents.calls.facts.lifecycle import Lifecycle
from callevents.calls.facts.spans import seconds_between
from callevents.calls.model import Instant


def ring_seconds(call: Call, lifecycle: Lifecycle) -> float | None:
    """Return how long it rang; None where nothing rang, it rings still, or the records do not say."""
    direction = call.direction.name
    if direction in {"outbound", "predictive"}:
        return _customer_rang(call.customer, lifecycle) if call.customer else None
    return _counterpart_rang(call, lifecycle) if direction in {"inbound", "internal"} else None


def leg_ring_seconds(leg: Leg) -> float | None:
    """Return how long the phone of *leg* rang."""
    if leg.connection_unknown or leg.ringing is None:
        return None
    return seconds_between(leg.ringing.at, leg.ended_at if leg.connected_at is None else leg.connected_at)


def _customer_rang(customer: Leg, lifecycle: Lifecycle) -> float | None:
    if (customer.connected_at is None and lifecycle.answer_unknown) or _is_after_end(customer, lifecycle):
        return None
    return leg_ring_seconds(customer)


def _counterpart_rang(call: Call, lifecycle: Lifecycle) -> float | None:
    leg = _first_to_ring(call, "agent") or _first_to_ring(call, "outside")
    since = leg.ringing.at if leg and leg.ringing else None
    if leg is None or since is None or leg.connection_unknown or _is_after_end(leg, lifecycle):
        return None
    closed = _earliest(
        since,
        lifecycle.answer.at if lifecycle.answer else None,
        leg.connected_at,
        *(event.at for event in leg.ringing_timeouts),
        *(event.at for event in call.timed("Abandoned")),
    )
    ended = _earliest(since, leg.ended_at, call.customer.ended_at if call.customer else None)
    if ended is not None and (closed is None or ended < closed):
        return None if _is_anything_unknown(lifecycle) else seconds_between(since, ended)
    return None if closed is None or _was_left(leg, closed, call) else seconds_between(since, closed)


def _was_left(leg: Leg, closed: Instant, call: Call) -> bool:
    """Return whether the caller was sent to a queue before *closed*, while *leg*, of which no end is known, rang."""
    since = leg.ringing.at if leg.ringing else None
    if since is None or leg.release or leg.connection or leg.ringing_timeouts:
        return False
    since += PASSING_ON
    return any(event.at is not None and since < event.at < closed for event in call.timed("Enqueue"))


def _is_anything_unknown(lifecycle: Lifecycle) -> bool:
    """Return whether a leg may have answered of which the records do not say if it was connected."""
    return lifecycle.answer_unknown or (lifecycle.answer is not None and not lifecycle.answer.certain)


def _is_after_end(leg: Leg, lifecycle: Lifecycle) -> bool:
    """Return whether *leg* rang only when the call had ended."""
    return leg.ringing is not None and leg.ringing.at is not None and leg.ringing.at > lifecycle.end


def _first_to_ring(call: Call, side: str) -> Leg | None:
    rang = [(leg.ringing.position, leg) for leg in call.counterparts if leg.ringing and leg.side == side]
    return min(rang, key=lambda found: found[0])[1] if rang else None


def _earliest(since: Instant, *moments: Instant | None) -> Instant | None:
    return min((at for at in moments if at is not None and at >= since), default=None)
