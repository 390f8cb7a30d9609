"""How long the customer waited in a queue."""

from collections.abc import Iterator
from typing import NamedTuple

from callevents.calls.facts.call import Call
from callevents.calls.facts.lifecycle import Lifecycle
from callevents.calls.facts.spans import OPEN, Span, seconds, total
from callevents.calls.model import Party
from callevents.calls.records.event import Event


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
    waits: list[Wait] = []
    entered: Event | None = None
    for event, kind in _steps(call, lifecycle):
        if kind == "enter":
            entered = entered or event
        elif entered is not None:
            waits.append(_wait(entered, event, kind, call, ended_by))
            entered = None
    if entered is not None and entered.at is not None:
        waits.append(Wait(Span(entered.at, OPEN), counts=not lifecycle.over))
    return waits


def _wait(entered: Event, left: Event, kind: str, call: Call, ended_by: Party | None) -> Wait:
    start, end = entered.at or 0, left.at or 0
    counts = kind == "leave" or (
        ended_by == "customer"
        and not call.has("VoicemailReady")
        and not any(leg.ended_at is not None and leg.ended_at > start for leg in call.counterparts)
    )
    return Wait(Span(start, end), counts)


def _steps(call: Call, lifecycle: Lifecycle) -> Iterator[tuple[Event, str]]:
    """Yield what enters and leaves a queue, in order: "enter", "leave", and "end" for the end of the call."""
    leaving = {type_ for type_ in call.groups if type_.startswith("Queueing") and type_ != "QueueingRerouted"}
    steps = [(event, "enter") for event in call.timed("Enqueue")]
    steps += [(event, "leave") for event in call.timed("AssignAgent", "Abandoned", *sorted(leaving))]
    for leg in call.counterparts:
        picked_up = (leg.ringing, leg.connection, leg.dialing if leg.side == "outside" else None)
        steps += [(event, "leave") for event in picked_up if event]
    steps += [(leg.release, "end") for leg in (lifecycle.hang_up, call.customer) if leg and leg.release]
    yield from sorted(steps, key=lambda step: (step[0].position, step[1] == "end"))
