"""The asynchronous invocation on FC 2.0: `fc2` names, addresses and signs the request, our connection carries it.

Left alone, fc2 2.5.2 logs the authorization and the security token on the root logger (at ERROR on every 4xx and 5xx),
reconnects for half a minute whatever its timeout, and fails on error bodies that are not JSON.
"""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

import fc2
import fc2.auth
import httpx

from callevents.clock import Deadline
from callevents.invocation import Credentials

if TYPE_CHECKING:
    from callevents.alibabacloud.fc.fc_async import Task

_SOURCES = frozenset(
    function.__code__.co_filename for function in (fc2.Client.invoke_function, fc2.auth.Auth.sign_request)
)


class Fc2Worker:
    """The worker function in a service of FC 2.0."""

    def __init__(
        self, *, endpoint: str, credentials: Credentials, service: str, worker: str, qualifier: str
    ) -> None:
        """Make fc2's client; an empty *qualifier* means none."""
        _silence_fc2()
        self._fc2 = _Client(
            endpoint=endpoint,
            accessKeyID=credentials.access_key_id,
            accessKeySecret=credentials.access_key_secret,
            securityToken=credentials.security_token or "",
        )
        self._service = service
        self._worker = worker
        self._qualifier = qualifier

    def request(self, task: "Task", deadline: Deadline) -> httpx.Request:
        """Return a signed request to queue *task* for the worker."""
        delay = {"x-fc-async-delay": str(task.delay)} if task.delay else {}
        self._fc2.invoke_function(
            self._service,
            self._worker,
            payload=task.payload,
            headers={
                "x-fc-invocation-type": "Async",
                "x-fc-stateful-async-invocation-id": task.task_id,
                **delay,
            },
            qualifier=self._qualifier or None,
        )
        method, url, headers = self._fc2.prepared
        # fc2 always names 0 here and leaves it to `requests` to correct that.
        headers = {name: value for name, value in headers.items() if name.lower() != "content-length"}
        extensions = {"deadline": deadline, "repeatable": True}
        return httpx.Request(method, url, headers=headers, content=task.payload, extensions=extensions)


class _Client(fc2.Client):  # type: ignore[misc]  # fc2 has no types
    """Prepares requests as fc2 does, and sends none."""

    prepared: tuple[str, str, Mapping[str, str]]

    def _do_request(
        self, method: str, path: str, headers: Mapping[str, str], params: None = None, body: bytes = b""
    ) -> httpx.Response:
        del params, body
        self.prepared = (method, f"{self.endpoint}{path}", headers)
        return httpx.Response(httpx.codes.ACCEPTED)


class _NotFromFc2(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return record.pathname not in _SOURCES


_NOT_FROM_FC2 = _NotFromFc2()


def _silence_fc2() -> None:
    # fc2 calls logging.debug, logging.error: only a filter of the root logger itself sees these. Added once.
    logging.getLogger().addFilter(_NOT_FROM_FC2)
