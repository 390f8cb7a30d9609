"""Finds a message in its channel's history or in a thread, by the metadata that it was posted with.

Needs the optional scope channels:history (groups:history in a private channel).
Sources: https://docs.slack.dev/reference/methods/conversations.history, …/conversations.replies,
https://docs.slack.dev/messaging/message-metadata
"""

from callevents.clock import Deadline
from callevents.errors import SlackError, SlackRefused
from callevents.slack.api.web_api import SlackApi
from callevents.slack.blocks.block_kit import Message
from callevents.slack.requests.fields import Json, nested, objects, text, timestamp
from callevents.worker.alerts.run import DeliveryContext
from callevents.worker.alerts.state import Card

EVENT_TYPE = "callevents_alert"
CHECK_SECONDS = 3.0
MARGIN = 60.0  # by which Slack's clock and ours may differ
PAGES = 3
PAGE = 200


def metadata(thread_key: str, work: str, state: str) -> dict[str, object]:
    """Return the metadata of a card: its alert, the work that posts it (both are hashes), and its first state."""
    return {
        "event_type": EVENT_TYPE,
        "event_payload": {"thread_key": thread_key, "work": work, "state": state},
    }


def find_posted(run: DeliveryContext, work: str, thread: str = "") -> str | None:
    """Return the ts of what *work* posted, where only Slack's answer got lost; "" where there is none or none may look.

    None where Slack fails to say, this time.
    """
    since = min(run.alert.received_at, run.invocation.arrived_at) - MARGIN
    deadline = Deadline.after(min(CHECK_SECONDS, run.deadline.remaining()), run.deadline.clock)
    try:
        found = find_card(
            run.channel.api, run.alert.channel, max(0.0, since), deadline, work=work, thread=thread
        )
    except SlackRefused:
        return ""
    except SlackError:
        return None
    return found.ts if found is not None else ""


def find_card(
    api: SlackApi,
    channel: str,
    oldest: float,
    deadline: Deadline,
    *,
    thread_key: str = "",
    work: str = "",
    state: str = "",
    thread: str = "",
) -> Card | None:
    """Return the latest card since *oldest* (Unix seconds) that was marked so; None if it is not in the first pages.

    It is looked for in the channel itself, or in a *thread*. Raises SlackRefused where the token may not read it,
    SlackThrottled, SlackError.
    """
    given = (("thread_key", thread_key), ("work", work), ("state", state))
    wanted = {name: value for name, value in given if value}
    cursor = ""
    for _ in range(PAGES):
        asked = {
            "channel": channel,
            "ts": thread or None,
            "oldest": f"{oldest:.6f}",
            "limit": str(PAGE),
            "include_all_metadata": True,
            "cursor": cursor or None,
        }
        data = api.call(f"conversations.{'replies' if thread else 'history'}", asked, deadline).data
        cards = [message for message in objects(data, "messages", PAGE) if _is_marked(message, wanted)]
        if cards:
            latest = max(cards, key=lambda message: float(timestamp(message, "ts")))
            return Card(timestamp(latest, "ts"), _content(latest))
        cursor = text(nested(data, "response_metadata"), "next_cursor")
        if not cursor:
            break
    return None


def _is_marked(message: Json, wanted: Json) -> bool:
    metadata = nested(message, "metadata")
    payload = nested(metadata, "event_payload")
    ours = text(metadata, "event_type") == EVENT_TYPE and bool(timestamp(message, "ts"))
    return ours and all(text(payload, name) == value for name, value in wanted.items())


def _content(message: Json) -> Message | None:
    blocks = [dict(block) for block in objects(message, "blocks", 50)]
    return Message(text(message, "text", 40_000), blocks) if blocks else None
