"""Hands a lookup over to the worker when Slack's three seconds are not enough."""

from callevents.clock import Deadline
from callevents.errors import HandOverFailed, PermissionUnchecked
from callevents.invocation import Invocation
from callevents.report.viewer import Viewer
from callevents.settings.model import Settings
from callevents.slack.api import response_url
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.lookups.resources import SlackResources
from callevents.slack.lookups.result import Answered, Denied, Failed, HandedOff, log_unchecked
from callevents.tasks.encoding import MAX_MENTION_CHARS, CommandFields, RequesterFields, encode_command


def hand_off(
    failed: Failed, resources: SlackResources, invocation: Invocation, deadline: Deadline
) -> HandedOff | Failed | Denied:
    """Have the worker go on with a failed lookup, if it can reach the person."""
    request, viewer, settings = failed.request, failed.viewer, resources.settings
    if not is_reachable(request, settings):
        if not isinstance(failed.error, PermissionUnchecked):
            return failed
        log_unchecked("unchecked")
        return Denied(request, viewer, "unchecked", settings.usergroups)
    try:
        _queue(request, viewer, resources, invocation, deadline)
    except HandOverFailed as error:
        return failed._replace(error=error)
    return HandedOff(request, viewer, failed.error)


def hand_off_delivery(
    answered: Answered, resources: SlackResources, invocation: Invocation, deadline: Deadline
) -> bool:
    """Have the worker deliver an answer that Slack did not take in time; say whether it is queued."""
    try:
        _queue(answered.request, answered.viewer, resources, invocation, deadline)
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


def _queue(
    request: LookupRequest,
    viewer: Viewer,
    resources: SlackResources,
    invocation: Invocation,
    deadline: Deadline,
) -> None:
    """Queue *request* for the worker; raise HandOverFailed where that fails before the deadline."""
    envelope = envelope_of(request, viewer, now=invocation.clocks.wall())
    resources.queue(invocation).hand_over(envelope, request.task, deadline)


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
