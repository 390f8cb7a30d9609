"""Posts and replaces what a whole channel reads; nothing before Slack has said who reads there now.

Posting for all needs an `Inside`, which only `readers_of` makes, so the check comes before the post on every path.
"""

from dataclasses import dataclass
from functools import partial

from callevents.clock import Deadline
from callevents.errors import SlackError, SlackRefused
from callevents.slack.api.own_messages import EarlierPosts, OwnMessages, Place
from callevents.slack.api.response_url import ResponseUrls
from callevents.slack.api.web_api import SlackApi
from callevents.slack.blocks.block_kit import Message
from callevents.slack.messages.denials import NotInside
from callevents.slack.requests.fields import nested

EVENT_TYPE = "callevents_share"
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


@dataclass(frozen=True, slots=True)
class Shared:
    """A message that must not be shared twice: the task that posts it, since when (Unix seconds), among `messages`.

    An earlier run may have posted it if `maybe_posted`.
    """

    messages: OwnMessages
    task: str
    since: float
    maybe_posted: bool = False


def publish(
    inside: Inside,
    urls: ResponseUrls,
    url: str,
    message: Message,
    deadline: Deadline,
    *,
    replace: bool,
    shared: Shared,
    thread: str = "",
) -> None:
    """Post *message* to the channel *inside*, or in place of the clicked message; raise as `ResponseUrls.post`.

    What takes the place of another message may be posted twice. What does not is looked for before it is posted again.
    Where the history cannot be read it is posted: a share that is missing does more harm than one that is there twice.
    """
    if not isinstance(inside, Inside):
        raise TypeError("who reads the channel is not known")
    find = None
    if not replace:
        place = Place(inside.channel, shared.since, thread)
        if shared.maybe_posted and EarlierPosts(shared.messages, place, deadline).find(shared.task):
            return
        find = partial(shared.messages.find, shared.task, place, deadline)
    urls.post(
        url,
        message,
        deadline,
        replace=replace,
        in_channel=True,
        thread=thread,
        metadata=None if replace else {"event_type": EVENT_TYPE, "event_payload": {"work": shared.task}},
        find=find,
    )
