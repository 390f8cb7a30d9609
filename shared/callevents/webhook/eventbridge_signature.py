"""Checks EventBridge's RSA signature with the configured certificate: none is ever fetched.

Source: https://help.aliyun.com/en/eventbridge/user-guide/signature-algorithm
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from callevents.invocation import Request
from callevents.webhook.hmac_signature import WrongSignature

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

MAX_AGE_MILLISECONDS = 60_000
SIGNATURE = "x-eventbridge-signature-v2"
TIMESTAMP = "x-eventbridge-signature-timestamp"
_HASH = "x-eventbridge-hash-method"
# In the order in which they are signed.
_SIGNED = (
    TIMESTAMP,
    _HASH,
    "x-eventbridge-signature-version",
    "x-eventbridge-signature-url",
    "x-eventbridge-signature-token",
)
_MILLISECONDS = re.compile(r"[0-9]{1,15}", re.ASCII)


def read_certificate(pem: str) -> RSAPublicKey:
    """Return the RSA key in an X.509 certificate; raise ValueError if there is none."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.x509 import load_pem_x509_certificate

    try:
        key = load_pem_x509_certificate(pem.encode()).public_key()
    except UnsupportedAlgorithm:
        key = None
    if not isinstance(key, RSAPublicKey):
        msg = "not an RSA key"
        raise ValueError(msg)  # noqa: TRY004 - what is wrong is the value of a setting
    return key


def check_certified(key: RSAPublicKey, request: Request, now: float) -> None:
    """Raise WrongSignature unless the request was signed with *key*, for this URL, within a minute of *now*.

    *now* is in Unix seconds. The certificate's own dates do not matter: whoever configured it trusts it.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    headers = request.headers
    timestamp = headers.get(TIMESTAMP, "")
    if not _MILLISECONDS.fullmatch(timestamp) or abs(now * 1000 - int(timestamp)) > MAX_AGE_MILLISECONDS:
        raise WrongSignature("expired timestamp")
    if headers.get(_HASH, "") != "SHA256":
        raise WrongSignature("unknown hash method")
    try:
        signature = b64decode(headers.get(SIGNATURE, ""), validate=True)
    except ValueError:  # not ASCII, or not base64
        raise WrongSignature("wrong signature") from None
    for signed in _strings_to_sign(request):
        try:
            key.verify(signature, signed, PKCS1v15(), SHA256())
        except InvalidSignature:
            continue
        return
    raise WrongSignature("wrong signature")


def _strings_to_sign(request: Request) -> Iterator[bytes]:
    """Yield what may have been signed: the vendor's sample program signs a final line feed, its document does not."""
    headers = request.headers
    url = f"https://{headers.get('host', '')}{quote(request.path, errors='surrogatepass')}"
    if request.query:
        url += f"?{urlencode(request.query, errors='surrogatepass')}"
    lines = [url, *(f"{name}: {headers[name]}" for name in _SIGNED if name in headers)]
    signed = "\n".join(lines).encode("utf-8", "surrogatepass") + b"\n" + request.body
    yield signed
    yield signed + b"\n"
