"""How long people talked."""

from collections.abc import Iterable, Sequence

from callevents.calls.facts.call import Call
from callevents.calls.facts.legs.leg import Leg
from callevents.calls.facts.lifecycle import Lifecycle
from callevents.calls.facts.spans import OPEN, Span, seconds, total


def talk_seconds(call: Call, lifecycle: Lifecycle) -> float | None:
    """Return the length of the conversation, holds included; None where an end or a connection is not known."""
    if lifecycle.answer is None or not lifecycle.over or not lifecycle.conversation:
        return None
    if any(leg.connection_untold for leg in call.parties) or _any_open(call, call.parties):
        return None
    return seconds(total(lifecycle.conversation))


def leg_talk_seconds(leg: Leg, call: Call, lifecycle: Lifecycle, talk: float | None) -> float | None:
    """Return the share that *leg* has of the conversation, of which *talk* is the length."""
    if leg is call.customer:
        return talk
    span = leg.connected
    if lifecycle.answer is None or span is None or leg.listens:
        return None
    others = call.parties if call.customer is None else [call.customer]
    if span.end == OPEN or _any_open(call, others):
        return None
    return seconds(_overlap(span, lifecycle.conversation))


def _any_open(call: Call, legs: Iterable[Leg]) -> bool:
    """Return whether the end of a connected leg, or of a caller whose leg is not known, is missing."""
    if call.customer is None and call.direction.name == "inbound":
        return True
    return any(leg.connected_at is not None and leg.ended_at is None for leg in legs)


def _overlap(span: Span, conversation: Sequence[Span]) -> int:
    return sum(max(0, min(span.end, each.end) - max(span.start, each.start)) for each in conversation)
