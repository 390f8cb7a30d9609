"""Reads the first message of a thread in which the bot is mentioned.

Source: https://docs.slack.dev/reference/methods/conversations.replies
"""

import logging

from callevents.errors import SlackError, SlackRefused
from callevents.slack.context import RequestContext
from callevents.slack.lookups.ack_budget import POST_RESERVE_SECONDS
from callevents.slack.messages.notices import NoIdInThread
from callevents.slack.requests.fields import Json, objects, timestamp
from callevents.slack.requests.parser import Event

TIMEOUT_SECONDS = 1.0
# What the lookup needs of the time, at least.
LOOKUP_SECONDS = 0.5

_log = logging.getLogger(__name__)


def read_thread_root(context: RequestContext, event: Event) -> tuple[Json, NoIdInThread]:
    """Return the first message of the event's thread, and what it means if there is no id in it.

    Empty where the token lacks channels:history or groups:history, or Slack does not answer in time.
    """
    api = context.api()
    if api is None:
        return {}, "unreadable"
    deadline = context.budget.lookup.earlier_by(POST_RESERVE_SECONDS + LOOKUP_SECONDS).capped(TIMEOUT_SECONDS)
    payload = {
        "channel": event.channel,
        "ts": event.thread,
        "latest": event.thread,
        "inclusive": True,
        "limit": "1",
    }
    try:
        answer = api.call("conversations.replies", payload, deadline)
    except SlackError as error:
        _log.warning("first message of the thread not read: %s", error, extra={"code": error.code})
        return {}, "unreadable" if isinstance(error, SlackRefused) else "late"
    messages = objects(answer.data, "messages", 10)
    return next((each for each in messages if timestamp(each, "ts") == event.thread), {}), "none"
