"""The calls that an alert names: looked up once, and never in the way of the alert."""

import logging
from collections.abc import Mapping, Sequence

from callevents.calls.model import CallSummary
from callevents.clock import Deadline
from callevents.errors import CallEventsError, SettingsError
from callevents.lookup import log_lookup_error, look_up_with_retries
from callevents.worker.alerts.run import DeliveryContext

LOOKUP_SECONDS = 15.0
ATTEMPT_SECONDS = 10.0

_log = logging.getLogger(__name__)


def look_up_calls(
    run: DeliveryContext, jobs: Sequence[str]
) -> tuple[Sequence[CallSummary], Mapping[str, CallEventsError]]:
    """Return what happened on each of *jobs*, or for each why that could not be found out. Raises nothing of ours.

    Most of the run's time is left for posting.
    """
    if not jobs:
        return (), {}
    deadline = Deadline.after(min(LOOKUP_SECONDS, run.deadline.remaining() / 2), run.deadline.clock)
    instance = run.alert.instance
    error: CallEventsError
    try:
        run.service.settings.require_sound()
        _require(instance)
        found = look_up_with_retries(
            jobs,
            instance_id=instance,
            source=run.service.records(run.invocation),
            deadline=deadline,
            attempt_seconds=ATTEMPT_SECONDS,
            invocation=run.invocation,
        )
    except CallEventsError as raised:
        error = raised
        log_lookup_error("the calls of an alert were not found out", error)
    except Exception as raised:  # noqa: BLE001 - whatever it is, the alert itself is told
        error = CallEventsError(request_id=run.invocation.request_id)
        _log.error("the calls of an alert were not found out", extra={"code": "internal"}, exc_info=raised)
    else:
        return found, {}
    return (), dict.fromkeys(jobs, error)


def _require(instance: str) -> None:
    if not instance:
        raise SettingsError(names="CCC_INSTANCE_ID", reason="CCC_INSTANCE_ID")
