"""Hands a lookup off to the worker when Slack's three seconds are not enough."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from callevents.errors import HandOverFailed, PermissionUnchecked
from callevents.report.viewer import Viewer
from callevents.settings.model import Settings
from callevents.slack.api import response_url
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.lookups.result import Denied, Failed, HandedOff, log_unchecked
from callevents.tasks.encoding import MAX_MENTION_CHARS, CommandFields, RequesterFields, encode_command

if TYPE_CHECKING:
    from callevents.slack.messages.denials import Denial


def hand_off(
    failed: Failed, queue: Callable[[], None], settings: Settings, *, unchecked: "Denial" = "unchecked"
) -> HandedOff | Failed | Denied:
    """Have the worker go on with what failed, by *queue*, if it can reach the person.

    If it cannot, a person whom Slack did not check gets the denial *unchecked*. *queue* raises HandOverFailed.
    """
    if not is_reachable(failed.request, settings):
        if not isinstance(failed.error, PermissionUnchecked):
            return failed
        log_unchecked(unchecked)
        return Denied(failed.request, failed.viewer, unchecked, ())
    try:
        queue()
    except HandOverFailed as error:
        return failed._replace(error=error)
    return HandedOff(failed.request, failed.viewer, failed.error)


def is_queued(queue: Callable[[], None]) -> bool:
    """Say whether *queue*, which raises HandOverFailed, queued its task."""
    try:
        queue()
    except HandOverFailed:
        return False
    return True


def is_reachable(request: LookupRequest, settings: Settings) -> bool:
    """Say whether the worker can deliver an answer: with the bot token, or to a response_url."""
    place = request.operation.view or request.channel or request.actor.channel
    return bool(settings.slack_bot_token and place) or response_url.allowed(
        request.response_url, settings.response_url_hosts
    )


def envelope_of(request: LookupRequest, viewer: Viewer, *, now: float) -> bytes:
    """Return the message that has the worker answer *request*, queued at *now* (Unix seconds)."""
    operation = request.operation
    return encode_command(
        CommandFields(
            jobs=request.jobs,
            instance=request.instance,
            requester=requester_of(request, viewer),
            asked_at=request.asked_at,
            queued_at=now,
            task=request.task,
            response_url=request.response_url or None,
            channel=request.channel or None,
            thread=request.thread or None,
            operation=operation.kind,
            replace=operation.replace,
            offers_reveal=operation.offers_reveal,
            public=operation.public,
            shared_by=operation.shared_by,
            alert_blocks=operation.alert_blocks,
            page=operation.page,
            view=operation.view,
            unchecked=request.unchecked,
            maybe_posted=request.maybe_posted,
            mention=None if request.mention is None else request.mention[:MAX_MENTION_CHARS],
        )
    )


def requester_of(request: LookupRequest, viewer: Viewer) -> RequesterFields:
    """Return who asks, and how to write to them."""
    actor = request.actor
    return RequesterFields(
        user=actor.user,
        team=actor.team,
        enterprise=actor.enterprise,
        channel=actor.channel,
        language=viewer.language,
        timezone=viewer.own_zone,
        belonging=actor.belonging if request.unchecked else "inside",
    )
