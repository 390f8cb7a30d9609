"""A lookup by somebody who has time: what may pass is tried again."""

from collections.abc import Sequence

from callevents.calls.model import CallSummary
from callevents.clock import Deadline
from callevents.errors import CccError, CccThrottled
from callevents.invocation import Invocation
from callevents.lookup import look_up
from callevents.slack.lookups.handoff import is_retryable
from callevents.slack.lookups.resources import SlackResources

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 8.0


def look_up_with_retries(
    jobs: Sequence[str],
    instance: str,
    service: SlackResources,
    invocation: Invocation,
    deadline: Deadline,
    *,
    attempt: float,
) -> Sequence[CallSummary]:
    """Return the summaries before *deadline*, each attempt taking *attempt* seconds at the most.

    Raises a CallEventsError: what does not pass, or what did not pass in time.
    """
    pause = FIRST_PAUSE
    while True:
        own = Deadline(min(deadline.expires_at, deadline.clock() + attempt), deadline.clock)
        try:
            with invocation.request_log.timer("lookup", deadline.clock):
                return look_up(jobs, instance_id=instance, source=service.records(invocation), deadline=own)
        except CccError as error:
            wait = max(pause, (error.retry_after or 0.0) if isinstance(error, CccThrottled) else 0.0)
            if not is_retryable(error) or wait >= deadline.remaining():
                raise
        invocation.clocks.sleep(wait)
        pause = min(2 * pause, LONGEST_PAUSE)
