"""GetSecretValue of the Key Management Service: the text of a secret, by its name.

https://www.alibabacloud.com/help/en/kms/key-management-service/developer-reference/api-getsecretvalue
Endpoints: https://www.alibabacloud.com/help/doc-detail/69006.htm
Errors: https://error-center.alibabacloud.com/status/product/Kms
"""

import json
import re
from collections.abc import Callable
from typing import Final

import httpx

from callevents.alibabacloud.rpc import RpcClient
from callevents.alibabacloud.rpc_response import Reply, read_reply
from callevents.clock import Clocks, Deadline
from callevents.errors import CallEventsError, CredentialsMissing, SecretUnavailable
from callevents.invocation import Credentials

# A secret has 30 KB at most, and no character of it needs more than six bytes of JSON.
_LONGEST_ANSWER: Final = 256 * 1024
# With these codes KMS itself says that we shall not have the secret; every other failure says nothing of it.
_WITHDRAWN: Final = frozenset(
    {
        *("Forbidden.ResourceNotFound", "Forbidden.NoPermission", "NoPermission"),
        *("Rejected.ResourceInDeleteWindow", "Rejected.Disabled", "Rejected.PendingDeletion"),
    }
)


class SecretStore:
    """The secrets of one region, for one invocation."""

    def __init__(
        self,
        *,
        client: httpx.Client,
        endpoint: str,
        region: str,
        credentials: Credentials | None,
        clocks: Clocks,
        nonce: Callable[[], str],
        random: Callable[[], float],
    ) -> None:
        """Take what a call needs; *endpoint* "" means the public one of *region*."""
        endpoint = endpoint or endpoint_of(region)
        self._api = (
            RpcClient(
                client=client, endpoint=endpoint, credentials=credentials, clocks=clocks, nonce=nonce, random=random,
                read=_read,
            )
            if endpoint
            else None
        )  # fmt: skip

    def secret(self, name: str, deadline: Deadline) -> str:
        """Return the current text of the secret *name* before *deadline*, without blanks around it.

        Raises SecretUnavailable; neither its reason nor anything it hangs on holds the text.
        """
        if self._api is None:
            raise SecretUnavailable(reason="region unknown")
        try:
            reply = self._api.call(
                action="GetSecretValue",
                version="2016-01-20",
                query=[("SecretName", name), ("VersionStage", "ACSCurrent")],
                deadline=deadline,
            )
        except CredentialsMissing:
            raise SecretUnavailable(reason="no credentials") from None
        except CallEventsError as error:
            raise SecretUnavailable(
                reason=error.reason, request_id=error.request_id, withdrawn=error.reason in _WITHDRAWN
            ) from None
        return _text(reply)


def endpoint_of(region: str) -> str:
    """Return the public endpoint of *region*, "" where that is no region."""
    return f"https://kms.{region}.aliyuncs.com" if re.fullmatch(r"[a-z0-9-]{1,63}", region) else ""


def _read(response: httpx.Response, string_to_sign: str) -> Reply:
    """Return what *response* says; an answer with a secret names no Code, so it gets the one that others have."""
    if len(response.content) > _LONGEST_ANSWER:
        return Reply(response.status_code)
    reply = read_reply(response, string_to_sign)
    if reply.code or not response.is_success:
        return reply
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        return reply
    return reply._replace(code="OK", data=body) if isinstance(body, dict) and "SecretData" in body else reply


def _text(reply: Reply) -> str:
    body = reply.data if isinstance(reply.data, dict) else {}
    text, kind = body.get("SecretData"), body.get("SecretDataType", "text")
    if kind != "text":
        raise SecretUnavailable(reason="not a text but binary", request_id=reply.request_id, withdrawn=True)
    if not isinstance(text, str):
        raise SecretUnavailable(reason="no text in the answer", request_id=reply.request_id)
    if not text.strip():
        raise SecretUnavailable(reason="empty", request_id=reply.request_id, withdrawn=True)
    return text.strip()
