"""What every sender's module has: how its requests prove who sent them, and how its alerts are read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from callevents.webhook.alert import Alert
from callevents.webhook.body import Document
from callevents.webhook.hmac_signature import SignatureForm


@dataclass(frozen=True, slots=True)
class AuthenticatedRequest:
    """An authentic request, decoded, as a sender's module reads it.

    `instances` are the allowed contact center instances, `wanted` the types of the contact center's own events that
    are posted. `arrived_at` is in Unix seconds.
    """

    document: Document
    headers: Mapping[str, str]
    instances: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()
    arrived_at: float = 0.0


class Sender(NamedTuple):
    """A route: how its body is read, and how its requests may prove who sent them besides a token in a header.

    `read` returns the alerts of a request, none if nothing of it is to be posted. `url_token` is for senders that can
    send nothing else: anybody who may read the URL in a console or a log sees that token.
    """

    route: str
    read: Callable[[AuthenticatedRequest], Sequence[Alert]]
    signature: SignatureForm | None = None
    token_header: str | None = None
    url_token: bool = False
    certificate: bool = False
