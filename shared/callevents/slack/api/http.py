"""Sends one POST to Slack within a deadline: follows no redirect, and keeps the text of httpx's errors to itself."""

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from callevents.clock import Deadline
from callevents.errors import SlackError

if TYPE_CHECKING:
    import httpx

MAX_BYTES = 1 << 20
MAX_RETRY_AFTER_SECONDS = 3600.0
OK, TOO_MANY, SERVER_ERROR = 200, 429, 500
ERROR_CODE = re.compile(r"[a-z_]{1,64}", re.ASCII)


class SlackResponse(NamedTuple):
    """Slack's response: the status, Retry-After in seconds, and at most MAX_BYTES of body."""

    status: int
    retry_after: float
    body: bytes

    def __repr__(self) -> str:
        """Leave out secrets."""
        return f"SlackResponse(status={self.status})"

    def data(self) -> Mapping[str, object] | None:
        """Return the body if it is a JSON object, else None."""
        try:
            data = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return data if isinstance(data, dict) else None


def exchange(
    client: "httpx.Client",
    url: str,
    content: bytes,
    headers: Mapping[str, str],
    deadline: Deadline,
    *,
    repeatable: bool,
) -> SlackResponse:
    """Send *content* and return the response; raise SlackError if none arrives before the deadline.

    A *repeatable* request (sending it twice does no harm) is sent once more where an idle connection has died.
    """
    import httpx

    from callevents.transport.stale import once_more_if_stale

    def send(is_last: bool) -> SlackResponse:
        remaining = deadline.remaining()
        if remaining <= 0:
            raise SlackError(reason="no time left")
        response = client.post(
            url,
            content=content,
            headers=dict(headers),
            follow_redirects=False,
            timeout=remaining,
            extensions={"deadline": deadline, "repeatable": not is_last},
        )
        retry_after = _retry_after(response.headers.get("retry-after"))
        return SlackResponse(response.status_code, retry_after, response.content[:MAX_BYTES])

    try:
        return once_more_if_stale(send) if repeatable else send(True)
    except httpx.TimeoutException:
        raise SlackError(reason="timed out") from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError):
        # Their text names addresses, and response_urls are secret: only our own word goes on.
        raise SlackError(reason="connection") from None


def _retry_after(header: str | None) -> float:
    """Return the seconds of a Retry-After header, one second where it is missing or malformed."""
    if header and re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", header, re.ASCII):
        return min(float(header), MAX_RETRY_AFTER_SECONDS)
    return 1.0
