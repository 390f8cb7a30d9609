"""Who ended a call, and why: `releaseInitiator` and `releaseReason` of the hang-up."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from callevents.calls.facts.call import Call
from callevents.calls.facts.conversation import PASSING_ON
from callevents.calls.facts.durations.hold import Holds
from callevents.calls.facts.ending.hang_up import is_survey
from callevents.calls.facts.ending.initiator import party_of, plain
from callevents.calls.facts.ending.release_reason import Reason, reason_of
from callevents.calls.facts.legs.leg import Leg
from callevents.calls.facts.lifecycle import Lifecycle
from callevents.calls.facts.spans import OPEN
from callevents.calls.model import Party
from callevents.calls.records.event import Event

T = TypeVar("T")


class Cause(NamedTuple):
    """The side that ended a call, the SIP status and the words beside it; None where the records do not say."""

    party: Party | None
    code: int | None
    text: str | None


def find_cause(
    call: Call, lifecycle: Lifecycle, holds: Holds, agents: Iterable[str], instance_id: str
) -> Cause:
    """Return why a call ended; *agents* are all agents of the call. Nothing while it is not over."""
    if not lifecycle.over:
        return Cause(None, None, None)
    agents = frozenset(map(plain, agents))
    if lifecycle.answer_unknown or lifecycle.outlived:
        # Which end was the hang-up is not known either, so what all of them say is all there is.
        ends = [leg for leg in call.parties if leg.side == "customer" or leg.connection_unknown]
        cause = _cause_of(ends, call, agents, instance_id)
        also = lifecycle.outlived or _last_counterpart(call)
        if also:
            objected = _cause_of([*ends, also], call, agents, instance_id)
            cause = Cause(
                _same(cause.party, objected.party),
                _same(cause.code, objected.code),
                _same(cause.text, objected.text),
            )
    else:
        ends = [lifecycle.hang_up] if lifecycle.hang_up else []
        if call.customer and _has_stayed(call, lifecycle, holds):
            ends.append(call.customer)
        cause = _cause_of(ends, call, agents, instance_id)
    return cause._replace(party="customer") if lifecycle.gave_up else cause


def _has_stayed(call: Call, lifecycle: Lifecycle, holds: Holds) -> bool:
    """Return whether the customer stayed on after the hang-up of another, and nothing says where.

    Where that was to be passed on, which is what is missing, the end of the customer is the hang-up.
    """
    at = lifecycle.hung_up_at
    if lifecycle.answer is None or at is None or lifecycle.end == OPEN or lifecycle.end <= at + PASSING_ON:
        return False
    if holds.spans and holds.spans[-1].end >= at:
        return False
    surveys = [
        *call.timed("SatisfactionSurveyOffer", "SatisfactionSurveyResponse"),
        *filter(is_survey, call.timed("Route2IVR")),
    ]
    return not any(at - PASSING_ON < (event.at or 0) <= lifecycle.end for event in surveys)


def _last_counterpart(call: Call) -> Leg | None:
    """Return the counterpart's leg that ended last of those that were, or may have been, connected."""
    ended = [leg for leg in call.counterparts if leg.release and (leg.connected or leg.connection_unknown)]
    return max(ended, key=lambda leg: leg.left, default=None)


def _cause_of(ends: list[Leg], call: Call, agents: frozenset[str], instance_id: str) -> Cause:
    """Return what all the *ends* that say something agree on."""
    initiators = [initiator for leg in ends if (initiator := _first(leg, _initiator))]
    reasons = [reason for leg in ends if (reason := _first(leg, _reason))]
    party = _agreed([party_of(initiator, call.direction, agents, instance_id) for initiator in initiators])
    codes = [code for code, _ in reasons if code is not None]
    code = _agreed(codes)
    # Words stand beside a code: where the codes differ, the words are those of one of several reasons.
    text = None if codes and code is None else _agreed([text for _, text in reasons if text is not None])
    return Cause(party, code, text)


def _first(leg: Leg, read: Callable[[Event], T | None]) -> T | None:
    """Return the first value that the Released of *leg* at the moment of its end have."""
    if leg.release is None:
        return None
    if len(leg.releases) == 1:
        return read(leg.release)
    at_end = [event for event in leg.releases if event.at == leg.ended_at] or [leg.release]
    return next((value for event in at_end if (value := read(event)) is not None), None)


def _initiator(event: Event) -> str | None:
    return event.text("releaseInitiator")


def _reason(event: Event) -> Reason | None:
    reason = reason_of(event)
    return None if reason == (None, None) else reason


def _same(value: T | None, other: T | None) -> T | None:
    return value if value == other else None


def _agreed(values: list[T]) -> T | None:
    return values[0] if values and values.count(values[0]) == len(values) else None
