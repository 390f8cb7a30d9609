"""Tells a person something after a click, a shortcut or a mention: where they see it, in what is left of the time."""

import logging

from callevents.errors import SlackError
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import Block
from callevents.slack.context import RequestContext
from callevents.slack.lookups.rendering import render_message
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.messages.answer import Message
from callevents.slack.requests.fields import nested, text
from callevents.slack.requests.interactions import Interaction
from callevents.slack.requests.parser import Command, Event
from callevents.slack.views.modals import notice_view

_log = logging.getLogger(__name__)


def respond_with_lookup(turn: RequestContext, lookup_request: LookupRequest) -> bool:
    """Answer *inquiry* after the acknowledgement; say whether somebody is told something, now or by the worker."""
    found = turn.desk_before_post.look_up(lookup_request)
    lookup_request, viewer = found.lookup_request, found.viewer
    if found.told is not None:
        # Once it is handed over, the worker tells the rest.
        told = respond(turn, found.told, viewer) or found.outcome == "handed_over"
        if not told:
            turn.invocation.request_log.set_outcome(f"not_told: {found.outcome}")
        return told
    now = turn.invocation.clocks.wall()
    message = render_message(
        lookup_request.deed, found.summaries, viewer, user=lookup_request.actor.user, now=now
    )
    deed = lookup_request.deed
    if respond(turn, message, viewer, replace=deed.replace, in_channel=deed.public):
        return True
    handed_over = turn.desk.hand_over(lookup_request, viewer)
    turn.invocation.request_log.set_outcome("handed_over: slack" if handed_over else "not_told: slack")
    return handed_over


def respond(
    turn: RequestContext, message: Message, viewer: Viewer, *, replace: bool = False, in_channel: bool = False
) -> bool:
    """Show *message* to the person, in place of what was clicked if *replace*; say whether Slack took it.

    To the response_url; where there is none that works, by the bot token where the person is, or in a window.
    """
    incoming = turn.incoming
    if not isinstance(incoming, Interaction | Event):
        return False
    url = incoming.response_url if isinstance(incoming, Interaction) else ""
    if url:
        error = turn.post(url, message, replace=replace, in_channel=in_channel, thread=reply_thread(incoming))
        if error is None:
            return True
        _log.warning("the response_url did not take the answer: %s", error, extra={"code": error.code})
    if incoming.channel:
        return _post(turn, incoming, message)
    return isinstance(incoming, Interaction) and bool(open_view(turn, notice_view(message, viewer)))


def reply_thread(incoming: Interaction | Event) -> str:
    """Return the thread in which the person reads the answer, "" for the channel itself.

    Slack shows an ephemeral message in a thread only where the thread has replies already, so a message that nobody
    has replied to is answered in the channel.
    Source: https://docs.slack.dev/reference/methods/chat.postEphemeral
    """
    if isinstance(incoming, Event):
        return incoming.thread
    if incoming.message is None:
        return ""
    # Whoever presses a button of a thread's first message stands in the channel.
    in_channel = incoming.kind == "block_actions" and incoming.message.thread == incoming.message.at
    return "" if in_channel else incoming.message.thread


def open_view(turn: RequestContext, view: Block, *, update: str = "") -> str:
    """Open a window with *view*, on top of an open one, or change the one called *update*; return its id, or ""."""
    incoming, api = turn.incoming, turn.api()
    if api is None or not isinstance(incoming, Command | Interaction):
        return ""
    in_modal = isinstance(incoming, Interaction) and incoming.view is not None and incoming.view.modal
    if update:
        method, payload = "views.update", {"view_id": update, "view": view}
    else:
        method = "views.push" if in_modal else "views.open"
        payload = {"trigger_id": incoming.trigger_id, "view": view}
    try:
        answer = api.call(method, payload, turn.budget.answer)
    except SlackError as error:
        _log.warning("Slack opened no window: %s", error, extra={"code": error.code})
        return ""
    return text(nested(answer.data, "view"), "id", 100) or update


def _post(turn: RequestContext, incoming: Interaction | Event, message: Message) -> bool:
    api = turn.api()
    if api is None or not incoming.user:
        _log.warning("there is no bot token to answer with", extra={"code": "not_told"})
        return False
    payload = {
        "channel": incoming.channel,
        "user": incoming.user,
        "thread_ts": reply_thread(incoming) or None,
        "text": message.text,
        "blocks": message.blocks,
    }
    try:
        api.call("chat.postEphemeral", payload, turn.budget.answer)
    except SlackError as error:
        _log.warning("Slack did not take the answer: %s", error, extra={"code": error.code})
        return False
    return True
