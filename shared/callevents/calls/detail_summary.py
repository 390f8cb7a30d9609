"""A call's detail record in, the facts of the call out: by the model of records, and from its fields what stays open.

A field never changes what the events show. What a detail record does not have (holds, above all) stays unknown.
"""

from math import inf
from typing import Final

from callevents.calls.facts.call import Hints
from callevents.calls.facts.disposition import (
    filed_outcome,
    is_filed_as_answered,
    is_filed_as_over,
    is_filed_as_unanswered,
    is_past_ivr,
)
from callevents.calls.facts.ending.release_reason import reason_of
from callevents.calls.model import SECOND, CallSummary, Instant, Outcome, SecondSource, Warning_
from callevents.calls.records.detail_events import read_detail_events
from callevents.calls.records.detail_fields import RecordTimes, contact_type, initiator, record_times
from callevents.calls.records.detail_record import CallFields, DetailRecord, DetailRow
from callevents.calls.records.event import Event
from callevents.calls.summary import summarise_events

# What an event itself shows. Any other outcome is read from what is missing, and the record's own word is better.
_SHOWN: Final[frozenset[Outcome]] = frozenset(
    {"answered", "in_progress", "voicemail", "queue_timeout", "queue_failed", "abandoned_in_ivr",
     "abandoned_in_queue", "abandoned_while_ringing"}
)  # fmt: skip
_PAST_IVR: Final = frozenset({"Enqueue", "AssignAgent", "Ringing", "Established", "Dialing"})
_WARNINGS: Final[tuple[Warning_, ...]] = ("unreadable_record", "duplicates", "incomplete", "contradictory")


def summarise_detail_record(
    job_id: str, instance_id: str, record: DetailRecord, row: DetailRow | None = None
) -> CallSummary:
    """Return the facts of *job_id* in its detail *record*, and in its *row* in the list of calls; never raises."""
    call, times = record.call, record_times(record)
    over = is_filed_as_over(call)
    events = read_detail_events(record, times, answered=is_filed_as_answered(call), over=over)
    hints = Hints(times.started_at, is_filed_as_unanswered(call), events.hidden)
    summary = summarise_events(job_id, instance_id, events.all, source="detail_record", hints=hints)
    summary = _with_outcome(summary, record, times, row)
    summary = _with_ending(summary, call, over=over)
    summary = _with_durations(summary, record, row)
    return summary._replace(
        sources=("detail_record",),
        direction=summary.direction or contact_type(call).lower() or None,
        media=summary.media or (row.media.lower() if row and row.media else None),
        started_at=times.started_at if summary.started_at is None else summary.started_at,
        caller=summary.caller or call.caller,
        callee=summary.callee or call.callee,
        agents=tuple(dict.fromkeys((*call.agents, *summary.agents))),
        skill_groups=tuple(dict.fromkeys((*call.skill_groups, *summary.skill_groups))),
        second_source=SecondSource("found", names=_names(record), recorded=bool(call.recording_ready)),
    )


def _with_outcome(
    summary: CallSummary, record: DetailRecord, times: RecordTimes, row: DetailRow | None
) -> CallSummary:
    """Return *summary* with the outcome that the record files, where no event shows another."""
    call = record.call
    if summary.outcome in _SHOWN:
        return _with_answerer(summary, call)
    past_ivr = bool(record.queues) or any(
        event.type in _PAST_IVR for event in summary.events if event.leg != "customer"
    )
    filed = filed_outcome(
        call, established=times.established_at is not None, past_ivr=past_ivr or is_past_ivr(call, row)
    )
    outcome = filed or ("unknown" if _is_weak(summary) else summary.outcome)
    if outcome == "answered":
        answered_at = _answer_time(summary, record, times, row)
        return _with_answerer(summary._replace(outcome=outcome, answered_at=answered_at), call)
    return summary._replace(outcome=outcome)


def _is_weak(summary: CallSummary) -> bool:
    """Return whether the outcome that *summary* has follows only from what the sequences leave out.

    In a call of a kind of its own, a party that was connected may have talked with one that has no sequence.
    """
    if summary.outcome in {"no_records", "ended_in_ivr"}:
        return True
    own_kind = summary.direction not in {"inbound", "outbound", "predictive"}
    return own_kind and any(leg.connected_at is not None for leg in summary.legs)


def _answer_time(
    summary: CallSummary, record: DetailRecord, times: RecordTimes, row: DetailRow | None
) -> Instant | None:
    """Return when an answered call was answered, None where the record's time may be that of the menu's answer.

    A time outside of the call, as its events show it, is none.
    """
    at = times.established_at
    start = times.started_at if summary.started_at is None else summary.started_at
    if at is None or (start is not None and at < start - SECOND):
        return None
    if summary.ended_at is not None and at > summary.ended_at + SECOND:
        return None
    if summary.direction != "inbound":
        return at
    if at < max(_first(record, "Enqueue"), _first(record, "AssignAgent")):
        return None
    began = [leg.began_at for leg in summary.legs if leg.side == "agent" and leg.began_at is not None]
    if began:
        return at if at >= min(began) else None
    # Each of a row's durations is in whole seconds.
    parts = (row.ivr_seconds, row.queue_seconds, row.ring_seconds) if row is not None else ()
    waited = sum(part - 1 for part in parts if part)
    return None if at < (start or 0) + max(1.0, waited) * SECOND else at


def _first(record: DetailRecord, type_: str) -> Instant:
    """Return when the first event of a queue of this type was, 0 where there is none."""
    moments = (event.at for queue in record.queues for event in queue.events if event.type == type_)
    return min((at for at in moments if at is not None), default=0)


def _with_answerer(summary: CallSummary, call: CallFields) -> CallSummary:
    """Return *summary* with the only agent of the record as who answered, where no leg says who it was."""
    if summary.answered_by is not None or summary.outcome != "answered" or len(call.agents) != 1:
        return summary
    if any(leg.side in {"agent", "outside"} and leg.connected_at is not None for leg in summary.legs):
        return summary
    return summary._replace(answered_by=call.agents[0])


def _with_ending(summary: CallSummary, call: CallFields, *, over: bool) -> CallSummary:
    """Return *summary* with who ended the call and why, and whether its end is known."""
    complete = summary.ended_at is not None
    found = {*summary.warnings} - {"incomplete"} | (set() if complete else {"incomplete"})
    summary = summary._replace(
        complete=complete, warnings=tuple(warning for warning in _WARNINGS if warning in found)
    )
    if not over:
        return summary
    who, party = initiator(call), summary.ended_by
    if party is None and who is not None:
        party = "agent" if who == "agent" else "customer"
    code, text = summary.release_code, summary.release_text
    if code is None and text is None:
        reason = call.release_reason or call.outside_release_reason
        code, text = reason_of(Event("Released", "", {"releaseReason": reason}))
    return summary._replace(ended_by=party, release_code=code, release_text=text)


def _with_durations(summary: CallSummary, record: DetailRecord, row: DetailRow | None) -> CallSummary:
    """Return *summary* with the durations that its events leave open, once the call is over.

    A row's 0 says that there was none of it or that nobody measured it, so that it says nothing, but for holds. What
    does not fit into the call says nothing either.
    """
    if not any(event.type in {"Held", "Retrieved"} for event in summary.events):
        summary = summary._replace(hold_seconds=None)  # the sequences have no holds
    if summary.outcome == "in_progress":
        return summary
    row = row or DetailRow(record.call)
    answered, start, end = summary.outcome == "answered", summary.started_at, summary.ended_at
    whole = inf if start is None or end is None else (end - start) / SECOND
    talk = summary.talk_seconds
    if talk is None and answered:
        since = start if summary.answered_at is None else summary.answered_at
        talk = _fitting(row.talk_seconds, inf if since is None or end is None else (end - since) / SECOND)
        if talk is not None and talk + 1 < (summary.hold_seconds or 0.0):
            talk = None
    before = whole - (talk or 0.0)
    queue, ring, hold = summary.queue_seconds, summary.ring_seconds, summary.hold_seconds
    if queue is None:
        queue = _fitting(row.queue_seconds, before)
    if ring is None and summary.direction == "inbound":
        ring = _fitting(row.ring_seconds, before) or _fitting(_rang(record), before)
    if hold is None and answered and row.held_seconds is not None:
        longest = whole if talk is None else talk
        hold = _fitting(row.held_seconds, longest) if row.held_seconds else 0.0
    return summary._replace(ring_seconds=ring, talk_seconds=talk, hold_seconds=hold, queue_seconds=queue)


def _fitting(seconds: float | None, longest: float) -> float | None:
    """Return a duration other than 0 that is at most *longest*, but for the second by which it may be rounded."""
    return seconds if seconds and seconds <= longest + 1 else None


def _rang(record: DetailRecord) -> float | None:
    """Return how long the first phone rang that the record has a length for."""
    ringing = [
        event
        for entry in record.agents
        for event in entry.events
        if event.type == "Ringing" and event.seconds
    ]
    if not ringing:
        return None
    return min(ringing, key=lambda event: (event.at is None, event.at or 0, event.seconds)).seconds


def _names(record: DetailRecord) -> tuple[tuple[str, str], ...]:
    """Return the names of agents and groups by their ids, each once."""
    found = [(entry.agent, entry.name) for entry in record.agents]
    found += [(entry.queue, entry.name) for entry in record.queues]
    return tuple({id_: name for id_, name in found if id_ and name}.items())
