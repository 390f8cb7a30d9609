"""Looks up the calls that an alert names, once; whatever fails, the alert is posted."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from callevents.calls.model import CallSummary
from callevents.clock import Deadline
from callevents.errors import CallEventsError, SettingsError
from callevents.lookup import log_lookup_error, look_up_with_retries
from callevents.worker.alerts.context import DeliveryContext

LOOKUP_TIMEOUT_SECONDS = 15.0
ATTEMPT_TIMEOUT_SECONDS = 10.0


class LookedUpCalls(NamedTuple):
    """The calls that were found, or else the error that each of them failed with, by job id."""

    summaries: Sequence[CallSummary]
    failures: Mapping[str, CallEventsError]

    @property
    def error(self) -> CallEventsError | None:
        """Why the calls could not be looked up."""
        return next(iter(self.failures.values()), None)


def look_up_calls(context: DeliveryContext, jobs: Sequence[str]) -> LookedUpCalls:
    """Look up *jobs* in a part of the run's time, most of which is left for posting; raise nothing."""
    if not jobs:
        return LookedUpCalls((), {})
    seconds = min(LOOKUP_TIMEOUT_SECONDS, context.deadline.remaining() / 2)
    try:
        return LookedUpCalls(_look_up(context, jobs, context.deadline.capped(seconds)), {})
    except Exception as error:  # noqa: BLE001 - whatever it is, the alert itself is posted
        known = log_lookup_error("alert lookup failed", error, context.invocation.request_id)
        return LookedUpCalls((), dict.fromkeys(jobs, known))


def _look_up(context: DeliveryContext, jobs: Sequence[str], deadline: Deadline) -> Sequence[CallSummary]:
    instance = context.alert.instance
    context.resources.settings.require_sound()
    if not instance:
        raise SettingsError(names="CCC_INSTANCE_ID", reason="CCC_INSTANCE_ID")
    context.resources.settings.require_allowed(instance)
    return look_up_with_retries(
        jobs,
        instance_id=instance,
        source=context.resources.contact_center(context.invocation),
        deadline=deadline,
        attempt_seconds=ATTEMPT_TIMEOUT_SECONDS,
        invocation=context.invocation,
        second=context.resources.second_lookup(context.invocation),
    )
