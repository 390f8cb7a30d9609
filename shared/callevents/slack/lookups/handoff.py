"""Hands a lookup over to the worker when Slack's three seconds do not suffice."""

import json
from typing import Protocol

from callevents.clock import Deadline
from callevents.errors import CallEventsError, CccThrottled, CccTimedOut, CccUnavailable
from callevents.observability.audit_log import Actor
from callevents.report.viewer import Reader
from callevents.slack.lookups.request import Inquiry


class WorkerQueue(Protocol):
    """Where work for the worker is put."""

    def hand_over(self, payload: bytes, task_id: str, deadline: Deadline, *, delay: int = 0) -> object:
        """Queue *payload* once under *task_id*, to run *delay* seconds from now, or raise HandOverFailed."""


def worth_handing_over(error: CallEventsError) -> bool:
    """Say whether the worker, which has the time to try again for long, may succeed where this lookup did not."""
    return isinstance(error, CccTimedOut | CccThrottled | CccUnavailable)


def hand_over(
    inquiry: Inquiry, reader: Reader, queue: WorkerQueue, deadline: Deadline, *, now: float
) -> None:
    """Queue *inquiry* for the worker; raise HandOverFailed where that fails before the deadline."""
    queue.hand_over(envelope_of(inquiry, reader, now=now), inquiry.task, deadline)


def envelope_of(inquiry: Inquiry, reader: Reader, *, now: float) -> bytes:
    """Return the CommandEnvelope of *inquiry* as JSON.

    Written by hand: the model costs a tenth of a second to load, and this runs when time is up. The worker validates
    it, and the tests open each of these with callevents.tasks.envelope.
    """
    actor: Actor = inquiry.actor
    envelope: dict[str, object] = {
        "version": 1,
        "kind": "command",
        "jobs": inquiry.jobs,
        "instance": inquiry.instance,
        "asker": {
            "user": actor.user,
            "team": actor.team,
            "enterprise": actor.enterprise,
            "channel": actor.channel,
            "language": reader.language,
            "timezone": reader.own_zone,
        },
        "asked_at": inquiry.asked_at,
        "queued_at": now,
        "task": inquiry.task,
        "response_url": inquiry.response_url or None,
        "channel": inquiry.channel or None,
        "thread": inquiry.thread or None,
        **inquiry.deed.members(),
    }
    return json.dumps(envelope).encode()
