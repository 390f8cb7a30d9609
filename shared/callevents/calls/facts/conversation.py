"""When the customer was connected with somebody: the conversation."""

from typing import NamedTuple

from callevents.calls.facts.call import Call
from callevents.calls.facts.legs.leg import Leg
from callevents.calls.facts.spans import OPEN, Span, intersection, merge, overlaps
from callevents.calls.model import Instant

PASSING_ON: Instant = 2_000_000_000  # by so much the event of a transfer may come before the agent's Released


class Breakup(NamedTuple):
    """The end of the last stretch of a conversation, and the leg whose end it was."""

    at: int
    leg: Leg


def find_conversation(call: Call) -> list[Span]:
    """Return the stretches in order during which the customer talks with a counterpart.

    In calls without a customer: during which two legs or more are connected that do not only listen. An unknown end is
    `OPEN`.
    """
    customer = call.customer_span
    if customer is None and not _has_customer(call):
        return overlaps(span for leg in call.parties if (span := leg.connected))
    if customer is None:
        return []
    spans = [leg.connected for leg in call.counterparts]
    return merge([both for span in spans if span and (both := intersection(customer, span))])


def find_breakup(call: Call, conversation: list[Span]) -> Breakup | None:
    """Return what ended the last stretch of *conversation*; None while it goes on, or if there is none."""
    if not conversation or conversation[-1].end == OPEN:
        return None
    at = conversation[-1].end
    present = [leg for leg in call.parties if (span := leg.connected) and span.start <= at <= span.end]
    ended = sorted((leg for leg in present if leg.ended_at == at), key=lambda leg: leg.left)
    if not ended:
        return None
    if not _has_customer(call):
        return Breakup(at, ended[max(len(present) - 2, 0)])  # the end that leaves one of them
    others = [leg for leg in ended if leg is not call.customer]
    if call.customer is None or call.customer.ended_at != at:
        return Breakup(at, others[-1])
    # At one moment the customer's end counts only where it comes before that of the last of the others.
    last = others[-1] if others and len(others) == len(present) - 1 else call.customer
    return Breakup(at, min(call.customer, last, key=lambda leg: leg.left))


def _has_customer(call: Call) -> bool:
    return call.customer is not None or call.direction.name == "inbound"
