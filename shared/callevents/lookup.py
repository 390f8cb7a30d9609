"""The use case: job ids and a deadline in, summaries out."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias, TypeVar

from callevents.calls.model import CallSummary, NotificationRecord
from callevents.calls.summary import summarise
from callevents.clock import Deadline
from callevents.errors import (
    CallEventsError,
    CccThrottled,
    CccTimedOut,
    CccUnavailable,
    CccUnreadable,
    SlackError,
)
from callevents.invocation import Invocation
from callevents.retry import Backoff, retry

# Nothing is spread by jitter: one worker retries one lookup.
_BACKOFF = Backoff(initial=1.0, maximum=8.0)
_RETRYABLE = (CccThrottled, CccTimedOut, CccUnavailable)
# Upstream errors: the operator cannot fix them, and a retry may help.
_UPSTREAM = (*_RETRYABLE, CccUnreadable, SlackError)

_log = logging.getLogger(__name__)

T = TypeVar("T")
# Looks up calls that have no records in the second source: job ids, instance and deadline in, summaries by job id out.
# It raises nothing, so that whatever becomes of it leaves the answer as it is.
SecondLookup: TypeAlias = Callable[[Sequence[str], str, Deadline], Mapping[str, CallSummary]]


class RecordSource(Protocol):
    """Where notification records come from."""

    def notification_records(
        self, instance_id: str, keys: Sequence[str], deadline: Deadline
    ) -> Sequence[NotificationRecord]:
        """Return all records of the given keys before the deadline, or raise a CallEventsError."""


def look_up(
    job_ids: Sequence[str],
    *,
    instance_id: str,
    source: RecordSource,
    deadline: Deadline,
    second: SecondLookup | None = None,
) -> list[CallSummary]:
    """Return one summary per job id, in the order asked; raise what *source* raises (CallEventsError).

    The *second* source is asked for the calls that have no records, and for no others.
    """
    records = source.notification_records(instance_id, list(dict.fromkeys(job_ids)), deadline)
    by_key: dict[str, list[NotificationRecord]] = {job_id: [] for job_id in job_ids}
    for record in records:
        if record.notification_key in by_key:
            by_key[record.notification_key].append(record)
    summaries = [summarise(job_id, instance_id, by_key[job_id]) for job_id in job_ids]
    missing = [job_id for job_id, found in by_key.items() if not found]
    if not missing or second is None:
        return summaries
    found = second(missing, instance_id, deadline)
    return [found.get(summary.job_id, summary) for summary in summaries]


def look_up_with_retries(
    job_ids: Sequence[str],
    *,
    instance_id: str,
    source: RecordSource,
    deadline: Deadline,
    attempt_seconds: float,
    invocation: Invocation,
    second: SecondLookup | None,
) -> list[CallSummary]:
    """Return one summary per job id as `look_up` does, retried as `retry_lookup` does."""
    return retry_lookup(
        lambda own: look_up(job_ids, instance_id=instance_id, source=source, deadline=own, second=second),
        deadline=deadline,
        attempt_seconds=attempt_seconds,
        invocation=invocation,
    )


def retry_lookup(
    look: Callable[[Deadline], T], *, deadline: Deadline, attempt_seconds: float, invocation: Invocation
) -> T:
    """Return what *look* returns before *deadline*; each attempt takes at most *attempt_seconds*.

    Retries with a doubling delay, or after the pause that the service asks for. Raises a CallEventsError: one that no
    retry can help, or the last one when time is up.
    """

    def attempt() -> T:
        with invocation.request_log.timer("lookup", deadline.clock):
            return look(deadline.capped(attempt_seconds))

    return retry(attempt, wait=_wait, deadline=deadline, sleep=invocation.clocks.sleep)


def is_retryable(error: CallEventsError) -> bool:
    """Say whether the same lookup may succeed later."""
    return isinstance(error, _RETRYABLE)


def log_lookup_error(event: str, error: Exception, request_id: str = "") -> CallEventsError:
    """Log *event* with the error, and return that: an unexpected one as an internal error with *request_id*.

    An upstream error is a warning, and its line has its upstream request id.
    """
    if not isinstance(error, CallEventsError):
        _log.error(event, extra={"code": CallEventsError.code}, exc_info=error)
        return CallEventsError(request_id=request_id)
    _log.log(
        logging.WARNING if isinstance(error, _UPSTREAM) else logging.ERROR,
        "%s: %s",
        event,
        error,
        extra={"code": error.code, "upstream_request_id": error.request_id or ""},
    )
    return error


def _wait(error: Exception, failed: int) -> float | None:
    """Return the seconds before the next attempt, None for an error that no retry can help."""
    if not isinstance(error, _RETRYABLE):
        return None
    asked = error.retry_after if isinstance(error, CccThrottled) else None
    return max(_BACKOFF.seconds(failed, random=lambda: 0.0), asked or 0.0)
