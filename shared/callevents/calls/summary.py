"""Records of one job in, the facts of the call out."""

from collections.abc import Iterable

from callevents.calls.facts.call import read_call
from callevents.calls.facts.cdr import read_call_record
from callevents.calls.facts.durations import hold_seconds, queue_seconds, ring_seconds, talk_seconds
from callevents.calls.facts.legs import OFF_CALL
from callevents.calls.facts.lifecycle import answer_of, ended_at, gave_up, hang_up_of, is_over
from callevents.calls.facts.outcome import outcome_of
from callevents.calls.facts.participants import agents_of, recordings_of, skill_groups_of, transfers_of
from callevents.calls.facts.release_cause import Reason, ended_by, reason_of
from callevents.calls.facts.timeline import timeline_of
from callevents.calls.model import CallSummary, Instant, NotificationRecord, Warning_
from callevents.calls.records.event import Event
from callevents.calls.records.event_types import EVENT_TYPES
from callevents.calls.records.ordering import distinct

_AFTER_CALLS = frozenset({"record", "survey", "campaign"})
_OF_CALL = frozenset(
    known.name
    for known in EVENT_TYPES.values()
    if known.class_ not in _AFTER_CALLS and known.name not in OFF_CALL
)


def summarise(job_id: str, instance_id: str, records: Iterable[NotificationRecord]) -> CallSummary:
    """Return the facts that *records* tell about *job_id*; those of other jobs are left out. Never raises.

    Neither the order of the records nor repeated ones change anything but the warning `duplicates`.
    """
    events, duplicates = distinct(record for record in records if record.notification_key == job_id)
    call = read_call(events)
    answer = answer_of(call)
    ended = ended_at(call, answer)
    over = is_over(call, ended)
    hang_up = hang_up_of(call, answer) if over else None
    agents = agents_of(events, call.groups)
    outcome = outcome_of(call, answer, hang_up, over=over)
    record = read_call_record(call.groups.get("CDRReady", ()))
    answered = answer.at if answer else None
    if outcome == "unknown" and record.outcome:
        outcome = record.outcome
        answered = record.answered_at
    party = ended_by(call, hang_up.event, agents) if hang_up else None
    if over and gave_up(call, answer):
        party = "customer"
    reason = reason_of(hang_up.event) if hang_up else Reason(None, None)
    started = _started_at(events)
    complete = ended is not None or call.has("CDRReady")
    return CallSummary(
        job_id=job_id,
        instance_id=instance_id,
        sources=("notifications",) if events else (),
        direction=call.direction,
        media=call.media,
        outcome=outcome,
        started_at=record.started_at if started is None else started,
        answered_at=answered,
        answered_by=answer.by if answer else None,
        ended_at=record.ended_at if ended is None else ended,
        queue_seconds=queue_seconds(call, hang_up),
        ring_seconds=ring_seconds(call, answer),
        talk_seconds=talk_seconds(answer, hang_up),
        hold_seconds=hold_seconds(call, answer, hang_up),
        ended_by=party,
        release_code=reason.code,
        release_text=reason.text,
        caller=call.caller,
        callee=call.callee,
        agents=agents,
        skill_groups=skill_groups_of(events, call.groups),
        transfers=transfers_of(call.groups),
        recordings=recordings_of(call.groups),
        legs=(),
        journey=(),
        complete=complete,
        warnings=_warnings(events, duplicates=duplicates, complete=complete),
        events=timeline_of(events, call.legs),
    )


def _started_at(events: Iterable[Event]) -> Instant | None:
    """Return the moment of the first event of the call itself."""
    return next((event.at for event in events if event.type in _OF_CALL), None)


def _warnings(events: list[Event], *, duplicates: bool, complete: bool) -> tuple[Warning_, ...]:
    warnings: list[Warning_] = []
    if events and events[-1].at is None:
        warnings.append("unreadable_record")
    if duplicates:
        warnings.append("duplicates")
    if not complete:
        warnings.append("incomplete")
    return tuple(warnings)
