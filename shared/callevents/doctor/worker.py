"""Checks the worker: can it be invoked.

Function Compute has no dry run: the worker is sent a payload that is no envelope, and drops it with a line in its log.
"""

import re
from collections.abc import Iterator

from callevents.alibabacloud.clients import Clients
from callevents.clock import Deadline
from callevents.doctor.check_result import CheckResult, failed, note, ok, unknown
from callevents.errors import HandOverFailed
from callevents.invocation import Invocation
from callevents.settings.model import Settings

TIMEOUT_SECONDS = 10.0
PING = b'{"kind": "doctor"}'
# What the reason of a failed invocation means, and how to fix it.
_REASONS = (
    (r"HTTP 403 \w*(Signature|AccessKey)\w*", "Function Compute rejects the access key", "is it of the right account?"),
    (r"HTTP 403.*", "invoking it is not allowed", "grant fc:InvokeFunction on it (functions/slack/policy.json)"),
    (r"HTTP 404.*", "there is no such function", "make deploy, or correct CALLEVENTS_WORKER, account or region"),
    (r"\w*(Connect|Read|Write|CertificateError)\w*", "Function Compute cannot be reached",
     "correct DEPLOY_REGION or CALLEVENTS_FC_ENDPOINT, or try again in a minute"),
    (r"account or region unknown", "its account and region are not known here",
     "set DEPLOY_ACCOUNT and DEPLOY_REGION, or CALLEVENTS_FC_ENDPOINT"),
)  # fmt: skip


def check_worker(clients: Clients, settings: Settings, invocation: Invocation) -> Iterator[CheckResult]:
    """Invoke the worker as the other functions do, with a message that it drops."""
    if not settings.worker:
        text = "CALLEVENTS_WORKER is not set here, so it was not invoked"
        yield note(
            "worker", text, "template.yml sets it; without it neither slow lookups nor alerts are answered"
        )
        return
    try:
        queue = clients.worker_queue(settings.worker, settings.fc_endpoint, invocation)
        deadline = Deadline.after(TIMEOUT_SECONDS, invocation.clocks.monotonic)
        queue.hand_over(PING, f"t_doctor_{clients.nonce()}", deadline)
    except HandOverFailed as error:
        yield _failure(settings.worker, error)
    else:
        yield ok("worker", f"{settings.worker} accepted an invocation (its log says that it dropped it)")


def _failure(name: str, error: HandOverFailed) -> CheckResult:
    tail = f", request id {error.request_id}" if error.request_id else ""
    for pattern, text, advice in _REASONS:
        if re.fullmatch(pattern, error.reason):
            return failed("worker", f"{name}: {text} ({error.reason}){tail}", advice)
    return unknown("worker", f"{name}: {error.reason}{tail}", "run the doctor again in a minute")
