"""How long people talked."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from callevents.calls.facts.call import Call
from callevents.calls.facts.legs.leg import Leg
from callevents.calls.facts.lifecycle import Lifecycle
from callevents.calls.facts.spans import OPEN, Span, intersection, seconds, total


def talk_seconds(call: Call, lifecycle: Lifecycle) -> float | None:
    """Return the length of the conversation, holds included; None where an end or a connection is not known."""
    if lifecycle.answer is None or not lifecycle.over or not lifecycle.conversation:
        return None
    if any(leg.connection_unknown for leg in call.parties) or _is_any_open(call, call.parties):
        return None
    return seconds(total(lifecycle.conversation))


def leg_talk_seconds(leg: Leg, call: Call, lifecycle: Lifecycle, talk: float | None) -> float | None:
    """Return the share that *leg* has of the conversation, of which *talk* is the length."""
    if leg is call.customer:
        return talk
    span = leg.connected
    if lifecycle.answer is None or span is None or leg.listens:
        return None
    if call.customer is None and talk is None:
        return None  # with whom it was connected is not known
    if call.customer is not None and _is_any_open(call, [call.customer, leg]):
        return None
    stretches = _stretches(lifecycle.conversation, span)
    return seconds(total([both for each in stretches if (both := intersection(span, each))]))


def _stretches(conversation: Sequence[Span], span: Span) -> Sequence[Span]:
    """Return those of *conversation*, which are in order and do not touch, that *span* may have moments of."""
    first = bisect_right(conversation, (span.start, span.start)) - 1
    last = bisect_right(conversation, (span.end, OPEN))
    return conversation[max(0, first) : last]


def _is_any_open(call: Call, legs: Iterable[Leg]) -> bool:
    """Return whether one of *legs* takes part in the conversation, and its end is not known.

    Such a leg may have ended before anybody else's, so that the length would be a guess.
    """
    customer = call.customer_span
    if customer is not None and customer.end == OPEN:
        return True
    for leg in legs:
        span = leg.connected
        if span and leg.ended_at is None and (customer is None or intersection(customer, span)):
            return True
    return False
