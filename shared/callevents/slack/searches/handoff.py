"""The message that has the worker go on with a search when Slack's three seconds are not enough."""

from callevents.report.viewer import Viewer
from callevents.slack.lookups.handoff import requester_of
from callevents.slack.searches.request import SearchRequest
from callevents.tasks.encoding import FindFields, encode_find


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
