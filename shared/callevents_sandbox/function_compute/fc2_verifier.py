"""Verifies requests signed for the API of FC 2.0; independent of the `fc2` client.

Source: https://help.aliyun.com/document_detail/52877.html
"""

import base64
import hashlib
import hmac
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

from callevents_sandbox.alibabacloud.acs3_verifier import (
    WINDOW_SECONDS,
    AccessKey,
    Gate,
    Refusal,
    SentRequest,
)
from callevents_sandbox.function_compute.api_messages import MISMATCH


def admit(gate: Gate, request: SentRequest) -> AccessKey:
    """Return the key of the request; raise Refusal with the codes of Function Compute."""
    scheme, _, credential = request.header("authorization").partition(" ")
    key_id, separator, signature = credential.partition(":")
    if not request.header("date") or not separator or scheme != "FC":
        name = "Authorization" if request.header("date") else "Date"
        raise Refusal(400, "MissingRequiredHeader", f"required HTTP header {name} was not specified")
    key = gate.keys.get(key_id)
    if key is None or not key.active:
        raise Refusal(403, "InvalidAccessKeyID", f"invalid access key ID '{key_id}'")
    if request.header("x-fc-security-token") != (key.token or "") or key.expired:
        raise Refusal(403, "AccessDenied", "the security token is invalid or expired")
    if not _is_recent(request.header("date"), gate.clock()):
        raise Refusal(403, "AccessDenied", "the date of the request is more than 15 minutes off")
    if not hmac.compare_digest(_signature(key.secret, request).encode(), signature.encode()):
        raise Refusal(403, "SignatureNotMatch", MISMATCH)
    return key


def _is_recent(date: str, now: float) -> bool:
    try:
        return abs(parsedate_to_datetime(date).timestamp() - now) <= WINDOW_SECONDS
    except (TypeError, ValueError):
        return False


def _signature(secret: str, request: SentRequest) -> str:
    own = sorted((name, value.strip()) for name, value in request.headers if name.startswith("x-fc-"))
    lines = [
        request.method.upper(),
        request.header("content-md5"),
        request.header("content-type"),
        request.header("date"),
        *(f"{name}:{value}" for name, value in own),
        unquote(request.path),
    ]
    digest = hmac.new(secret.encode(), "\n".join(lines).encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
