"""Which leg's end ended a call."""

from collections.abc import Sequence

from callevents.calls.facts.call import Call
from callevents.calls.facts.conversation import PASSING_ON, Breakup, find_breakup
from callevents.calls.facts.legs.leg import Leg
from callevents.calls.facts.legs.missing_ends import PASSED_ON
from callevents.calls.facts.spans import OPEN, Span
from callevents.calls.model import Instant
from callevents.calls.records.event import Event

_PAIR = 2


def find_hang_up(call: Call, conversation: list[Span], *, answered: bool) -> Leg | None:
    """Return the leg whose end was the hang-up of a call that is over; None where no record shows it."""
    if not answered or not conversation:
        return _find_unanswered(call)
    breakup = find_breakup(call, conversation)
    if breakup is None:
        missing = call.doubtful_since  # the end of the leg that talked last
        passed_on = missing is not None and _is_sent_on(call, missing - 1)
        return _customer_or_last(call) if passed_on else None
    if breakup.leg is not call.customer and _is_passed_on(call, breakup):
        return _customer_or_last(call)
    return None if _waited_on(call, breakup) else breakup.leg


def _waited_on(call: Call, breakup: Breakup) -> bool:
    """Return whether the customer left a queue after a conversation; how they came there is missing."""
    types = [type_ for type_ in call.groups if type_ == "Abandoned" or type_.startswith("Queueing")]
    return any(event.at is not None and event.at > breakup.at + PASSING_ON for event in call.timed(*types))


def _is_sent_on(call: Call, since: Instant) -> bool:
    """Return whether the customer was transferred, queued or sent to a menu that is no survey after *since*."""
    last = _customer_or_last(call)
    until = last.end if last else OPEN
    return any(
        event.at is not None and since < event.at <= until and not is_survey(event)
        for event in call.timed(*PASSED_ON)
    )


def is_survey(event: Event) -> bool:
    """Return whether a customer is sent to the menu of a survey, which is no passing on."""
    return event.type == "Route2IVR" and (event.text("contactFlowType") or "").upper() == "SURVEY_FLOW"


def _is_passed_on(call: Call, breakup: Breakup) -> bool:
    """Return whether the customer was handed to somebody else, or to a queue or menu, at the end of a conversation."""
    if _is_sent_on(call, max(breakup.at - PASSING_ON, breakup.leg.connected_at or 0)):
        return True
    last = _customer_or_last(call)
    until = last.end if last else OPEN
    return any(
        leg.began_at is not None and breakup.at <= leg.began_at <= until
        for leg in call.counterparts
        if leg is not breakup.leg
    )


def _find_unanswered(call: Call) -> Leg | None:
    direction = call.direction.name
    if direction in {"inbound", "predictive"}:
        return _customer_or_last(call)
    if direction == "outbound" and call.customer is not None:
        ends = [leg for leg in (_ended(call.customer), _last_agent(call)) if leg]
        return min(ends, key=lambda leg: leg.left, default=None)
    return _first_to_leave_one(call)


def _customer_or_last(call: Call) -> Leg | None:
    """Return the customer's leg if it ended; where it is not known, the leg that ended last."""
    if call.customer is not None:
        return _ended(call.customer)
    return _last_ended(call.parties)


def _last_agent(call: Call) -> Leg | None:
    """Return the agent's leg whose end left no agent on the call and none to come."""
    agents = [leg for leg in call.agents if leg.began or leg.ended_at is not None]
    last = _last_ended(agents) if all(leg.ended_at is not None for leg in agents) else None
    return None if last is None or last.listens else last


def _first_to_leave_one(call: Call) -> Leg | None:
    """Return the first leg whose end left fewer than two legs that had begun, with none to begin later."""
    legs = [leg for leg in call.parties if leg.began or leg.ended_at is not None]
    if call.direction.name == "back2back":
        legs = [leg for leg in legs if not leg.only_dialled]
    latest = max((leg.began_at for leg in legs if leg.began_at is not None), default=None)
    ended = sorted((leg for leg in legs if leg.ended_at is not None), key=lambda leg: leg.left)
    for left, leg in zip(range(len(legs) - 1, -1, -1), ended, strict=False):
        if left < _PAIR and (latest is None or latest <= leg.end):
            return leg
    return None


def _last_ended(legs: Sequence[Leg]) -> Leg | None:
    return max((leg for leg in legs if leg.ended_at is not None), key=lambda leg: leg.left, default=None)


def _ended(leg: Leg) -> Leg | None:
    return leg if leg.ended_at is not None else None
