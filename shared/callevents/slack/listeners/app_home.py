"""Publishes the Home tab: help, a search, and the person's last calls with their verdicts.

The last calls of this instance are joined with those that the tab showed before: Slack sends them along, so the tab is
its own memory and needs no database.
Source: https://docs.slack.dev/reference/events/app_home_opened
"""

import logging

from callevents.errors import SlackError
from callevents.slack.blocks.block_kit import Block
from callevents.slack.context import RequestContext
from callevents.slack.requests.fields import nested, text
from callevents.slack.requests.parser import Event
from callevents.slack.requests.recent_calls import decode_calls, encode_calls, latest
from callevents.slack.views.home import home

_log = logging.getLogger(__name__)


def handle(context: RequestContext) -> None:
    """Publish the tab of the person who opened it; nothing for the other tabs, or without a bot token."""
    event, api = context.expect(Event), context.api()
    if api is None or not event.user or text(event.body, "tab", 20) not in {"", "home"}:
        return
    payload = {"user_id": event.user, "view": _view(context, event)}
    try:
        api.call("views.publish", payload, context.budget.answer)
    except SlackError as error:
        # It is published anew whenever the tab is opened.
        _log.warning("views.publish failed: %s", error, extra={"code": error.code})


def _view(context: RequestContext, event: Event) -> Block:
    viewer, denied = context.authorize_or_deny()
    if denied is not None:
        return {"type": "home", "blocks": denied.message.blocks}
    shown_before = decode_calls(text(nested(event.body, "view"), "private_metadata"))
    calls = latest([*context.resources.recent.calls(context.actor), *shown_before])
    allowed = [call for call in calls if context.settings.instance(call.instance)]
    view = home(
        viewer,
        recent=allowed,
        instances=list(context.settings.ccc_instances),
        finds=context.settings.finds_calls,
    )
    return {**view, "private_metadata": encode_calls(allowed)}
