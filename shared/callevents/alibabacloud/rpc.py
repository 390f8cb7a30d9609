"""One signed call to an Alibaba Cloud API: what is tried again, and which error each refusal is.

Facts: https://help.aliyun.com/en/openapi/throttling-and-quota-management and the error tables it names.
"""

from collections.abc import Callable, Sequence
from typing import Final

import httpx

from callevents.alibabacloud.request import base_url, signed_request
from callevents.alibabacloud.rpc_response import Reply, error_for, read_reply
from callevents.clock import Clocks, Deadline
from callevents.errors import (
    CccError,
    CccRefused,
    CccThrottled,
    CccTimedOut,
    CccUnavailable,
    CccUnreadable,
    CredentialsMissing,
)
from callevents.invocation import Credentials
from callevents.observability.request_log import RequestLog
from callevents.transport.client import CertificateError, StaleConnection

ATTEMPTS: Final = 3
# A wait that is longer is not worth having a person, or a billed instance, wait for it.
LONGEST_WAIT: Final = 30.0
_CERTIFICATE = "certificate"


class RpcClient:
    """Signs calls, sends each within its deadline and repeats what is worth it, always signed anew."""

    def __init__(
        self,
        *,
        client: httpx.Client,
        endpoint: str,
        credentials: Credentials | None,
        clocks: Clocks,
        nonce: Callable[[], str],
        random: Callable[[], float],
        renew: Callable[[], Credentials | None] | None = None,
        read: Callable[[httpx.Response, str], Reply] = read_reply,
        request_log: RequestLog | None = None,
    ) -> None:
        """Take the tools; *renew* is asked once for newer credentials when the service says that these expired.

        *read* reads an answer, given the string that we signed; services differ in how they say that all is well.
        *tally* takes down each attempt.
        """
        self._client = client
        self._url = base_url(endpoint)
        self._credentials = credentials
        self._clocks = clocks
        self._nonce = nonce
        self._random = random
        self._renew = renew
        self._read = read
        self._tally = request_log or RequestLog()
        self.request_id: str | None = None

    def call(
        self,
        *,
        action: str,
        version: str,
        query: Sequence[tuple[str, str]],
        deadline: Deadline,
        accept: frozenset[str] = frozenset(),
    ) -> Reply:
        """Return the reply to an RPC call that succeeded, or whose code is in *accept*.

        Raises CredentialsMissing, and CccThrottled, CccUnavailable, CccTimedOut, CccUnreadable, CccRefused,
        CccInstanceUnknown or CccRejected, whose `reason` is the service's code and never its message.
        """
        attempts, excused = 0, False
        while True:
            asked = None
            try:
                reply = self._tried(action, version, query, deadline)
            except StaleConnection:
                # It was not the service that failed. The next connection is new.
                if not excused:
                    excused = True
                    continue
                failure: CccError = CccUnavailable(reason="connection lost")
            except CccUnavailable as error:
                failure = error
            else:
                if reply.ok or reply.code in accept:
                    return reply
                if reply.code == "InvalidSecurityToken.Expired" and self._renewed():
                    continue
                failure, asked = error_for(reply), reply.retry_after
            attempts += 1
            if attempts == ATTEMPTS or not _may_pass(failure):
                raise failure
            wait = backoff(attempts, failure, asked, self._random)
            if wait > LONGEST_WAIT or wait >= deadline.remaining():
                raise failure
            self._clocks.sleep(wait)

    def _tried(
        self, action: str, version: str, query: Sequence[tuple[str, str]], deadline: Deadline
    ) -> Reply:
        """Ask once, and take down for how long and what came of it."""
        began, came = self._clocks.monotonic(), "stale"
        try:
            reply = self._once(action, version, query, deadline)
            came = "ok" if reply.ok else reply.code or "refused"
        except (CccError, CredentialsMissing) as error:
            came = error.code
            raise
        finally:
            self._tally.add_attempt("ccc", self._clocks.monotonic() - began, came)
        return reply

    def _once(self, action: str, version: str, query: Sequence[tuple[str, str]], deadline: Deadline) -> Reply:
        if self._credentials is None:
            raise CredentialsMissing
        if deadline.remaining() <= 0:
            raise CccTimedOut(reason="no time left")
        request, string_to_sign = signed_request(
            url=self._url,
            query=query,
            action=action,
            version=version,
            credentials=self._credentials,
            at=self._clocks.wall(),
            nonce=self._nonce(),
            deadline=deadline,
        )
        try:
            response = self._client.send(request)
        except StaleConnection:
            raise
        except httpx.TimeoutException as error:
            raise CccTimedOut(reason="no answer in time") from error
        except httpx.LocalProtocolError as error:
            raise CccRefused(reason="credentials that no header can carry") from error
        except (httpx.RemoteProtocolError, httpx.DecodingError) as error:
            raise CccUnreadable(reason=type(error).__name__) from error
        except CertificateError as error:
            raise CccUnavailable(reason=_CERTIFICATE) from error
        except httpx.TransportError as error:
            raise CccUnavailable(reason=type(error).__name__) from error
        reply = self._read(response, string_to_sign)
        if reply.request_id:
            self.request_id = reply.request_id
            self._tally.set(ccc_request_id=reply.request_id)
        return reply

    def _renewed(self) -> bool:
        renew, self._renew = self._renew, None
        newer = renew() if renew is not None else None
        if newer is None or newer == self._credentials:
            return False
        self._credentials = newer
        return True


def backoff(attempts: int, failure: CccError, asked: float | None, random: Callable[[], float]) -> float:
    """Return the seconds to wait: what the service *asked*, else a little, doubled after each attempt; jittered.

    *random* gives numbers from 0 up to 1.
    """
    if asked is not None:
        return asked * (1 + random() / 10)  # all who were told the same shall not come back together
    return (0.3 if isinstance(failure, CccThrottled) else 0.1) * (1 << attempts - 1) * (0.5 + random())


def _may_pass(failure: CccError) -> bool:
    return isinstance(failure, CccThrottled | CccUnavailable) and failure.reason != _CERTIFICATE
