"""Hands a lookup over to the worker when Slack's three seconds are not enough."""

from callevents.clock import Deadline
from callevents.report.viewer import Viewer
from callevents.slack.lookups.request import LookupRequest
from callevents.tasks.encoding import MAX_MENTION_CHARS, CommandFields, RequesterFields, encode_command
from callevents.tasks.queue import WorkerQueue


def hand_over(
    request: LookupRequest, viewer: Viewer, queue: WorkerQueue, deadline: Deadline, *, now: float
) -> None:
    """Queue *request* for the worker; raise HandOverFailed where that fails before the deadline."""
    queue.hand_over(envelope_of(request, viewer, now=now), request.task, deadline)


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
