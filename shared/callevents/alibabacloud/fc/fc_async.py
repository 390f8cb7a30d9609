"""The hand-over: an asynchronous invocation of the worker, which Function Compute queues once per task id.

FC 3.0: https://www.alibabacloud.com/help/en/functioncompute/fc/developer-reference/api-fc-2023-03-30-invokefunction
Task ids: https://www.alibabacloud.com/help/en/fc/task-deduplication
Deferred invocations: https://www.alibabacloud.com/help/en/fc/overview-34
"""

import json
import re
from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import quote

import httpx

from callevents.alibabacloud.outbound import Outbound
from callevents.alibabacloud.request import ApiCall, base_url, signed_request
from callevents.clock import Deadline
from callevents.errors import HandOverFailed
from callevents.invocation import Credentials, Invocation
from callevents.retry import retry
from callevents.transport.client import CertificateError
from callevents.transport.stale import once_more_if_stale

MAX_PAYLOAD_BYTES: Final = 128 * 1024
MAX_DELAY_SECONDS: Final = 3600
MAX_ATTEMPTS: Final = 2
RETRY_DELAY_SECONDS: Final = 0.1

# Compiled when they are first used: most lookups hand nothing over.
_TASK_ID: Final = r"[A-Za-z_][A-Za-z0-9_-]{0,127}"
_LABEL: Final = r"[0-9A-Za-z-]{1,63}"
_SAFE: Final = r"[0-9A-Za-z._-]{1,64}"


class Task(NamedTuple):
    """A job for the worker: *payload*, once for each *task_id*, *delay* seconds from now at the earliest."""

    payload: bytes
    task_id: str
    delay: int


# Returns a request to queue a task, signed anew for each attempt.
Prepare: TypeAlias = Callable[[Task, Deadline], httpx.Request]


class FcWorkerQueue:
    """The worker's queue at Function Compute."""

    def __init__(self, outbound: Outbound, prepare: Prepare) -> None:
        self._outbound = outbound
        self._prepare = prepare

    def hand_over(self, payload: bytes, task_id: str, deadline: Deadline, *, delay: int = 0) -> bool:
        """Queue *payload* for the worker before *deadline*; return False if another request has queued *task_id*.

        The platform lets it wait for *delay* seconds, an hour at most, which cost nothing. Tried twice where that may
        help: a task id that is queued already is never queued again. Raises HandOverFailed.
        """
        if len(payload) > MAX_PAYLOAD_BYTES:
            raise HandOverFailed(reason="payload over 128 KB")
        if not re.fullmatch(_TASK_ID, task_id):
            raise HandOverFailed(reason="not a task id")
        task = Task(payload, task_id, min(delay, MAX_DELAY_SECONDS))
        outcomes: list[_Outcome] = []

        def attempt() -> bool:
            outcome = self._logged(task, deadline)
            outcomes.append(outcome)
            if outcome.error is not None:
                raise outcome.error
            return outcome.queued

        queued = retry(
            attempt,
            wait=lambda _error, _failed: RETRY_DELAY_SECONDS if outcomes[-1].is_retryable else None,
            deadline=deadline,
            sleep=self._outbound.clocks.sleep,
            attempts=MAX_ATTEMPTS,
        )
        # A duplicate after an attempt whose answer was lost on its way is our own.
        return queued or any(outcome.maybe_queued for outcome in outcomes)

    def _logged(self, task: Task, deadline: Deadline) -> "_Outcome":
        """Make one attempt, and record for how long and with what outcome."""
        clock = self._outbound.clocks.monotonic
        began = clock()
        outcome = self._attempt(task, deadline)
        self._outbound.log.add_attempt("hand_over", clock() - began, outcome.word)
        return outcome

    def _attempt(self, task: Task, deadline: Deadline) -> "_Outcome":
        repeats: list[bool] = []

        def send(repeat: bool) -> httpx.Response:
            repeats.append(repeat)
            return self._outbound.client.send(self._prepare(task, deadline))

        try:
            response = once_more_if_stale(send)
        except (httpx.HTTPError, ValueError) as error:  # ValueError: credentials that no header can carry
            return _Outcome(
                error=HandOverFailed(reason=type(error).__name__),
                is_retryable=isinstance(error, _RETRYABLE) and not isinstance(error, CertificateError),
                maybe_queued=True,
            )
        status = response.status_code
        if status == httpx.codes.ACCEPTED:
            return _Outcome(queued=True)
        if status == httpx.codes.CONFLICT:
            return _Outcome(maybe_queued=any(repeats))
        return _Outcome(
            error=_refusal(response),
            is_retryable=response.is_server_error or status == httpx.codes.TOO_MANY_REQUESTS,
            maybe_queued=response.is_server_error,
        )


class _Outcome(NamedTuple):
    """The result of an attempt; neither queued nor an error means that the task id was queued before."""

    queued: bool = False
    error: HandOverFailed | None = None
    is_retryable: bool = False
    maybe_queued: bool = False

    @property
    def word(self) -> str:
        """The outcome of the attempt as the request log has it."""
        if self.error is not None:
            return self.error.reason
        return "ok" if self.queued else "duplicate"


# A lost connection may pass; a certificate, a garbled answer and a deadline that has passed do not.
_RETRYABLE: Final = (httpx.ReadError, httpx.ConnectError)


def worker_queue(outbound: Outbound, worker: str, endpoint: str, invocation: Invocation) -> FcWorkerQueue:
    """Return the queue of the function *worker*, reached with the credentials of *invocation*.

    *endpoint* is a base URL; "" means the one of the account and region. An invocation that came in as WSGI is
    FC 2.0 and uses the `fc2` client, with the worker in the same service. The alias or version that received the
    request is the one that is invoked. Raises HandOverFailed where something of this is missing.
    """
    if not endpoint:
        if not re.fullmatch(_LABEL, invocation.account_id) or not re.fullmatch(_LABEL, invocation.region):
            raise HandOverFailed(reason="account or region unknown")
        endpoint = f"https://{invocation.account_id}.{invocation.region}.fc.aliyuncs.com"
    if invocation.credentials is None:
        raise HandOverFailed(reason="no credentials")
    if not worker:
        raise HandOverFailed(reason="no worker")
    qualifier = "" if invocation.qualifier == "LATEST" else invocation.qualifier
    if not invocation.wsgi:
        return FcWorkerQueue(outbound, _fc3(outbound, worker, qualifier, endpoint, invocation.credentials))
    if not invocation.service:
        raise HandOverFailed(reason="service unknown")
    from callevents.alibabacloud.fc.fc2 import Fc2Worker

    fc2_worker = Fc2Worker(
        endpoint=endpoint,
        credentials=invocation.credentials,
        service=invocation.service,
        worker=worker,
        qualifier=qualifier,
    )
    return FcWorkerQueue(outbound, fc2_worker.request)


def _fc3(outbound: Outbound, worker: str, qualifier: str, endpoint: str, credentials: Credentials) -> Prepare:
    def prepare(task: Task, deadline: Deadline) -> httpx.Request:
        call = ApiCall(
            "InvokeFunction",
            "2023-03-30",
            path=f"2023-03-30/functions/{quote(worker, safe='')}/invocations",
            query=[("qualifier", qualifier)] if qualifier else [],
            headers=[
                ("content-type", "application/octet-stream"),
                ("x-fc-invocation-type", "Async"),
                ("x-fc-async-task-id", task.task_id),
                *([("x-fc-async-delay", str(task.delay))] if task.delay else []),
            ],
            body=task.payload,
        )
        return signed_request(call, base_url(endpoint), credentials, outbound, deadline)[0]

    return prepare


def _refusal(response: httpx.Response) -> HandOverFailed:
    request_id = response.headers.get("x-fc-request-id", "")
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        body = None
    named = (body.get(name) for name in ("Code", "ErrorCode", "errorCode")) if isinstance(body, dict) else ()
    code = next((name for name in named if isinstance(name, str) and re.fullmatch(_SAFE, name)), "")
    return HandOverFailed(
        reason=f"HTTP {response.status_code} {code}".rstrip(),
        request_id=request_id if re.fullmatch(_SAFE, request_id) else None,
    )
