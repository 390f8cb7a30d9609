"""What is known of a kind of sender."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from callevents.webhook.alert import Alert, AuthenticatedRequest
from callevents.webhook.hmac_signature import SignatureForm


class Sender(NamedTuple):
    """A route: how its body is read, and how its requests may prove who sent them, besides a token in a header.

    `read` returns the alerts of a request, none for what deserves no post. `url_token` is for those who can send
    nothing else: their token stands in the URL, for all to see who may read it in a console or a log.
    """

    route: str
    read: Callable[[AuthenticatedRequest], Sequence[Alert]]
    signature: SignatureForm | None = None
    token_header: str | None = None
    url_token: bool = False
    certificate: bool = False
