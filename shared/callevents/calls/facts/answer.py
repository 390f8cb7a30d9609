"""When a call was answered, by whom, and whether the records say."""

from collections.abc import Iterable
from typing import NamedTuple

from callevents.calls.facts.call import Call
from callevents.calls.facts.legs.leg import Leg
from callevents.calls.facts.legs.sides import WITH_CUSTOMER
from callevents.calls.facts.spans import OPEN, intersection
from callevents.calls.model import Instant

_PAIR = 2


class Answer(NamedTuple):
    """The moment a call was answered, and the agent who did it where one is known.

    Not `certain` is a moment before which a leg may have answered of which the records do not say if it was connected.
    """

    at: Instant
    by: str | None
    certain: bool = True


def find_answer(call: Call) -> Answer | None:
    """Return when and by whom the call was answered; None where nothing says that it was."""
    answer = _find_first(call)
    if answer is None or not any(_may_precede(leg, answer.at, call) for leg in call.counterparts):
        return answer
    # Who was called is known to have answered, but not with which agent.
    certain = call.direction.name == "outbound" and call.customer is not None
    return answer._replace(by=None, certain=certain)


def _find_first(call: Call) -> Answer | None:
    direction = call.direction.name
    if direction == "inbound":
        return _answer_of_caller(call)
    if call.customer is None:
        return _first_pair(call)
    return (
        _answer_outbound(call, call.customer)
        if direction == "outbound"
        else _answer_predictive(call, call.customer)
    )


def is_answer_unknown(call: Call, answer: Answer | None) -> bool:
    """Return whether the records leave open if the call was answered: a leg that may have been connected could have."""
    if answer is not None:
        return False
    legs = [leg for leg in call.parties if not leg.supervisor]
    if call.direction.name == "inbound":
        return any(leg.connection_unknown for leg in legs if leg is not call.customer)
    if call.customer is not None:
        sides = {"outside"}
        # What a customer who picked up waits for is an agent.
        if call.direction.name == "predictive" and call.customer.connected_at is not None:
            sides.add("agent")
        return any(leg.connection_unknown for leg in legs if leg is call.customer or leg.side in sides)
    unknown = call.direction.name in WITH_CUSTOMER or any(leg.connection_unknown for leg in legs)
    return unknown and sum(leg.connection_unknown or leg.connected_at is not None for leg in legs) >= _PAIR


def _may_precede(leg: Leg, at: Instant, call: Call) -> bool:
    """Return whether *leg* may have been connected with the customer before *at*."""
    if not leg.connection_unknown or leg.supervisor:
        return False
    since = call.customer_span.start if call.customer_span else None
    return (leg.began_at is None or leg.began_at < at) and (since is None or leg.end >= since)


def _answer_of_caller(call: Call) -> Answer | None:
    first = next(iter(_connected(call.counterparts)), None)
    if first is None or first.connected_at is None:
        return None
    if call.customer is not None and first.connected_at > _left_at(call, call.customer):
        return None
    return Answer(first.connected_at, first.agent)


def _left_at(call: Call, customer: Leg) -> Instant:
    """Return when the caller left; where the end of their leg is missing, when they gave up."""
    given_up = [event.at for event in call.timed("Abandoned") if event.at is not None]
    return max(given_up, default=OPEN) if customer.ended_at is None else customer.end


def _answer_outbound(call: Call, customer: Leg) -> Answer | None:
    at = customer.connected_at
    if at is None or (call.agents and all(leg.end < at for leg in call.agents)):
        return None
    return Answer(at, _first_agent(call, at))


def _answer_predictive(call: Call, customer: Leg) -> Answer | None:
    connected = customer.connected
    if connected is None:
        return None
    for agent in _connected(call.agents):
        both = agent.connected and intersection(connected, agent.connected)
        if both:
            # Whose connection came last is who answered: the customer, where the agent was waiting.
            return Answer(both.start, agent.agent if agent.connected_at == both.start else None)
    asked = call.agents or call.has_queue_events or call.has("Abandoned")
    over = customer.ended_at is not None or call.has("CDRReady")
    return Answer(connected.start, None) if over and not asked else None


def _first_pair(call: Call) -> Answer | None:
    """Return the first moment at which two legs that are no supervisors' are connected.

    In a call to a customer, two agents who talk are no answer.
    """
    with_customer = call.direction.name in WITH_CUSTOMER
    up: list[Leg] = []
    for leg in _connected(call.parties):
        at = leg.connected_at or 0
        up = [other for other in up if other.end >= at]
        if up and not (with_customer and all(each.side == "agent" for each in (*up, leg))):
            by = {"internal": _who_rang(up[0], leg), "outbound": _first_agent(call, at)}
            return Answer(at, by.get(call.direction.name or "", leg.agent))
        up.append(leg)
    return None


def _first_agent(call: Call, at: Instant) -> str | None:
    """Return the agent of the first agent's leg that was connected and had not ended before *at*."""
    return next((leg.agent for leg in _connected(call.agents) if leg.end >= at), None)


def _who_rang(one: Leg, other: Leg) -> str | None:
    """Return the agent of the one of two whose phone rang; None where both or none did."""
    rang = [leg for leg in (one, other) if leg.ringing]
    return rang[0].agent if len(rang) == 1 else None


def _connected(legs: Iterable[Leg]) -> list[Leg]:
    """Return the connected ones of *legs*, in order of connection, without supervisors', which never answer."""
    connected = (leg for leg in legs if leg.connected_at is not None and not leg.supervisor)
    return sorted(connected, key=lambda leg: leg.joined)
