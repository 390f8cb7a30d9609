"""CDRReady, the record made after a call: it fills what the events leave open, never more."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from callevents.calls.model import Instant, Outcome
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
    """What the records made after a call say; None where they do not. Answered calls have `answered_at`."""

    started_at: Instant | None
    answered_at: Instant | None
    ended_at: Instant | None
    outcome: Outcome | None


def read_call_record(events: Sequence[Event]) -> CallRecord:
    """Return what the CDRReady *events* say, the first that says it."""
    established = next(_times(events, "establishedTime"), None)
    outcome = next(_outcomes(events, established), None)
    return CallRecord(
        next(_times(events, "startTime"), None),
        established if outcome == "answered" else None,
        next(_times(events, "endTime"), None),
        outcome,
    )


def _times(events: Sequence[Event], name: str) -> Iterator[Instant]:
    for event in events:
        at = parse_instant(event.text(name) or "")
        if at is not None:
            yield at


def _outcomes(events: Sequence[Event], established: Instant | None) -> Iterator[Outcome]:
    for event in events:
        code = (event.text("dispositionCode") or "").lower()
        if code in _ANSWERED and established is not None:
            yield "answered"
        elif code in _OUTCOMES:
            yield _OUTCOMES[code]
