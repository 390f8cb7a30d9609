"""Publishes the Home tab: help, a search, and the person's last calls with their verdicts.

The last calls of this instance are joined with those that the tab showed before: Slack sends them along, so the tab is
its own memory and needs no database.
Source: https://docs.slack.dev/reference/events/app_home_opened
"""

import logging
from collections.abc import Sequence

from callevents.errors import SlackError
from callevents.report.viewer import Viewer
from callevents.slack.blocks.block_kit import Block
from callevents.slack.context import RequestContext
from callevents.slack.requests.fields import nested, text
from callevents.slack.requests.parser import SlackEvent
from callevents.slack.requests.recent_calls import RecentCall, decode_calls, encode_calls, latest
from callevents.slack.views.home import home

_log = logging.getLogger(__name__)


def handle(context: RequestContext) -> None:
    """Publish the tab of the person who opened it; nothing for the other tabs, or without a bot token."""
    event, api = context.expect(SlackEvent), context.api()
    if api is None or not event.user or text(event.body, "tab", 20) not in {"", "home"}:
        return
    payload = {"user_id": event.user, "view": _view(context, event)}
    try:
        api.call("views.publish", payload, context.budget.answer)
    except SlackError as error:
        # It is published anew whenever the tab is opened.
        _log.warning("views.publish failed: %s", error, extra={"code": error.code})


def _view(context: RequestContext, event: SlackEvent) -> Block:
    viewer, denied = context.authorize_or_deny()
    if denied is not None:
        return {"type": "home", "blocks": denied.message.blocks}
    shown_before = decode_calls(text(nested(event.body, "view"), "private_metadata"))
    calls = latest([*context.resources.recent.calls(context.actor), *shown_before])
    allowed = _with_verdicts(
        context, viewer, [call for call in calls if context.settings.instance(call.instance)]
    )
    view = home(
        viewer,
        recent=allowed,
        instances=list(context.settings.ccc_instances),
        finds=context.settings.finds_calls,
    )
    return {**view, "private_metadata": encode_calls(allowed)}


def _with_verdicts(context: RequestContext, viewer: Viewer, calls: Sequence[RecentCall]) -> list[RecentCall]:
    """Return *calls* with the verdicts on those that had none: the worker answered them, or nobody could yet."""
    found: dict[tuple[str, str], str] = {}
    for instance in dict.fromkeys(call.instance for call in calls if not call.verdict):
        jobs = tuple(call.job for call in calls if call.instance == instance and not call.verdict)
        request = context.lookup_request(jobs, instance, "home")
        found.update(
            ((job, instance), words) for job, words in context.lookups.verdicts(request, viewer).items()
        )
    return [call._replace(verdict=found.get((call.job, call.instance), call.verdict)) for call in calls]
