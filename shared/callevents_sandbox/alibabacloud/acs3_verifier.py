"""Verifies requests signed with ACS3-HMAC-SHA256, as Alibaba Cloud's gateway does.

Written from the vendor's page and independent of the product's own signer, so that each judges the other.
Source: https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
"""

import hashlib
import hmac
import re
from calendar import timegm
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import strptime
from urllib.parse import parse_qsl, quote

WINDOW_SECONDS = 15 * 60
ALGORITHM = "ACS3-HMAC-SHA256"
_AUTHORIZATION = re.compile(
    ALGORITHM + r"\s+Credential=([^,\s]*)\s*,\s*SignedHeaders=([^,\s]*)\s*,\s*Signature=([^,\s]*)\s*"
)
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key that a server knows; a temporary one (`STS.…`) has a `token`, which `expired` makes too old."""

    id: str
    secret: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    active: bool = True
    expired: bool = False


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request as it came: the path and query still encoded, header names in lower case, in the order sent."""

    method: str
    path: str
    query: str
    headers: Sequence[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        """Return the first header of *name* (lower case), trimmed, or an empty text."""
        return next((value.strip() for each, value in self.headers if each == name), "")


class Refusal(Exception):
    """The gateway refuses a request: HTTP `status`, `code` and `message` as documented."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message


class Gate:
    """Verifies signatures with known keys and remembers nonces. *clock* gives Unix seconds."""

    def __init__(self, keys: Sequence[AccessKey], clock: Callable[[], float]) -> None:
        self.keys: dict[str, AccessKey] = {key.id: key for key in keys}
        self.clock = clock
        self._nonces: dict[tuple[str, str], float] = {}

    def admit(self, request: SentRequest) -> AccessKey:
        """Return the key of the request; raise Refusal for the first of the checks that fails."""
        key_id, names, signature = _authorization(request)
        key = self._key(key_id)
        _check_token(request, key)
        self._check_date(request)
        _check_signature(request, key, names, signature)
        self._check_nonce(request, key)
        return key

    def _key(self, key_id: str) -> AccessKey:
        key = self.keys.get(key_id)
        if key is None:
            raise Refusal(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
        if not key.active:
            raise Refusal(400, "InvalidAccessKeyId.Inactive", "Specified access key is disabled.")
        return key

    def _check_date(self, request: SentRequest) -> None:
        text = request.header("x-acs-date")
        try:
            at = timegm(strptime(text, "%Y-%m-%dT%H:%M:%SZ")) if _DATE.fullmatch(text) else None
        except ValueError:
            at = None
        if at is None:
            message = "Specified time stamp or date value is not well formatted."
            raise Refusal(400, "InvalidTimeStamp.Format", message)
        if abs(self.clock() - at) > WINDOW_SECONDS:
            raise Refusal(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")

    def _check_nonce(self, request: SentRequest, key: AccessKey) -> None:
        now = self.clock()
        nonce = (key.id, request.header("x-acs-signature-nonce"))
        self._nonces = {each: at for each, at in self._nonces.items() if now - at <= WINDOW_SECONDS}
        if nonce in self._nonces:
            raise Refusal(400, "SignatureNonceUsed", "Specified signature nonce was used already.")
        self._nonces[nonce] = now


def _authorization(request: SentRequest) -> tuple[str, list[str], str]:
    text = request.header("authorization")
    if not text:
        raise Refusal(400, "MissingAccessKeyId", "AccessKeyId is mandatory for this action.")
    match = _AUTHORIZATION.fullmatch(text)
    names = match[2].lower().split(";") if match else []
    if match is None or not match[1] or _unsigned(request, names):
        message = "The request signature does not conform to Aliyun standards."
        raise Refusal(400, "IncompleteSignature", message)
    return match[1], names, match[3]


def _unsigned(request: SentRequest, names: Sequence[str]) -> set[str]:
    """Return the headers that must be signed and are not, or are signed and not there."""
    sent = {name for name, _ in request.headers}
    needed = {name for name in sent if name.startswith("x-acs-")}
    needed |= {"host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce"}
    needed.add("x-acs-content-sha256")
    if request.body and "content-type" in sent:
        needed.add("content-type")
    return (needed - set(names)) | (set(names) - sent)


def _check_token(request: SentRequest, key: AccessKey) -> None:
    token = request.header("x-acs-security-token")
    if key.token is None:
        if token:
            message = "Specified SecurityToken does not match the AccessKeyId."
            raise Refusal(400, "InvalidSecurityToken.MismatchWithAccessKey", message)
    elif not token:
        raise Refusal(400, "MissingSecurityToken", "SecurityToken is mandatory for this action.")
    elif not (token.isascii() and token.isprintable() and " " not in token):
        raise Refusal(400, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.")
    elif not hmac.compare_digest(token.encode(), key.token.encode()):
        message = "Specified SecurityToken does not match the AccessKeyId."
        raise Refusal(400, "InvalidSecurityToken.MismatchWithAccessKey", message)
    elif key.expired:
        raise Refusal(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.")


def _check_signature(request: SentRequest, key: AccessKey, names: Sequence[str], signature: str) -> None:
    body_hash = hashlib.sha256(request.body).hexdigest()
    canonical = canonical_request(request, names, body_hash)
    to_sign = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode('utf-8', 'surrogateescape')).hexdigest()}"
    expected = hmac.new(key.secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    genuine = hmac.compare_digest(expected.encode(), signature.encode("utf-8", "surrogateescape"))
    if request.header("x-acs-content-sha256") != body_hash or not genuine:
        message = (
            "Specified signature does not match our calculation. "
            f"server StringToSign is [{to_sign}] server CanonicalRequest is [{canonical}]"
        )
        raise Refusal(400, "SignatureDoesNotMatch", message.encode("utf-8", "replace").decode())


def canonical_request(request: SentRequest, names: Sequence[str], body_hash: str) -> str:
    """Return the text whose hash is signed, over the headers called *names*."""
    pairs = sorted(parse_qsl(request.query, keep_blank_values=True, errors="surrogateescape"))
    by_name: Mapping[str, list[str]] = {name: [] for name in names}
    for name, value in request.headers:
        if name in by_name:
            by_name[name].append(value.strip())
    lines = [f"{name}:{','.join(sorted(by_name[name]))}\n" for name in sorted(by_name)]
    return "\n".join(
        [
            request.method,
            request.path or "/",
            "&".join(f"{_encode(name)}={_encode(value)}" for name, value in pairs),
            "".join(lines),
            ";".join(sorted(by_name)),
            body_hash,
        ]
    )


def _encode(text: str) -> str:
    return quote(text.encode("utf-8", "surrogateescape"), safe="~")
