"""Hands a lookup over to the worker when Slack's three seconds are not enough."""

import json
from typing import Protocol

from callevents.clock import Deadline
from callevents.report.viewer import Viewer
from callevents.slack.lookups.request import LookupRequest


class WorkerQueue(Protocol):
    """Queues work for the worker."""

    def hand_over(self, payload: bytes, task_id: str, deadline: Deadline, *, delay: int = 0) -> object:
        """Queue *payload* once under *task_id*, to run *delay* seconds from now, or raise HandOverFailed."""


def hand_over(
    request: LookupRequest, viewer: Viewer, queue: WorkerQueue, deadline: Deadline, *, now: float
) -> None:
    """Queue *request* for the worker; raise HandOverFailed where that fails before the deadline."""
    queue.hand_over(envelope_of(request, viewer, now=now), request.task, deadline)


def envelope_of(request: LookupRequest, viewer: Viewer, *, now: float) -> bytes:
    """Return the CommandEnvelope of *request* as JSON, queued at *now* (Unix seconds).

    Encoded without its model: loading that takes a tenth of a second, and this runs when time is up. The worker
    validates it, and the tests decode it with callevents.tasks.envelope.
    """
    actor = request.actor
    envelope: dict[str, object] = {
        "version": 1,
        "kind": "command",
        "jobs": request.jobs,
        "instance": request.instance,
        "asker": {
            "user": actor.user,
            "team": actor.team,
            "enterprise": actor.enterprise,
            "channel": actor.channel,
            "language": viewer.language,
            "timezone": viewer.own_zone,
        },
        "asked_at": request.asked_at,
        "queued_at": now,
        "task": request.task,
        "response_url": request.response_url or None,
        "channel": request.channel or None,
        "thread": request.thread or None,
        **request.operation.members(),
    }
    return json.dumps(envelope).encode()
