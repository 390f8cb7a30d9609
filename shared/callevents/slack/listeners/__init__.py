"""What answers each kind of request: a module for each, with `handle(context)`.

A command goes straight to `commands`, all else to the first listener that slack-bolt finds for it, and a request that
none matches to `unhandled`. A module is loaded when its first request comes, so that a cold start for a command loads
no more than the command needs.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from callevents.slack.context import RequestContext, request_context
from callevents.slack.requests.action_value import (
    EVENTS,
    EVENTS_PAGES,
    FIND_NEWER,
    FIND_OLDER,
    MORE,
    OPEN_CALL,
    REFRESH,
    REVEAL,
    SEARCH,
    SHARE,
)
from callevents.slack.requests.interactions import LOOK_UP_CALL, SEARCH_FORM
from callevents.slack.respond import (
    MENTION,
    AckBody,
    Acknowledgement,
    Unanswered,
    ack_response,
    error_response,
)

if TYPE_CHECKING:
    from slack_bolt import Ack, App, BoltContext, BoltResponse

_NAMED_ACTIONS = "|".join((REFRESH, SHARE, MORE, EVENTS, REVEAL, *EVENTS_PAGES, SEARCH))
_ACTION_IDS = rf"\A(?:{_NAMED_ACTIONS}|{OPEN_CALL}_[0-9]{{1,3}})\Z"
_PAGE_IDS = rf"\A(?:{FIND_NEWER}|{FIND_OLDER})\Z"


def run(handle: Callable[[RequestContext], Acknowledgement], context: RequestContext) -> Acknowledgement:
    """Return the acknowledgement of *handle*, or the response to the error that it raises."""
    try:
        return handle(context)
    except Exception as error:  # noqa: BLE001 - whatever it is, a person waits for a sentence
        return error_response(context, error)


def listener(
    handle: Callable[[RequestContext], Acknowledgement],
) -> "Callable[[Ack, BoltContext], BoltResponse]":
    """Return *handle* as a listener of bolt, which acknowledges what `run` returns."""

    def listen(ack: "Ack", context: "BoltContext") -> "BoltResponse":
        acknowledgement = run(handle, request_context(context))
        if isinstance(acknowledgement, Unanswered):
            from slack_bolt import BoltResponse

            return BoltResponse(status=ack_response(acknowledgement).status)
        return ack() if acknowledgement is None else ack(acknowledgement)

    return listen


def register(app: "App") -> None:
    """Register a listener for every element, form, shortcut and event that this version knows."""
    app.block_action(re.compile(_ACTION_IDS, re.ASCII))(listener(_action))
    app.block_action(re.compile(_PAGE_IDS, re.ASCII))(listener(_page))
    app.view_submission(SEARCH_FORM)(listener(_form))
    app.shortcut(LOOK_UP_CALL)(listener(_shortcut))
    app.event(MENTION)(listener(_mention))
    app.event("app_home_opened")(listener(_home))


def answer_unhandled(context: RequestContext) -> Acknowledgement:
    """Return the acknowledgement of a request that no listener matches."""
    from callevents.slack.listeners.unhandled import handle

    return handle(context)


def _action(context: RequestContext) -> Acknowledgement:
    from callevents.slack.listeners.actions import handle

    return handle(context)


def _page(context: RequestContext) -> Acknowledgement:
    from callevents.slack.listeners.finding import answer_page

    return answer_page(context)


def _form(context: RequestContext) -> AckBody:
    from callevents.slack.listeners.views import handle

    return handle(context)


def _shortcut(context: RequestContext) -> Acknowledgement:
    from callevents.slack.listeners.shortcuts import handle

    return handle(context)


def _mention(context: RequestContext) -> Acknowledgement:
    from callevents.slack.listeners.app_mention import handle

    return handle(context)


def _home(context: RequestContext) -> None:
    from callevents.slack.listeners.app_home import handle

    handle(context)
