"""A message as people see it in Slack."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Block = dict[str, object]
Document = dict[str, object]
Way = Literal["acknowledgement", "response_url", "chat.postMessage", "chat.postEphemeral", "person", "slack"]


@dataclass(slots=True)
class Posted:
    """One message. `ephemeral_to` is the only person who sees it, None for all in the channel.

    `author` is a user id; `way` is how it came; `versions` counts how often its content was set; a deleted message is
    seen by nobody. `metadata` is what the app marked it with, `more` are its other members: attachments, files, bot_id.
    """

    channel: str
    ts: str
    author: str
    text: str
    blocks: list[Block] = field(default_factory=list)
    thread_ts: str | None = None
    ephemeral_to: str | None = None
    way: Way = "person"
    versions: int = 1
    deleted: bool = False
    broadcast: bool = False
    metadata: Document | None = None
    more: Document = field(default_factory=dict)

    def visible_to(self, user: str) -> bool:
        """Say whether *user* sees it."""
        return not self.deleted and self.ephemeral_to in {None, user}

    def set(self, text: str, blocks: Sequence[Block]) -> None:
        """Replace its content."""
        self.text, self.blocks = text, list(blocks)
        self.versions += 1

    def document(self, bot_id: str) -> Document:
        """Return it as Slack's APIs print it."""
        shown: Document = {"type": "message", "user": self.author, "text": self.text, "ts": self.ts}
        if self.way not in {"person", "slack"}:
            shown |= {"bot_id": bot_id}
        if self.blocks:
            shown["blocks"] = self.blocks
        if self.thread_ts:
            shown["thread_ts"] = self.thread_ts
        return shown | self.more


def content(given: Document) -> tuple[str, list[Block]]:
    """Return text and blocks of a message that an app sent; what is of another type counts as absent."""
    text, blocks = given.get("text"), given.get("blocks")
    listed = [block for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []
    return text if isinstance(text, str) else "", listed


def metadata_of(given: Document) -> Document | None:
    """Return what the message *given* is to be marked with, None for nothing, and for what is no mark.

    Source: https://docs.slack.dev/messaging/message-metadata
    """
    metadata = given.get("metadata")
    if not isinstance(metadata, dict):
        return None
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    return (
        {"event_type": kind, "event_payload": payload}
        if isinstance(kind, str) and isinstance(payload, dict)
        else None
    )
