"""GetSecretValue of the Key Management Service: the text of a secret, by its name.

https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-getsecretvalue
Endpoints: https://www.alibabacloud.com/help/doc-detail/69006.htm
Errors: https://error-center.alibabacloud.com/status/product/Kms
"""

import re
from typing import Final

import httpx

from callevents.alibabacloud.outbound import Outbound
from callevents.alibabacloud.rpc import RpcClient, RpcService
from callevents.alibabacloud.rpc_response import RpcError, RpcResponse, read_codeless_response
from callevents.clock import Deadline
from callevents.errors import CredentialsMissing, SecretUnavailable
from callevents.invocation import Credentials

# A secret has 30 KB at most, and no character of it needs more than six bytes of JSON.
_MAX_BYTES: Final = 256 * 1024
# These codes mean that the secret was withdrawn; after any other failure it may still be valid.
_WITHDRAWN: Final = frozenset(
    {
        *("Forbidden.ResourceNotFound", "Forbidden.NoPermission", "NoPermission"),
        *("Rejected.ResourceInDeleteWindow", "Rejected.Disabled", "Rejected.PendingDeletion"),
    }
)


class SecretStore:
    """The secrets of one region, for one invocation."""

    def __init__(
        self, outbound: Outbound, endpoint: str, region: str, credentials: Credentials | None
    ) -> None:
        """Bind the client to its connection, clocks and log; *endpoint* "" means the public one of *region*."""
        endpoint = endpoint or endpoint_of(region)
        service = RpcService("kms", "2016-01-20", endpoint, _read)
        self._rpc = RpcClient(outbound, service, credentials) if endpoint else None

    def secret(self, name: str, deadline: Deadline) -> str:
        """Return the current text of the secret *name* before *deadline*, without blanks around it.

        Raises SecretUnavailable; neither its reason nor anything it hangs on holds the text.
        """
        if self._rpc is None:
            raise SecretUnavailable(reason="region unknown")
        try:
            response = self._rpc.call(
                "GetSecretValue", [("SecretName", name), ("VersionStage", "ACSCurrent")], deadline
            )
        except CredentialsMissing:
            raise SecretUnavailable(reason="no credentials") from None
        except RpcError as error:
            raise SecretUnavailable(
                reason=error.reason, request_id=error.request_id, withdrawn=error.reason in _WITHDRAWN
            ) from None
        return _text(response)


def endpoint_of(region: str) -> str:
    """Return the public endpoint of *region*, "" where that is no region."""
    return f"https://kms.{region}.aliyuncs.com" if re.fullmatch(r"[a-z0-9-]{1,63}", region) else ""


def _read(response: httpx.Response, string_to_sign: str) -> RpcResponse:
    if len(response.content) > _MAX_BYTES:
        return RpcResponse(response.status_code)
    return read_codeless_response(response, string_to_sign)


def _text(response: RpcResponse) -> str:
    body = response.data if isinstance(response.data, dict) else {}
    text, kind = body.get("SecretData"), body.get("SecretDataType", "text")
    if "SecretData" not in body:
        raise SecretUnavailable(reason=f"HTTP {response.status}", request_id=response.request_id)
    if kind != "text":
        raise SecretUnavailable(
            reason="not a text but binary", request_id=response.request_id, withdrawn=True
        )
    if not isinstance(text, str):
        raise SecretUnavailable(reason="no text in the answer", request_id=response.request_id)
    if not text.strip():
        raise SecretUnavailable(reason="empty", request_id=response.request_id, withdrawn=True)
    return text.strip()
