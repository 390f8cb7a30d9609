"""Responds to a person: in the acknowledgement, or after it where they see it, in the time that is left."""

import json
import logging
from typing import NamedTuple, TypeAlias

from callevents.errors import CallEventsError, SlackError, SlackRefused, SlackTokenRefused
from callevents.invocation import Response
from callevents.observability.request_log import RequestOutcome
from callevents.report.viewer import Viewer
from callevents.retry import retry
from callevents.slack.api.response_url import body_of
from callevents.slack.blocks.block_kit import Block, Message
from callevents.slack.context import RequestContext
from callevents.slack.lookups.ack_budget import POST_RESERVE_SECONDS
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.lookups.result import Answered, HandedOff, render
from callevents.slack.requests.fields import nested, text
from callevents.slack.requests.interactions import (
    BLOCK_ACTIONS,
    MESSAGE_ACTION,
    SHORTCUT,
    VIEW_SUBMISSION,
    Interaction,
)
from callevents.slack.requests.parser import Command, SlackEvent
from callevents.slack.users.access import PersonFacts, viewer_of


class Unanswered:
    """The acknowledgement of a failure, where nothing that the person sees says it.

    Slack then sends an event again, and shows a warning to a person who clicked or used a shortcut.
    Sources: https://docs.slack.dev/apis/events-api, https://docs.slack.dev/interactivity/handling-user-interaction
    """


class Delivery(NamedTuple):
    """Whether the person sees a message, now or from the worker.

    `refusal` is Slack's reason where it refused to show it, and would refuse another attempt too.
    """

    shown: bool
    refusal: str = ""

    def acknowledgement(self) -> "Acknowledgement":
        """Return the acknowledgement of a click, a shortcut or a mention whose answer this is."""
        return None if self.shown else Unanswered()


MENTION = "app_mention"
# The body of an acknowledgement, None for an empty one.
AckBody: TypeAlias = dict[str, object] | None
Acknowledgement: TypeAlias = AckBody | Unanswered

# https://docs.slack.dev/reference/methods/chat.postEphemeral#errors
_CHANNEL_REFUSALS = frozenset(
    {
        "channel_not_found", "not_in_channel", "is_archived", "restricted_action", "channel_type_not_supported",
        "restricted_action_read_only_channel", "method_not_supported_for_channel_type", "messages_tab_disabled",
    }
)  # fmt: skip
_PERSON_REFUSALS = frozenset({"user_not_in_channel", "user_not_found", "cannot_dm_bot"})

_ENCODER = json.JSONEncoder(check_circular=False)  # an answer is built anew, from plain values
_log = logging.getLogger(__name__)


def ack_response(acknowledgement: Acknowledgement) -> Response:
    """Return *acknowledgement* as the response to Slack."""
    if isinstance(acknowledgement, Unanswered):
        return Response(503)
    return Response(200) if acknowledgement is None else Response.json(200, _ENCODER.encode(acknowledgement))


def error_response(context: RequestContext, error: Exception) -> Acknowledgement:
    """Record *error* and return the acknowledgement: a message, a window, or the outcome of a post to the person.

    Slack shows the body for a command or a form only.
    """
    from callevents.slack.messages.errors import error_message

    known = error if isinstance(error, CallEventsError) else CallEventsError()
    if error is known:
        context.invocation.request_log.set_outcome(*RequestOutcome.of_error("failed", known))
        _log.warning("request failed: %s", known, extra={"code": known.code})
    else:
        context.invocation.request_log.set_outcome("failed", why=known.code)
        _log.error("request failed", extra={"code": known.code}, exc_info=error)
    viewer = viewer_of(context.settings, PersonFacts())
    message = error_message(known, viewer, context.invocation.request_id)
    incoming = context.incoming
    if not isinstance(incoming, SlackEvent | Interaction):
        return body_of(message)
    if isinstance(incoming, Interaction) and incoming.kind == VIEW_SUBMISSION:
        return view_update(message, viewer)
    return respond_if_awaited(context, message, viewer)


def respond_if_awaited(context: RequestContext, message: Message, viewer: Viewer) -> Acknowledgement:
    """Show *message* if a person waits for an answer; return the acknowledgement."""
    return respond(context, message, viewer).acknowledgement() if _is_awaited(context) else None


def _is_awaited(context: RequestContext) -> bool:
    """Say whether a person waits to see what comes of the request, and there is a place where they would."""
    incoming, settings = context.incoming, context.settings
    has_token = bool(settings.slack_bot_token) or settings.awaits_bot_token
    if isinstance(incoming, SlackEvent):
        is_mention = incoming.type == MENTION and not incoming.own
        return is_mention and has_token and bool(incoming.user and incoming.channel)
    if not isinstance(incoming, Interaction):
        return False
    is_visible = incoming.kind in {BLOCK_ACTIONS, MESSAGE_ACTION, SHORTCUT}
    has_place = has_token and bool(incoming.channel or incoming.trigger_id)
    return bool(incoming.response_url) or (is_visible and has_place)


def respond_with_lookup(context: RequestContext, request: LookupRequest) -> Delivery:
    """Look up *request*, and show the result or have the worker do it."""
    result = context.lookups.run(request, reserve_seconds=POST_RESERVE_SECONDS)
    message = render(result, now=context.invocation.clocks.wall())
    request_log = context.invocation.request_log
    if not isinstance(result, Answered):
        delivery = respond(context, message, result.viewer)
        if isinstance(result, HandedOff):
            return Delivery(shown=True)
        if not delivery.shown:
            request_log.set_outcome("not_told", why=result.outcome.code)
        return delivery
    operation = result.request.operation
    delivery = respond(context, message, result.viewer, replace=operation.replace)
    if delivery.shown:
        return delivery
    if delivery.refusal and not result.request.response_url:
        request_log.set_outcome("not_told", why=delivery.refusal)
        return delivery
    handed_off = context.lookups.hand_off_delivery(result)
    request_log.set_outcome("handed_over" if handed_off else "not_told", why="slack")
    return delivery._replace(shown=handed_off)


def respond_with_hand_off(context: RequestContext, request: LookupRequest, viewer: Viewer) -> bool:
    """Have the worker do all of *request*, as Slack is slow, and say so; return False if there is none that can."""
    result = context.lookups.hand_off_unread(request, viewer, reserve_seconds=POST_RESERVE_SECONDS)
    if result is None:
        return False
    respond(context, render(result, now=context.invocation.clocks.wall()), viewer)
    return True


def respond(
    context: RequestContext,
    message: Message,
    viewer: Viewer,
    *,
    replace: bool = False,
) -> Delivery:
    """Show *message* to the person, in place of the clicked message if *replace*.

    Posts to the response_url; without one that works, with the bot token where the person is, or in a window.
    """
    incoming = context.incoming
    if not isinstance(incoming, Interaction | SlackEvent):
        return Delivery(shown=False)
    url = incoming.response_url if isinstance(incoming, Interaction) else ""
    if url:
        thread = reply_thread(incoming)
        error = context.post(url, message, replace=replace, thread=thread)
        if error is None:
            return Delivery(shown=True)
        _log.warning("response_url post failed: %s", error, extra={"code": error.code})
    if incoming.channel:
        return post_ephemeral(context, message, incoming.channel, thread=reply_thread(incoming))
    if not isinstance(incoming, Interaction):
        return Delivery(shown=False)
    from callevents.slack.views.modals import notice_view

    return Delivery(shown=open_view(context, notice_view(message, viewer)) is not None)


def post_ephemeral(context: RequestContext, message: Message, channel: str, *, thread: str = "") -> Delivery:
    """Post *message* to the person alone, with the bot token."""
    api, user = context.api(), context.actor.user
    if api is None or not user:
        _log.warning("response not sent: no bot token", extra={"code": "not_told"})
        return Delivery(shown=False)
    payload = {
        "channel": channel,
        "user": user,
        "thread_ts": thread or None,
        "text": message.text,
        "blocks": message.blocks,
    }
    try:
        api.call("chat.postEphemeral", payload, context.budget.answer)
    except SlackError as error:
        _log.warning("ephemeral post failed: %s", error, extra={"code": error.code})
        return Delivery(shown=False, refusal=_refusal_in(context, channel, error))
    return Delivery(shown=True)


def known_refusal(context: RequestContext, channel: str) -> str:
    """Return Slack's reason if it refuses all messages for the person in *channel*, "" if it is not known to."""
    refusals, now = context.resources.refusals, context.invocation.arrived_at
    keys = (channel, f"{channel}:{context.actor.user}")
    return next(filter(None, (refusals.get(key, now) for key in keys)), "")


def _refusal_in(context: RequestContext, channel: str, error: SlackError) -> str:
    """Return Slack's reason where another attempt does not change it, else ""; remember it for the channel."""
    if not isinstance(error, SlackRefused) or isinstance(error, SlackTokenRefused):
        return ""
    if error.reason in _CHANNEL_REFUSALS or error.reason in _PERSON_REFUSALS:
        key = channel if error.reason in _CHANNEL_REFUSALS else f"{channel}:{context.actor.user}"
        context.resources.refusals.put(key, error.reason, context.invocation.arrived_at)
    return error.reason


def reply_thread(incoming: Interaction | SlackEvent) -> str:
    """Return the thread in which the person reads the answer, "" for the channel itself.

    Slack shows an ephemeral message in a thread only if the thread has replies, so a message without replies is
    answered in the channel.
    Source: https://docs.slack.dev/reference/methods/chat.postEphemeral
    """
    if isinstance(incoming, SlackEvent):
        return incoming.thread
    if incoming.message is None:
        return ""
    # A button of a thread's first message is pressed in the channel.
    is_root = incoming.message.thread == incoming.message.timestamp
    return "" if incoming.kind == BLOCK_ACTIONS and is_root else incoming.message.thread


def open_view(context: RequestContext, view: Block, *, update: str = "") -> str | None:
    """Open a window, on top of an open one, or update the window with the id *update*; return its id, None on failure.

    "" where it is open and Slack's answer with the id was lost: a trigger opens one window, so Slack refuses the second
    attempt.
    """
    incoming, api = context.incoming, context.api()
    if api is None or not isinstance(incoming, Command | Interaction):
        return None
    if update:
        method, payload = "views.update", {"view_id": update, "view": view}
    else:
        in_modal = isinstance(incoming, Interaction) and incoming.view is not None and incoming.view.modal
        method = "views.push" if in_modal else "views.open"
        payload = {"trigger_id": incoming.trigger_id, "view": view}
    try:
        answer = retry(
            lambda: api.call(method, payload, context.budget.answer),
            # What Slack refuses or throttles has another type.
            wait=lambda error, _: 0.0 if type(error) is SlackError else None,
            deadline=context.budget.answer,
            sleep=context.invocation.clocks.sleep,
            attempts=2,
        )
    except SlackError as error:
        if error.reason == "exchanged_trigger_id":
            return ""
        _log.warning("%s failed: %s", method, error, extra={"code": error.code})
        return None
    return text(nested(answer.data, "view"), "id", 100) or update


def view_update(message: Message, viewer: Viewer) -> dict[str, object]:
    """Return the acknowledgement of a form that shows *message* in the form's window."""
    from callevents.slack.views.modals import notice_view

    return {"response_action": "update", "view": notice_view(message, viewer)}
