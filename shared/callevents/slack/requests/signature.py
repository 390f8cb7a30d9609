"""Verifies Slack's signature of a request. Never raises; the reason of a failure is for the log only.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hmac
import re
from functools import lru_cache
from typing import Literal, TypeAlias

from callevents.settings.validators import is_signing_secret

SignatureFailure: TypeAlias = Literal["missing", "malformed", "expired", "mismatch", "unusable_secret"]

WINDOW_SECONDS = 300.0
_TIMESTAMP = re.compile(r"[0-9]{1,15}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)


def signature_failure(
    *, secret: str, timestamp: str | None, signature: str | None, body: bytes, now: float
) -> SignatureFailure | None:
    """Return why the signature of *body* fails, None where Slack signed it within five minutes of *now*.

    *timestamp* and *signature* are the headers X-Slack-Request-Timestamp and X-Slack-Signature; *now* in Unix seconds.
    """
    if not timestamp or not signature:
        return "missing"
    if not (_TIMESTAMP.fullmatch(timestamp) and _SIGNATURE.fullmatch(signature)):
        return "malformed"
    if not abs(now - int(timestamp)) <= WINDOW_SECONDS:  # in this form NaN fails, too
        return "expired"
    key = usable_secret(secret)
    if key is None:
        return "unusable_secret"
    expected = hmac.digest(key, b"v0:%s:%s" % (timestamp.encode(), body), "sha256").hex()
    return None if hmac.compare_digest("v0=" + expected, signature) else "mismatch"


@lru_cache(maxsize=8)  # an instance has one for a long time, and is asked at every request
def usable_secret(secret: str) -> bytes | None:
    """Return the signing key, None where *secret* is empty, weak, a KMS reference, or has blanks inside."""
    return secret.strip().encode("utf-8", "surrogatepass") if is_signing_secret(secret) else None
