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

from callevents.alibabacloud.request import base_url, signed_request
from callevents.clock import Clocks, Deadline
from callevents.errors import HandOverFailed
from callevents.invocation import Credentials, Invocation
from callevents.observability.request_log import RequestLog
from callevents.transport.client import CertificateError, StaleConnection

LARGEST_PAYLOAD: Final = 128 * 1024
ATTEMPTS: Final = 2
PAUSE: Final = 0.1
LONGEST_DELAY: Final = 3600

# Compiled when they are first used: most lookups hand nothing over.
_TASK_ID = r"[A-Za-z_][A-Za-z0-9_-]{0,127}"
_LABEL = r"[0-9A-Za-z-]{1,63}"
_SAFE = r"[0-9A-Za-z._-]{1,64}"


# One request to run the worker later, signed anew for each attempt: payload, task id, seconds to wait first, deadline.
Prepare: TypeAlias = Callable[[bytes, str, int, Deadline], httpx.Request]


class WorkerQueue:
    """Where jobs for the worker are put."""

    def __init__(
        self, client: httpx.Client, prepare: Prepare, clocks: Clocks, request_log: RequestLog | None = None
    ) -> None:
        self._tally = request_log or RequestLog()
        self._client = client
        self._prepare = prepare
        self._clocks = clocks

    def hand_over(self, payload: bytes, task_id: str, deadline: Deadline, *, delay: int = 0) -> bool:
        """Queue *payload* for the worker before *deadline*; return False if another request has queued *task_id*.

        The platform lets it wait for *delay* seconds, an hour at most, which cost nothing. Tried twice where that may
        help: a task id that is queued already is never queued again. Raises HandOverFailed.
        """
        delay = min(delay, LONGEST_DELAY)
        if len(payload) > LARGEST_PAYLOAD:
            raise HandOverFailed(reason="payload over 128 KB")
        if not re.fullmatch(_TASK_ID, task_id):
            raise HandOverFailed(reason="not a task id")
        perhaps_queued = False
        for attempts_left in range(ATTEMPTS - 1, -1, -1):
            outcome = self._tried(payload, task_id, delay, deadline)
            perhaps_queued = perhaps_queued or outcome.perhaps_queued
            if outcome.queued:
                return True
            if outcome.failure is None:
                return perhaps_queued  # by ourselves, then: the answer was lost on its way
            if not outcome.may_pass or not attempts_left or deadline.remaining() <= PAUSE:
                raise outcome.failure
            self._clocks.sleep(PAUSE)
        raise AssertionError("the last attempt returns or raises")

    def _tried(self, payload: bytes, task_id: str, delay: int, deadline: Deadline) -> "_Outcome":
        """Make one attempt, and take down for how long and what came of it."""
        began = self._clocks.monotonic()
        outcome = self._attempt(payload, task_id, delay, deadline)
        came = "ok" if outcome.queued else "duplicate" if outcome.failure is None else outcome.failure.reason
        self._tally.add_attempt("hand_over", self._clocks.monotonic() - began, came)
        return outcome

    def _attempt(self, payload: bytes, task_id: str, delay: int, deadline: Deadline) -> "_Outcome":
        stale = False
        try:
            try:
                response = self._send(payload, task_id, delay, deadline)
            except StaleConnection:
                stale = True  # an idle connection had died; the next one is new
                response = self._send(payload, task_id, delay, deadline)
        except (httpx.HTTPError, ValueError) as error:  # ValueError: credentials that no header can carry
            failure = HandOverFailed(reason=type(error).__name__)
            may_pass = isinstance(error, _PASSING) and not isinstance(error, CertificateError)
            return _Outcome(failure=failure, may_pass=may_pass, perhaps_queued=True)
        status = response.status_code
        if status == httpx.codes.ACCEPTED:
            return _Outcome(queued=True)
        if status == httpx.codes.CONFLICT:
            return _Outcome(perhaps_queued=stale)
        may_pass = response.is_server_error or status == httpx.codes.TOO_MANY_REQUESTS
        return _Outcome(
            failure=_refusal(response), may_pass=may_pass, perhaps_queued=response.is_server_error
        )

    def _send(self, payload: bytes, task_id: str, delay: int, deadline: Deadline) -> httpx.Response:
        return self._client.send(self._prepare(payload, task_id, delay, deadline))


class _Outcome(NamedTuple):
    """What became of an attempt; neither queued nor a failure means that the task id was queued before."""

    queued: bool = False
    failure: HandOverFailed | None = None
    may_pass: bool = False
    perhaps_queued: bool = False


# A lost connection may pass; a certificate, a garbled answer and a deadline that has passed do not.
_PASSING = (httpx.ReadError, httpx.ConnectError)


def worker_queue(
    *, client: httpx.Client, worker: str, endpoint: str, invocation: Invocation, nonce: Callable[[], str]
) -> WorkerQueue:
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
        prepare = _fc3(
            worker=worker,
            qualifier=qualifier,
            endpoint=endpoint,
            credentials=invocation.credentials,
            clocks=invocation.clocks,
            nonce=nonce,
        )
        return WorkerQueue(client, prepare, invocation.clocks, invocation.request_log)
    if not invocation.service:
        raise HandOverFailed(reason="service unknown")
    from callevents.alibabacloud.fc2 import Fc2Worker

    fc2_worker = Fc2Worker(
        endpoint=endpoint,
        credentials=invocation.credentials,
        service=invocation.service,
        worker=worker,
        qualifier=qualifier,
    )
    return WorkerQueue(client, fc2_worker.request, invocation.clocks, invocation.request_log)


def _fc3(
    *,
    worker: str,
    qualifier: str,
    endpoint: str,
    credentials: Credentials,
    clocks: Clocks,
    nonce: Callable[[], str],
) -> Prepare:
    def prepare(payload: bytes, task_id: str, delay: int, deadline: Deadline) -> httpx.Request:
        request, _ = signed_request(
            url=base_url(endpoint),
            path=f"2023-03-30/functions/{quote(worker, safe='')}/invocations",
            query=[("qualifier", qualifier)] if qualifier else [],
            headers=[
                ("content-type", "application/octet-stream"),
                ("x-fc-invocation-type", "Async"),
                ("x-fc-async-task-id", task_id),
                *([("x-fc-async-delay", str(delay))] if delay else []),
            ],
            body=payload,
            action="InvokeFunction",
            version="2023-03-30",
            credentials=credentials,
            at=clocks.wall(),
            nonce=nonce(),
            deadline=deadline,
        )
        return request

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
