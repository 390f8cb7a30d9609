"""Records of one job in, the facts of the call out."""

from collections.abc import Iterable, Sequence

from callevents.calls.facts.call import NO_HINTS, Hints, read_call
from callevents.calls.facts.cdr import read_call_record
from callevents.calls.facts.durations.hold import find_holds, hold_seconds
from callevents.calls.facts.durations.queue import find_waits, queue_seconds
from callevents.calls.facts.durations.ring import ring_seconds
from callevents.calls.facts.durations.talk import talk_seconds
from callevents.calls.facts.ending.release_cause import find_cause
from callevents.calls.facts.journey import find_journey
from callevents.calls.facts.leg_facts import leg_facts
from callevents.calls.facts.lifecycle import read_lifecycle
from callevents.calls.facts.outcome import find_outcome
from callevents.calls.facts.participants import agents_of, recordings_of, skill_groups_of, transfers_of
from callevents.calls.facts.timeline.listing import timeline_of
from callevents.calls.facts.warnings import find_warnings
from callevents.calls.model import CallSummary, NotificationRecord, Source
from callevents.calls.records.event import Event
from callevents.calls.records.ordering import distinct


def summarise(
    job_id: str,
    instance_id: str,
    records: Iterable[NotificationRecord],
) -> CallSummary:
    """Return the facts of *job_id* in *records*; those of other jobs are left out.

    Never raises. Neither the order of the records nor repeated ones change anything but the warning `duplicates`.
    """
    events, duplicates = distinct([record for record in records if record.notification_key == job_id])
    return summarise_events(job_id, instance_id, events, duplicates=duplicates)


def summarise_events(
    job_id: str,
    instance_id: str,
    events: Sequence[Event],
    *,
    source: Source = "notifications",
    duplicates: bool = False,
    hints: Hints = NO_HINTS,
) -> CallSummary:
    """Return the facts of *job_id* in its *events* from *source*, which are in order; never raises."""
    call = read_call(events, hints)
    lifecycle = read_lifecycle(call)
    agents = agents_of(events, call.groups)
    holds = find_holds(call, lifecycle)
    cause = find_cause(call, lifecycle, holds, agents, instance_id)
    waits = find_waits(call, lifecycle, cause.party)
    talk = talk_seconds(call, lifecycle)
    outcome = find_outcome(call, lifecycle)
    journey = find_journey(call, lifecycle, holds.spans, waits, outcome_unknown=outcome == "unknown")
    record = read_call_record(call.groups.get("CDRReady", ()), call, lifecycle, cause.party)
    answer = lifecycle.answer
    answered_at = answer.at if answer and answer.certain else None
    if outcome == "unknown" and record.outcome:
        outcome, answered_at = record.outcome, record.answered_at
    complete = lifecycle.ended_at is not None or call.has("CDRReady")
    return CallSummary(
        job_id=job_id,
        instance_id=instance_id,
        sources=(source,) if events else (),
        direction=call.direction.name,
        media=call.direction.media,
        outcome=outcome,
        started_at=record.started_at,
        answered_at=answered_at,
        answered_by=answer.by if answer else None,
        ended_at=record.ended_at,
        queue_seconds=queue_seconds(waits),
        ring_seconds=ring_seconds(call, lifecycle),
        talk_seconds=talk,
        hold_seconds=hold_seconds(lifecycle, holds),
        ended_by=cause.party,
        release_code=cause.code,
        release_text=cause.text,
        caller=call.direction.caller,
        callee=call.direction.callee,
        agents=agents,
        skill_groups=skill_groups_of(events, call.groups),
        transfers=transfers_of(call.groups),
        recordings=recordings_of(call.groups),
        legs=leg_facts(call, lifecycle, talk),
        journey=journey,
        complete=complete,
        warnings=find_warnings(call, duplicates=duplicates, complete=complete),
        events=timeline_of(
            [event for event in events if event not in hints.hidden] if hints.hidden else events, call.legs
        ),
    )
