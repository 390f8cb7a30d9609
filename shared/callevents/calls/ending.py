"""When a call was answered, when it ended, and which Released was the hang-up."""

from collections.abc import Sequence
from typing import NamedTuple

from callevents.calls.call import Call
from callevents.calls.event import Event
from callevents.calls.legs import CallLeg
from callevents.calls.model import Instant

_MORE_TO_COME = ("BlindTransfer", "AttendedTransfer", "Enqueue", "AssignAgent")
_BOTH = 2


class Answer(NamedTuple):
    """The moment a call was answered, and the agent who did it if one did."""

    at: Instant
    by: str | None


class HangUp(NamedTuple):
    """The Released that ended the conversation (an AgentRelease where the agent's Released is missing)."""

    at: Instant
    event: Event


def answer_of(call: Call) -> Answer | None:
    """Return when and by whom the call was answered, None if nothing says that it was."""
    customers = _established(call.customers)
    agents = _established(call.agents)
    known = bool(call.customers)
    if call.direction == "inbound":
        return _answer(agents[0]) if agents else None
    if call.direction == "outbound" and known:
        answer = _answer(customers[0]) if customers else None
    elif call.direction == "predictive" and known:
        if not call.agents and not call.has("Enqueue", "AssignAgent"):
            return _answer(customers[0]) if customers else None
        return max((_answer(agents[0]), _answer(customers[0])), key=_moment) if customers and agents else None
    else:
        both = _established([leg for leg in call.legs.values() if not leg.supervisor])[:_BOTH]
        answer = _answer(both[1]) if len(both) == _BOTH else None
    if answer and call.direction == "outbound":
        return Answer(answer.at, agents[0][1].agent if agents else None)
    return answer


def gave_up(call: Call, answer: Answer | None) -> bool:
    """Say whether the caller gave up: abandoned, and the call was not answered."""
    return answer is None and call.has("Abandoned")


def ended_at(call: Call, answer: Answer | None) -> Instant | None:
    """Return when the last leg ended, None while one is up or may be."""
    legs = [leg for leg in call.legs.values() if _must_end(leg, call)]
    ends = [leg.released_at for leg in legs if leg.released_at is not None]
    if ends and len(ends) == len(legs) and not _customer_is_missing(call):
        return max(ends)
    if not gave_up(call, answer):
        return None
    hung_up = [leg.released_at for leg in call.customers if leg.released_at is not None]
    return max(hung_up) if hung_up else min(call.at("Abandoned"), default=None)


def is_over(call: Call, ended: Instant | None) -> bool:
    """Say whether nothing more can be said on the call."""
    return ended is not None or call.has("CDRReady") or _all_released(call.customers)


def hang_up_of(call: Call, answer: Answer | None) -> HangUp | None:
    """Return the hang-up of a call that is over, None where no record of it is there."""
    customers = call.customers
    no_agent = answer is None and call.direction in {"inbound", "predictive"}
    if not customers or call.direction == "back2back":
        return _first_to_leave_one(call, without_agents=no_agent)
    customer = _last(customers) if _all_released(customers) else None
    if no_agent:
        return customer
    agent = _last_agent(call)
    return agent if agent and (customer is None or agent.at < customer.at) else customer


def _established(legs: Sequence[CallLeg]) -> list[tuple[Instant, CallLeg]]:
    found = [(leg.established_at, leg) for leg in legs if leg.established_at is not None]
    return sorted(found, key=lambda each: (each[0], each[1].channel))


def _answer(established: tuple[Instant, CallLeg]) -> Answer:
    return Answer(established[0], established[1].agent)


def _moment(answer: Answer) -> Instant:
    return answer.at


def _only_dialled(leg: CallLeg) -> bool:
    return not leg.reached and leg.released is None


def _must_end(leg: CallLeg, call: Call) -> bool:
    if call.direction == "back2back" and _only_dialled(leg):
        return False
    return leg.counts or (call.direction == "inbound" and leg.side == "customer")


def _customer_is_missing(call: Call) -> bool:
    """Say whether an inbound call lacks what must be the customer's leg, which is up before the first event."""
    if call.direction != "inbound" or call.customers:
        return False
    return not any(leg.side == "unknown" and leg.released for leg in call.legs.values())


def _all_released(legs: Sequence[CallLeg]) -> bool:
    return bool(legs) and all(leg.released is not None for leg in legs)


def _last(legs: Sequence[CallLeg]) -> HangUp | None:
    """Return the last Released of *legs*."""
    ends = [(leg.released_at, leg.channel, leg.released) for leg in legs]
    hang_ups = [(at, channel, event) for at, channel, event in ends if at is not None and event is not None]
    if not hang_ups:
        return None
    at, _, event = max(hang_ups, key=lambda each: each[:2])
    return HangUp(at, event)


def _last_agent(call: Call) -> HangUp | None:
    """Return the agent's Released that left no agent on the call and none to come."""
    agents = [leg for leg in call.legs.values() if leg.side == "agent" and not leg.listens and leg.counts]
    last = _last(agents) if _all_released(agents) else None
    if last is None or any(at > last.at for at in call.at(*_MORE_TO_COME)):
        return None
    return last


def _first_to_leave_one(call: Call, *, without_agents: bool) -> HangUp | None:
    """Return the first Released that left fewer than two legs and none to come."""
    legs = [leg for leg in call.legs.values() if leg.counts and not leg.listens]
    if call.direction == "back2back":
        legs = [leg for leg in legs if not _only_dialled(leg)]
    opened = [leg.opened_at for leg in legs]
    latest = max([*(at for at in opened if at is not None), *call.at(*_MORE_TO_COME)], default=None)
    up = len(legs)
    ended = [(leg.released_at, leg.channel, leg) for leg in legs if leg.released_at is not None]
    for at, _, leg in sorted(ended, key=lambda each: each[:2]):
        up -= 1
        if up >= _BOTH or (latest is not None and latest > at):
            continue
        if leg.released is not None and not (without_agents and leg.side == "agent"):
            return HangUp(at, leg.released)
    return None
