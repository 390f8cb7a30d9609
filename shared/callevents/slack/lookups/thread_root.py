"""Reads the first message of a thread in which the bot is mentioned, and what is asked about it.

Source: https://docs.slack.dev/reference/methods/conversations.replies
"""

import logging
from typing import NamedTuple

from callevents.clock import Deadline
from callevents.errors import SlackError, SlackRefused
from callevents.report.viewer import Viewer
from callevents.settings.model import Settings
from callevents.slack.api.web_api import SlackApi
from callevents.slack.blocks.block_kit import Message
from callevents.slack.messages.help import guidance
from callevents.slack.messages.notices import NoIdInThread, no_id_in_thread
from callevents.slack.requests.command_text import Form, Help, Lookup, parse_mention
from callevents.slack.requests.fields import Json, objects, timestamp
from callevents.slack.requests.message_text import job_ids_of

_log = logging.getLogger(__name__)


class ThreadRoot(NamedTuple):
    """The first message of a thread, empty if it was not read; `lacks` is what it means if there is no id in it."""

    message: Json
    lacks: NoIdInThread

    @property
    def for_the_log(self) -> str:
        """Return how reading it went, as a field of the request's line."""
        return "read" if self.lacks == "none" else self.lacks


def read_thread_root(api: SlackApi | None, channel: str, thread: str, deadline: Deadline) -> ThreadRoot:
    """Return the first message of *thread*.

    Empty where the token lacks channels:history or groups:history, or Slack does not answer in time.
    """
    if api is None:
        return ThreadRoot({}, "unreadable")
    payload = {"channel": channel, "ts": thread, "latest": thread, "inclusive": True, "limit": "1"}
    try:
        answer = api.call("conversations.replies", payload, deadline)
    except SlackError as error:
        _log.warning("first message of the thread not read: %s", error, extra={"code": error.code})
        return ThreadRoot({}, "unreadable" if isinstance(error, SlackRefused) else "late")
    messages = objects(answer.data, "messages", 10)
    return ThreadRoot(next((each for each in messages if timestamp(each, "ts") == thread), {}), "none")


def asked_of_thread(words: str, root: ThreadRoot, viewer: Viewer, settings: Settings) -> Lookup | Message:
    """Return the lookup that a mention with *words* and no id asks for in the thread, or the message for the person."""
    parsed = parse_mention(words, job_ids_of(root.message), settings.instance)
    if isinstance(parsed, Lookup):
        return parsed
    if isinstance(parsed, Form) or parsed == Help(understood=False):
        return no_id_in_thread(root.lacks, viewer)
    return guidance(parsed, viewer, instances=list(settings.ccc_instances), in_thread=True)
