"""The responses of the webhook: short, and without a word of the alert, of a secret, or of what exists."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from callevents.invocation import Response
from callevents.observability.request_log import OutcomeCode, RequestOutcome
from callevents.webhook.body import RequestRejected
from callevents.webhook.enqueue import AlertTask

RETRY_AFTER_SECONDS = 30


@dataclass(frozen=True, slots=True)
class WebhookResponse:
    """A response, and its `outcome` for the log, whose cause (`why`) is in words.

    `jobs` and `left_out` count the calls.
    """

    status: int
    body: Mapping[str, object]
    outcome: RequestOutcome
    headers: Mapping[str, str] = field(default_factory=dict)
    jobs: int = 0
    left_out: int = 0
    task: str = ""

    def http(self) -> Response:
        """Return the response as it is sent."""
        response = Response.json(self.status, json.dumps(self.body))
        return Response(response.status, response.body, {**response.headers, **self.headers})


def accepted(tasks: Sequence[AlertTask], *, queued: bool) -> WebhookResponse:
    """Accept an alert that was queued now, or before: 200, as SLS takes no other status."""
    code: OutcomeCode = "accepted" if queued else "duplicate"
    jobs = [job for task in tasks for job in task.jobs]
    left_out = sum(task.left_out for task in tasks)
    body: dict[str, object] = {"status": code, "jobs": jobs, "task": tasks[0].task_id}
    if left_out:
        body["left_out"] = left_out
    return WebhookResponse(
        200, body, RequestOutcome(code), jobs=len(jobs), left_out=left_out, task=tasks[0].task_id
    )


def ignored(reason: str) -> WebhookResponse:
    """Acknowledge what is not posted: 200, or the sender would retry, or disable the webhook."""
    return WebhookResponse(200, {"status": "ignored", "reason": reason}, RequestOutcome("ignored", reason))


def rejected(error: RequestRejected) -> WebhookResponse:
    """Reject a request that is wrong in itself."""
    body = {"status": "refused", "reason": error.reason}
    return WebhookResponse(error.status, body, RequestOutcome("refused", error.reason), error.headers)


def unauthorized(why: str) -> WebhookResponse:
    """Reject a request that does not prove who sent it; *why* is for the log only."""
    headers = {"WWW-Authenticate": "Bearer"}
    return WebhookResponse(401, {"status": "unauthorized"}, RequestOutcome("unauthorized", why), headers)


def unavailable(why: str) -> WebhookResponse:
    """Ask the sender to retry, so that no alert is lost."""
    body = {"status": "unavailable", "reason": "the alert was not accepted, send it again"}
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return WebhookResponse(503, body, RequestOutcome("unavailable", why), headers)
