"""Records of one job in, the facts of the call out."""

from collections.abc import Iterable

from callevents.calls.catalogue import label_of
from callevents.calls.model import CallSummary, NotificationRecord, TimelineEvent, Warning_
from callevents.calls.order import distinct, ordered


def summarise(job_id: str, instance_id: str, records: Iterable[NotificationRecord]) -> CallSummary:
    """Return the facts that *records* tell about *job_id*; those of other jobs are left out. Never raises."""
    found, duplicates = distinct(record for record in records if record.notification_key == job_id)
    events = ordered(found)
    warnings: list[Warning_] = []
    if any(event.at is None for event in events):
        warnings.append("unreadable_record")
    if duplicates:
        warnings.append("duplicates")
    warnings.append("incomplete")
    return CallSummary(
        job_id, instance_id, None, None, "unknown" if events else "no_records", None, None, None, None, None, None,
        None, None, None, None, None, None, None, (), (), (), (), False, tuple(warnings),
        tuple(TimelineEvent(e.at, e.type, label_of(e.type), None, e.text("agentId"), None) for e in events),
    )  # fmt: skip
