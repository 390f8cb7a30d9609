"""One signed call to an RPC service of Alibaba Cloud: what is tried again, and which error each failure is.

Facts: https://help.aliyun.com/en/openapi/throttling-and-quota-management and the error tables it names.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import httpx

from callevents.alibabacloud.outbound import Outbound
from callevents.alibabacloud.request import ApiCall, base_url, signed_request
from callevents.alibabacloud.rpc_response import RpcError, RpcErrorKind, RpcResponse, error_for, read_response
from callevents.clock import Deadline
from callevents.errors import CredentialsMissing
from callevents.invocation import Credentials
from callevents.retry import Backoff, retry
from callevents.transport.client import CertificateError, StaleConnection
from callevents.transport.stale import once_more_if_stale

MAX_ATTEMPTS: Final = 3
# A wait that is longer is not worth having a person, or a billed instance, wait for it.
MAX_WAIT_SECONDS: Final = 30.0
_BACKOFF: Final = Backoff(0.1, jitter=0.5)
_THROTTLED_BACKOFF: Final = Backoff(0.3, jitter=0.5)
_CERTIFICATE: Final = "certificate"


class RpcService(NamedTuple):
    """A service: the name its fields have in the request log, its API version, and where it is.

    `read` reads an answer, given the string that was signed; services differ in how they say that a call succeeded.
    """

    name: str
    version: str
    endpoint: str
    read: Callable[[httpx.Response, str], RpcResponse] = read_response


class RpcClient:
    """Signs calls, sends each within its deadline and repeats what is worth it, always signed anew."""

    def __init__(
        self,
        outbound: Outbound,
        service: RpcService,
        credentials: Credentials | None,
        renew: Callable[[], Credentials | None] | None = None,
    ) -> None:
        """Take the means; *renew* is asked once for newer credentials when the service says that these expired."""
        self._outbound = outbound
        self._service = service
        self._url = base_url(service.endpoint)
        self._credentials = credentials
        self._renew = renew
        self.request_id: str | None = None

    def call(
        self,
        action: str,
        query: Sequence[tuple[str, str]],
        deadline: Deadline,
        *,
        accept: frozenset[str] = frozenset(),
        method: str = "POST",
        path: str = "",
    ) -> RpcResponse:
        """Return the response to a call that succeeded, or whose code is in *accept*.

        A refusal that the caller goes on with (what is to be made exists, an action is not allowed) is such a response.
        *method* and *path* are for services whose operations have paths. Raises CredentialsMissing and RpcError.
        """
        call = ApiCall(action, self._service.version, method, path, query=query)
        return retry(
            lambda: self._attempt(call, deadline, accept),
            wait=self._wait,
            deadline=deadline,
            sleep=self._outbound.clocks.sleep,
            attempts=MAX_ATTEMPTS,
            max_wait=MAX_WAIT_SECONDS,
        )

    def _attempt(self, call: ApiCall, deadline: Deadline, accept: frozenset[str]) -> RpcResponse:
        """Send *call* once, and at once again over a new connection, or with newer credentials if these expired."""
        response = self._over_a_live_connection(call, deadline)
        if response.code == "InvalidSecurityToken.Expired" and self._renewed():
            response = self._over_a_live_connection(call, deadline)
        if response.ok or response.code in accept:
            return response
        raise error_for(response)

    def _over_a_live_connection(self, call: ApiCall, deadline: Deadline) -> RpcResponse:
        try:
            return once_more_if_stale(lambda _repeat: self._logged(call, deadline))
        except StaleConnection as error:
            raise RpcError(RpcErrorKind.UNAVAILABLE, "connection lost") from error

    def _logged(self, call: ApiCall, deadline: Deadline) -> RpcResponse:
        """Send *call* once, and record for how long and with what outcome."""
        clock, outcome = self._outbound.clocks.monotonic, "stale"
        began = clock()
        try:
            response = self._send(call, deadline)
            outcome = response.outcome
        except RpcError as error:
            outcome = f"{self._service.name}_{error.kind.value}"
            raise
        except CredentialsMissing as error:
            outcome = error.code
            raise
        finally:
            self._outbound.log.add_attempt(self._service.name, clock() - began, outcome)
        return response

    def _send(self, call: ApiCall, deadline: Deadline) -> RpcResponse:
        if self._credentials is None:
            raise CredentialsMissing
        if deadline.remaining() <= 0:
            raise RpcError(RpcErrorKind.TIMED_OUT, "no time left")
        request, string_to_sign = signed_request(call, self._url, self._credentials, self._outbound, deadline)
        try:
            answer = self._outbound.client.send(request)
        except StaleConnection:
            raise
        except httpx.RequestError as error:
            raise _transport_error(error) from error
        response = self._service.read(answer, string_to_sign)
        if response.request_id:
            self.request_id = response.request_id
            self._outbound.log.set(**{f"{self._service.name}_request_id": response.request_id})
        return response

    def _renewed(self) -> bool:
        renew, self._renew = self._renew, None
        newer = renew() if renew is not None else None
        if newer is None or newer == self._credentials:
            return False
        self._credentials = newer
        return True

    def _wait(self, error: Exception, failed: int) -> float | None:
        if not isinstance(error, RpcError) or not is_retryable(error):
            return None
        backoff = _THROTTLED_BACKOFF if error.kind is RpcErrorKind.THROTTLED else _BACKOFF
        return backoff.seconds(failed, self._outbound.random, error.retry_after)


def is_retryable(error: RpcError) -> bool:
    """Return whether the same call may succeed in a moment; a certificate that is not valid stays so."""
    return error.kind in {RpcErrorKind.THROTTLED, RpcErrorKind.UNAVAILABLE} and error.reason != _CERTIFICATE


def _transport_error(error: httpx.RequestError) -> RpcError:
    if isinstance(error, httpx.TimeoutException):
        return RpcError(RpcErrorKind.TIMED_OUT, "no answer in time")
    if isinstance(error, httpx.LocalProtocolError):
        return RpcError(RpcErrorKind.REFUSED, "credentials that no header can carry")
    if isinstance(error, httpx.RemoteProtocolError | httpx.DecodingError):
        return RpcError(RpcErrorKind.UNREADABLE, type(error).__name__)
    reason = _CERTIFICATE if isinstance(error, CertificateError) else type(error).__name__
    return RpcError(RpcErrorKind.UNAVAILABLE, reason)
