"""One POST to Slack inside a deadline: nothing is followed, nothing of what went wrong leaks."""

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from callevents.clock import Deadline
from callevents.errors import SlackError

if TYPE_CHECKING:
    import httpx

MOST_BYTES = 1 << 20
LONGEST_PAUSE = 3600.0
OK, TOO_MANY, SERVER_ERROR = 200, 429, 500
WORD = re.compile(r"[a-z_]{1,64}", re.ASCII)


class Answer(NamedTuple):
    """What came back: the status, the pause that was asked for in seconds, and at most MOST_BYTES of body."""

    status: int
    retry_after: float
    body: bytes

    def __repr__(self) -> str:
        """Leave out what is a secret."""
        return f"Answer(status={self.status})"

    def data(self) -> Mapping[str, object] | None:
        """Return the body where it is a JSON object, else None."""
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
) -> Answer:
    """Send *content* and return the answer; raise SlackError where none came before the deadline.

    With *repeatable* (twice does no harm) a kept connection that died while the instance was frozen is replaced once.
    """
    import httpx

    from callevents.transport.client import StaleConnection

    try:
        try:
            return _sent(client, url, content, headers, deadline, repeatable=repeatable)
        except StaleConnection:
            if not repeatable:
                raise
            return _sent(client, url, content, headers, deadline, repeatable=False)
    except httpx.TimeoutException:
        raise SlackError(reason="timed out") from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError):
        # The text of these names addresses and sometimes more: it stays here.
        raise SlackError(reason="connection") from None


def _sent(
    client: "httpx.Client",
    url: str,
    content: bytes,
    headers: Mapping[str, str],
    deadline: Deadline,
    *,
    repeatable: bool,
) -> Answer:
    left = deadline.remaining()
    if left <= 0:
        raise SlackError(reason="no time left")
    answer = client.post(
        url,
        content=content,
        headers=dict(headers),
        follow_redirects=False,
        timeout=left,
        extensions={"deadline": deadline, "repeatable": repeatable},
    )
    return Answer(answer.status_code, _pause(answer.headers.get("retry-after")), answer.content[:MOST_BYTES])


def _pause(header: str | None) -> float:
    """Return the seconds of a Retry-After header, one where it says nothing readable."""
    if header and re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", header, re.ASCII):
        return min(float(header), LONGEST_PAUSE)
    return 1.0
