"""Where a function's instance or a tool at a terminal makes its clients of Alibaba Cloud, over one HTTP client."""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING

from callevents.alibabacloud.credentials import resolve
from callevents.alibabacloud.outbound import Outbound, new_nonce, new_random
from callevents.clock import Clocks
from callevents.invocation import Invocation
from callevents.observability.request_log import RequestLog

if TYPE_CHECKING:
    import httpx

    from callevents.alibabacloud.ccc.contact_center import ContactCenter
    from callevents.alibabacloud.fc.fc_async import FcWorkerQueue
    from callevents.alibabacloud.fc.functions import Functions
    from callevents.alibabacloud.kms import SecretStore


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
        self.nonce = nonce
        self.random = random
        self._client = client
        self._opening = Lock()

    def close(self) -> None:
        """Close the HTTP client if it was opened."""
        with self._opening:
            if self._client is not None:
                self._client.close()

    def http(self) -> "httpx.Client":
        """Return the instance's HTTP client."""
        with self._opening:
            if self._client is None:
                from callevents.transport.client import open_client

                self._client = open_client()
            return self._client

    def contact_center(self, endpoint: str, invocation: Invocation) -> "ContactCenter":
        """Return the contact center at *endpoint*."""
        from callevents.alibabacloud.ccc.contact_center import ContactCenter

        return ContactCenter(self.outbound(invocation), endpoint, invocation.credentials)

    def worker_queue(self, worker: str, endpoint: str, invocation: Invocation) -> "FcWorkerQueue":
        """Return the queue of the function *worker*; raises HandOverFailed as `fc_async.worker_queue` does."""
        from callevents.alibabacloud.fc.fc_async import worker_queue

        return worker_queue(self.outbound(invocation), worker, endpoint, invocation)

    def functions(self, endpoint: str, invocation: Invocation) -> "Functions":
        """Return the functions as they are deployed; *endpoint* "" means that of account and region."""
        from callevents.alibabacloud.fc.functions import Functions, endpoint_of

        endpoint = endpoint or endpoint_of(invocation.account_id, invocation.region)
        outbound = self.outbound(invocation._replace(request_log=RequestLog()))
        return Functions(outbound, invocation.credentials, endpoint)

    def secret_store(self, endpoint: str, invocation: Invocation) -> "SecretStore":
        """Return the secrets in KMS at *endpoint*; "" means that of the region. The request's log leaves them out."""
        from callevents.alibabacloud.kms import SecretStore

        outbound = self.outbound(invocation._replace(request_log=RequestLog()))
        return SecretStore(outbound, endpoint, invocation.region, invocation.credentials)

    def outbound(self, invocation: Invocation) -> Outbound:
        """Return the means of the calls that *invocation* makes."""
        return Outbound(self.http(), invocation.clocks, self.nonce, self.random, invocation.request_log)


def terminal_invocation(environ: Mapping[str, str], clocks: Clocks) -> Invocation:
    """Return what stands for an invocation at a terminal: its credentials, account and region come from *environ*."""
    return Invocation(
        request_id="terminal",
        arrived_at=clocks.wall(),
        started_at=clocks.monotonic(),
        clocks=clocks,
        request_log=RequestLog(),
        credentials=resolve(environ),
        account_id=environ.get("FC_ACCOUNT_ID") or environ.get("DEPLOY_ACCOUNT", ""),
        region=environ.get("FC_REGION") or environ.get("DEPLOY_REGION", ""),
    )
