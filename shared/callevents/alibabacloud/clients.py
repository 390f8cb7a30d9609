"""Where an instance of a function makes its clients of Alibaba Cloud, over one HTTP client."""

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

from callevents.alibabacloud.outbound import Outbound, new_nonce, new_random
from callevents.invocation import Invocation

if TYPE_CHECKING:
    import httpx

    from callevents.alibabacloud.ccc import ContactCenter
    from callevents.alibabacloud.fc_async import WorkerQueue


class Clients:
    """Makes the clients of an invocation, with that invocation's credentials. Safe for many threads.

    The HTTP client is opened when it is first needed.
    """

    def __init__(
        self,
        client: "httpx.Client | None" = None,
        *,
        nonce: Callable[[], str] = new_nonce,
        random: Callable[[], float] = new_random,
    ) -> None:
        """Open nothing; *client* takes the place of the one that would be opened."""
        self.random = random
        self._client = client
        self._nonce = nonce
        self._opening = Lock()

    def http(self) -> "httpx.Client":
        """Return the instance's HTTP client."""
        with self._opening:
            if self._client is None:
                from callevents.transport.client import open_client

                self._client = open_client()
            return self._client

    def contact_center(self, endpoint: str, invocation: Invocation) -> "ContactCenter":
        """Return the contact center at *endpoint*."""
        from callevents.alibabacloud.ccc import ContactCenter

        return ContactCenter(self._outbound(invocation), endpoint, invocation.credentials)

    def worker_queue(self, worker: str, endpoint: str, invocation: Invocation) -> "WorkerQueue":
        """Return the queue of the function *worker*; raises HandOverFailed as `fc_async.worker_queue` does."""
        from callevents.alibabacloud.fc_async import worker_queue

        return worker_queue(self._outbound(invocation), worker, endpoint, invocation)

    def _outbound(self, invocation: Invocation) -> Outbound:
        return Outbound(self.http(), invocation.clocks, self._nonce, self.random, invocation.request_log)
