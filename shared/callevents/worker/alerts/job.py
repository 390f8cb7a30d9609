"""Delivers alerts: at least once, and as far as possible once.

The alert itself is never lost: whatever goes wrong with the lookup is on its card. Until a run has delivered something
it raises if Slack does not accept the card: the platform retries, and its failure destination gets what no retry helps.
Once something is delivered it does not raise: a retry would post the card again. What Slack delays for longer than a
run can wait is requeued. So is what fails a second time: the platform retries only twice, and soon, but a Slack that is
down is down for minutes.
"""

from math import isfinite

from callevents.actor import Actor
from callevents.errors import CallEventsError, HandOverFailed, SlackError, SlackRefused, SlackThrottled
from callevents.invocation import Invocation
from callevents.observability.audit_log import audit
from callevents.observability.request_log import milliseconds
from callevents.slack.lookups.resources import SlackResources
from callevents.tasks.envelope import AlertEnvelope
from callevents.worker.alerts.context import DeliveryContext
from callevents.worker.alerts.firing import deliver_firing
from callevents.worker.alerts.outcome import DeliveryOutcome, DeliveryResult
from callevents.worker.alerts.resolution import close_ended_members, deliver_resolution
from callevents.worker.alerts.schedule import Postponed
from callevents.worker.alerts.state import Delivered, DeliveryState
from callevents.worker.alerts.thread import look_up_details, post_details


class AlertDelivery:
    """Delivers the alerts of one instance, which remembers them so that what follows finds the card of the first."""

    def __init__(self) -> None:
        self._state = DeliveryState()

    def deliver(self, alert: AlertEnvelope, resources: SlackResources, invocation: Invocation) -> None:
        """Post *alert* and write one audit line; raise a CallEventsError if nothing was delivered."""
        context = DeliveryContext(alert, resources, invocation, self._state)
        request_log = invocation.request_log
        request_log.set(entry=alert.sender, jobs=len(alert.jobs), queued_ms=_age(alert, invocation))
        audited = "not delivered: internal"
        try:
            result = _deliver(context)
            audited = str(result)
            request_log.set_outcome(*result.logged)
        except CallEventsError as error:
            audited = f"not delivered: {error}"
            raise
        finally:
            audit(
                "alert",
                actor=Actor("", "", channel=alert.channel),
                entry=alert.sender,
                outcome=audited,
                jobs=alert.jobs or alert.resolved_jobs,
                instance=context.alert.instance,
                task=alert.delivery,
            )


def _age(alert: AlertEnvelope, invocation: Invocation) -> float:
    """Return how long ago the alert arrived, in milliseconds."""
    return milliseconds(invocation.arrived_at - alert.received_at) if isfinite(alert.received_at) else 0.0


def _deliver(context: DeliveryContext) -> DeliveryResult:
    """Post what is not delivered yet, again after each wait, or requeue it."""
    while True:
        delivered = context.delivered()
        if delivered is not None and not delivered.remaining:
            return DeliveryResult(DeliveryOutcome.DUPLICATE)
        try:
            return _post(context, delivered)
        except SlackRefused:
            raise
        except SlackError as error:
            if context.channel.delivered:
                raise
            # The platform retries a first failure itself.
            if not isinstance(error, SlackThrottled) and not context.remember_failure():
                raise
            if _postpone(context, delivered, error) is Postponed.REQUEUED:
                return DeliveryResult(DeliveryOutcome.REQUEUED, error)


def _post(context: DeliveryContext, delivered: Delivered | None) -> DeliveryResult:
    """Post the alert, or the details that its thread still lacks."""
    alert = context.alert
    if delivered is not None:
        thread, jobs = delivered.ts, delivered.remaining
    elif alert.parent_ts is not None:
        thread, jobs = alert.parent_ts, alert.jobs
    elif alert.state == "resolved":
        return deliver_resolution(context)
    else:
        result = deliver_firing(context)
        close_ended_members(context)
        return result
    details = post_details(context, thread, look_up_details(context, jobs))
    return DeliveryResult(DeliveryOutcome.DETAILS_POSTED, details=details)


def _postpone(context: DeliveryContext, delivered: Delivered | None, error: SlackError) -> Postponed:
    """Requeue what is left, or wait; raise *error* if neither is possible."""
    jobs, thread = ((), "") if delivered is None else (delivered.remaining, delivered.ts)
    try:
        return context.schedule.requeue_or_wait(error, jobs, thread)
    except HandOverFailed:
        raise error from None
