"""What a form carries through Slack and back: where its answer goes. It comes back from outside: nothing is believed.

Source: https://docs.slack.dev/reference/views/modal-views (private_metadata, 3000 characters)
"""

import json
from typing import NamedTuple

from callevents.slack.requests.fields import slack_id, text

MOST = 3000


class Origin(NamedTuple):
    """Where the form was opened: a response_url, to be checked like any, and a channel id; "" for none."""

    response_url: str = ""
    channel: str = ""

    def __repr__(self) -> str:
        """Leave out what is a secret."""
        return f"Origin(channel={self.channel!r})"

    def packed(self) -> str:
        """Return it as text of at most 3000 characters, "" for what does not fit."""
        if not any(self):
            return ""
        packed = json.dumps({"url": self.response_url, "channel": self.channel})
        return packed if len(packed) <= MOST else ""


def unpacked(metadata: str) -> Origin:
    """Return what *metadata* says, nothing where it says nothing that can be read. Never raises."""
    try:
        data = json.loads(metadata) if len(metadata) <= MOST else None
    except (ValueError, RecursionError):
        return Origin()
    if not isinstance(data, dict):
        return Origin()
    return Origin(text(data, "url", 2000), slack_id(data, "channel"))
