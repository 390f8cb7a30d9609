"""A summary as the JSON document that `callevents lookup --json` prints."""

from callevents.calls.facts.timeline.details import sentence
from callevents.calls.model import CallSummary, Instant
from callevents.calls.records.timestamps import iso


def to_document(summary: CallSummary) -> dict[str, object]:
    """Return *summary* with exactly the keys of the contract; times as UTC ISO 8601 with milliseconds, or None."""
    return {
        "job_id": summary.job_id,
        "instance_id": summary.instance_id,
        "sources": list(summary.sources),
        "direction": summary.direction,
        "media": summary.media,
        "outcome": summary.outcome,
        "started_at": _time(summary.started_at),
        "answered_at": _time(summary.answered_at),
        "answered_by": summary.answered_by,
        "ended_at": _time(summary.ended_at),
        "queue_seconds": summary.queue_seconds,
        "ring_seconds": summary.ring_seconds,
        "talk_seconds": summary.talk_seconds,
        "hold_seconds": summary.hold_seconds,
        "ended_by": summary.ended_by,
        "release_code": summary.release_code,
        "release_text": summary.release_text,
        "caller": summary.caller,
        "callee": summary.callee,
        "agents": list(summary.agents),
        "skill_groups": list(summary.skill_groups),
        "transfers": [
            {"at": _time(each.at), "kind": each.kind, "from": each.from_, "to": each.to}
            for each in summary.transfers
        ],
        "recordings": list(summary.recordings),
        "legs": [
            {
                "side": each.side,
                "agent": each.agent,
                "began_at": _time(each.began_at),
                "connected_at": _time(each.connected_at),
                "ended_at": _time(each.ended_at),
                "ring_seconds": each.ring_seconds,
                "talk_seconds": each.talk_seconds,
            }
            for each in summary.legs
        ],
        "journey": [
            {
                "phase": each.phase,
                "at": _time(each.at),
                "seconds": each.seconds,
                "agents": list(each.agents),
            }
            for each in summary.journey
        ],
        "complete": summary.complete,
        "warnings": list(summary.warnings),
        "events": [
            {
                "at": _time(each.at),
                "type": each.type,
                "label": each.label,
                "leg": each.leg,
                "agent": each.agent,
                "detail": sentence(each.detail),
            }
            for each in summary.events
        ],
    }


def _time(at: Instant | None) -> str | None:
    return None if at is None else iso(at)
