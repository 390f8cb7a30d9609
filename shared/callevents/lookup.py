"""The use case: job ids and a deadline in, summaries out."""

from collections.abc import Sequence
from typing import Protocol

from callevents.calls.model import CallSummary, NotificationRecord
from callevents.calls.summary import summarise
from callevents.clock import Deadline


class RecordSource(Protocol):
    """Where notification records come from."""

    def notification_records(
        self, instance_id: str, keys: Sequence[str], deadline: Deadline
    ) -> Sequence[NotificationRecord]:
        """Return all records of the given keys before the deadline, or raise a CallEventsError."""


def look_up(
    job_ids: Sequence[str], *, instance_id: str, source: RecordSource, deadline: Deadline
) -> list[CallSummary]:
    """Return one summary per asked id, in the order asked; raises what *source* raises (CallEventsError)."""
    records = source.notification_records(instance_id, list(dict.fromkeys(job_ids)), deadline)
    by_key: dict[str, list[NotificationRecord]] = {job_id: [] for job_id in job_ids}
    for record in records:
        if record.notification_key in by_key:
            by_key[record.notification_key].append(record)
    return [summarise(job_id, instance_id, by_key[job_id]) for job_id in job_ids]
