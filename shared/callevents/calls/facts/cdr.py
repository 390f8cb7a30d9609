"""CDRReady, the record made after a call: it fills what the events leave open, never more."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from callevents.calls.facts.call import Call
from callevents.calls.facts.lifecycle import Lifecycle
from callevents.calls.facts.spans import OPEN
from callevents.calls.model import SECOND, Instant, Outcome, Party
from callevents.calls.records.event import Event
from callevents.calls.records.timestamps import parse_instant

_OUTCOMES: dict[str, Outcome] = {
    "noanswer": "no_answer",
    "reject": "rejected",
    "abandonedinivr": "abandoned_in_ivr",
    "abandonedinvoicenavigator": "abandoned_in_ivr",
    "abandonedincontactflow": "abandoned_in_ivr",
    "abandonedinqueue": "abandoned_in_queue",
    "abandonedinring": "abandoned_while_ringing",
    "abandonedring": "abandoned_while_ringing",
    "queuingtimeout": "queue_timeout",
    "queuingoverflow": "queue_failed",
    "queuingfailed": "queue_failed",
    "voicemail": "voicemail",
    "ivrexception": "failed",
}
_ANSWERED = frozenset({"success", "forwardtooutsidenumber"})


class CallRecord(NamedTuple):
    """Facts from CDRReady and recording events; None where they do not. Answered calls have `answered_at`."""

    started_at: Instant | None
    answered_at: Instant | None
    ended_at: Instant | None
    outcome: Outcome | None


def read_call_record(
    events: Sequence[Event], call: Call, lifecycle: Lifecycle, ended_by: Party | None
) -> CallRecord:
    """Return what the CDRReady *events* say, the first that says it and does not contradict the other events."""
    start = next(_times(events, "startTime"), None) if call.started_at is None else call.started_at
    established = next(_times(events, "establishedTime", start, lifecycle.end), None)
    outcome = next(_outcomes(events, established, ended_by), None)
    answered_at = established if outcome == "answered" else None
    ended_at = lifecycle.ended_at
    if ended_at is None:
        answer = lifecycle.answer.at if lifecycle.answer else answered_at
        # A call has not ended before what is known of any of its legs.
        known = [start, answer, None if lifecycle.end == OPEN else lifecycle.end]
        known += [at for leg in call.legs for at in (leg.began_at, leg.connected_at, leg.ended_at)]
        latest = max((at for at in known if at is not None), default=None)
        ended_at = next(_times(events, "endTime", latest), None)
    return CallRecord(start, answered_at, ended_at, outcome)


def _times(
    events: Sequence[Event], name: str, earliest: Instant | None = None, latest: Instant = OPEN
) -> Iterator[Instant]:
    """Yield the moments in a field: they are in whole seconds, so one that is less than that too early or late fits."""
    for event in events:
        at = parse_instant(event.text(name) or "")
        if at is not None:
            within = min(at if earliest is None else max(at, earliest), latest)
            if abs(within - at) < SECOND:
                yield within


def _outcomes(
    events: Sequence[Event], established: Instant | None, ended_by: Party | None
) -> Iterator[Outcome]:
    for event in events:
        code = (event.text("dispositionCode") or "").lower()
        if code in _ANSWERED and established is not None:
            yield "answered"
        elif code in _OUTCOMES and not (code.startswith("abandoned") and ended_by in {"agent", "system"}):
            yield _OUTCOMES[code]
