"""Hands a lookup over to the worker when Slack's three seconds do not suffice."""

from callevents.clock import Deadline
from callevents.errors import CallEventsError, CccThrottled, CccTimedOut, CccUnavailable
from callevents.report.viewer import Viewer
from callevents.slack.lookups.request import LookupRequest
from callevents.tasks.encoding import CommandFields, RequesterFields, encode_command
from callevents.tasks.queue import WorkerQueue


def is_retryable(error: CallEventsError) -> bool:
    """Say whether the worker, which has the time to try again for long, may succeed where this lookup did not."""
    return isinstance(error, CccTimedOut | CccThrottled | CccUnavailable)


def hand_over(
    lookup_request: LookupRequest, viewer: Viewer, queue: WorkerQueue, deadline: Deadline, *, now: float
) -> None:
    """Queue *inquiry* for the worker; raise HandOverFailed where that fails before the deadline."""
    queue.hand_over(envelope_of(lookup_request, viewer, now=now), lookup_request.task, deadline)


def envelope_of(lookup_request: LookupRequest, viewer: Viewer, *, now: float) -> bytes:
    """Return the message that has the worker answer *lookup_request*, queued at *now* (Unix seconds)."""
    actor, operation = lookup_request.actor, lookup_request.deed
    requester = RequesterFields(
        user=actor.user,
        team=actor.team,
        enterprise=actor.enterprise,
        channel=actor.channel,
        language=viewer.language,
        timezone=viewer.own_zone,
    )
    return encode_command(
        CommandFields(
            jobs=lookup_request.jobs,
            instance=lookup_request.instance,
            requester=requester,
            asked_at=lookup_request.asked_at,
            queued_at=now,
            task=lookup_request.task,
            response_url=lookup_request.response_url or None,
            channel=lookup_request.channel or None,
            thread=lookup_request.thread or None,
            operation=operation.kind,
            replace=operation.replace,
            offers_reveal=operation.offers_reveal,
            public=operation.public,
            shared_by=operation.shared_by,
            alert_blocks=operation.kept,
            page=operation.page,
            view=operation.view,
        )
    )
