"""What became of a call, in one word."""

from collections.abc import Iterable, Iterator

from callevents.calls.facts.call import Call
from callevents.calls.facts.legs import Moment
from callevents.calls.facts.lifecycle import Answer, gave_up
from callevents.calls.facts.release_cause import reason_of
from callevents.calls.model import Outcome
from callevents.calls.records.event import Event
from callevents.calls.records.event_types import EVENT_TYPES

_ON_AGENTS_LEGS = ("AgentDialing", "AgentRinging", "AgentTalk", "AgentRelease", "AgentRingingTimeout")
_OF_CALLS = frozenset(_ON_AGENTS_LEGS).union(
    known.name for known in EVENT_TYPES.values() if known.class_ in {"channel", "scenario", "ivr"}
)
_PHASES: tuple[tuple[str, Outcome], ...] = (
    ("ivr", "abandoned_in_ivr"),
    ("queu", "abandoned_in_queue"),
    ("ring", "abandoned_while_ringing"),
)
_QUEUE_FAILURES = ("QueueingOverflow", "QueueingFailure", "QueueingCancelled", "DispatchingFailure")
_STATES: dict[str, Outcome] = {
    "busy": "busy",
    "notexist": "unreachable",
    "outofservice": "unreachable",
    "poweroff": "unreachable",
    "restricted": "unreachable",
    "noanswer": "no_answer",
}
_CODES: dict[int, Outcome] = {
    **dict.fromkeys((486, 600), "busy"),
    **dict.fromkeys((403, 603), "rejected"),
    **dict.fromkeys((404, 410, 484), "unreachable"),
    **dict.fromkeys((408, 480, 487), "no_answer"),
}
_FIRST_FAILURE = 300


def outcome_of(call: Call, answer: Answer | None, hang_up: Moment | None, *, over: bool) -> Outcome:
    """Return the outcome that the events tell; "unknown" where they do not."""
    if not call.events:
        return "no_records"
    if answer is not None:
        return "answered" if over else "in_progress"
    if call.has("VoicemailReady"):
        return "voicemail"
    if gave_up(call, answer):
        return _abandoned(call)
    return _queue_failure(call, over=over) or _not_answered(call, hang_up, over=over)


def _abandoned(call: Call) -> Outcome:
    phases = (event.text("abandonPhase") for event in call.groups["Abandoned"])
    phase = next((phase.lower() for phase in phases if phase), "")
    for beginning, outcome in _PHASES:
        if phase.startswith(beginning):
            return outcome
    if any(leg.ringing for leg in call.agents):
        return "abandoned_while_ringing"
    waited = call.has("Enqueue", "AssignAgent") or any(type_.startswith("Queueing") for type_ in call.groups)
    return "abandoned_in_queue" if waited else "abandoned_in_ivr"


def _tells_of_call(call: Call) -> bool:
    return any(
        event.at is not None
        for type_, events in call.groups.items()
        if type_ in _OF_CALLS
        for event in events[:1]  # those at a known moment come first
    )


def _queue_failure(call: Call, *, over: bool) -> Outcome | None:
    if over and call.has("QueueingTimeout"):
        return "queue_timeout"
    return "queue_failed" if over and call.has(*_QUEUE_FAILURES) else None


def _not_answered(call: Call, hang_up: Moment | None, *, over: bool) -> Outcome:
    if not _tells_of_call(call):
        return "unknown"
    if not over:
        return "in_progress"
    failure = _first_failure(_ends(call, hang_up))
    if failure in {None, "failed"} and call.has("RingingTimeout"):
        failure = "no_answer"
    if failure is not None:
        return failure
    in_ivr = call.has("Route2IVR") and not call.has("Enqueue", "AssignAgent") and not call.agents
    return "ended_in_ivr" if in_ivr else "unknown"


def _ends(call: Call, hang_up: Moment | None) -> Iterator[Event]:
    """Yield what ended the legs: the customer's, the hang-up, any other; then those at an unknown moment."""
    yield from (moment.event for moment in sorted(leg.released for leg in call.customers if leg.released))
    if hang_up is not None:
        yield hang_up.event
    others = (leg.released for leg in call.legs.values() if leg.side != "customer" and leg.released)
    yield from (moment.event for moment in sorted(others))
    yield from (event for event in call.groups.get("Released", ()) if event.at is None or not event.channel)


def _first_failure(ends: Iterable[Event]) -> Outcome | None:
    """Return the outcome of the first telling early media state, else that of the first code of 300 or more."""
    failure: Outcome | None = None
    for event in ends:
        state = _STATES.get((event.text("earlyMediaState") or "").lower())
        if state:
            return state
        code = reason_of(event).code
        if failure is None and code is not None and code >= _FIRST_FAILURE:
            failure = _CODES.get(code, "failed")
    return failure
