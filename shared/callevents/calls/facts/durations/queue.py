"""How long the customer waited in a queue."""

from bisect import bisect_left
from collections.abc import Iterator
from operator import attrgetter
from typing import NamedTuple

from callevents.calls.facts.call import Call
from callevents.calls.facts.conversation import PASSING_ON
from callevents.calls.facts.lifecycle import Lifecycle
from callevents.calls.facts.spans import OPEN, Span, seconds, total
from callevents.calls.model import Instant, Party
from callevents.calls.records.event import Event

_end_of = attrgetter("end")
# Who overflows a queue, or fails to enter it, may never have been in it.
_LEAVING_A_QUEUE = frozenset({"QueueingTimeout", "QueueingCancelled", "Abandoned"})


class Wait(NamedTuple):
    """A stretch in a queue, `OPEN` while it goes on; `counts` is False where it may have ended before its end."""

    span: Span
    counts: bool


def queue_seconds(waits: list[Wait]) -> float | None:
    """Return the sum of the stretches; None if there is none, one is open, or the end of one is not certain."""
    if not waits or any(not wait.counts or wait.span.end == OPEN for wait in waits):
        return None
    return seconds(total(wait.span for wait in waits))


def find_waits(call: Call, lifecycle: Lifecycle, ended_by: Party | None) -> list[Wait]:
    """Return the stretches in a queue in order."""
    if not call.has("Enqueue"):
        return []
    waits: list[Wait] = []
    entered: Event | None = None
    first = min((event.at for event in call.timed("Enqueue") if event.at is not None), default=OPEN)
    for event, kind in _steps(call, lifecycle):
        if kind == "enter":
            entered = entered or event
        elif entered is not None:
            waits.append(_wait(entered, event, kind, call, ended_by))
            entered = None
        elif _shows_wait(event, first, waits[-1].span.end if waits else 0):
            waits.append(Wait(Span(event.at or 0, event.at or 0), counts=False))
    if entered is not None and entered.at is not None:
        waits.append(Wait(Span(entered.at, OPEN), counts=not lifecycle.over))
    conversation = lifecycle.conversation
    counted = [Wait(span, wait.counts) for wait in waits for span in _without_talk(wait.span, conversation)]
    if conversation and conversation[-1].end == OPEN:
        # Whether a colleague is asked for, or the customer waits again, only the end of the talk would tell.
        since = conversation[-1].start
        counted += [
            Wait(Span(start, start), counts=False) for (start, _), _ in waits if start > since + PASSING_ON
        ]
    return counted


def _shows_wait(event: Event, first: Instant, left: Instant) -> bool:
    """Return whether *event* shows a wait of which the Enqueue is missing.

    *first* is the first Enqueue, *left* the end of the last wait: what happens together comes in any order.
    """
    at = event.at or 0
    if event.type == "AssignAgent":  # of several to one wait, all but the first come without an Enqueue
        return at < first - PASSING_ON
    if event.type == "Abandoned" and not (event.text("abandonPhase") or "").lower().startswith("queu"):
        return False
    return event.type in _LEAVING_A_QUEUE and at > left + PASSING_ON


def _wait(entered: Event, left: Event, kind: str, call: Call, ended_by: Party | None) -> Wait:
    start, end = entered.at or 0, left.at or 0
    counts = kind == "leave" or (
        ended_by == "customer"
        and not call.has("VoicemailReady")
        and not any(leg.ended_at is not None and leg.ended_at > start for leg in call.counterparts)
    )
    in_doubt = call.doubtful_since is not None and call.doubtful_since < end
    return Wait(Span(start, end), counts and not in_doubt)


def _without_talk(span: Span, conversation: list[Span]) -> Iterator[Span]:
    """Yield *span* without the conversation: who talks does not wait, even if an agent asks a queue for a colleague.

    But who is passed on to a queue waits from its Enqueue on, which may come before the Released of the agent.
    """
    since = span.start
    for number in range(bisect_left(conversation, since, key=_end_of), len(conversation)):
        talk = conversation[number]
        if talk.start >= span.end:
            break
        if talk.start <= span.start and talk.end < span.start + PASSING_ON:
            continue
        if talk.start > since:
            yield Span(since, talk.start)
        since = talk.end
    if since < span.end or since == span.start:
        yield Span(since, span.end)


def _steps(call: Call, lifecycle: Lifecycle) -> list[tuple[Event, str]]:
    """Return what enters and leaves a queue, in order: "enter", "leave", and "end" for the end of the call."""
    leaving = [type_ for type_ in call.groups if type_.startswith("Queueing") and type_ != "QueueingRerouted"]
    last = min(lifecycle.end, lifecycle.hang_up.end if lifecycle.hang_up else OPEN)
    steps = {event: "enter" for event in call.timed("Enqueue") if event.at is not None and event.at <= last}
    steps |= dict.fromkeys(call.timed("AssignAgent", "Abandoned", *leaving), "leave")
    for leg in call.counterparts:
        steps |= dict.fromkeys(leg.ringings, "leave")
        if leg.side == "outside":
            steps |= dict.fromkeys(leg.dialings, "leave")
        if leg.connection:
            steps[leg.connection] = "leave"
    for ended in (lifecycle.hang_up, call.customer):
        if ended and ended.release:
            steps[ended.release] = "end"
    return [(event, steps[event]) for event in sorted(steps, key=attrgetter("position"))]
