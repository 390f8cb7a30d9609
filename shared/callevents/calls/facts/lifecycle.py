"""How a call went as a whole: whether and when it was answered, ended, and by which hang-up."""

from collections.abc import Iterable
from typing import NamedTuple

from callevents.calls.facts.answer import Answer, find_answer, is_answer_unknown
from callevents.calls.facts.call import Call
from callevents.calls.facts.conversation import find_conversation
from callevents.calls.facts.ending.hang_up import find_hang_up
from callevents.calls.facts.legs.leg import Leg
from callevents.calls.facts.spans import OPEN, Span
from callevents.calls.model import Instant


class Lifecycle(NamedTuple):
    """The course of one call. `hang_up` is the leg whose end ended the call, None while the call is not over.

    It is None, too, where the records leave open whether a leg talked on after it; then it is `outlived`. `ended_at` is
    None where an end is missing, also if the call is `over`. `end` is the customer's, else `ended_at`, and `OPEN` where
    neither is known.
    """

    answer: Answer | None
    answer_unknown: bool
    conversation: list[Span]
    gave_up: bool
    ended_at: Instant | None
    end: Instant
    over: bool
    hang_up: Leg | None
    outlived: Leg | None

    @property
    def hung_up_at(self) -> Instant | None:
        """Return the moment of the hang-up."""
        return self.hang_up.ended_at if self.hang_up else None


def read_lifecycle(call: Call) -> Lifecycle:
    """Return how *call* went."""
    answer = find_answer(call)
    conversation = find_conversation(call)
    gave_up = answer is None and call.has("Abandoned")
    ended_at = _ended_at(call, gave_up=gave_up)
    over = ended_at is not None or _has_customer_left(call) or call.has("CDRReady")
    hang_up = find_hang_up(call, conversation, answered=answer is not None) if over else None
    outlived = None
    if answer and hang_up and _is_outlived(hang_up, call):
        hang_up, outlived = None, hang_up
    if answer and hang_up and not conversation and not call.counterparts and hang_up.end >= answer.at:
        conversation = [Span(answer.at, hang_up.end)]  # a menu or a robot spoke
    return Lifecycle(
        answer=answer,
        answer_unknown=is_answer_unknown(call, answer),
        conversation=conversation,
        gave_up=gave_up,
        ended_at=ended_at,
        end=_end(call, ended_at),
        over=over,
        hang_up=hang_up,
        outlived=outlived,
    )


def _is_outlived(hang_up: Leg, call: Call) -> bool:
    """Return whether a leg may have talked on after the *hang_up* of another than the customer."""
    return hang_up is not call.customer and any(
        leg.connection_unknown and leg.end > hang_up.end for leg in call.counterparts
    )


def _ended_at(call: Call, *, gave_up: bool) -> Instant | None:
    """Return when the last leg ended, None while one is up or may be; of a caller who gave up, when that was."""
    ends = [leg.ended_at for leg in call.legs if leg.ended_at is not None]
    if ends and not _is_customer_open(call) and all(_is_settled(leg, call) for leg in call.legs):
        return max(ends)
    if not gave_up:
        return None
    if call.customer is not None and call.customer.ended_at is not None:
        return call.customer.ended_at
    return max((event.at for event in call.timed("Abandoned") if event.at is not None), default=None)


def _end(call: Call, ended_at: Instant | None) -> Instant:
    if call.customer is not None and call.customer.ended_at is not None:
        return call.customer.ended_at
    return OPEN if ended_at is None else ended_at


def _is_settled(leg: Leg, call: Call) -> bool:
    """Return whether *leg* is known to be down, or need not be."""
    if leg.ended_at is not None or not leg.began:
        return True
    return call.direction.name == "back2back" and leg.only_dialled


def _is_customer_open(call: Call) -> bool:
    """Return whether the end of a caller is missing, who is there before the first event.

    Where nothing tells the direction, any customer who was not called may be one.
    """
    if call.direction.name is None:
        return any(leg.side == "customer" and leg.ended_at is None and not leg.began for leg in call.legs)
    if call.direction.name != "inbound":
        return False
    if call.customer is not None:
        return call.customer.ended_at is None
    return not _any_ended(leg for leg in call.legs if leg.side != "agent")


def _has_customer_left(call: Call) -> bool:
    if call.customer is not None:
        return call.customer.ended_at is not None
    customers = [leg for leg in call.legs if leg.side == "customer"]
    return bool(customers) and all(leg.ended_at is not None for leg in customers)


def _any_ended(legs: Iterable[Leg]) -> bool:
    return any(leg.ended_at is not None for leg in legs)
