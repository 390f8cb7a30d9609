"""The verdicts on what a person looked up, as the form and the Home tab list them."""

from collections.abc import Sequence

from callevents.calls.model import CallSummary
from callevents.errors import CallEventsError
from callevents.report.verdict import title
from callevents.report.viewer import Viewer
from callevents.slack.lookups.request import LookupRequest
from callevents.slack.requests.recent_calls import RecentCall
from callevents.slack.users.recent_lookups import RecentLookups

_MAX_NAME_CHARS = 24


def verdicts_on(found: Sequence[CallSummary] | CallEventsError, viewer: Viewer) -> dict[str, str]:
    """Return the short verdict on each call, by job id; a failed lookup has none."""
    if isinstance(found, CallEventsError):
        return {}
    return {summary.job_id: title(summary, viewer, _MAX_NAME_CHARS) for summary in found}


def remember(
    recent: RecentLookups,
    request: LookupRequest,
    found: Sequence[CallSummary] | CallEventsError,
    viewer: Viewer,
    now: int,
) -> None:
    """Remember what the person looked up at *now* (Unix seconds)."""
    verdicts = verdicts_on(found, viewer)
    calls = [RecentCall(job, request.instance, verdicts.get(job, ""), now) for job in request.jobs]
    recent.remember(request.actor, calls)
