"""Hands a lookup over to the worker when Slack's three seconds do not suffice."""

import json
from typing import Protocol

from callevents.actor import Actor
from callevents.clock import Deadline
from callevents.errors import CallEventsError, CccThrottled, CccTimedOut, CccUnavailable
from callevents.report.viewer import Viewer
from callevents.slack.lookups.request import LookupRequest


class WorkerQueue(Protocol):
    """Where work for the worker is put."""

    def hand_over(self, payload: bytes, task_id: str, deadline: Deadline, *, delay: int = 0) -> object:
        """Queue *payload* once under *task_id*, to run *delay* seconds from now, or raise HandOverFailed."""


def is_retryable(error: CallEventsError) -> bool:
    """Say whether the worker, which has the time to try again for long, may succeed where this lookup did not."""
    return isinstance(error, CccTimedOut | CccThrottled | CccUnavailable)


def hand_over(
    lookup_request: LookupRequest, viewer: Viewer, queue: WorkerQueue, deadline: Deadline, *, now: float
) -> None:
    """Queue *inquiry* for the worker; raise HandOverFailed where that fails before the deadline."""
    queue.hand_over(envelope_of(lookup_request, viewer, now=now), lookup_request.task, deadline)


def envelope_of(lookup_request: LookupRequest, viewer: Viewer, *, now: float) -> bytes:
    """Return the CommandEnvelope of *inquiry* as JSON.

    Written by hand: the model costs a tenth of a second to load, and this runs when time is up. The worker validates
    it, and the tests open each of these with callevents.tasks.envelope.
    """
    actor: Actor = lookup_request.actor
    envelope: dict[str, object] = {
        "version": 1,
        "kind": "command",
        "jobs": lookup_request.jobs,
        "instance": lookup_request.instance,
        "asker": {
            "user": actor.user,
            "team": actor.team,
            "enterprise": actor.enterprise,
            "channel": actor.channel,
            "language": viewer.language,
            "timezone": viewer.own_zone,
        },
        "asked_at": lookup_request.asked_at,
        "queued_at": now,
        "task": lookup_request.task,
        "response_url": lookup_request.response_url or None,
        "channel": lookup_request.channel or None,
        "thread": lookup_request.thread or None,
        **lookup_request.deed.members(),
    }
    return json.dumps(envelope).encode()
