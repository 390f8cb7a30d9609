"""The private metadata of the form: where its answer goes. Slack sends it back, so it is untrusted input.

Source: https://docs.slack.dev/reference/views/modal-views (private_metadata, 3000 characters)
"""

import json
from typing import NamedTuple

from callevents.slack.requests.fields import slack_id, text

MAX_CHARS = 3000


class Origin(NamedTuple):
    """The place where the form was opened: a response_url, still to be checked, and a channel id; "" for none."""

    response_url: str = ""
    channel: str = ""

    def __repr__(self) -> str:
        """Leave out secrets."""
        return f"Origin(channel={self.channel!r})"

    def encode(self) -> str:
        """Return at most 3000 characters of text, "" where it does not fit."""
        if not any(self):
            return ""
        text = json.dumps({"url": self.response_url, "channel": self.channel})
        return text if len(text) <= MAX_CHARS else ""


def decode(metadata: str) -> Origin:
    """Return the origin in *metadata*, an empty one where it cannot be decoded. Never raises."""
    try:
        data = json.loads(metadata) if len(metadata) <= MAX_CHARS else None
    except (ValueError, RecursionError):
        return Origin()
    if not isinstance(data, dict):
        return Origin()
    return Origin(text(data, "url", 2000), slack_id(data, "channel"))
