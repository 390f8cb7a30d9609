"""Security Token Service: whose key it is that signs.

https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-getcalleridentity
"""

import re
from typing import Final, NamedTuple

from callevents.alibabacloud.outbound import Outbound
from callevents.alibabacloud.rpc import RpcClient, RpcService
from callevents.alibabacloud.rpc_response import RpcError, RpcErrorKind, read_codeless_response
from callevents.clock import Deadline
from callevents.invocation import Credentials

_SECONDS: Final = 30.0


class Caller(NamedTuple):
    """Who signs: the account, and the ARN of the user or role in it."""

    account: str
    arn: str


def caller(outbound: Outbound, credentials: Credentials | None, endpoint: str) -> Caller:
    """Return who *credentials* belong to; it needs no permission. Raises CredentialsMissing and RpcError."""
    service = RpcService("sts", "2015-04-01", endpoint, read_codeless_response)
    monotonic = outbound.clocks.monotonic
    deadline = Deadline.after(_SECONDS, monotonic)
    response = RpcClient(outbound, service, credentials).call("GetCallerIdentity", [], deadline)
    body = response.data if isinstance(response.data, dict) else {}
    account, arn = body.get("AccountId"), body.get("Arn")
    if not isinstance(account, str) or not re.fullmatch(r"[0-9]{1,20}", account):
        reason, request_id = "no AccountId", response.request_id
        raise RpcError(RpcErrorKind.UNREADABLE, reason, request_id=request_id, status=response.status)
    return Caller(account, arn if isinstance(arn, str) and re.fullmatch(r"[\w:/.@-]{1,200}", arn) else "")
