"""The request signature ACS3-HMAC-SHA256 in its stages; pure: date and nonce are arguments.

    canonical_query, canonical_headers, signed_headers, payload_hash
      -> canonical_request -> string_to_sign -> signature -> authorization        `sign` goes through them all

Each stage is a function that returns the text of that stage, so that a wrong signature can be traced to the stage
that broke. Facts: https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import quote

from callevents.invocation import Credentials

ALGORITHM = "ACS3-HMAC-SHA256"
_HASH_OF_NOTHING = hashlib.sha256(b"").hexdigest()  # nearly every call has no body

Pairs = Iterable[tuple[str, str]]


class Signed(NamedTuple):
    """A signed request: the headers to send, Authorization last, and the texts that it was computed from."""

    query: str
    headers: list[tuple[str, str]]
    string_to_sign: str


def percent_encoded(text: str) -> str:
    """Return *text* in UTF-8 with everything but `A-Za-z0-9-_.~` as %XX.

    A lone surrogate, which has no UTF-8 form, becomes `?`: the same text is signed and sent.
    """
    if text.isascii() and text.replace("-", "").isalnum():  # as names and ids are
        return text
    return quote(text, safe="~", errors="replace")


def canonical_query(query: Pairs) -> str:
    """Return the decoded pairs *query* as the query string to sign, which is also the one to send."""
    return "&".join(f"{percent_encoded(name)}={percent_encoded(value)}" for name, value in sorted(query))


def canonical_headers(headers: Pairs) -> str:
    """Return one `name:value` line for each header name, sorted, each ended by a line feed.

    The values of a name that occurs more than once, in any case, are sorted and joined by commas.
    """
    return _lines(_by_name(headers))


def signed_headers(headers: Pairs) -> str:
    """Return the names of *headers* in lower case, sorted, joined by semicolons."""
    return _names(_by_name(headers))


def payload_hash(body: bytes) -> str:
    """Return what `x-acs-content-sha256` holds for *body*."""
    return hashlib.sha256(body).hexdigest() if body else _HASH_OF_NOTHING


def canonical_request(
    *,
    method: str,
    path: str,
    canonical_query: str,
    canonical_headers: str,
    signed_headers: str,
    payload_hash: str,
) -> str:
    """Return the canonical request; *path* is percent-encoded as it is sent, empty means `/`."""
    return "\n".join([method, path or "/", canonical_query, canonical_headers, signed_headers, payload_hash])


def string_to_sign(canonical_request: str) -> str:
    """Return the algorithm and the hash of *canonical_request*, a line each."""
    return f"{ALGORITHM}\n{hashlib.sha256(_utf8(canonical_request)).hexdigest()}"


def signature(access_key_secret: str, string_to_sign: str) -> str:
    """Return the signature in lower-case hexadecimal digits."""
    return hmac.digest(_utf8(access_key_secret), _utf8(string_to_sign), "sha256").hex()


def authorization(access_key_id: str, signed_headers: str, signature: str) -> str:
    """Return the value of the Authorization header."""
    return f"{ALGORITHM} Credential={access_key_id},SignedHeaders={signed_headers},Signature={signature}"


def sign(
    *,
    method: str = "POST",
    path: str = "/",
    query: Pairs = (),
    headers: Pairs,
    body: bytes = b"",
    action: str,
    version: str,
    credentials: Credentials,
    date: str,
    nonce: str,
) -> Signed:
    """Return what to send: the query, *headers*, the `x-acs-…` ones and Authorization, which signs all of these.

    *headers* must hold `host` as it is sent, with the port unless it is the default one, and `content-type` if it
    is sent; *query* is decoded, and must be sent as the result has it. *date* is UTC, `2026-03-04T10:30:00Z`;
    *nonce* must be new for every request, also for a retry.
    """
    hashed = payload_hash(body)
    sent = [
        *headers,
        ("x-acs-action", action),
        ("x-acs-content-sha256", hashed),
        ("x-acs-date", date),
        ("x-acs-signature-nonce", nonce),
        ("x-acs-version", version),
    ]
    if credentials.security_token:
        sent.append(("x-acs-accesskey-id", credentials.access_key_id))
        sent.append(("x-acs-security-token", credentials.security_token))
    by_name = _by_name(sent)
    text, names = canonical_query(query), _names(by_name)
    to_sign = string_to_sign(
        canonical_request(
            method=method,
            path=path,
            canonical_query=text,
            canonical_headers=_lines(by_name),
            signed_headers=names,
            payload_hash=hashed,
        )
    )
    signed = signature(credentials.access_key_secret, to_sign)
    sent.append(("authorization", authorization(credentials.access_key_id, names, signed)))
    return Signed(text, sent, to_sign)


def _by_name(headers: Pairs) -> dict[str, str]:
    """Return each header under its name in lower case, the names in order; several values are joined by commas."""
    by_name: dict[str, str] = {}
    for name, value in sorted([(name.lower(), value.strip()) for name, value in headers]):
        by_name[name] = f"{by_name[name]},{value}" if name in by_name else value
    return by_name


def _lines(by_name: Mapping[str, str]) -> str:
    return "".join([f"{name}:{value}\n" for name, value in by_name.items()])


def _names(by_name: Iterable[str]) -> str:
    return ";".join(by_name)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")
