"""Authenticates senders of alerts: HMAC, bearer, basic, our own header, and a token in the URL as a last resort.

Every credential that a request presents must be right, and it must present one. A secret bound to a route makes its
signature compulsory there. The body is read only to compute its signature.
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
from callevents.webhook.senders import SENDERS
from callevents.webhook.senders.base import Sender

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

TOKEN_HEADER = "x-callevents-token"  # noqa: S105 - a header's name
URL_TOKEN = "token"  # noqa: S105 - a parameter's name

NO_CREDENTIAL = "no credential"

_SIGNATURE_HEADERS = frozenset(sender.signature.header for sender in SENDERS.values() if sender.signature)
_TOKEN_HEADERS = frozenset(sender.token_header for sender in SENDERS.values() if sender.token_header)
# If one of these cannot be used, it might be what makes a signature compulsory: then none of them opens anything.
CREDENTIAL_SETTINGS = frozenset(
    {"CALLEVENTS_WEBHOOK_SECRET", "CALLEVENTS_WEBHOOK_TOKEN", "CALLEVENTS_EVENTBRIDGE_CERTIFICATE"}
)


class AuthenticationError(Exception):
    """The request does not prove who sent it; the argument says why, for the log only."""


@dataclass(frozen=True, slots=True)
class RouteCredentials:
    """The credentials that open one route; with `signature_required` a token alone does not."""

    secrets: tuple[bytes, ...] = field(default=(), repr=False)
    tokens: tuple[bytes, ...] = field(default=(), repr=False)
    signature_required: bool = False
    certificate: RSAPublicKey | None = None


def route_credentials(settings: Settings, sender: Sender) -> RouteCredentials:
    """Return the credentials of the sender's route; none if a setting they come from is wrong, or not read yet.

    Raises AuthenticationError if the certificate cannot be read.
    """
    if not CREDENTIAL_SETTINGS.isdisjoint((*settings.wrong, *settings.references)):
        return RouteCredentials()
    bound = _values(settings.webhook_secrets, sender.route)
    certificate = None
    if sender.certificate and settings.eventbridge_certificate:
        try:
            certificate = read_certificate(settings.eventbridge_certificate)
        except ValueError:
            raise AuthenticationError("unreadable certificate") from None
    return RouteCredentials(
        secrets=bound or _values(settings.webhook_secrets, None),
        tokens=_values(settings.webhook_tokens, sender.route) + _values(settings.webhook_tokens, None),
        signature_required=bool(bound),
        certificate=certificate,
    )


def _values(secrets: tuple[RouteSecret, ...], route: str | None) -> tuple[bytes, ...]:
    return tuple(
        value.encode("utf-8", "surrogatepass")
        for secret in secrets
        if secret.route == route and (value := secret.value.strip())
    )


def authenticate(request: Request, sender: Sender, credentials: RouteCredentials, now: float) -> None:
    """Raise AuthenticationError unless the request proves who sent it; *now* is in Unix seconds."""
    try:
        signed = _check_signatures(request, sender, credentials, now)
    except WrongSignature as error:
        raise AuthenticationError(str(error)) from None
    presented = _presented_tokens(request, sender)
    wrong = False
    for token in presented:
        wrong |= not _is_one_of(token, credentials.tokens)
    if wrong:
        raise AuthenticationError("wrong token")
    if credentials.signature_required and not signed:
        raise AuthenticationError("no signature where one is required")
    if not signed and not presented:
        raise AuthenticationError(NO_CREDENTIAL)


def _check_signatures(request: Request, sender: Sender, credentials: RouteCredentials, now: float) -> bool:
    """Return whether an HMAC was presented; raise WrongSignature for any signature that is wrong."""
    forms = [form for form in (OWN, sender.signature) if form and form.header in request.headers]
    for form in forms:
        check_signature(form, request.headers, request.body, credentials.secrets, now)
    own = {sender.signature.header} if sender.signature else set()
    if any(header in request.headers for header in _SIGNATURE_HEADERS - own):
        raise WrongSignature("a signature of another route")
    if credentials.certificate is not None:
        # It proves only that the event came through EventBridge, where anybody may send: it is never enough alone.
        check_certified(credentials.certificate, request, now)
    return bool(forms)


def _presented_tokens(request: Request, sender: Sender) -> list[bytes]:
    """Return all tokens in the request; raise AuthenticationError for one in a place that this route does not use."""
    headers = request.headers
    tokens = [headers[name] for name in (TOKEN_HEADER, sender.token_header) if name and name in headers]
    if any(header in headers for header in _TOKEN_HEADERS - {sender.token_header}):
        raise AuthenticationError("a token of another route")
    if URL_TOKEN in request.query:
        if not sender.url_token:
            raise AuthenticationError("a token in the URL")
        tokens.append(request.query[URL_TOKEN])
    if "authorization" in headers:
        tokens.append(_authorization(headers["authorization"]))
    return [token.strip().encode("utf-8", "surrogatepass") for token in tokens]


def _authorization(value: str) -> str:
    """Return the token of a bearer authorization, or the password of a basic one."""
    scheme, _, credentials = value.strip().partition(" ")
    if scheme.lower() == "bearer":
        return credentials
    if scheme.lower() == "basic":
        try:
            _, separator, password = b64decode(credentials.strip(), validate=True).decode().partition(":")
        except ValueError:  # not base64, or not UTF-8
            raise AuthenticationError("malformed basic authorization") from None
        if separator:
            return password
    raise AuthenticationError("unknown kind of authorization")


def _is_one_of(token: bytes, tokens: tuple[bytes, ...]) -> bool:
    """Compare with every known token, in the same time whichever matches; nothing equals the empty token."""
    found = False
    for known in tokens:
        found |= hmac.compare_digest(known, token)
    return found and bool(token)
