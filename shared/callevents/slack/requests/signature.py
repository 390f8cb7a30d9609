"""Whether Slack signed a request. Total: no input makes it raise, and only the log learns the reason.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hmac
import re
from hashlib import sha256
from typing import Literal, TypeAlias

SignatureFailure: TypeAlias = Literal["missing", "malformed", "expired", "mismatch", "unusable_secret"]

WINDOW = 300.0
SHORTEST_SECRET = 16
_STAMP = re.compile(r"[0-9]{1,15}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)


def signature_failure(
    *, secret: str, stamp: str | None, signature: str | None, body: bytes, now: float
) -> SignatureFailure | None:
    """Return what is wrong with the signature of *body*, None where Slack signed it within five minutes of *now*.

    *stamp* and *signature* are the headers X-Slack-Request-Timestamp and X-Slack-Signature; *now* in Unix seconds.
    """
    key = usable_secret(secret)
    if key is None:
        return "unusable_secret"
    if not stamp or not signature:
        return "missing"
    if not (_STAMP.fullmatch(stamp) and _SIGNATURE.fullmatch(signature)):
        return "malformed"
    if not abs(now - int(stamp)) <= WINDOW:  # written so that a clock that is not a number refuses
        return "expired"
    expected = hmac.new(key, b"v0:%s:%s" % (stamp.encode(), body), sha256).hexdigest()
    return None if hmac.compare_digest(b"v0=" + expected.encode(), signature.encode()) else "mismatch"


def usable_secret(secret: str) -> bytes | None:
    """Return the key to sign with, or None where *secret* is empty, has blanks inside or is too short to be one."""
    stripped = secret.strip()
    if len(stripped) < SHORTEST_SECRET or stripped.split() != [stripped]:
        return None
    return stripped.encode("utf-8", "surrogatepass")
