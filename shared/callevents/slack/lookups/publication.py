"""Posts and replaces what a whole channel reads; nothing before Slack has said who reads there now.

Posting for all needs an `Inside`, which only `readers_of` makes, so the check comes before the post on every path.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from callevents.clock import Deadline
from callevents.errors import SlackError, SlackRefused
from callevents.observability.request_log import RequestLog
from callevents.slack.api import response_url
from callevents.slack.api.web_api import SlackApi
from callevents.slack.blocks.block_kit import Message
from callevents.slack.messages.denials import NotInside
from callevents.slack.requests.fields import nested

if TYPE_CHECKING:
    import httpx

# Slack's errors for a channel that the bot cannot see: a retry will not help.
_UNSEEN = frozenset(
    {"missing_scope", "not_allowed_token_type", "no_permission", "channel_not_found", "not_authed",
     "not_in_channel", "access_denied"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Inside:
    """A channel that only the own organisation reads, as Slack said a moment ago."""

    channel: str


def readers_of(channel: str, api: SlackApi | None, deadline: Deadline) -> Inside | NotInside:
    """Return whether people outside the organisation read *channel*.

    Slack shows a bot only its own direct messages: who reads those between two people cannot be known, and they may
    cross organisations with Slack Connect.
    Sources: https://docs.slack.dev/apis/slack-connect#channels, https://docs.slack.dev/reference/scopes/im.read
    """
    if api is None or not channel:
        return "unknowable"
    try:
        answer = api.call("conversations.info", {"channel": channel}, deadline)
    except SlackError as error:
        return "unknowable" if isinstance(error, SlackRefused) and error.reason in _UNSEEN else "failed"
    about = nested(answer.data, "channel")
    flags = [about.get(name) for name in ("is_ext_shared", "is_pending_ext_shared")]
    if True in flags:
        return "outside"
    # A direct message that the bot sees is between the bot and the person.
    return Inside(channel) if flags[0] is False or about.get("is_im") is True else "failed"


def publish(
    inside: Inside,
    client: "httpx.Client",
    url: str,
    message: Message,
    *,
    hosts: Collection[str],
    deadline: Deadline,
    sleep: Callable[[float], None],
    replace: bool,
    thread: str = "",
    request_log: RequestLog | None = None,
) -> None:
    """Post *message* to the channel *inside*, or in place of the clicked message; raise as `response_url.post`."""
    if not isinstance(inside, Inside):
        raise TypeError("who reads the channel is not known")
    response_url.post(
        client,
        url,
        message,
        hosts,
        deadline,
        sleep=sleep,
        replace=replace,
        in_channel=True,
        thread=thread,
        request_log=request_log,
    )
