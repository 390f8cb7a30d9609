"""Who may send alerts: HMAC, bearer, basic, our own header, and a token in the URL where nothing else can be done.

Every credential that a request presents must be right, and one must be there. A secret bound to a route makes its
signature compulsory on it. Nothing here reads the body but to sign it.
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from callevents.invocation import Request
from callevents.settings.model import Settings
from callevents.settings.validators import RouteSecret
from callevents.webhook.eventbridge_signature import check_certified, read_certificate
from callevents.webhook.hmac_signature import OWN, WrongSignature, check_signature
from callevents.webhook.sender import Sender
from callevents.webhook.senders import SENDERS

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

TOKEN_HEADER = "x-callevents-token"  # noqa: S105 - a header's name
URL_TOKEN = "token"  # noqa: S105 - a parameter's name

NO_CREDENTIAL = "no credential"

_SIGNATURES = frozenset(sender.signature.header for sender in SENDERS.values() if sender.signature)
_TOKENS = frozenset(sender.token_header for sender in SENDERS.values() if sender.token_header)
# A wrong one of these could be what makes a signature compulsory, so none of them opens anything.
DECISIVE = frozenset(
    {"CALLEVENTS_WEBHOOK_SECRET", "CALLEVENTS_WEBHOOK_TOKEN", "CALLEVENTS_EVENTBRIDGE_CERTIFICATE"}
)


class AuthenticationError(Exception):
    """The request does not prove who sent it; the argument is our own word for why, for the log only."""


@dataclass(frozen=True, slots=True)
class RouteCredentials:
    """What opens one route; `compulsory` tells that only a signature does."""

    secrets: tuple[bytes, ...] = field(default=(), repr=False)
    tokens: tuple[bytes, ...] = field(default=(), repr=False)
    compulsory: bool = False
    certificate: RSAPublicKey | None = None


def keys_of(settings: Settings, sender: Sender) -> RouteCredentials:
    """Return what opens the sender's route; nothing does where a setting that decides it is wrong, or not read yet.

    Raises AuthenticationError for a certificate that cannot be read.
    """
    if not DECISIVE.isdisjoint((*settings.wrong, *settings.references)):
        return RouteCredentials()
    bound = _values(settings.webhook_secrets, sender.route)
    certificate = None
    if sender.certificate and settings.eventbridge_certificate:
        try:
            certificate = read_certificate(settings.eventbridge_certificate)
        except ValueError:
            raise AuthenticationError("a certificate that cannot be read") from None
    return RouteCredentials(
        secrets=bound or _values(settings.webhook_secrets, None),
        tokens=_values(settings.webhook_tokens, sender.route) + _values(settings.webhook_tokens, None),
        compulsory=bool(bound),
        certificate=certificate,
    )


def _values(secrets: tuple[RouteSecret, ...], route: str | None) -> tuple[bytes, ...]:
    return tuple(
        value.encode("utf-8", "surrogatepass")
        for secret in secrets
        if secret.route == route and (value := secret.value.strip())
    )


def authenticate(request: Request, sender: Sender, keys: RouteCredentials, now: float) -> None:
    """Raise AuthenticationError unless the request proves that its sender may send; *now* is in Unix seconds."""
    try:
        signed = _check_signatures(request, sender, keys, now)
    except WrongSignature as error:
        raise AuthenticationError(str(error)) from None
    presented = _presented_tokens(request, sender)
    wrong = False
    for token in presented:
        wrong |= not _is_one_of(token, keys.tokens)
    if wrong:
        raise AuthenticationError("wrong token")
    if keys.compulsory and not signed:
        raise AuthenticationError("no signature where one is compulsory")
    if not signed and not presented:
        raise AuthenticationError(NO_CREDENTIAL)


def _check_signatures(request: Request, sender: Sender, keys: RouteCredentials, now: float) -> bool:
    """Say whether an HMAC was presented; raise WrongSignature for any signature that does not hold."""
    forms = [form for form in (OWN, sender.signature) if form and form.header in request.headers]
    for form in forms:
        check_signature(form, request.headers, request.body, keys.secrets, now)
    own = {sender.signature.header} if sender.signature else set()
    if any(header in request.headers for header in _SIGNATURES - own):
        raise WrongSignature("a signature of another route")
    if keys.certificate is not None:
        # It proves only that the event came through EventBridge, where anybody may send any: never enough.
        check_certified(keys.certificate, request, now)
    return bool(forms)


def _presented_tokens(request: Request, sender: Sender) -> list[bytes]:
    """Return all tokens in the request; raise AuthenticationError for one that stands where this route takes none."""
    headers = request.headers
    tokens = [headers[name] for name in (TOKEN_HEADER, sender.token_header) if name and name in headers]
    if any(header in headers for header in _TOKENS - {sender.token_header}):
        raise AuthenticationError("a token of another route")
    if URL_TOKEN in request.query:
        if not sender.url_token:
            raise AuthenticationError("a token in the URL")
        tokens.append(request.query[URL_TOKEN])
    if "authorization" in headers:
        tokens.append(_authorization(headers["authorization"]))
    return [token.strip().encode("utf-8", "surrogatepass") for token in tokens]


def _authorization(value: str) -> str:
    """Return the token of a bearer, or the password of a basic authorization."""
    scheme, _, credentials = value.strip().partition(" ")
    if scheme.lower() == "bearer":
        return credentials
    if scheme.lower() == "basic":
        try:
            _, separator, password = b64decode(credentials.strip(), validate=True).decode().partition(":")
        except ValueError:  # no base64, no UTF-8
            raise AuthenticationError("a basic authorization that is none") from None
        if separator:
            return password
    raise AuthenticationError("an authorization of another kind")


def _is_one_of(token: bytes, tokens: tuple[bytes, ...]) -> bool:
    """Compare with all of them, in the same time whichever it is; nothing equals the empty token."""
    found = False
    for known in tokens:
        found |= hmac.compare_digest(known, token)
    return found and bool(token)
