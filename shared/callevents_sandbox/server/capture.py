"""Requests and responses as the journal stores and shows them: truncated, without secrets."""

import json
from collections.abc import Iterable, Sequence
from urllib.parse import quote, quote_plus

MAX_BODY_CHARS = 6000
HIDDEN = "•••"

Document = dict[str, object]


def request(method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes | str) -> Document:
    """Return a request for the journal."""
    return {"method": method, "url": url, "headers": [list(pair) for pair in headers], "body": cut(body)}


def response(status: int, body: bytes | str) -> Document:
    """Return a response for the journal."""
    return {"status": status, "body": cut(body)}


def cut(body: bytes | str) -> str:
    """Return the beginning of *body* as text, saying how much is missing."""
    text = (
        body[:MAX_BODY_CHARS].decode("utf-8", "replace") if isinstance(body, bytes) else body[:MAX_BODY_CHARS]
    )
    more = len(body) - MAX_BODY_CHARS
    return text if more <= 0 else f"{text} … and {more} more"


def as_json(document: object, secrets: Sequence[str]) -> str:
    """Return *document* as JSON in which none of *secrets* stands, in any encoding that requests use."""
    text = json.dumps(document, ensure_ascii=False)
    for secret in secrets:
        for spelling in {secret, quote(secret, safe=""), quote(secret), quote_plus(secret)}:
            text = text.replace(spelling, HIDDEN)
    return text
