"""Checks HMAC-SHA256 signatures over the raw body: each sender's own form, and ours."""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

MAX_AGE_SECONDS = 300

_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
# The start of what a timestamped form signs. Accepted as a body it would let a recorded request pass without its time.
# A time of day ("16:15 Call dropped") does not match: Unix seconds that were ever fresh have ten digits.
_TIMESTAMPED = re.compile(rb"[0-9]{9,20}:")


class SignatureForm(NamedTuple):
    """Where a sender puts its signature: lower-case hex behind `prefix`, several separated by commas.

    With a timestamp header, `<timestamp>:` is signed before the body; `timed` makes that header compulsory.
    """

    header: str
    prefix: str = ""
    timestamp_header: str | None = None
    timed: bool = False


OWN = SignatureForm("x-callevents-signature", "v1=", "x-callevents-timestamp", timed=True)


class WrongSignature(Exception):
    """The signature is wrong; the argument says why, for the log only."""


def check_signature(
    form: SignatureForm, headers: Mapping[str, str], body: bytes, secrets: Sequence[bytes], now: float
) -> None:
    """Raise WrongSignature unless one of the signatures in the header was made with one of *secrets*.

    *now* is in Unix seconds. Takes the same time for every wrong signature.
    """
    timestamp = headers.get(form.timestamp_header) if form.timestamp_header else None
    if timestamp is not None:
        signed = _fresh(timestamp, now) + b":" + body
    elif form.timed:
        raise WrongSignature("no timestamp")
    elif _TIMESTAMPED.match(body):
        raise WrongSignature("a timestamp in the body")
    else:
        signed = body
    presented = [
        part.strip().removeprefix(form.prefix).encode("utf-8", "surrogatepass")
        for part in headers[form.header].split(",")
        if part.strip().startswith(form.prefix)
    ]
    valid = False
    for secret in secrets:
        expected = hmac.new(secret, signed, hashlib.sha256).hexdigest().encode()
        for signature in presented:
            valid |= hmac.compare_digest(expected, signature)
    if not valid:
        raise WrongSignature("wrong signature")


def _fresh(timestamp: str, now: float) -> bytes:
    timestamp = timestamp.strip()
    if not _TIMESTAMP.fullmatch(timestamp):
        raise WrongSignature("malformed timestamp")
    if abs(now - int(timestamp)) > MAX_AGE_SECONDS:
        raise WrongSignature("expired timestamp")
    return timestamp.encode()
