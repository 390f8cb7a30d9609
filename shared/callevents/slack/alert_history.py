"""Finds a card in its channel's history, by the metadata that it was posted with.

Needs the optional scope channels:history (groups:history in a private channel).
Sources: https://docs.slack.dev/reference/methods/conversations.history,
https://docs.slack.dev/messaging/message-metadata
"""

from callevents.deadline import Deadline
from callevents.slack.alert_memory import Card
from callevents.slack.field import Json, moment, nested, objects, text
from callevents.slack.message import Message
from callevents.slack.web import SlackApi

EVENT_TYPE = "callevents_alert"
PAGES = 3
PAGE = 200


def mark(thread_key: str, work: str, state: str) -> dict[str, object]:
    """Return the metadata of a card: its alert, the work that posts it (both are hashes), and its first state."""
    return {
        "event_type": EVENT_TYPE,
        "event_payload": {"thread_key": thread_key, "work": work, "state": state},
    }


def find_card(
    api: SlackApi,
    channel: str,
    oldest: float,
    deadline: Deadline,
    *,
    thread_key: str = "",
    work: str = "",
    state: str = "",
) -> Card | None:
    """Return the latest card since *oldest* (Unix seconds) that was marked so; None if it is not in the first pages.

    Raises SlackRefused where the token may not read the history, SlackThrottled, SlackError.
    """
    given = (("thread_key", thread_key), ("work", work), ("state", state))
    wanted = {name: value for name, value in given if value}
    cursor = ""
    for _ in range(PAGES):
        asked = {
            "channel": channel,
            "oldest": f"{oldest:.6f}",
            "limit": str(PAGE),
            "include_all_metadata": True,
            "cursor": cursor or None,
        }
        data = api.call("conversations.history", asked, deadline).data
        cards = [message for message in objects(data, "messages", PAGE) if _is_marked(message, wanted)]
        if cards:
            latest = max(cards, key=lambda message: float(moment(message, "ts")))
            return Card(moment(latest, "ts"), _content(latest))
        cursor = text(nested(data, "response_metadata"), "next_cursor")
        if not cursor:
            break
    return None


def _is_marked(message: Json, wanted: Json) -> bool:
    metadata = nested(message, "metadata")
    payload = nested(metadata, "event_payload")
    ours = text(metadata, "event_type") == EVENT_TYPE and bool(moment(message, "ts"))
    return ours and all(text(payload, name) == value for name, value in wanted.items())


def _content(message: Json) -> Message | None:
    blocks = [dict(block) for block in objects(message, "blocks", 50)]
    return Message(text(message, "text", 40_000), blocks) if blocks else None
