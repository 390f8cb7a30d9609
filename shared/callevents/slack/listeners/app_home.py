"""The Home tab: help, a search, and the person's last calls.

What this instance remembers is joined with what the tab itself showed last: Slack sends that along, so the tab is its
own memory and no database is needed.
Source: https://docs.slack.dev/reference/events/app_home_opened
"""

import logging
from typing import TYPE_CHECKING

from callevents.errors import SlackError
from callevents.slack.blocks.block_kit import Block
from callevents.slack.context import RequestContext, request_context
from callevents.slack.requests.fields import nested, text
from callevents.slack.requests.parser import Event
from callevents.slack.users.recent import latest, packed, unpacked
from callevents.slack.views.home import home

if TYPE_CHECKING:
    from slack_bolt import Ack, BoltContext

_log = logging.getLogger(__name__)


def listen(ack: "Ack", context: "BoltContext") -> None:
    """Take that the Home tab was opened from slack-bolt."""
    respond(request_context(context))
    ack()


def respond(turn: RequestContext) -> None:
    """Publish the tab of whoever opened it; nothing for the other tabs, or without a bot token."""
    event, api = turn.incoming, turn.api()
    if not isinstance(event, Event):
        raise TypeError("not an event")
    if api is None or not event.user or text(event.body, "tab", 20) not in {"", "home"}:
        return
    try:
        api.call("views.publish", {"user_id": event.user, "view": _view(turn, event)}, turn.budget.answer)
    except SlackError as error:
        # It is published anew whenever the tab is opened.
        _log.warning("the Home tab was not published: %s", error, extra={"code": error.code})


def _view(turn: RequestContext, event: Event) -> Block:
    viewer, no = turn.desk.authorize(turn.actor)
    if no is not None:
        return {"type": "home", "blocks": turn.desk.denial_message(no, viewer).blocks}
    before = text(nested(event.body, "view"), "private_metadata")
    calls = latest([*turn.service.recent.calls(turn.actor), *unpacked(before)])
    allowed = [(job, instance) for job, instance in calls if turn.settings.instance(instance)]
    view = home(viewer, recent=allowed, instances=list(turn.settings.ccc_instances))
    return {**view, "private_metadata": packed(allowed)}
