"""What became of a call, in one word."""

from collections.abc import Iterator

from callevents.calls.facts.call import Call, in_order
from callevents.calls.facts.ending.release_reason import first_failure, is_success
from callevents.calls.facts.legs.channels import LEG_TYPES
from callevents.calls.facts.lifecycle import Lifecycle
from callevents.calls.model import Outcome
from callevents.calls.records.event import Event
from callevents.calls.records.event_types import EVENT_TYPES

_WITHOUT_CHANNEL = frozenset(
    known.name for known in EVENT_TYPES.values() if known.class_ in {"scenario", "ivr"}
)
_PHASES: tuple[tuple[str, Outcome], ...] = (
    ("ivr", "abandoned_in_ivr"),
    ("queu", "abandoned_in_queue"),
    ("ring", "abandoned_while_ringing"),
)
_QUEUE_FAILURES = ("QueueingOverflow", "QueueingFailure", "QueueingCancelled", "DispatchingFailure")


def find_outcome(call: Call, lifecycle: Lifecycle) -> Outcome:
    """Return the outcome that the events show; "unknown" where they do not."""
    if not call.events:
        return "no_records"
    if lifecycle.answer is not None:
        return "answered" if lifecycle.over else "in_progress"
    if not (lifecycle.answer_unknown and _has_talked(call)):
        if call.has("VoicemailReady"):
            return "voicemail"
        if lifecycle.gave_up:
            return _abandoned(call)
    return _unanswered(call, lifecycle)


def _has_talked(call: Call) -> bool:
    """Return whether the code of a leg of which no connection is known says that it was connected."""
    legs = (leg for leg in call.counterparts if leg.connection_unknown and leg.side != "unknown")
    return any(is_success(event) for leg in legs for event in leg.releases)


def _abandoned(call: Call) -> Outcome:
    """Return how far the caller came: as the phase says, else the furthest point reached."""
    phases = (event.text("abandonPhase") for event in call.groups["Abandoned"])
    phase = next((phase.lower() for phase in phases if phase), "")
    for beginning, outcome in _PHASES:
        if phase.startswith(beginning):
            return outcome
    if any(leg.ringing for leg in call.counterparts):
        return "abandoned_while_ringing"
    return "abandoned_in_queue" if call.has_queue_events else "abandoned_in_ivr"


def _has_call_event(call: Call) -> bool:
    """Return whether there is an event of a leg with a channel, a scenario, the IVR or a queue at a known moment."""
    return any(
        event.at is not None
        and (event.type in _WITHOUT_CHANNEL or (bool(event.channel) and event.type in LEG_TYPES))
        for event in call.events
    )


def _unanswered(call: Call, lifecycle: Lifecycle) -> Outcome:
    if not lifecycle.over:
        return "in_progress" if _has_call_event(call) else "unknown"
    if lifecycle.answer_unknown:
        return "unknown"
    return _queue_failure(call) or (_failure(call, lifecycle) if _has_call_event(call) else "unknown")


def _queue_failure(call: Call) -> Outcome | None:
    if call.has("QueueingTimeout"):
        return "queue_timeout"
    return "queue_failed" if call.has(*_QUEUE_FAILURES) else None


def _failure(call: Call, lifecycle: Lifecycle) -> Outcome:
    failure = first_failure(_releases(call, lifecycle))
    if failure in {None, "failed"} and (
        call.has("RingingTimeout") or (failure is None and _rang_in_vain(call))
    ):
        return "no_answer"
    if failure is not None:
        return failure
    in_ivr = call.has("Route2IVR") and not call.has("Enqueue", "AssignAgent") and not call.counterparts
    return "ended_in_ivr" if in_ivr else "unknown"


def _releases(call: Call, lifecycle: Lifecycle) -> Iterator[Event]:
    """Yield all Released: the customer's, the hang-up's, any other; each in order."""
    customers = [leg for leg in call.legs if leg.side == "customer"]
    customers_own = {event.position for leg in customers for event in leg.releases}
    yield from sorted(
        (event for leg in customers for event in leg.releases), key=lambda event: event.position
    )
    if lifecycle.hang_up and lifecycle.hang_up.release:
        yield lifecycle.hang_up.release
    yield from (event for event in in_order(call.groups, ["Released"]) if event.position not in customers_own)


def _rang_in_vain(call: Call) -> bool:
    """Return whether a leg that was called rang and ended.

    One that was connected counts only where the customer or the agent had left before.
    """
    direction = call.direction.name
    legs = call.counterparts
    if direction in {"outbound", "predictive"}:
        legs = [call.customer] if call.customer else []
    too_late = direction in {"inbound", "outbound"}
    return any(
        leg.ringing and leg.ended_at is not None and (too_late or leg.connected_at is None) for leg in legs
    )
