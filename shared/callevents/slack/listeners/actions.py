"""Answers buttons and menus. Anybody can send any value, so it is decoded, checked and authorised at each click."""

import logging
import re

from callevents.slack.context import RequestContext
from callevents.slack.listeners.publish import publish
from callevents.slack.listeners.views import open_form
from callevents.slack.lookups.ack_budget import POST_RESERVE_SECONDS
from callevents.slack.lookups.operation import Operation
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.lookups.result import (
    Answered,
    HandedOff,
    LookupResult,
    render,
    render_window,
    waiting_message,
)
from callevents.slack.messages.answer import SHARED_BLOCK
from callevents.slack.messages.help import help_message
from callevents.slack.messages.notices import expired_button
from callevents.slack.requests.action_value import (
    CONSOLE,
    EVENTS,
    EVENTS_PAGES,
    HELP,
    MORE,
    OPEN_CALL,
    REFRESH,
    REVEAL,
    SEARCH,
    SHARE,
    ActionValue,
    decode,
)
from callevents.slack.requests.fields import text
from callevents.slack.requests.interactions import Interaction
from callevents.slack.requests.message_text import shown_text
from callevents.slack.respond import Acknowledgement, open_view, reply_thread, respond, respond_with_lookup
from callevents.slack.views.events_json import EVENTS_VIEW
from callevents.slack.views.modals import notice_view

_log = logging.getLogger(__name__)

# The actions that each element may carry.
_CARRIES = {
    REFRESH: {REFRESH},
    SHARE: {SHARE},
    MORE: {EVENTS, REVEAL, CONSOLE, HELP},
    EVENTS: {EVENTS},
    REVEAL: {REVEAL},
    **{page: {EVENTS} for page in EVENTS_PAGES},
    SEARCH: {SEARCH},
}
_OPEN_CALL = re.compile(rf"{OPEN_CALL}_[0-9]{{1,3}}", re.ASCII)
_JOB_IDS = re.compile(r"job-[0-9A-Za-z-]{4,64}", re.ASCII)
_SHARED_BY = re.compile(rf"{SHARED_BLOCK}([UW][0-9A-Z]{{1,30}})", re.ASCII)


def handle(context: RequestContext) -> Acknowledgement:
    """Do what the button stands for."""
    click = context.expect(Interaction)
    value = _value(click)
    if value is not None and value.action == CONSOLE:
        return None  # the browser has opened it
    if value is not None and value.action in {SEARCH, HELP}:
        return _search_or_help(context, value.action)
    instance = None if value is None or not value.jobs else context.settings.instance(value.instance)
    if value is None or instance is None:
        return _expired(context)
    operation = _operation(click, value)
    if operation.for_all and not _names(click, value.jobs):
        return _expired(context)
    request = context.lookup_request(
        value.jobs,
        instance,
        value.action,
        response_url=click.response_url,
        thread=reply_thread(click),
        operation=operation,
    )
    return _answer(context, request, click, value)


def _answer(
    context: RequestContext, request: LookupRequest, click: Interaction, value: ActionValue
) -> Acknowledgement:
    """Look up the calls for everybody in the channel, in a window, or for the person alone."""
    if request.operation.for_all:
        return publish(context, request)
    if click.view is not None or (value.action == EVENTS and context.settings.slack_bot_token):
        return _show_window(context, request)
    return respond_with_lookup(context, request).acknowledgement()


def _value(click: Interaction) -> ActionValue | None:
    """Return the value of the clicked element, None for another version's, or one that the element never carries."""
    action = click.actions[0] if click.actions else None
    value = decode(action.value) if action is not None else None
    if action is None or value is None:
        return None
    is_call = _OPEN_CALL.fullmatch(action.action_id)
    carries = {OPEN_CALL} if is_call else _CARRIES.get(action.action_id, set())
    return value if value.action in carries else None


def _operation(click: Interaction, value: ActionValue) -> Operation:
    if value.action == REFRESH:
        return _refresh(click)
    if value.action == EVENTS:
        is_page = click.actions[0].action_id in EVENTS_PAGES
        is_open = click.view is not None and click.view.callback_id == EVENTS_VIEW
        view = click.view.id if is_open and click.view is not None else ""
        return Operation("events", replace=is_page, page=value.page, view=view)
    if value.action == REVEAL:
        return Operation("reveal", replace=False)
    if value.action == SHARE:
        return Operation("share", replace=False)
    return Operation(replace=False)


def _names(click: Interaction, jobs: tuple[str, ...]) -> bool:
    """Say whether the ids of all *jobs* stand in the clicked message: a channel reads only what it read before.

    Slack sends no content of an ephemeral message: the person who shares one may look up the calls, and is named.
    """
    if click.ephemeral:
        return True
    if click.message is None:
        return False
    # Attachments and files are not the bot's own words.
    own = {name: click.message.content.get(name) for name in ("text", "blocks")}
    return set(_JOB_IDS.findall(shown_text(own))).issuperset(jobs)


def _refresh(click: Interaction) -> Operation:
    """Return the refresh of the message: one that is not the person's alone is public; a card stays a card."""
    if click.ephemeral:
        return Operation("refresh")
    from callevents.slack.alert_cards.refresh import alert_blocks

    blocks = click.message.blocks if click.message is not None else ()
    shared = _SHARED_BY.fullmatch(text(blocks[0], "block_id", 50)) if blocks else None
    shared_by = shared[1] if shared else ""
    return Operation("refresh", public=True, shared_by=shared_by, alert_blocks=alert_blocks(blocks))


def _search_or_help(context: RequestContext, action: str) -> Acknowledgement:
    viewer, denied = context.authorize_or_deny()
    if denied is not None:
        message = denied.message
    elif action != HELP and open_form(context, viewer, choose_channel=True):
        return None
    else:
        instances = list(context.settings.ccc_instances)
        message = help_message(viewer, instances=instances, finds=context.settings.finds_calls)
    return respond(context, message, viewer).acknowledgement()


def _expired(context: RequestContext) -> Acknowledgement:
    actor = context.actor
    extra = {"code": "expired_button", "user": actor.user, "team": actor.team}
    _log.warning("button rejected: another version, or a changed value", extra=extra)
    viewer, denied = context.authorize_or_deny()
    message = expired_button(viewer) if denied is None else denied.message
    return respond(context, message, viewer).acknowledgement()


def _show_window(context: RequestContext, request: LookupRequest) -> Acknowledgement:
    """Answer in a window, or with a message if Slack opens none."""
    lookups = context.lookups
    result: LookupResult = lookups.look_up(request, reserve_seconds=POST_RESERVE_SECONDS)
    unfinished, opened = lookups.unfinished(result), None
    if unfinished is not None:
        # The worker fills a window: one that is open, or one that says "still looking" meanwhile.
        waiting = notice_view(waiting_message(unfinished.request, unfinished.viewer), unfinished.viewer)
        opened = request.operation.view or open_view(context, waiting)
        operation = unfinished.request.operation._replace(view=opened or "")
        failed = unfinished._replace(request=unfinished.request._replace(operation=operation))
        handed = lookups.hand_off(failed, reserve_seconds=POST_RESERVE_SECONDS)
        if isinstance(result, Answered) and not isinstance(handed, HandedOff):
            result = result._replace(request=failed.request)
        else:
            result = handed
    lookups.record(result)
    view = result.request.operation.view
    if isinstance(result, HandedOff) and view:
        return None
    now = context.invocation.clocks.wall()
    # A window whose id is not known can neither be changed nor opened anew: a message has the answer.
    if opened != "" and open_view(context, render_window(result, now=now), update=view) is not None:
        return None
    shown = respond(context, render(result, now=now), result.viewer)
    return None if isinstance(result, HandedOff) else shown.acknowledgement()
