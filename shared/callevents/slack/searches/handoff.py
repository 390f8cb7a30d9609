"""Hands a search over to the worker when Slack's three seconds are not enough."""

from callevents.clock import Deadline
from callevents.report.viewer import Viewer
from callevents.slack.lookups.handoff import requester_of
from callevents.slack.searches.request import SearchRequest
from callevents.tasks.encoding import FindFields, encode_find
from callevents.tasks.queue import WorkerQueue


def hand_over(
    request: SearchRequest, viewer: Viewer, queue: WorkerQueue, deadline: Deadline, *, now: float
) -> None:
    """Queue *request* for the worker; raise HandOverFailed where that fails before the deadline."""
    queue.hand_over(envelope_of(request, viewer, now=now), request.place.task, deadline)


def envelope_of(request: SearchRequest, viewer: Viewer, *, now: float) -> bytes:
    """Return the message that has the worker answer *request*, queued at *now* (Unix seconds)."""
    place, query, page = request.place, request.query, request.page
    return encode_find(
        FindFields(
            instance=place.instance,
            requester=requester_of(place, viewer),
            asked_at=place.asked_at,
            queued_at=now,
            task=place.task,
            query_kind=query.kind,
            query_value=query.value,
            since=query.period.since,
            until=query.period.until,
            page=page.page,
            other_form=page.other,
            total=page.total,
            sealed=page.sealed,
            sought=request.sought,
            response_url=place.response_url or None,
            channel=place.channel or None,
            replace=place.operation.replace,
            view=place.operation.view,
            unchecked=place.unchecked,
        )
    )
