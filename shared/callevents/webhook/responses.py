"""The answers of the webhook: short, and without a word of the alert, of a secret, or of what exists."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from callevents.invocation import Response
from callevents.webhook.body import Refused
from callevents.webhook.enqueue import Task

RETRY_AFTER_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; `outcome` is the word for it in the log, `why` what only the log may know."""

    status: int
    body: Mapping[str, object]
    outcome: str
    why: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """Return it as it is sent."""
        response = Response.json(self.status, json.dumps(self.body))
        return Response(response.status, response.body, {**response.headers, **self.headers})


def accepted(tasks: Sequence[Task], *, queued: bool) -> Answer:
    """Return the answer to an alert that was handed over, or was before: 200, as SLS takes no other."""
    status = "accepted" if queued else "duplicate"
    body: dict[str, object] = {
        "status": status,
        "jobs": [job for task in tasks for job in task.jobs],
        "task": tasks[0].task_id,
    }
    if left_out := sum(task.left_out for task in tasks):
        body["left_out"] = left_out
    return Answer(200, body, status)


def ignored(reason: str) -> Answer:
    """Return the answer to what deserves no post: 200, or the sender would send it again, or switch us off."""
    return Answer(200, {"status": "ignored", "reason": reason}, "ignored", reason)


def refused(error: Refused) -> Answer:
    """Return the answer to a request that is wrong in itself."""
    body = {"status": "refused", "reason": error.reason}
    return Answer(error.status, body, "refused", error.reason, error.headers)


def not_authentic(why: str) -> Answer:
    """Return the one answer to whoever does not prove who they are: why is for the log only."""
    return Answer(401, {"status": "unauthorized"}, "unauthorized", why, {"WWW-Authenticate": "Bearer"})


def unavailable(why: str) -> Answer:
    """Return the answer that makes the sender try again, so that nothing is lost."""
    body = {"status": "unavailable", "reason": "the alert was not taken, send it again"}
    return Answer(503, body, "unavailable", why, {"Retry-After": str(RETRY_AFTER_SECONDS)})
