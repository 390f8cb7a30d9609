"""When a call was answered, when it ended, and which Released was the hang-up."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from callevents.calls.facts.call import Call
from callevents.calls.facts.legs import CallLeg, Moment
from callevents.calls.model import Instant

_MORE_TO_COME = ("BlindTransfer", "AttendedTransfer", "Enqueue", "AssignAgent")
_BOTH = 2


class Answer(NamedTuple):
    """The moment a call was answered, and the agent who did it if one did."""

    at: Instant
    by: str | None


def answer_of(call: Call) -> Answer | None:
    """Return when and by whom the call was answered, None if nothing says that it was."""
    customers = _established(call.customers)
    agents = _established(call.agents)
    if call.direction == "inbound":
        return _answer(agents[:1])
    if call.direction == "predictive" and call.customers:
        if not call.agents and not call.has("Enqueue", "AssignAgent"):
            return _answer(customers[:1])
        # At the same moment it was the agent who answered.
        return _answer(sorted([customers[0], agents[0]], key=_at)[1:]) if customers and agents else None
    if call.direction == "outbound" and call.customers:
        answer = _answer(customers[:1])
    else:
        answer = _answer(_established([leg for leg in call.legs.values() if not leg.supervisor])[1:2])
    if answer and call.direction == "outbound":
        return Answer(answer.at, agents[0][1].agent if agents else None)
    return answer


def gave_up(call: Call, answer: Answer | None) -> bool:
    """Say whether the caller gave up: abandoned, and the call was not answered."""
    return answer is None and call.has("Abandoned")


def ended_at(call: Call, answer: Answer | None) -> Instant | None:
    """Return when the last leg ended, None while one is up or may be."""
    legs = [leg for leg in call.legs.values() if _must_end(leg, call)]
    ends = [leg.released.at for leg in legs if leg.released]
    if ends and len(ends) == len(legs) and not _customer_is_missing(call):
        return max(ends)
    if not gave_up(call, answer):
        return None
    hung_up = [leg.released.at for leg in call.customers if leg.released]
    return max(hung_up) if hung_up else min(call.at("Abandoned"), default=None)


def is_over(call: Call, ended: Instant | None) -> bool:
    """Say whether nothing more can be said on the call."""
    return ended is not None or call.has("CDRReady") or _all_released(call.customers)


def hang_up_of(call: Call, answer: Answer | None) -> Moment | None:
    """Return the Released that ended the conversation on a call that is over (or the AgentRelease that stands for it).

    None where no record of it is there.
    """
    customers = call.customers
    no_agent = answer is None and call.direction in {"inbound", "predictive"}
    if not customers or call.direction == "back2back":
        return _first_to_leave_one(call, without_agents=no_agent)
    customer = _last(customers) if _all_released(customers) else None
    if no_agent:
        return customer
    agent = _last_agent(call)
    return agent if agent and (customer is None or agent.at < customer.at) else customer


def _established(legs: Iterable[CallLeg]) -> list[tuple[Moment, CallLeg]]:
    """Return when each of *legs* was connected, the first first."""
    return sorted(((leg.established, leg) for leg in legs if leg.established), key=_moment)


def _moment(established: tuple[Moment, CallLeg]) -> Moment:
    return established[0]


def _at(established: tuple[Moment, CallLeg]) -> Instant:
    return established[0].at


def _answer(established: Sequence[tuple[Moment, CallLeg]]) -> Answer | None:
    return Answer(established[0][0].at, established[0][1].agent) if established else None


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


def _last(legs: Iterable[CallLeg]) -> Moment | None:
    """Return the last Released of *legs*."""
    return max((leg.released for leg in legs if leg.released), default=None)


def _last_agent(call: Call) -> Moment | None:
    """Return the agent's Released that left no agent on the call and none to come."""
    agents = [leg for leg in call.legs.values() if leg.side == "agent" and not leg.listens and leg.counts]
    last = _last(agents) if _all_released(agents) else None
    if last is None or any(at > last.at for at in call.at(*_MORE_TO_COME)):
        return None
    return last


def _first_to_leave_one(call: Call, *, without_agents: bool) -> Moment | None:
    """Return the first Released that left fewer than two legs and none to come."""
    legs = [leg for leg in call.legs.values() if leg.counts and not leg.listens]
    if call.direction == "back2back":
        legs = [leg for leg in legs if not _only_dialled(leg)]
    opened = [leg.opened_at for leg in legs]
    latest = max([*(at for at in opened if at is not None), *call.at(*_MORE_TO_COME)], default=None)
    ended = sorted((leg.released, leg.side) for leg in legs if leg.released)
    for up, (moment, side) in zip(range(len(legs) - 1, -1, -1), ended, strict=False):
        if (
            up < _BOTH
            and (latest is None or latest <= moment.at)
            and not (without_agents and side == "agent")
        ):
            return moment
    return None
